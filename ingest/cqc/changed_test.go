package cqc_test

import (
	"testing"

	"bellwether/ingest/cqc"
	"bellwether/ingest/internal/rowtest"
)

// TestChangedFiles is the short form of FuzzCQC in ingest/sources.
func TestChangedFiles(t *testing.T) { rowtest.Mutate(t, cqc.Sources(), 250) }
