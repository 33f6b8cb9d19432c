package gen

import (
	"bytes"
	"flag"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
)

var update = flag.Bool("update", false, "write the committed county anew")

const committed = "../larkshire"

func TestMain(m *testing.M) {
	flag.Parse()
	if *update {
		if err := os.RemoveAll(committed); err != nil {
			panic(err)
		}
		if err := Generate(Seed, committed); err != nil {
			panic(err)
		}
	}
	os.Exit(m.Run())
}

func TestCommittedCountyIsWhatTheSeedGives(t *testing.T) {
	files := made(t)
	want := map[string][]byte{}
	for _, f := range files {
		want[f.Path] = f.Data
	}
	seen := 0
	err := filepath.WalkDir(committed, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		rel, err := filepath.Rel(committed, path)
		if err != nil {
			return err
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		seen++
		w, ok := want[filepath.ToSlash(rel)]
		switch {
		case !ok:
			t.Errorf("%s is committed but not generated", rel)
		case !bytes.Equal(w, data):
			t.Errorf("%s differs from what the seed gives; run go test ./sample-data/gen -update", rel)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if seen != len(files) {
		t.Errorf("%d files committed, %d generated", seen, len(files))
	}
}
