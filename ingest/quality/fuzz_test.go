package quality_test

import (
	"testing"

	"bellwether/ingest/internal/rowtest"
	"bellwether/ingest/quality"
)

func FuzzDecode(f *testing.F) { rowtest.Fuzz(f, quality.Sources()) }

// TestChangedFiles is the short form of FuzzDecode.
func TestChangedFiles(t *testing.T) { rowtest.Mutate(t, quality.Sources(), 250) }
