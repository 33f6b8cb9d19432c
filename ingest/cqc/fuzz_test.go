package cqc_test

import (
	"testing"

	"bellwether/ingest/cqc"
	"bellwether/ingest/internal/rowtest"
)

func FuzzDecode(f *testing.F) { rowtest.Fuzz(f, cqc.Sources()) }

// TestChangedFiles is the short form of FuzzDecode.
func TestChangedFiles(t *testing.T) { rowtest.Mutate(t, cqc.Sources(), 250) }
