package placements_test

import (
	"testing"

	"bellwether/ingest/internal/rowtest"
	"bellwether/ingest/placements"
)

func FuzzDecode(f *testing.F) { rowtest.Fuzz(f, placements.Sources()) }

// TestChangedFiles is the short form of FuzzDecode.
func TestChangedFiles(t *testing.T) { rowtest.Mutate(t, placements.Sources(), 250) }
