package localregister_test

import (
	"testing"

	"bellwether/ingest/internal/rowtest"
	"bellwether/ingest/localregister"
)

// TestChangedFiles is the short form of FuzzLocalRegister in ingest/sources.
func TestChangedFiles(t *testing.T) { rowtest.Mutate(t, localregister.Sources(), 250) }
