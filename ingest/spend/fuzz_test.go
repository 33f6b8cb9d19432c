package spend_test

import (
	"testing"

	"bellwether/ingest/internal/rowtest"
	"bellwether/ingest/spend"
)

func FuzzDecode(f *testing.F) { rowtest.Fuzz(f, spend.Sources()) }

// TestChangedFiles is the short form of FuzzDecode.
func TestChangedFiles(t *testing.T) { rowtest.Mutate(t, spend.Sources(), 250) }
