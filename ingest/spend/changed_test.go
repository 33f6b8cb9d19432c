package spend_test

import (
	"testing"

	"bellwether/ingest/internal/rowtest"
	"bellwether/ingest/spend"
)

// TestChangedFiles is the short form of FuzzSpend in ingest/sources.
func TestChangedFiles(t *testing.T) { rowtest.Mutate(t, spend.Sources(), 250) }
