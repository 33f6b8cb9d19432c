package incidents_test

import (
	"testing"

	"bellwether/ingest/incidents"
	"bellwether/ingest/internal/rowtest"
)

// TestChangedFiles is the short form of FuzzIncidents in ingest/sources.
func TestChangedFiles(t *testing.T) { rowtest.Mutate(t, incidents.Sources(), 250) }
