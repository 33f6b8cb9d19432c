// Package sets holds the rule sets that ship with the product and the examples
// that show what they do. Each is one YAML file that a council may copy and
// change.
package sets

import (
	"embed"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"bellwether/analytics/rules"
)

//go:embed *.yml
var files embed.FS

// Default is the id of the set used where none is configured.
const Default = "default"

// IDs lists the shipped sets, the default first.
func IDs() []string {
	names, _ := fs.Glob(files, "*.yml")
	var ids []string
	for _, n := range names {
		if !strings.HasSuffix(n, ".cases.yml") && n != Default+".yml" {
			ids = append(ids, strings.TrimSuffix(n, ".yml"))
		}
	}
	slices.Sort(ids)
	return append([]string{Default}, ids...)
}

// Source returns the YAML of a shipped set, to be printed or copied.
func Source(id string) ([]byte, error) { return read(id, ".yml") }

// CasesSource returns the YAML of a shipped set's examples.
func CasesSource(id string) ([]byte, error) { return read(id, ".cases.yml") }

// Load returns a shipped set.
func Load(id string) (*rules.Set, error) {
	src, err := Source(id)
	if err != nil {
		return nil, err
	}
	return rules.Load(id+".yml", src)
}

// Cases returns the examples of a shipped set.
func Cases(id string) (*rules.Cases, error) {
	src, err := CasesSource(id)
	if err != nil {
		return nil, err
	}
	return rules.ParseCases(id+".cases.yml", src)
}

func read(id, suffix string) ([]byte, error) {
	src, err := files.ReadFile(id + suffix)
	if err != nil || strings.Contains(id, ".") {
		return nil, fmt.Errorf("no rule set called %q is shipped; there are %s", id, strings.Join(IDs(), ", "))
	}
	return src, nil
}
