package rowtest

import (
	"errors"
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"bellwether/ingest"
)

var update = flag.Bool("update", false, "write the golden files anew")

// Render shows what a decoder did so that a person can read it: rows with their filled cells in the contract's order, what was
// held, what was noted, and the refusal of the file.
func (o *Out) Render(err error) string {
	var b strings.Builder
	for _, name := range slices.Sorted(maps.Keys(o.Rows)) {
		for i, row := range o.Rows[name] {
			fmt.Fprintf(&b, "%s, row %d\n", name, o.Numbers[name][i])
			for _, f := range o.Tables[name].Fields {
				if v, ok := row[f.Name]; ok {
					fmt.Fprintf(&b, "  %s: %s\n", f.Name, v)
				}
			}
		}
	}
	list := func(title string, lines []string) {
		if len(lines) > 0 {
			fmt.Fprintf(&b, "%s\n", title)
		}
		for _, l := range lines {
			fmt.Fprintf(&b, "  %s\n", l)
		}
	}
	list("held", o.Words())
	list("refused by the contract", o.Refused)
	list("kept though outside its list", o.Odd)
	list("notes", o.Notes)
	for _, d := range o.Dates {
		fmt.Fprintf(&b, "as at %s\n", d.Format("2006-01-02"))
	}
	var refused *ingest.FileError
	if errors.As(err, &refused) {
		fmt.Fprintf(&b, "file refused (%s)\n  %v\n", refused.Code, refused)
	} else if err != nil {
		fmt.Fprintf(&b, "error\n  %v\n", err)
	}
	return b.String()
}

// Golden compares with testdata/<name>.golden, or writes it when the test runs with -update.
func Golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name+".golden")
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(string(want), got); d != "" {
		t.Errorf("%s differs (-want +got), run with -update if the change is meant:\n%s", path, d)
	}
}

// Read reads a file of testdata.
func Read(t testing.TB, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return b
}
