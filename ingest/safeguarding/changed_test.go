package safeguarding_test

import (
	"testing"

	"bellwether/ingest/internal/rowtest"
	"bellwether/ingest/safeguarding"
)

// TestChangedFiles is the short form of FuzzSafeguarding in ingest/sources.
func TestChangedFiles(t *testing.T) { rowtest.Mutate(t, safeguarding.Sources(), 250) }
