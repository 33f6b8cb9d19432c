package disclosure

import (
	"errors"
	"slices"
)

// Table is a cross-table of counts: rows by columns, without totals.
type Table [][]int64

// Released is a table as it may leave: each cell, the total of each row and column, and the total of all.
type Released struct {
	Cells      [][]Cell
	RowTotals  []Cell
	ColTotals  []Cell
	Total      Cell
	Suppressed int // cells and totals that were hidden besides those that the rule hides
}

// ErrShape is returned for a table whose rows differ in length, or that is too large to be gone through.
var ErrShape = errors.New("disclosure: a table has rows of one length, at most 200 by 200")

// grid is a table with its totals in one more row and column: the last row holds the column totals, the last column the row totals.
type grid struct {
	p       Profile
	true    [][]int64
	shown   [][]Cell
	besides bool // something was hidden besides what the rule hides: hidden cells may be either
	rows    int
	cols    int
}

// Publish applies a profile to a table. Totals are worked out on the counts as they are, then shown by the same rule. Where the totals
// leave a hidden count fewer than four possible values, totals and cells beside it are hidden too, the smallest first.
func Publish(p Profile, t Table) (Released, error) {
	g, err := newGrid(p, t)
	if err != nil {
		return Released{}, err
	}
	hidden := 0
	for round := 0; ; round++ {
		r, c, found := g.weakest()
		if !found {
			break
		}
		if !g.hideBeside(r, c) || round > (g.rows+1)*(g.cols+1) {
			return Released{}, errors.New("disclosure: no way was found to show this table; show fewer rows or columns")
		}
		hidden++
	}
	out := Released{Total: g.shown[g.rows][g.cols], Suppressed: hidden}
	for r := range g.rows {
		out.Cells = append(out.Cells, slices.Clone(g.shown[r][:g.cols]))
		out.RowTotals = append(out.RowTotals, g.shown[r][g.cols])
	}
	out.ColTotals = slices.Clone(g.shown[g.rows][:g.cols])
	return out, nil
}

func newGrid(p Profile, t Table) (*grid, error) {
	if len(t) == 0 || len(t) > 200 || len(t[0]) == 0 || len(t[0]) > 200 {
		return nil, ErrShape
	}
	g := &grid{p: p, rows: len(t), cols: len(t[0])}
	sums := make([]int64, g.cols+1)
	for _, row := range t {
		if len(row) != g.cols {
			return nil, ErrShape
		}
		line := slices.Clone(row)
		sum := int64(0)
		for c, n := range row {
			if n < 0 {
				return nil, errors.New("disclosure: a count is negative")
			}
			sum += n
			sums[c] += n
		}
		sums[g.cols] += sum
		g.true = append(g.true, append(line, sum))
	}
	g.true = append(g.true, sums)
	for _, row := range g.true {
		line := make([]Cell, len(row))
		for c, n := range row {
			line[c] = p.Show(n)
		}
		g.shown = append(g.shown, line)
	}
	return g, nil
}

// narrow works out what every cell and total can be for somebody who sees all that is shown and knows that the parts make the totals:
// integer intervals, narrowed along every row and column until nothing changes.
func (g *grid) narrow() [][]span {
	s := make([][]span, g.rows+1)
	for r := range s {
		s[r] = make([]span, g.cols+1)
		for c := range s[r] {
			s[r][c] = g.p.possible(g.shown[r][c], g.besides)
		}
	}
	for changed, round := true, 0; changed && round < 50; round++ {
		changed = false
		for r := range s {
			line := make([]*span, g.cols+1)
			for c := range line {
				line[c] = &s[r][c]
			}
			changed = tighten(line) || changed
		}
		for c := range g.cols + 1 {
			line := make([]*span, g.rows+1)
			for r := range line {
				line[r] = &s[r][c]
			}
			changed = tighten(line) || changed
		}
	}
	return s
}

// tighten narrows the parts and, at the end of the line, their total.
func tighten(line []*span) (changed bool) {
	parts, total := line[:len(line)-1], line[len(line)-1]
	lo, hi := int64(0), int64(0)
	for _, p := range parts {
		lo, hi = lo+p.lo, min(hi+p.hi, noLimit)
	}
	set := func(s *span, from, to int64) {
		from, to = max(s.lo, from), min(s.hi, to)
		if from > s.lo || to < s.hi {
			s.lo, s.hi, changed = from, to, true
		}
	}
	set(total, lo, hi)
	for _, p := range parts {
		others := hi - p.hi
		if hi >= noLimit { // at least one has no limit: the others' sum has one only if it is this one
			others = 0
			for _, o := range parts {
				if o != p {
					others = min(others+o.hi, noLimit)
				}
			}
		}
		set(p, max(0, total.lo-others), total.hi-(lo-p.lo))
	}
	return changed
}

// weakest finds a count that the rule hides and that those who see the table could pin down: fewer than four values are left to it.
// What was hidden besides would have been shown by itself, so it needs no room of its own.
func (g *grid) weakest() (row, col int, found bool) {
	s := g.narrow()
	for r := range s {
		for c := range s[r] {
			if g.p.Show(g.true[r][c]).Hidden && s[r][c].hi-s[r][c].lo+1 < leastOpen {
				return r, c, true
			}
		}
	}
	return 0, 0, false
}

// hideBeside hides one more shown cell or total: the smallest in the row or column of the one that is weak, else the smallest anywhere.
func (g *grid) hideBeside(row, col int) bool {
	best, at := int64(-1), [2]int{}
	try := func(r, c int) {
		if g.shown[r][c].Hidden {
			return
		}
		if n := g.true[r][c]; best < 0 || n < best {
			best, at = n, [2]int{r, c}
		}
	}
	for c := range g.cols + 1 {
		try(row, c)
	}
	for r := range g.rows + 1 {
		try(r, col)
	}
	if best < 0 {
		for r := range g.rows + 1 {
			for c := range g.cols + 1 {
				try(r, c)
			}
		}
	}
	if best < 0 {
		return false
	}
	g.shown[at[0]][at[1]], g.besides = Cell{Hidden: true}, true
	return true
}
