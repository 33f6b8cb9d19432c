package contracts_test

import (
	"testing"

	"bellwether/ingest/contracts"
	"bellwether/ingest/internal/rowtest"
)

// TestChangedFiles is the short form of FuzzContracts in ingest/sources.
func TestChangedFiles(t *testing.T) { rowtest.Mutate(t, contracts.Sources(), 250) }
