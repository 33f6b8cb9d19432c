package pipeline

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"testing"
)

// What the analysis and the checks read of staging is still there when the models are done, and nothing is kept that they don't read.
func TestWhatIsReadAfterTheModelsIsKept(t *testing.T) {
	read := map[string]bool{}
	for _, pattern := range []string{"sql/*.sql", "../../transform/checks/*.sql", "../replay/sql/*.sql"} {
		files, err := filepath.Glob(pattern)
		if err != nil || len(files) == 0 {
			t.Fatalf("%s: %v", pattern, err)
		}
		for _, f := range files {
			text, err := os.ReadFile(f)
			if err != nil {
				t.Fatal(err)
			}
			for _, table := range regexp.MustCompile(`staging\.[a-z_]+`).FindAllString(string(text), -1) {
				read[table] = true
				if !slices.Contains(readAfterModels, table) {
					t.Errorf("%s reads %s, which is let go with the last model that reads it; name it in readAfterModels", f, table)
				}
			}
		}
	}
	for _, table := range readAfterModels {
		if !read[table] {
			t.Errorf("%s is kept for nobody", table)
		}
	}
}
