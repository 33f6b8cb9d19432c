package finance_test

import (
	"testing"

	"bellwether/ingest/finance"
	"bellwether/ingest/internal/rowtest"
)

func FuzzDecode(f *testing.F) { rowtest.Fuzz(f, finance.Sources()) }

// TestChangedFiles is the short form of FuzzDecode.
func TestChangedFiles(t *testing.T) { rowtest.Mutate(t, finance.Sources(), 250) }
