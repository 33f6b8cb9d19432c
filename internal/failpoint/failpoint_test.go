package failpoint

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

func TestUnarmedPointsDoNothing(t *testing.T) {
	for _, name := range Names() {
		if err := At(name); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	want := errors.New("stop here")
	var passed []string
	Arm(func(name string) error {
		passed = append(passed, name)
		if name == Checked {
			return want
		}
		return nil
	})
	if err := At(Analysed); err != nil {
		t.Error(err)
	}
	if err := At(Checked); !errors.Is(err, want) {
		t.Error(err)
	}
	Arm(nil)
	if err := At(Checked); err != nil || !slices.Equal(passed, []string{Analysed, Checked}) {
		t.Errorf("%v, passed %v", err, passed)
	}
}

// sources reads every Go file of the program, tests apart.
func sources(t *testing.T) map[string]string {
	t.Helper()
	out := map[string]string{}
	err := filepath.WalkDir("../..", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (d.Name() == "node_modules" || d.Name() == ".git") {
			return fs.SkipDir
		}
		if d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return nil
		}
		src, err := os.ReadFile(path)
		out[filepath.ToSlash(path)] = string(src)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// TestNoReleaseCanBeArmed reads the program for anything that arms a point.
func TestNoReleaseCanBeArmed(t *testing.T) {
	all := sources(t)
	if len(all) < 300 {
		t.Fatalf("only %d files were read", len(all))
	}
	arms := regexp.MustCompile(`failpoint\.(Arm|armed)\b`)
	for path, src := range all {
		if strings.HasSuffix(path, "internal/failpoint/failpoint.go") {
			if strings.Contains(src, "Getenv") || strings.Contains(src, `"os"`) {
				t.Errorf("%s reads the environment", path)
			}
			continue
		}
		if arms.MatchString(src) {
			t.Errorf("%s arms failpoints: only tests may", path)
		}
	}
	if !arms.MatchString("failpoint.Arm(func") {
		t.Error("the pattern finds nothing")
	}
}

// TestEveryPointIsPassed holds the names against the places that call At.
func TestEveryPointIsPassed(t *testing.T) {
	calls := regexp.MustCompile(`failpoint\.At\(failpoint\.(\w+)\)`)
	passed := map[string]int{}
	for _, src := range sources(t) {
		for _, m := range calls.FindAllStringSubmatch(src, -1) {
			passed[m[1]]++
		}
	}
	src, err := os.ReadFile("failpoint.go")
	if err != nil {
		t.Fatal(err)
	}
	declared := regexp.MustCompile(`(?m)^\t(\w+) += "([a-z-]+)"`).FindAllStringSubmatch(string(src), -1)
	if len(declared) != len(Names()) {
		t.Fatalf("%d points are declared, %d listed", len(declared), len(Names()))
	}
	for _, d := range declared {
		if passed[d[1]] == 0 {
			t.Errorf("nothing passes %s", d[1])
		}
		if !slices.Contains(Names(), d[2]) {
			t.Errorf("%s is not listed", d[2])
		}
	}
}
