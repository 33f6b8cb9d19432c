package finance_test

import (
	"testing"

	"bellwether/ingest/finance"
	"bellwether/ingest/internal/rowtest"
)

// TestChangedFiles is the short form of FuzzFinance in ingest/sources.
func TestChangedFiles(t *testing.T) { rowtest.Mutate(t, finance.Sources(), 250) }
