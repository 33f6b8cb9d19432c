package incidents_test

import (
	"testing"

	"bellwether/ingest/incidents"
	"bellwether/ingest/internal/rowtest"
)

func FuzzDecode(f *testing.F) { rowtest.Fuzz(f, incidents.Sources()) }

// TestChangedFiles is the short form of FuzzDecode.
func TestChangedFiles(t *testing.T) { rowtest.Mutate(t, incidents.Sources(), 250) }
