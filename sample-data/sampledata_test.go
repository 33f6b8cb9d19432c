package sampledata

import (
	"io/fs"
	"strings"
	"testing"
)

func TestTheCountyIsEmbedded(t *testing.T) {
	total, files := int64(0), 0
	err := fs.WalkDir(Larkshire, "larkshire", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		files++
		total += info.Size()
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if files < 150 || total < 5_000_000 || total >= 8_000_000 {
		t.Errorf("%d files of %d bytes", files, total)
	}
	data, err := Larkshire.ReadFile("larkshire/county.yml")
	if err != nil {
		t.Fatal(err)
	}
	if s := string(data); !strings.Contains(s, "as_of: 2026-10-01") || !strings.Contains(s, "note: fictional") {
		t.Errorf("county.yml says\n%s", s)
	}
}

func TestTruthReads(t *testing.T) {
	v, err := Truth()
	if err != nil {
		t.Fatal(err)
	}
	must, mustNot := 0, 0
	for _, s := range v.Stories {
		if s.MustFlag {
			must++
		}
		if s.MustNotFlag {
			mustNot++
		}
	}
	if len(v.Stories) != 10 || must != 5 || mustNot != 2 {
		t.Errorf("%d stories, %d must be flagged and %d must not", len(v.Stories), must, mustNot)
	}
}
