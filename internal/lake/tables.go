package lake

import (
	_ "embed"
	"fmt"
	"maps"
	"slices"
	"sync"

	"github.com/goccy/go-yaml"
)

//go:embed tables.yml
var tablesYAML []byte

// Table is one table that is published.
type Table struct {
	Name    string            `yaml:"table"` // schema.table of the snapshot
	Year    string            `yaml:"year"`  // the date column by whose years it is parted; "" for one part
	Columns []string          `yaml:"columns"`
	Held    map[string]string `yaml:"held"` // columns that stay behind, and why
}

// Terms say what is published and what is not.
type Terms struct {
	Publish []Table           `yaml:"publish"`
	Hold    map[string]string `yaml:"hold"` // tables that stay behind, and why
}

// Tables gives the terms that the program was built with.
var Tables = sync.OnceValues(func() (Terms, error) {
	var t Terms
	if err := yaml.UnmarshalWithOptions(tablesYAML, &t, yaml.DisallowUnknownField()); err != nil {
		return t, fmt.Errorf("tables.yml: %w", err)
	}
	return t, nil
})

// held lists what stays behind, in the order of names.
func (t Terms) held() []HeldBack {
	why := maps.Clone(t.Hold)
	for _, p := range t.Publish {
		for column, reason := range p.Held {
			why[p.Name+"."+column] = reason
		}
	}
	out := make([]HeldBack, 0, len(why))
	for _, what := range slices.Sorted(maps.Keys(why)) {
		out = append(out, HeldBack{what, why[what]})
	}
	return out
}
