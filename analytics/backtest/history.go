package backtest

import (
	"cmp"
	"slices"
)

// Home is a location's public record: when it was registered, what it was rated
// and when, and whether another registration came before or after it.
type Home struct {
	ID, Provider, Brand string
	From                int  // the day it was registered
	To                  int  // the day it was deregistered; 0 while it is open
	CarriedOn           bool // another registration carries it on: its end is no closure
	Carries             bool // it carries on another registration
	Ratings             []Rated
}

// Rated is one overall rating: 1 Inadequate to 4 Outstanding.
type Rated struct{ On, Score int }

// Moment is a home as its public record stood on one day, and what followed
// within the horizon.
type Moment struct {
	Home       string
	On         int
	Rating     int     // 0 if never rated
	AgeDays    int     // of the rating; of the registration where there is none
	BelowGood  int     // ratings below Good so far
	LastFell   bool    // the latest change was for the worse
	GroupLow   float64 // share of the group's other rated homes below Good
	GroupRated int     // the group's other rated homes
	Carries    bool

	Fell   bool // the next rating within the horizon was worse
	Closed bool // deregistered within the horizon, and carried on by nobody
}

// History takes the record of many homes apart into moments, every so many days
// from a first to a last day, the horizon after the last being known as well.
// Only what was published by the day is used.
func History(homes []Home, first, last, every, horizon int) []Moment {
	if every <= 0 {
		return nil
	}
	groups := map[string][]int{}
	for i, h := range homes {
		homes[i].Ratings = slices.Clone(h.Ratings)
		slices.SortFunc(homes[i].Ratings, func(a, b Rated) int { return cmp.Or(cmp.Compare(a.On, b.On), cmp.Compare(a.Score, b.Score)) })
		for _, k := range h.groups() {
			groups[k] = append(groups[k], i)
		}
	}
	var out []Moment
	for day := first; day <= last; day += every {
		for i, h := range homes {
			if h.open(day) {
				m := h.at(day, horizon)
				m.GroupLow, m.GroupRated = groupLow(homes, groups, i, day)
				out = append(out, m)
			}
		}
	}
	return out
}

func (h Home) open(day int) bool { return h.From <= day && (h.To == 0 || day < h.To) }

func (h Home) groups() []string {
	out := []string{"provider " + h.Provider}
	if h.Brand != "" {
		out = append(out, "brand "+h.Brand)
	}
	return out
}

func (h Home) at(day, horizon int) Moment {
	m := Moment{Home: h.ID, On: day, AgeDays: day - h.From, Carries: h.Carries}
	for _, r := range h.Ratings {
		if r.On > day {
			m.Fell = m.Rating > 0 && r.On <= day+horizon && r.Score < m.Rating
			break
		}
		if m.Rating > 0 && r.Score != m.Rating {
			m.LastFell = r.Score < m.Rating
		}
		if r.Score < 3 {
			m.BelowGood++
		}
		m.Rating, m.AgeDays = r.Score, day-r.On
	}
	m.Closed = h.To != 0 && !h.CarriedOn && h.To <= day+horizon
	return m
}

// groupLow looks at the other homes of the same provider or brand that were open and rated on the day.
func groupLow(homes []Home, groups map[string][]int, of, day int) (share float64, rated int) {
	seen, low := map[int]bool{of: true}, 0
	for _, k := range homes[of].groups() {
		for _, i := range groups[k] {
			if seen[i] || !homes[i].open(day) {
				continue
			}
			seen[i] = true
			if r := homes[i].at(day, 0).Rating; r > 0 {
				rated++
				if r < 3 {
					low++
				}
			}
		}
	}
	if rated == 0 {
		return 0, 0
	}
	return float64(low) / float64(rated), rated
}

// Predictor turns a moment into a score: the higher, the likelier trouble is
// said to be.
type Predictor struct {
	Name, Title string
	Score       func(Moment) float64
	Only        func(Moment) bool // the moments it can speak of; nil for all
}

// RatingAge is the baseline that anything cleverer has to beat: the last rating,
// and among equal ratings the older one. A home that was never rated stands among
// those rated Good, by the age of its registration.
func RatingAge(rating, ageDays int) float64 {
	return RatingRank(rating) + min(max(float64(ageDays), 0)/3652.5, 0.99)
}

// RatingRank orders ratings by risk alone.
func RatingRank(rating int) float64 {
	switch rating {
	case 1:
		return 3
	case 2:
		return 2
	case 4:
		return 0
	}
	return 1
}

// Predictors are what public history can be asked about.
func Predictors() []Predictor {
	yes := func(b bool) float64 {
		if b {
			return 1
		}
		return 0
	}
	return []Predictor{
		{"rating", "Rating in force", func(m Moment) float64 { return RatingRank(m.Rating) }, nil},
		{"age", "Age of the rating", func(m Moment) float64 { return float64(m.AgeDays) }, nil},
		{"rating_age", "Rating and its age together", func(m Moment) float64 { return RatingAge(m.Rating, m.AgeDays) }, nil},
		{"last_fell", "The latest change was for the worse", func(m Moment) float64 { return yes(m.LastFell) }, nil},
		{"below_good", "Ratings below Good so far", func(m Moment) float64 { return float64(m.BelowGood) }, nil},
		{"group", "Share of the group's other homes below Good", func(m Moment) float64 { return m.GroupLow }, func(m Moment) bool { return m.GroupRated > 0 }},
		{"carries", "Carries on another registration", func(m Moment) float64 { return yes(m.Carries) }, nil},
	}
}

// Finding is how well one predictor foretold one outcome.
type Finding struct {
	Name   string   `json:"predictor"`
	Title  string   `json:"title"`
	Rows   int      `json:"rows"`
	Homes  int      `json:"homes"`
	Events int      `json:"events"`
	AUC    Estimate `json:"auc"`
}

// Foretell asks every predictor about an outcome, over the moments that may be
// followed by it.
func Foretell(moments []Moment, may func(Moment) bool, outcome func(Moment) bool, r Resampling) []Finding {
	var out []Finding
	for _, p := range Predictors() {
		f := Finding{Name: p.Name, Title: p.Title}
		var rows []Row
		homes := map[string]bool{}
		for _, m := range moments {
			if !may(m) || p.Only != nil && !p.Only(m) {
				continue
			}
			event := outcome(m)
			if event {
				f.Events++
			}
			homes[m.Home] = true
			rows = append(rows, Row{m.Home, p.Score(m), event})
		}
		f.Rows, f.Homes = len(rows), len(homes)
		if varied(rows) { // a score that is the same throughout was not put to the test
			f.AUC = Area(rows, r)
		}
		out = append(out, f)
	}
	return out
}

func varied(rows []Row) bool {
	return slices.ContainsFunc(rows, func(x Row) bool { return x.Score != rows[0].Score })
}
