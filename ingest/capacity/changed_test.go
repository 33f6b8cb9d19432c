package capacity_test

import (
	"testing"

	"bellwether/ingest/capacity"
	"bellwether/ingest/internal/rowtest"
)

// TestChangedFiles is the short form of FuzzCapacity in ingest/sources.
func TestChangedFiles(t *testing.T) { rowtest.Mutate(t, capacity.Sources(), 250) }
