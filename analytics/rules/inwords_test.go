package rules_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"bellwether/analytics/rules/sets"
)

var updateWords = flag.Bool("update-words", false, "write the rules in words anew")

// Every rule of every set that ships reads as a sentence: no expression, no indicator's name, no constant is left in it.
func TestEveryRuleReadsAsASentence(t *testing.T) {
	var all strings.Builder
	for _, name := range sets.IDs() {
		set, err := sets.Load(name)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&all, "# %s\n\n", name)
		for i := range set.Rules {
			r := set.Rules[i]
			said := set.InWords(r)
			for _, never := range []string{"&&", "||", ">=", "==", "_"} {
				if strings.Contains(said, never) {
					t.Errorf("%s, %s reads %q", name, r.ID, said)
				}
			}
			fmt.Fprintf(&all, "%s\n  %s\n", r.Title, said)
		}
		all.WriteString("\n")
	}
	file := filepath.Join("testdata", "inwords.golden.txt")
	if *updateWords {
		if err := os.WriteFile(file, []byte(all.String()), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if string(want) != all.String() {
		t.Errorf("read the change, then run with -update-words:\n%s", all.String())
	}
}
