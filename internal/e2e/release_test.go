package e2e

import (
	"encoding/csv"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// TestReleaseHidesSmallCountsAndRefusesDifferences writes one release, reads it as an outsider would, and asks for another cut of the
// same days that would give hidden counts back.
func TestReleaseHidesSmallCountsAndRefusesDifferences(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "concerns.csv")
	args := []string{"release", "--dir", demo.dir, "--from", "2025-10-01", "--to", "2026-10-01", "--out", file}
	if out, code := command(append(args, "--approved", "")...); code != 2 || !strings.Contains(out, "second person") {
		t.Errorf("without a second person: %d %s", code, out)
	}
	out, code := command(append(args, "--approved", "gil")...)
	if code != 0 || !strings.Contains(out, "rounded to the nearest 5") {
		t.Fatalf("%d %s", code, out)
	}
	body, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(strings.NewReader(string(body))).ReadAll()
	if err != nil || len(rows) < 3 || rows[0][0] != "area" || rows[len(rows)-1][0] != "total" {
		t.Fatalf("%v\n%s", err, body)
	}
	for _, row := range rows[1:] {
		for _, cell := range row[1:] {
			if n, err := strconv.Atoi(cell); cell != "*" && (err != nil || n%5 != 0 || n < 5) {
				t.Errorf("%s: the cell %q leaves", row[0], cell)
			}
		}
	}
	if out, code := command(append(args, "--approved", "gil")...); code != 0 {
		t.Errorf("the same release again: %d %s", code, out)
	}
	if out, code := command("release", "--dir", demo.dir, "--from", "later", "--to", "2026-10-01", "--out", file, "--approved", "gil"); code != 2 || !strings.Contains(out, "2025-04-01") {
		t.Errorf("a day that is none: %d %s", code, out)
	}
}
