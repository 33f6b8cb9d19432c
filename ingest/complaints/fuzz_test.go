package complaints_test

import (
	"testing"

	"bellwether/ingest/complaints"
	"bellwether/ingest/internal/rowtest"
)

func FuzzDecode(f *testing.F) { rowtest.Fuzz(f, complaints.Sources()) }

// TestChangedFiles is the short form of FuzzDecode.
func TestChangedFiles(t *testing.T) { rowtest.Mutate(t, complaints.Sources(), 250) }
