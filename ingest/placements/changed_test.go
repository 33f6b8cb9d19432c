package placements_test

import (
	"testing"

	"bellwether/ingest/internal/rowtest"
	"bellwether/ingest/placements"
)

// TestChangedFiles is the short form of FuzzPlacements in ingest/sources.
func TestChangedFiles(t *testing.T) { rowtest.Mutate(t, placements.Sources(), 250) }
