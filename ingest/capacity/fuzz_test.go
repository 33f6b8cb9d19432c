package capacity_test

import (
	"testing"

	"bellwether/ingest/capacity"
	"bellwether/ingest/internal/rowtest"
)

func FuzzDecode(f *testing.F) { rowtest.Fuzz(f, capacity.Sources()) }

// TestChangedFiles is the short form of FuzzDecode.
func TestChangedFiles(t *testing.T) { rowtest.Mutate(t, capacity.Sources(), 250) }
