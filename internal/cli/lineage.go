package cli

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"bellwether/transform"
)

type lineageCmd struct {
	Table string `arg:"" optional:"" help:"A table, such as core.concern; all tables if left out."`
}

// Help gives an example.
func (lineageCmd) Help() string { return "Example:\n  bellwether lineage mart.location_week" }

type lineageLine struct {
	Table     string   `json:"table"`
	Says      string   `json:"says"`
	DependsOn []string `json:"depends_on"`
}

// Run prints what each table reads, or the whole tree above one table.
func (c lineageCmd) Run(s *session) error {
	models, err := transform.Models()
	if err != nil {
		return err
	}
	byTable := map[string]transform.Model{}
	var lines []lineageLine
	for _, m := range models {
		byTable[m.Table] = m
		if c.Table == "" || c.Table == m.Table {
			lines = append(lines, lineageLine{m.Table, m.Says, m.DependsOn})
		}
	}
	if len(lines) == 0 {
		return usage{fmt.Errorf("no table is called %q; `bellwether lineage` lists them all", c.Table)}
	}
	if s.JSON {
		return printJSON(s.Stdout, lines)
	}
	if c.Table != "" {
		fmt.Fprintf(s.Stdout, "%s: %s\n", lines[0].Table, lines[0].Says)
		tree(s.Stdout, byTable, c.Table, "", nil)
		return nil
	}
	for _, l := range lines {
		fmt.Fprintf(s.Stdout, "%-28s ← %s\n", l.Table, strings.Join(l.DependsOn, ", "))
	}
	return nil
}

// tree draws everything above a table, once per branch.
func tree(w io.Writer, byTable map[string]transform.Model, table, indent string, trail []string) {
	deps := byTable[table].DependsOn
	for i, d := range deps {
		branch, next := "├─ ", "│  "
		if i == len(deps)-1 {
			branch, next = "└─ ", "   "
		}
		fmt.Fprintf(w, "%s%s%s\n", indent, branch, d)
		if !slices.Contains(trail, d) {
			tree(w, byTable, d, indent+next, append(trail, d))
		}
	}
}
