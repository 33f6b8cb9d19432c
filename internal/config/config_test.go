package config

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestGoodAndBadFiles(t *testing.T) {
	files, err := filepath.Glob("testdata/*.yml")
	if err != nil || len(files) < 6 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	for _, f := range files {
		t.Run(filepath.Base(f), func(t *testing.T) {
			src, err := os.ReadFile(f)
			if err != nil {
				t.Fatal(err)
			}
			_, err = Parse(f, src)
			if strings.HasSuffix(f, ".good.yml") {
				if err != nil {
					t.Fatal(err)
				}
				return
			}
			// A bad file's first line says which words its message must hold.
			first, _, _ := strings.Cut(string(src), "\n")
			want := strings.TrimPrefix(first, "# message: ")
			if err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), f) {
				t.Fatalf("got %v\nwant the file's name and %q", err, want)
			}
		})
	}
}

func TestMissingInstanceNamesTheNextStep(t *testing.T) {
	_, err := Load(filepath.Join(t.TempDir(), "nowhere"))
	if !errors.Is(err, ErrNoInstance) || !strings.Contains(err.Error(), "bellwether init") {
		t.Fatal(err)
	}
}

func TestUnknownSourceIsNamed(t *testing.T) {
	c := Default()
	c.Sources["cqc"] = Source{}
	if err := c.CheckSources([]string{"cqc_api"}); err == nil || !strings.Contains(err.Error(), "sources.cqc") || !strings.Contains(err.Error(), "cqc_api") {
		t.Fatal(err)
	}
}
