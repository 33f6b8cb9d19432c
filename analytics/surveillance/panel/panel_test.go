package panel_test

import (
	"math"
	"slices"
	"strings"
	"testing"

	"bellwether/analytics/surveillance/panel"
	"bellwether/analytics/surveillance/simulate"

	"pgregory.net/rapid"
)

func mustLook(t testing.TB, in panel.Input, s panel.Settings, week int) *panel.Look {
	t.Helper()
	e, err := panel.New(in, s)
	if err != nil {
		t.Fatal(err)
	}
	l, err := e.Look(week)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func draw(t testing.TB, m simulate.Market, seed uint64) (panel.Input, []simulate.Truth) {
	t.Helper()
	in, truth, err := m.Draw(seed)
	if err != nil {
		t.Fatal(err)
	}
	return in, truth
}

// What a look learns from four hundred homes is what they were drawn from.
func TestLearnsTheMarket(t *testing.T) {
	m := simulate.Care(400, 13)
	m.Drift = 0
	in, _ := draw(t, m, 5)
	l := mustLook(t, in, panel.Defaults(), 200)
	for s, f := range l.Fits {
		want := m.Streams[s].PerBedMonth * 12 * math.Pow(1.05, 200.0/52)
		year := 0.0
		for w := 149; w <= 200; w++ {
			year += f.Market.Rate(w)
		}
		if got := year; math.Abs(got/want-1) > 0.12 {
			t.Errorf("%s: %v events a bed and year, want about %v", f.Stream.Name, got, want)
		}
		if math.Abs(f.Phi-1.3) > 0.06 {
			t.Errorf("%s: dispersion %v, want 1.3", f.Stream.Name, f.Phi)
		}
		if f.Shape < 2.8 || f.Shape > 5.6 {
			t.Errorf("%s: shape %v, want about 4", f.Stream.Name, f.Shape)
		}
		for d, share := range m.Delay {
			if math.Abs(f.Complete.At(d)-share) > 0.04 {
				t.Errorf("%s: %v recorded within %d weeks, want %v", f.Stream.Name, f.Complete.At(d), d, share)
			}
		}
	}
}

// A home whose concerns rise five-fold is flagged within the rise, its window
// says what it held, and other homes stay quiet.
func TestFlagsARiseAndSaysWhy(t *testing.T) {
	m := simulate.Care(120, 13)
	m.Deteriorating = 0
	in, _ := draw(t, m, 11)
	for w := 200; w < 210; w++ { // one concern a week on top, for ten weeks
		in.Events = append(in.Events, panel.Event{Unit: 7, Stream: 0, Week: w, Known: w, Count: 1})
	}
	in.Units[7].Exposure[0] = 30
	l := mustLook(t, in, panel.Defaults(), 209)
	r := l.Units[7]
	if r.Tier < panel.Concern {
		t.Fatalf("ten concerns in ten weeks: %+v", r)
	}
	c := r.Streams[0]
	seen := 0
	for _, e := range in.Events {
		if e.Unit == 7 && e.Stream == 0 && e.Week > 209-r.Window && e.Week <= 209 && e.Known <= 209 {
			seen += e.Count
		}
	}
	if c.Observed != seen || !(c.Expected < float64(c.Observed)/2) || c.Observed <= c.High || c.OnceIn < 50 {
		t.Errorf("window of %d weeks: %+v, counted %d", r.Window, c, seen)
	}
	if r.Log < r.Score && l.Thresholds.Concern > l.Thresholds.PreConcern {
		t.Logf("levelling adds %v", r.Score-r.Log)
	}
	loud := 0
	for _, u := range l.Units {
		if u.Tier >= panel.Concern {
			loud++
		}
	}
	if loud > 6 {
		t.Errorf("%d of 120 homes at the concern tier", loud)
	}
}

// A look reads nothing that was recorded after it.
func TestNoLookAhead(t *testing.T) {
	in, _ := draw(t, simulate.Care(60, 13), 3)
	whole := mustLook(t, in, panel.Defaults(), 180)
	var past []panel.Event
	for _, e := range in.Events {
		if e.Known <= 180 {
			past = append(past, e)
		}
	}
	in.Events = past
	same(t, whole, mustLook(t, in, panel.Defaults(), 180), 0)
}

func same(t testing.TB, a, b *panel.Look, tol float64) {
	t.Helper()
	for u := range a.Units {
		if d := math.Abs(a.Units[u].Score - b.Units[u].Score); d > tol || math.IsNaN(d) {
			t.Fatalf("unit %d: %v and %v", u, a.Units[u].Score, b.Units[u].Score)
		}
	}
}

// The order of events, splitting of counts, the number of workers, the origin
// of weeks and the unit of exposure change nothing.
func TestInvariances(t *testing.T) {
	in, _ := draw(t, simulate.Care(80, 13), 8)
	base := mustLook(t, in, panel.Defaults(), 190)
	t.Run("order and splitting", func(t *testing.T) {
		other := in
		other.Events = slices.Clone(in.Events)
		slices.Reverse(other.Events)
		same(t, base, mustLook(t, other, panel.Defaults(), 190), 0)
	})
	t.Run("workers", func(t *testing.T) {
		s := panel.Defaults()
		s.Workers = 7
		same(t, base, mustLook(t, in, s, 190), 0)
	})
	t.Run("unit of exposure", func(t *testing.T) {
		other := in
		other.Units = nil
		for _, u := range in.Units {
			other.Units = append(other.Units, panel.Unit{Exposure: []float64{u.Exposure[0] * 7.5}})
		}
		same(t, base, mustLook(t, other, panel.Defaults(), 190), 1e-6)
	})
	t.Run("exposure by week", func(t *testing.T) {
		other := in
		other.Units = nil
		for _, u := range in.Units {
			x := make([]float64, in.Weeks)
			for i := range x {
				x[i] = u.Exposure[0]
			}
			other.Units = append(other.Units, panel.Unit{Exposure: x})
		}
		same(t, base, mustLook(t, other, panel.Defaults(), 190), 1e-9)
	})
	t.Run("order of units", func(t *testing.T) {
		other := in
		n := len(in.Units)
		other.Units = slices.Clone(in.Units)
		slices.Reverse(other.Units)
		other.Events = slices.Clone(in.Events)
		for i := range other.Events {
			other.Events[i].Unit = n - 1 - other.Events[i].Unit
		}
		l := mustLook(t, other, panel.Defaults(), 190)
		slices.Reverse(l.Units)
		same(t, base, l, 1e-4)
	})
}

// On markets where nothing happens the default limits raise no more false flags
// than they say (20, 5 and 1 in 100 homes and years), with one stream as with
// three, in fifty homes as in two hundred.
func TestFalseFlagsAtTheStatedRate(t *testing.T) {
	if testing.Short() {
		t.Skip("scores a hundred thousand home-weeks")
	}
	th := panel.DefaultThresholds()
	for _, c := range []struct {
		name           string
		homes, streams int
		reps           uint64
	}{{"fifty homes", 50, 3, 4}, {"two hundred homes", 200, 3, 2}, {"one stream", 200, 1, 1}} {
		var scores [][]float64
		for rep := range c.reps {
			m := simulate.Care(c.homes, 13)
			m.Deteriorating = 0
			m.Streams = m.Streams[:c.streams]
			in, _ := draw(t, m, 900+rep)
			e, err := panel.New(in, panel.Defaults())
			if err != nil {
				t.Fatal(err)
			}
			rows := make([][]float64, c.homes)
			for week := 156; week < 260; week++ {
				l, err := e.Look(week)
				if err != nil {
					t.Fatal(err)
				}
				for u, r := range l.Units {
					rows[u] = append(rows[u], r.Score)
				}
			}
			scores = append(scores, rows...)
		}
		truth := make([]simulate.Truth, len(scores))
		for _, limit := range []struct {
			name        string
			score, most float64
		}{{"pre-concern", th.PreConcern, 21}, {"concern", th.Concern, 5.5}, {"escalate", th.Escalate, 1.5}} {
			o := simulate.Score(scores, truth, 156, limit.score)
			// Three standard errors of a Poisson number of flags above the limit.
			years := float64(len(scores)) * 2
			most := limit.most + 3*math.Sqrt(limit.most*years/100)/years*100
			t.Logf("%s, %s: %.1f false flags per 100 provider-years", c.name, limit.name, o.FalseFlags)
			if o.FalseFlags > most {
				t.Errorf("%s, %s: %.1f false flags per 100 provider-years, %.1f at most", c.name, limit.name, o.FalseFlags, most)
			}
		}
	}
}

// One more event in the latest week never lowers a home's score.
func TestMonotoneInEvidence(t *testing.T) {
	in, _ := draw(t, simulate.Care(60, 13), 21)
	base := mustLook(t, in, panel.Defaults(), 170)
	rapid.Check(t, func(r *rapid.T) {
		u, s, n := rapid.IntRange(0, 59).Draw(r, "home"), rapid.IntRange(0, 2).Draw(r, "stream"), rapid.IntRange(1, 4).Draw(r, "more")
		other := in
		other.Events = append(slices.Clone(in.Events), panel.Event{Unit: u, Stream: s, Week: 170, Known: 170, Count: n})
		if l := mustLook(t, other, panel.Defaults(), 170); l.Units[u].Score < base.Units[u].Score-0.02 {
			r.Fatalf("%d more events of stream %d: %v after %v", n, s, l.Units[u].Score, base.Units[u].Score)
		}
	})
}

func finite(t interface{ Fatalf(string, ...any) }, l *panel.Look) {
	for u, r := range l.Units {
		v := []float64{r.Score, r.Log, r.Share, r.Multiplier}
		for _, s := range r.Streams {
			v = append(v, s.Expected, s.OnceIn, s.Relative, s.Complete)
			if s.Low > s.High || s.Low < 0 {
				t.Fatalf("unit %d: usual range %d to %d", u, s.Low, s.High)
			}
		}
		for _, x := range v {
			if math.IsNaN(x) || math.IsInf(x, 0) {
				t.Fatalf("unit %d: %+v", u, r)
			}
		}
	}
	for _, f := range l.Fits {
		for _, x := range append([]float64{f.Phi, f.Shape}, f.GroupLevel...) {
			if !(x > 0) || math.IsInf(x, 0) {
				t.Fatalf("fit %+v", f)
			}
		}
	}
}

// Awkward panels have defined answers.
func TestAwkwardPanels(t *testing.T) {
	concern := []panel.Stream{{Name: "concern", Power: 1}}
	beds := func(n int, x float64) []panel.Unit {
		var us []panel.Unit
		for range n {
			us = append(us, panel.Unit{Exposure: []float64{x}})
		}
		return us
	}
	for _, c := range []struct {
		name string
		in   panel.Input
		look int
		tier panel.Tier // of unit 0
	}{
		{"no units", panel.Input{Weeks: 10, Streams: concern}, 9, panel.Quiet},
		{"one provider, no history", panel.Input{Weeks: 1, Streams: concern, Units: beds(1, 40)}, 0, panel.Quiet},
		{"one provider, one event", panel.Input{Weeks: 1, Streams: concern, Units: beds(1, 40), Events: []panel.Event{{Count: 1}}}, 0, panel.Quiet},
		{"all zeros", panel.Input{Weeks: 200, Streams: concern, Units: beds(5, 40)}, 199, panel.Quiet},
		{"no exposure", panel.Input{Weeks: 200, Streams: concern, Units: beds(5, 0), Events: []panel.Event{{Week: 199, Known: 199, Count: 9}}}, 199, panel.Quiet},
		{"a million events in a week", panel.Input{Weeks: 100, Streams: concern, Units: beds(50, 40), Events: append(steady(50, 100), panel.Event{Week: 99, Known: 99, Count: 1000000})}, 99, panel.Concern},
		{"a repeated week", panel.Input{Weeks: 100, Streams: concern, Units: beds(3, 40), Events: slices.Repeat([]panel.Event{{Unit: 1, Week: 50, Known: 51, Count: 1}}, 4)}, 99, panel.Quiet},
		{"events dated before and after", panel.Input{FirstWeek: 100, Weeks: 50, Streams: concern, Units: beds(2, 1), Events: []panel.Event{{Week: 3, Known: 4, Count: 5}, {Week: 500, Known: 500, Count: 5}, {Week: 149, Known: 120, Count: 1}}}, 149, panel.Quiet},
		{"a gap of a year in everyone's records", panel.Input{Weeks: 200, Streams: concern, Units: beds(8, 40), Events: steady(8, 140)}, 199, panel.Quiet},
		{"records again after a gap", panel.Input{Weeks: 200, Streams: concern, Units: beds(8, 40), Events: append(steady(8, 140), panel.Event{Unit: 0, Week: 199, Known: 199, Count: 1})}, 199, panel.Quiet},
		{"negative weeks", panel.Input{FirstWeek: -60, Weeks: 61, Streams: concern, Units: beds(2, 9), Events: []panel.Event{{Week: -5, Known: -4, Count: 1}}}, 0, panel.Quiet},
	} {
		t.Run(c.name, func(t *testing.T) {
			l := mustLook(t, c.in, panel.Defaults(), c.look)
			finite(t, l)
			if len(l.Units) > 0 && l.Units[0].Tier != c.tier {
				t.Errorf("tier %v, want %v: %+v", l.Units[0].Tier, c.tier, l.Units[0])
			}
		})
	}
}

// steady is one event a unit every eighth week.
func steady(units, weeks int) []panel.Event {
	var out []panel.Event
	for u := range units {
		for w := u % 8; w < weeks-1; w += 8 {
			out = append(out, panel.Event{Unit: u, Week: w, Known: w, Count: 1})
		}
	}
	return out
}

func TestClosedHomesAreNotScored(t *testing.T) {
	x := make([]float64, 120)
	for i := range 60 {
		x[i] = 30
	}
	in := panel.Input{Weeks: 120, Streams: []panel.Stream{{Name: "concern", Power: 1}}, Units: []panel.Unit{{Exposure: x}, {Exposure: []float64{30}}},
		Events: []panel.Event{{Unit: 0, Week: 110, Known: 110, Count: 3}, {Unit: 1, Week: 110, Known: 110, Count: 1}}}
	l := mustLook(t, in, panel.Defaults(), 119)
	if r := l.Units[0]; r.Exposed || r.Score != 0 || r.LeftOut != 3 {
		t.Errorf("closed for a year, with late events: %+v", r)
	}
	if r := l.Units[1]; !r.Exposed || r.LeftOut != 0 {
		t.Errorf("open: %+v", r)
	}
}

// Groups differ in level: what is usual in one is not a signal against the other.
func TestGroupsHaveTheirOwnLevel(t *testing.T) {
	m := simulate.Care(100, 13)
	m.Deteriorating = 0
	in, _ := draw(t, m, 2)
	for i := range in.Units {
		in.Units[i].Group = i % 2
	}
	var tripled []panel.Event
	for _, e := range in.Events {
		if in.Units[e.Unit].Group == 1 {
			e.Count *= 3
		}
		tripled = append(tripled, e)
	}
	in.Events = tripled
	l := mustLook(t, in, panel.Defaults(), 200)
	g := l.Fits[0].GroupLevel
	if ratio := g[1] / g[0]; ratio < 2.2 || ratio > 3.8 {
		t.Errorf("levels %v", g)
	}
}

func TestRefusals(t *testing.T) {
	ok := panel.Input{Weeks: 5, Streams: []panel.Stream{{Name: "concern", Power: 1}}, Units: []panel.Unit{{Exposure: []float64{1}}}}
	for _, c := range []struct {
		name string
		says string
		edit func(*panel.Input, *panel.Settings)
	}{
		{"weeks", "0 weeks of history", func(in *panel.Input, _ *panel.Settings) { in.Weeks = 0 }},
		{"streams", "no streams", func(in *panel.Input, _ *panel.Settings) { in.Streams = nil }},
		{"power", "power 0", func(in *panel.Input, _ *panel.Settings) { in.Streams = []panel.Stream{{}} }},
		{"group", "group -1", func(in *panel.Input, _ *panel.Settings) {
			in.Units = []panel.Unit{{Group: -1, Exposure: []float64{1}}}
		}},
		{"exposures", "2 exposures", func(in *panel.Input, _ *panel.Settings) { in.Units = []panel.Unit{{Exposure: []float64{1, 2}}} }},
		{"exposure", "exposure NaN", func(in *panel.Input, _ *panel.Settings) {
			in.Units = []panel.Unit{{Exposure: []float64{math.NaN()}}}
		}},
		{"unit", "event 0: unit 9", func(in *panel.Input, _ *panel.Settings) { in.Events = []panel.Event{{Unit: 9}} }},
		{"stream", "event 0: stream 1", func(in *panel.Input, _ *panel.Settings) { in.Events = []panel.Event{{Stream: 1}} }},
		{"count", "count -2", func(in *panel.Input, _ *panel.Settings) { in.Events = []panel.Event{{Count: -2}} }},
		{"delay", "longest delay -1", func(_ *panel.Input, s *panel.Settings) { s.MaxDelay = -1 }},
		{"phi", "prior dispersion 0", func(_ *panel.Input, s *panel.Settings) { s.Phi = 0 }},
		{"detector", "windows and multipliers", func(_ *panel.Input, s *panel.Settings) { s.Detector.Windows = nil }},
	} {
		in, s := ok, panel.Defaults()
		c.edit(&in, &s)
		if _, err := panel.New(in, s); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v, want %q", c.name, err, c.says)
		}
	}
	e, err := panel.New(ok, panel.Defaults())
	if err != nil {
		t.Fatal(err)
	}
	for _, week := range []int{-1, 5} {
		if _, err := e.Look(week); err == nil {
			t.Errorf("a look at week %d", week)
		}
		if _, err := e.Reference(week); err == nil {
			t.Errorf("a reference look at week %d", week)
		}
		if _, err := e.Counts(0, week, 12); err == nil {
			t.Errorf("counts at week %d", week)
		}
	}
}

// Any small panel at all gives finite numbers.
func TestAlwaysFinite(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		in := panel.Input{FirstWeek: rapid.IntRange(-50, 50).Draw(r, "first"), Weeks: rapid.IntRange(1, 90).Draw(r, "weeks")}
		in.Streams = []panel.Stream{{Name: "concern", Power: 1}, {Name: "incident", Power: 0.5}}
		for range rapid.IntRange(0, 6).Draw(r, "units") {
			in.Units = append(in.Units, panel.Unit{Group: rapid.IntRange(0, 2).Draw(r, "group"), Exposure: []float64{rapid.SampledFrom([]float64{0, 1e-9, 1, 40, 1e9}).Draw(r, "exposure")}})
		}
		if len(in.Units) > 0 {
			for range rapid.IntRange(0, 40).Draw(r, "events") {
				w := in.FirstWeek + rapid.IntRange(-3, in.Weeks+3).Draw(r, "week")
				in.Events = append(in.Events, panel.Event{Unit: rapid.IntRange(0, len(in.Units)-1).Draw(r, "unit"), Stream: rapid.IntRange(0, 1).Draw(r, "stream"),
					Week: w, Known: w + rapid.IntRange(-2, 60).Draw(r, "late"), Count: rapid.SampledFrom([]int{0, 1, 2, 70, 1000000, math.MaxInt32}).Draw(r, "n")})
			}
		}
		e, err := panel.New(in, panel.Defaults())
		if err != nil {
			r.Fatal(err)
		}
		l, err := e.Look(in.FirstWeek + in.Weeks - 1)
		if err != nil {
			r.Fatal(err)
		}
		finite(r, l)
	})
}
