package localregister_test

import (
	"testing"

	"bellwether/ingest/internal/rowtest"
	"bellwether/ingest/localregister"
)

func FuzzDecode(f *testing.F) { rowtest.Fuzz(f, localregister.Sources()) }

// TestChangedFiles is the short form of FuzzDecode.
func TestChangedFiles(t *testing.T) { rowtest.Mutate(t, localregister.Sources(), 250) }
