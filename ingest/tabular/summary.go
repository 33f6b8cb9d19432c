package tabular

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// tally counts what a row fills.
func (v *viewer) tally(cells []string) {
	for i, c := range cells {
		if c == "" {
			continue
		}
		v.filled[i]++
		f := &v.t.Fields[i]
		if len(f.Enum) == 0 {
			continue
		}
		if v.codes[i] == nil {
			v.codes[i] = map[string]int64{}
		}
		parts := []string{c}
		if f.Separator != "" {
			parts = strings.Split(c, f.Separator)
		}
		for _, p := range parts {
			if slices.Contains(f.Enum, p) {
				v.codes[i][p]++
			} else {
				v.codes[i][""]++
			}
		}
	}
}

// summary says of each field in how many rows it is filled, and how the rows fall under its codes. Nothing that is not a code is
// quoted.
func (v *viewer) summary() []string {
	var out []string
	for i := range v.filled {
		f := &v.t.Fields[i]
		if f.Dropped() {
			continue
		}
		line := fmt.Sprintf("%s: filled in %d of %d rows", f.Name, v.filled[i], v.p.Read)
		codes := make([]string, 0, len(v.codes[i]))
		for code := range v.codes[i] {
			codes = append(codes, code)
		}
		slices.SortFunc(codes, func(a, b string) int { return cmp.Or(cmp.Compare(v.codes[i][b], v.codes[i][a]), cmp.Compare(a, b)) })
		for n, code := range codes {
			lead := ", "
			if n == 0 {
				lead = ": "
			}
			name := code
			if code == "" {
				name = "a word without a code"
			}
			line += fmt.Sprintf("%s%s %d", lead, name, v.codes[i][code])
		}
		if v.filled[i] > 0 || f.Required {
			out = append(out, line)
		}
	}
	return out
}
