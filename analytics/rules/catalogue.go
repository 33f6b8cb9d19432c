package rules

import (
	"math"
	"slices"
)

// Kind is an indicator's unit of measure; it decides how a value is written in
// a sentence.
type Kind string

// The kinds of indicator.
const (
	Count  Kind = "count"  // whole things: concerns, adults, homes
	Days   Kind = "days"   // days since, or days of
	Rating Kind = "rating" // 1 Inadequate, 2 Requires improvement, 3 Good, 4 Outstanding
	YesNo  Kind = "yes/no" // 1 yes, 0 no
	Share  Kind = "share"  // 0 to 1
	Score  Kind = "score"  // a statistic: standard deviations or log evidence
	Step   Kind = "step"   // -1 down, 0 level, 1 up
)

// Indicator declares one named number that rules may use. Its values are
// doubles; a value that is not known is left out, never set to zero.
type Indicator struct {
	Name   string
	Units  []UnitKind // the kinds of unit it is worked out for
	Family Family     // the source it comes from
	Kind   Kind
	Noun   string // what a count counts, in the plural; "" where it is not a count
	Doc    string // one sentence ending with a full stop
}

// Statistical reports whether the indicator is worked out by a statistical
// method, which may raise a concern but never states a failure.
func (i Indicator) Statistical() bool { return i.Kind == Score }

// For reports whether the indicator exists for units of kind k.
func (i Indicator) For(k UnitKind) bool { return slices.Contains(i.Units, k) }

// Catalogue returns every indicator that a rule may name, in the order pages
// list them. The slice is a copy.
func Catalogue() []Indicator { return slices.Clone(catalogue) }

// Lookup returns the indicator called name.
func Lookup(name string) (Indicator, bool) {
	i, ok := index[name]
	if !ok {
		return Indicator{}, false
	}
	return catalogue[i], true
}

// Index returns the position of the indicator called name, for [Values.SetAt].
func Index(name string) (int, bool) {
	i, ok := index[name]
	return i, ok
}

// catalogue is every indicator, in the order in which pages list them.
var catalogue = slices.Concat(register, feeds)

var index = func() map[string]int {
	m := make(map[string]int, len(catalogue))
	for i, ind := range catalogue {
		m[ind.Name] = i
	}
	return m
}()

// Values holds one unit's indicators at one look. Values start unknown. It is
// not safe for concurrent writing.
type Values struct {
	num   []float64
	known []bool
}

// NewValues returns a set of values in which everything is unknown.
func NewValues() *Values {
	return &Values{num: make([]float64, len(catalogue)), known: make([]bool, len(catalogue))}
}

// ValuesOf returns the named values; names outside the catalogue are reported.
func ValuesOf(m map[string]float64) (*Values, error) {
	v := NewValues()
	for name, x := range m {
		if err := v.Set(name, x); err != nil {
			return nil, err
		}
	}
	return v, nil
}

// Set stores the value of the indicator called name. A value that is not a
// finite number leaves the indicator unknown. An unknown name is an error.
func (v *Values) Set(name string, x float64) error {
	i, ok := index[name]
	if !ok {
		return &Error{Msg: "no indicator is called " + quote(name) + suggest(name, indicatorNames("")),
			Next: "take the name from the indicator catalogue"}
	}
	v.SetAt(i, x)
	return nil
}

// SetAt stores a value at a position given by [Index]; a value that is not a
// finite number leaves the indicator unknown. A position outside the catalogue
// is ignored.
func (v *Values) SetAt(i int, x float64) {
	if i < 0 || i >= len(v.num) {
		return
	}
	ok := !math.IsNaN(x) && !math.IsInf(x, 0)
	if !ok {
		x = 0
	}
	v.num[i], v.known[i] = x, ok
}

// Get returns the value of the indicator called name, and whether it is known.
func (v *Values) Get(name string) (float64, bool) {
	i, ok := index[name]
	if !ok || v == nil {
		return 0, false
	}
	return v.num[i], v.known[i]
}

// At returns the value at a position given by [Index], and whether it is known.
func (v *Values) At(i int) (float64, bool) { return v.num[i], v.known[i] }

// Reset makes everything unknown, so that the storage can be used again.
func (v *Values) Reset() {
	clear(v.num)
	clear(v.known)
}

// Clone returns a copy that shares nothing with v.
func (v *Values) Clone() *Values {
	return &Values{num: slices.Clone(v.num), known: slices.Clone(v.known)}
}

// beside are indicators of a feed beside their family's own: that they are known must not hide that the complaints log has stopped.
var beside = map[string]bool{"feedback_12w": true, "feedback_concern_12w": true}

// Speaking returns the families with at least one known indicator, in the order
// of [Families]: the feeds that had something to say about this unit.
func (v *Values) Speaking() []Family {
	var out []Family
	for k, f := range families {
		if slices.ContainsFunc(ofFamily[k], func(i int) bool { return v.known[i] }) {
			out = append(out, f)
		}
	}
	return out
}

// ofFamily lists the positions of each family's indicators, in the order of
// [Families], without those of a feed beside the family's own.
var families, ofFamily = Families(), func() [][]int {
	out := make([][]int, len(Families()))
	for k, f := range Families() {
		for i, ind := range catalogue {
			if ind.Family == f && !beside[ind.Name] {
				out[k] = append(out[k], i)
			}
		}
	}
	return out
}()

// FamiliesFor returns the families that have indicators for units of kind k.
func FamiliesFor(k UnitKind) []Family {
	var out []Family
	for _, f := range Families() {
		if slices.ContainsFunc(catalogue, func(i Indicator) bool { return i.Family == f && i.For(k) }) {
			out = append(out, f)
		}
	}
	return out
}

// indicatorNames lists the names declared for units of kind k, or all of them
// when k is empty.
func indicatorNames(k UnitKind) []string {
	var names []string
	for _, i := range catalogue {
		if k == "" || i.For(k) {
			names = append(names, i.Name)
		}
	}
	return names
}
