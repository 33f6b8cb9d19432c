package disclosure

import (
	"fmt"
	"slices"
	"strconv"
)

// Terms are what a released table says of itself, beside its cells: two tables can be rolled up only if they agree in all but the council.
type Terms struct {
	Format  int    `json:"format"`
	Council string `json:"council"`
	Subject string `json:"subject"` // what is counted
	From    string `json:"from"`    // the first day counted
	To      string `json:"to"`      // the first day no longer counted
	By      string `json:"by"`      // month, quarter or year
	Profile string `json:"profile"` // the rule by which counts are hidden and rounded
	// Besides says that something was hidden besides what the rule hides: a hidden cell may then stand for any count.
	Besides bool   `json:"hidden_besides"`
	At      string `json:"released_at"`
	SHA256  string `json:"sha256"` // of the table's file
}

// TermsFormat is the version of Terms.
const TermsFormat = 1

// Council is the table of one council as it was released, read back.
type Council struct {
	Terms
	Columns []string // without the total
	Areas   []string // without the total
	Shown   [][]Cell // a row for each area and one for the total; a cell for each column and one for the total
}

// Between is what a count can be for whoever sees what was released.
type Between struct {
	Least, Most int64
	Open        bool // nothing that was released says how large it can be
}

// Line is one line of a regional table: a council's, or the region's.
type Line struct {
	Name  string
	Shown []Cell // the council's own totals as it released them; none for the region
	Can   []Between
}

// Region is the table of several councils: a column for each span of time and one for the total.
type Region struct {
	Terms
	Columns  []string
	Councils []Line
	Whole    Line
}

// MixedError says that released tables can't be added up.
type MixedError struct{ What, One, Other, First, Second string }

// Error names both councils and the next step.
func (e *MixedError) Error() string {
	return fmt.Sprintf("%s and %s differ in %s (%q and %q): what was counted or hidden differently can't be added up; ask for releases made alike", e.One, e.Other, e.What, e.First, e.Second)
}

// RollUp adds released tables up. Nothing is read that was not released, so nothing is given away that was not given away before; since counts
// were rounded and hidden, a sum is known between two bounds and never exactly, and the truth always lies between them.
func RollUp(all []Council) (Region, error) {
	if len(all) < 2 {
		return Region{}, fmt.Errorf("disclosure: a region is two councils at least, not %d", len(all))
	}
	all = slices.Clone(all)
	slices.SortFunc(all, func(a, b Council) int { return compare(a.Council, b.Council) })
	out := Region{Terms: all[0].Terms, Columns: columnsOf(all)}
	out.Council, out.SHA256, out.At = "", "", ""
	profile, err := Find(out.Profile)
	if err != nil {
		return Region{}, err
	}
	out.Whole = Line{Name: "region", Can: make([]Between, len(out.Columns)+1)}
	for i, c := range all {
		if i > 0 {
			if err := alike(all[i-1], c); err != nil {
				return Region{}, err
			}
		}
		line, err := c.line(profile, out.Columns)
		if err != nil {
			return Region{}, err
		}
		for k, b := range line.Can {
			w := &out.Whole.Can[k]
			w.Least, w.Most, w.Open = w.Least+b.Least, w.Most+b.Most, w.Open || b.Open
		}
		out.Councils = append(out.Councils, line)
	}
	return out, nil
}

func compare(a, b string) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// alike holds two tables against each other.
func alike(a, b Council) error {
	if a.Council == b.Council {
		return fmt.Errorf("disclosure: there are two tables of %q: name each council once", a.Council)
	}
	for _, d := range [][3]string{{"the disclosure rule", a.Profile, b.Profile}, {"what is counted", a.Subject, b.Subject}, {"the first day", a.From, b.From}, {"the last day", a.To, b.To},
		{"the span of a column", a.By, b.By}, {"the form of the table", strconv.Itoa(a.Format), strconv.Itoa(b.Format)}} {
		if d[1] != d[2] {
			return &MixedError{What: d[0], One: a.Council, Other: b.Council, First: d[1], Second: d[2]}
		}
	}
	return nil
}

// columnsOf are the columns of all tables, in order. A council that counted nothing in one has no such column.
func columnsOf(all []Council) []string {
	var out []string
	for _, c := range all {
		for _, name := range c.Columns {
			if !slices.Contains(out, name) {
				out = append(out, name)
			}
		}
	}
	slices.Sort(out)
	return out
}

// line gives a council's totals as they were released, and what each can be for whoever sees the whole of its table.
func (c Council) line(p Profile, columns []string) (Line, error) {
	rows, cols := len(c.Areas), len(c.Columns)
	if len(c.Shown) != rows+1 || rows == 0 || cols == 0 {
		return Line{}, fmt.Errorf("disclosure: the table of %s has no area, or no total", c.Council)
	}
	for _, row := range c.Shown {
		if len(row) != cols+1 {
			return Line{}, ErrShape
		}
	}
	g := &grid{p: p, shown: c.Shown, besides: c.Besides, rows: rows, cols: cols}
	spans := g.narrow()
	line := Line{Name: c.Council}
	for _, name := range append(slices.Clone(columns), "") {
		k := slices.Index(c.Columns, name)
		if name == "" {
			k = cols
		}
		if k < 0 { // nothing was counted there
			line.Shown, line.Can = append(line.Shown, Cell{}), append(line.Can, Between{})
			continue
		}
		s := spans[rows][k]
		if s.lo > s.hi {
			return Line{}, fmt.Errorf("disclosure: the table of %s contradicts itself in %s: was it changed since it was released?", c.Council, name)
		}
		line.Shown = append(line.Shown, c.Shown[rows][k])
		line.Can = append(line.Can, Between{Least: s.lo, Most: s.hi, Open: s.hi >= noLimit/2})
	}
	return line, nil
}
