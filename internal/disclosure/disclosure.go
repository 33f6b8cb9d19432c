// Package disclosure keeps counts of people from giving anybody away. A profile hides small counts and rounds the rest; Publish does it
// for a whole table with its totals and hides more where the totals would give a hidden count back; a Register holds each release
// against the earlier ones. Everything is decided after every filter, on the counts as they are, and always the same way.
package disclosure

import (
	"fmt"
	"strconv"
)

// Hidden stands where a count is not shown.
const Hidden = "*"

// leastOpen is how many values a hidden count must still be able to have for whoever sees the whole table.
const leastOpen = 4

// Profile is one published rule.
type Profile struct {
	Name string
	// From and To are the smallest and the largest count that is hidden. What is above is rounded to the nearest Base; what is below,
	// which can only be nought, is shown.
	From, To, Base int64
	// About says the rule and where it comes from, for the foot of a table.
	About string
}

// The profiles.
var (
	// SAC is the rule of the Safeguarding Adults Collection.
	SAC = Profile{Name: "sac", From: 0, To: 4, Base: 5, About: "Counts of 0 to 4 are hidden (*); others are rounded to the nearest 5; percentages are worked out on the counts as they are."}
	// NHS is the rule of the Hospital Episode Statistics below national level.
	NHS = Profile{Name: "nhs", From: 1, To: 7, Base: 5, About: "Counts of 1 to 7 are hidden (*); others are rounded to the nearest 5."}
)

// Find gives a profile by its name.
func Find(name string) (Profile, error) {
	for _, p := range []Profile{SAC, NHS} {
		if p.Name == name {
			return p, nil
		}
	}
	return Profile{}, fmt.Errorf("disclosure: there is no profile %q: choose sac or nhs", name)
}

// Cell is a count as it is shown.
type Cell struct {
	Hidden bool
	Value  int64 // rounded; 0 if hidden
}

// String gives the cell as text.
func (c Cell) String() string {
	if c.Hidden {
		return Hidden
	}
	return strconv.FormatInt(c.Value, 10)
}

// ParseCell reads a cell back as String wrote it.
func ParseCell(text string) (Cell, error) {
	if text == Hidden {
		return Cell{Hidden: true}, nil
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n < 0 {
		return Cell{}, fmt.Errorf("disclosure: %q is neither a count nor %s", text, Hidden)
	}
	return Cell{Value: n}, nil
}

// Show gives a count as it may be shown by itself.
func (p Profile) Show(n int64) Cell {
	switch {
	case n >= p.From && n <= p.To:
		return Cell{Hidden: true}
	case n < p.From:
		return Cell{Value: n}
	}
	return Cell{Value: (n + p.Base/2) / p.Base * p.Base}
}

// Percent gives a share of a whole, worked out on the counts as they are and rounded to whole percents; it is hidden where either of
// the two is.
func (p Profile) Percent(part, whole int64) Cell {
	if whole <= 0 || p.Show(part).Hidden || p.Show(whole).Hidden {
		return Cell{Hidden: true}
	}
	return Cell{Value: (200*part + whole) / (2 * whole)}
}

// span is what a shown cell lets its count be: everything from lo to hi.
type span struct{ lo, hi int64 }

// noLimit is above every count.
const noLimit = int64(1) << 40

// possible is what a cell says of its count. A cell that the rule itself hid is small; one that was hidden besides may be anything that
// would have been shown, and nobody can tell the two apart, so it may be either.
func (p Profile) possible(c Cell, besides bool) span {
	switch {
	case c.Hidden && besides:
		return span{0, noLimit}
	case c.Hidden:
		return span{p.From, p.To}
	case c.Value < p.From:
		return span{c.Value, c.Value}
	}
	return span{max(c.Value-p.Base/2, p.To+1), c.Value + p.Base/2}
}
