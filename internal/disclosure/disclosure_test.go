package disclosure

import (
	"errors"
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"
)

func TestShow(t *testing.T) {
	for _, tt := range []struct {
		p    Profile
		n    int64
		want string
	}{
		{SAC, 0, "*"}, {SAC, 1, "*"}, {SAC, 4, "*"}, {SAC, 5, "5"}, {SAC, 7, "5"}, {SAC, 8, "10"}, {SAC, 12, "10"}, {SAC, 13, "15"}, {SAC, 587965, "587965"}, {SAC, 587968, "587970"},
		{NHS, 0, "0"}, {NHS, 1, "*"}, {NHS, 7, "*"}, {NHS, 8, "10"}, {NHS, 12, "10"}, {NHS, 13, "15"},
	} {
		if got := tt.p.Show(tt.n).String(); got != tt.want {
			t.Errorf("%s: %d is shown as %s, want %s", tt.p.Name, tt.n, got, tt.want)
		}
	}
	for name, want := range map[string]string{"sac": "sac", "nhs": "nhs", "": "", "none": ""} {
		if p, err := Find(name); p.Name != want || (err == nil) != (want != "") {
			t.Errorf("Find(%q) = %v, %v", name, p.Name, err)
		}
	}
}

func TestPercentagesComeFromTheCountsAsTheyAre(t *testing.T) {
	for _, tt := range []struct {
		part, whole int64
		want        string
	}{{13, 27, "48"}, {3, 27, "*"}, {5, 4, "*"}, {0, 100, "*"}, {100, 100, "100"}, {7, 0, "*"}} {
		if got := SAC.Percent(tt.part, tt.whole).String(); got != tt.want {
			t.Errorf("%d of %d is %s, want %s", tt.part, tt.whole, got, tt.want)
		}
	}
}

// TestOnePersonMovesACellByFiveAtMost: nobody can tell from a shown cell alone whether one person is in it.
func TestOnePersonMovesACellByFiveAtMost(t *testing.T) {
	for _, p := range []Profile{SAC, NHS} {
		for n := range int64(2000) {
			a, b := p.Show(n), p.Show(n+1)
			if !a.Hidden && !b.Hidden && (b.Value-a.Value > 5 || b.Value < a.Value) {
				t.Fatalf("%s: %d and %d are shown as %s and %s", p.Name, n, n+1, a, b)
			}
		}
	}
}

// feasible is the attacker, written apart from the publisher: it tries every value of one hidden cell and asks by a search over single
// rows and columns whether the rest of the line can still make the shown total. It knows the rule, what is shown, and whether anything
// was hidden besides.
func feasible(p Profile, r Released, row, col int) (values int) {
	fits := func(parts []Cell, total Cell, at int, v int64) bool {
		var lo, hi int64
		for i, c := range parts {
			if i == at {
				lo, hi = lo+v, hi+v
				continue
			}
			s := attackerSpan(p, c, r.Suppressed > 0)
			lo, hi = lo+s[0], hi+s[1]
		}
		s := attackerSpan(p, total, r.Suppressed > 0)
		return lo <= s[1] && hi >= s[0]
	}
	column := make([]Cell, len(r.Cells))
	for i := range r.Cells {
		column[i] = r.Cells[i][col]
	}
	// Where something was hidden besides, an attacker can't know that the cell is one of the small ones.
	first, last := p.From, p.To
	if r.Suppressed > 0 {
		first, last = 0, 400
	}
	for v := first; v <= last; v++ {
		if fits(r.Cells[row], r.RowTotals[row], col, v) && fits(column, r.ColTotals[col], row, v) {
			values++
		}
	}
	return values
}

func attackerSpan(p Profile, c Cell, besides bool) [2]int64 {
	switch {
	case c.Hidden && besides:
		return [2]int64{0, 1 << 40}
	case c.Hidden:
		return [2]int64{p.From, p.To}
	case c.Value == 0:
		return [2]int64{0, 0}
	}
	lo := c.Value - 2
	if lo <= p.To {
		lo = p.To + 1
	}
	return [2]int64{lo, c.Value + 2}
}

// randomTable draws small counts mostly: where disclosure happens.
func randomTable(rng *rand.Rand) Table {
	t := make(Table, 1+rng.IntN(5))
	cols := 1 + rng.IntN(5)
	for r := range t {
		t[r] = make([]int64, cols)
		for c := range t[r] {
			switch rng.IntN(4) {
			case 0:
				t[r][c] = 0
			case 1:
				t[r][c] = rng.Int64N(8)
			case 2:
				t[r][c] = rng.Int64N(20)
			default:
				t[r][c] = rng.Int64N(200)
			}
		}
	}
	return t
}

// TestAttackerFindsNoHiddenCell attacks ten thousand random tables with each profile.
func TestAttackerFindsNoHiddenCell(t *testing.T) {
	for _, p := range []Profile{SAC, NHS} {
		rng := rand.New(rand.NewPCG(42, 7))
		attacked, hidden, besides := 0, 0, 0
		for range 10_000 {
			table := randomTable(rng)
			r, err := Publish(p, table)
			if err != nil {
				t.Fatalf("%s: %v: %v", p.Name, table, err)
			}
			besides += r.Suppressed
			for row := range table {
				for col, n := range table[row] {
					c := r.Cells[row][col]
					if n >= p.From && n <= p.To && !c.Hidden {
						t.Fatalf("%s: %v shows %d", p.Name, table, n)
					}
					if !c.Hidden && c != p.Show(n) {
						t.Fatalf("%s: %v shows %s for %d", p.Name, table, c, n)
					}
					if n < p.From || n > p.To {
						continue
					}
					hidden++
					if left := feasible(p, r, row, col); left < 4 {
						t.Fatalf("%s: %v\n%+v\nleaves %d values for the hidden %d at row %d, column %d", p.Name, table, r, left, n, row, col)
					}
				}
			}
			attacked++
		}
		t.Logf("%s: %d tables, %d hidden cells, none worked out; %d cells and totals hidden besides", p.Name, attacked, hidden, besides)
		if hidden < 10_000 || besides == 0 {
			t.Errorf("%s: %d hidden cells and %d besides are no test", p.Name, hidden, besides)
		}
	}
}

// TestAttackerWouldNotice is the control: without hiding besides, the same attacker finds cells.
func TestAttackerWouldNotice(t *testing.T) {
	rng := rand.New(rand.NewPCG(42, 7))
	found := 0
	for range 2000 {
		table := randomTable(rng)
		g, err := newGrid(SAC, table)
		if err != nil {
			t.Fatal(err)
		}
		r := Released{ColTotals: g.shown[g.rows][:g.cols]}
		for i := range g.rows {
			r.Cells, r.RowTotals = append(r.Cells, g.shown[i][:g.cols]), append(r.RowTotals, g.shown[i][g.cols])
		}
		for row := range table {
			for col, n := range table[row] {
				if n <= SAC.To && feasible(SAC, r, row, col) < 4 {
					found++
				}
			}
		}
	}
	if found == 0 {
		t.Error("the attacker finds nothing even where totals give cells away")
	}
	t.Logf("%d hidden cells are given away by totals alone", found)
}

func TestPublishIsTheSameEachTime(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		table := Table(rapid.SliceOfN(rapid.SliceOfN(rapid.Int64Range(0, 40), 3, 3), 1, 4).Draw(rt, "table"))
		a, errA := Publish(SAC, table)
		b, errB := Publish(SAC, table)
		if errA != nil || errB != nil || a.Total != b.Total || a.Suppressed != b.Suppressed {
			rt.Fatalf("%v %v", errA, errB)
		}
		for i := range a.Cells {
			for j := range a.Cells[i] {
				if a.Cells[i][j] != b.Cells[i][j] {
					rt.Fatal("two publications differ")
				}
			}
		}
	})
}

func TestShapes(t *testing.T) {
	for name, table := range map[string]Table{"none": nil, "no columns": {{}}, "ragged": {{1, 2}, {3}}, "large": make(Table, 201)} {
		if _, err := Publish(SAC, table); !errors.Is(err, ErrShape) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := Publish(SAC, Table{{-1}}); err == nil {
		t.Error("a negative count is published")
	}
}

func TestRegister(t *testing.T) {
	first := Release{ID: "2026-1", Subject: "concerns 2025", Profile: "sac", Counts: []Count{{[]string{"a", "b"}, 5}, {[]string{"a", "b", "c"}, 20}}}
	var clash *ClashError
	for _, tt := range []struct {
		name    string
		fresh   Release
		clashes bool
	}{
		{"the same again", first, false},
		{"one provider more, and nobody in it", Release{Subject: first.Subject, Counts: []Count{{[]string{"a", "b", "d"}, 5}}}, true},
		{"one provider more with many", Release{Subject: first.Subject, Counts: []Count{{[]string{"a", "b", "d"}, 40}}}, false},
		{"one provider more, four in it: open between four values", Release{Subject: first.Subject, Counts: []Count{{[]string{"a", "b", "d"}, 9}}}, false},
		{"others", Release{Subject: first.Subject, Counts: []Count{{[]string{"x", "y"}, 6}}}, false},
		{"another subject", Release{Subject: "complaints 2025", Counts: []Count{{[]string{"a", "b", "d"}, 5}}}, false},
	} {
		if err := Check(SAC, []Release{first}, tt.fresh); errors.As(err, &clash) != tt.clashes {
			t.Errorf("%s: %v", tt.name, err)
		}
	}
	if err := Check(SAC, []Release{{Subject: "x", Profile: "gone"}}, Release{Subject: "x"}); err == nil {
		t.Error("an unknown profile in the register is passed over")
	}
}
