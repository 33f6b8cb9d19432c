package quality_test

import (
	"testing"

	"bellwether/ingest/internal/rowtest"
	"bellwether/ingest/quality"
)

// TestChangedFiles is the short form of FuzzQuality in ingest/sources.
func TestChangedFiles(t *testing.T) { rowtest.Mutate(t, quality.Sources(), 250) }
