package cli

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"bellwether/internal/disclosure"
)

// place writes a release as `bellwether release` does.
func placeRelease(t *testing.T, dir, council, profile, table string) string {
	t.Helper()
	file := filepath.Join(dir, strings.ToLower(council)+".csv")
	if err := os.WriteFile(file, []byte(table), 0o600); err != nil {
		t.Fatal(err)
	}
	terms := disclosure.Terms{Council: council, Subject: "concerns", From: "2025-04-01", To: "2025-10-01", By: "quarter", Profile: profile, At: "2025-11-01T00:00:00Z"}
	if err := writeTerms(file, []byte(table), terms); err != nil {
		t.Fatal(err)
	}
	return file
}

func rollup(t *testing.T, args ...string) (string, int) {
	t.Helper()
	var out bytes.Buffer
	code := Run(context.Background(), append([]string{"rollup"}, args...), Env{Stdout: &out, Stderr: &out, Now: time.Now, Getenv: os.Getenv})
	return out.String(), code
}

const (
	larkshire = "area,2025 Q2,2025 Q3,total\nNorth,40,55,95\nSouth,*,60,65\ntotal,45,115,160\n"
	wrenshire = "area,2025 Q3,total\nWrenshire,105,105\ntotal,105,105\n"
)

func TestRollUpOfReleases(t *testing.T) {
	dir := t.TempDir()
	a, b, out := placeRelease(t, dir, "Larkshire", "sac", larkshire), placeRelease(t, dir, "Wrenshire", "sac", wrenshire), filepath.Join(dir, "region.csv")
	said, code := rollup(t, a, b, "--out", out)
	if code != 0 || !strings.Contains(said, "2 councils") || !strings.Contains(said, "rounded to the nearest 5") {
		t.Fatalf("%d %s", code, said)
	}
	got, err := os.ReadFile(out)
	want := "council,2025 Q2,2025 Q3,total\nLarkshire,45,115,160\nWrenshire,0,105,105\n\"region, at least\",43,216,261\n\"region, at most\",46,224,269\n"
	if err != nil || string(got) != want {
		t.Errorf("%v\n%s\nwant\n%s", err, got, want)
	}
}

func TestReleasesThatAreRefused(t *testing.T) {
	dir := t.TempDir()
	a, other := placeRelease(t, dir, "Larkshire", "sac", larkshire), placeRelease(t, dir, "Wrenshire", "nhs", wrenshire)
	bare := filepath.Join(dir, "bare.csv")
	changed := placeRelease(t, dir, "Finchshire", "sac", wrenshire)
	odd := placeRelease(t, dir, "Oddshire", "sac", "area,2025 Q3,total\nOdd,x,5\ntotal,5,5\n")
	for file, text := range map[string]string{bare: wrenshire, changed: strings.ReplaceAll(wrenshire, "105", "110")} {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for name, c := range map[string]struct {
		file string
		code int
		want string
	}{
		"another rule":       {other, ExitRefused, "differ in the disclosure rule"},
		"the same twice":     {a, ExitRefused, "two tables"},
		"no terms":           {bare, ExitFailed, "ask the council for both files"},
		"changed since":      {changed, ExitRefused, "was changed since it was released"},
		"a cell that is odd": {odd, ExitFailed, "line 2, column 2025 Q3"},
	} {
		out := filepath.Join(dir, "region.csv")
		said, code := rollup(t, a, c.file, "--out", out)
		if _, err := os.Stat(out); code != c.code || !strings.Contains(said, c.want) || err == nil {
			t.Errorf("%s: %d %s (%v)", name, code, said, err)
		}
	}
}
