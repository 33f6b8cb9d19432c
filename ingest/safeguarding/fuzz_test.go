package safeguarding_test

import (
	"testing"

	"bellwether/ingest/internal/rowtest"
	"bellwether/ingest/safeguarding"
)

func FuzzDecode(f *testing.F) { rowtest.Fuzz(f, safeguarding.Sources()) }

// TestChangedFiles is the short form of FuzzDecode.
func TestChangedFiles(t *testing.T) { rowtest.Mutate(t, safeguarding.Sources(), 250) }
