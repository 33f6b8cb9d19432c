package access

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var (
	namedTest = regexp.MustCompile("`(Test[A-Z][A-Za-z]+)`")
	madeTest  = regexp.MustCompile(`(?m)^func (Test[A-Za-z0-9]+)\(`)
)

// TestPapersNameTestsThatExist holds the papers on security to their word: each test that they call a proof is there to be run.
func TestPapersNameTestsThatExist(t *testing.T) {
	root := filepath.Join("..", "..")
	made := map[string]bool{}
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (d.Name() == "node_modules" || strings.HasPrefix(d.Name(), ".git")) {
			return fs.SkipDir
		}
		if !strings.HasSuffix(path, "_test.go") {
			return nil
		}
		body, err := os.ReadFile(path)
		for _, m := range madeTest.FindAllSubmatch(body, -1) {
			made[string(m[1])] = true
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	papers, err := filepath.Glob(filepath.Join(root, "docs", "trust", "*.md"))
	if err != nil {
		t.Fatal(err)
	}
	named := 0
	for _, paper := range append(papers, filepath.Join(root, "docs", "security.md")) {
		body, err := os.ReadFile(paper)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range namedTest.FindAllSubmatch(body, -1) {
			named++
			if !made[string(m[1])] {
				t.Errorf("%s names %s, which does not exist", filepath.Base(paper), m[1])
			}
		}
	}
	if named < 20 {
		t.Errorf("the papers name %d tests", named)
	}
}
