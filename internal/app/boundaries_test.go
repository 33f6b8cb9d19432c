package app

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestBoundaries(t *testing.T) {
	path := filepath.Join(t.TempDir(), "boundaries.geojson")
	if lines, err := boundaries(path); err != nil || lines != nil {
		t.Errorf("without a file: %v, %v", lines, err)
	}
	for body, fault := range map[string]string{`{"type":"LineString","coordinates":[[0,1],[1,1]]}`: "", `{}`: "correct the file or take it away"} {
		if err := os.WriteFile(path, []byte(body), 0o600); err != nil {
			t.Fatal(err)
		}
		lines, err := boundaries(path)
		if fault == "" && (err != nil || len(lines) != 1) || fault != "" && (err == nil || !strings.Contains(err.Error(), fault)) {
			t.Errorf("%s: %v, %v", body, lines, err)
		}
	}
}
