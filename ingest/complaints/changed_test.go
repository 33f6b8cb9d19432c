package complaints_test

import (
	"testing"

	"bellwether/ingest/complaints"
	"bellwether/ingest/internal/rowtest"
)

// TestChangedFiles is the short form of FuzzComplaints in ingest/sources.
func TestChangedFiles(t *testing.T) { rowtest.Mutate(t, complaints.Sources(), 250) }
