package series_test

import (
	"math"
	"strings"
	"testing"

	"bellwether/analytics/surveillance/series"
	"bellwether/analytics/surveillance/simulate"

	"pgregory.net/rapid"
)

func watch(t testing.TB, y []int, first, last int) []series.Week {
	t.Helper()
	w, err := series.Watch(y, first, last, series.Defaults())
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// The baseline is what the series was drawn from, though four outbreaks lie in
// its past: log means are off by what the standard errors say (none by five,
// 1.5 in the mean square, for past outbreaks pull a little), dispersion by less
// than a third.
func TestBaselineIsTheTruth(t *testing.T) {
	square, n := 0.0, 0.0
	for i, m := range simulate.Benchmark() {
		y, _, err := m.Draw(uint64(40+i), 624, []float64{2, 3, 5, 10}, 0)
		if err != nil {
			t.Fatal(err)
		}
		b, err := series.Fit(y, 600, series.Defaults())
		if err != nil {
			t.Fatal(err)
		}
		for _, week := range []int{500, 560, 600, 603} {
			got, se := b.Mean(week)
			off := math.Log(got/m.Mean(week+1)) / se
			if !(math.Abs(off) < 5) || se > 0.8 {
				t.Errorf("scenario %d, week %d: mean %.3f (standard error %.3f), drawn from %.3f", i+1, week, got, se, m.Mean(week+1))
			}
			square += off * off
			n++
		}
		if d := m.Dispersion; b.Phi < 0.7*d || b.Phi > 1.33*d {
			t.Errorf("scenario %d: dispersion %.2f, drawn from %.2f", i+1, b.Phi, d)
		}
	}
	t.Logf("means are off by %.2f standard errors in the mean square", math.Sqrt(square/n))
	if square/n > 1.5*1.5 {
		t.Errorf("means are off by %.2f standard errors in the mean square", math.Sqrt(square/n))
	}
}

// On series without an outbreak in the weeks looked at, fewer than one week in
// a hundred is an alarm (0.8 in a hundred in long runs), though each series has
// four outbreaks in its past.
func TestFalseAlarmsAtTheStatedRate(t *testing.T) {
	alarms, weeks, hits, outbreaks := 0, 0, 0, 0
	for i, m := range simulate.Benchmark() {
		for rep := range 3 {
			seed := uint64(7000 + 100*i + rep)
			y, _, _ := m.Draw(seed, 624, []float64{2, 3, 5, 10}, 0)
			for _, w := range watch(t, y, 575, 623) {
				weeks++
				if w.Score >= series.DefaultThreshold {
					alarms++
				}
			}
			y, p, _ := m.Draw(seed, 624, []float64{2, 3, 5, 10}, 8)
			hit := false
			for k, w := range watch(t, y, p.Start, p.End) {
				hit = hit || w.Score >= series.DefaultThreshold
				if !w.Verdict {
					t.Fatalf("week %d: no verdict", p.Start+k)
				}
			}
			outbreaks++
			if hit {
				hits++
			}
		}
	}
	rate, found := float64(alarms)/float64(weeks), float64(hits)/float64(outbreaks)
	t.Logf("%d false alarms in %d weeks (%.2f %%), %d of %d outbreaks of eight standard deviations found", alarms, weeks, 100*rate, hits, outbreaks)
	if rate > 0.011 {
		t.Errorf("false alarms in %.2f %% of weeks", 100*rate)
	}
	if found < 0.75 {
		t.Errorf("found %.0f %% of outbreaks of eight standard deviations", 100*found)
	}
}

// flat is a quiet series: 3, 4, 5, 4 in turn.
func flat(n int) []int {
	y := make([]int, n)
	for i := range y {
		y[i] = []int{3, 4, 5, 4}[i%4]
	}
	return y
}

// An outbreak is an alarm while it lasts and no longer; and weeks later it has
// not raised what is called usual.
func TestAnOutbreakByHand(t *testing.T) {
	y := flat(300)
	y[280] += 12
	y[281] += 9
	for k, w := range watch(t, y, 276, 299) {
		week := 276 + k
		alarm := w.Score >= series.DefaultThreshold
		if want := week == 280 || week == 281; alarm != want && week != 282 {
			t.Errorf("week %d: %d events, %.1f expected, score %.2f", week, y[week], w.Expected, w.Score)
		}
		if w.Expected < 3.3 || w.Expected > 4.7 {
			t.Errorf("week %d: %v expected", week, w.Expected)
		}
	}
}

// A look reads nothing after its week, and hardly depends on which week was the
// first looked at.
func TestNoLookAheadAndNoMemory(t *testing.T) {
	y, _, err := simulate.Benchmark()[5].Draw(3, 624, []float64{5}, 6)
	if err != nil {
		t.Fatal(err)
	}
	all := watch(t, y, 560, 623)
	part := watch(t, y[:601], 560, 600)
	for k := range part {
		if part[k] != all[k] {
			t.Fatalf("week %d: %+v with the future, %+v without", 560+k, all[k], part[k])
		}
	}
	for _, week := range []int{570, 599, 623} {
		alone := watch(t, y, week, week)[0]
		if d := math.Abs(alone.Score - all[week-560].Score); d > 0.05 {
			t.Errorf("week %d: score %.3f looked at alone, %.3f after others", week, alone.Score, all[week-560].Score)
		}
	}
}

func TestAwkwardSeries(t *testing.T) {
	zeros := make([]int, 200)
	once, twice, million, early := make([]int, 200), make([]int, 200), flat(200), flat(200)
	once[199], twice[199], million[199], early[150] = 1, 3, 1_000_000, 1_000_000
	short := flat(40)
	short[39] = 40
	for _, c := range []struct {
		name           string
		y              []int
		verdict, alarm bool
	}{
		{"all zeros", zeros, true, false},
		{"the first event ever", once, true, false},
		{"the first three, in one week", twice, true, true},
		{"a million in the last week", million, true, true},
		{"a million once, long ago", early, true, false},
		{"too short", flat(9), false, false},
		{"just long enough", flat(12), true, false},
		{"under a year, and a burst", short, true, true},
		{"always the same", make([]int, 90), true, false},
	} {
		w := watch(t, c.y, len(c.y)-1, len(c.y)-1)[0]
		finite(t, []series.Week{w})
		if w.Verdict != c.verdict || (w.Verdict && w.Score >= series.DefaultThreshold) != c.alarm {
			t.Errorf("%s: %+v", c.name, w)
		}
		if !w.Verdict && w != (series.Week{}) {
			t.Errorf("%s: no verdict, yet %+v", c.name, w)
		}
	}
}

type fataler interface{ Fatalf(string, ...any) }

func finite(t fataler, ws []series.Week) {
	for _, w := range ws {
		for _, v := range []float64{w.Score, w.Expected, w.Dispersion} {
			if math.IsNaN(v) || math.IsInf(v, 0) {
				t.Fatalf("%+v", w)
			}
		}
		if w.Verdict && (!(w.Expected > 0) || w.Dispersion < 1) {
			t.Fatalf("%+v", w)
		}
	}
}

// Any series gives finite numbers, and one event more in the latest week never
// lowers its score.
func TestProperties(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		n := rapid.IntRange(1, 140).Draw(r, "weeks")
		base := rapid.SampledFrom([]int{0, 1, 3, 50, 100000}).Draw(r, "level")
		y := make([]int, n)
		for i := range y {
			y[i] = rapid.IntRange(0, base).Draw(r, "count")
		}
		if rapid.Bool().Draw(r, "burst") {
			y[rapid.IntRange(0, n-1).Draw(r, "week")] = rapid.SampledFrom([]int{1, 40, 1_000_000, 1 << 40}).Draw(r, "size")
		}
		opt := series.Defaults()
		opt.Waves = rapid.IntRange(0, 3).Draw(r, "waves")
		opt.History = rapid.SampledFrom([]int{0, 20, 60}).Draw(r, "history")
		w, err := series.Watch(y, 0, n-1, opt)
		if err != nil {
			r.Fatal(err)
		}
		finite(r, w)
		y[n-1] += rapid.SampledFrom([]int{1, 5, 1000}).Draw(r, "more")
		if y[n-1] > 1<<40 {
			return
		}
		more, err := series.Watch(y, 0, n-1, opt)
		if err != nil {
			r.Fatal(err)
		}
		if more[n-1].Score < w[n-1].Score-1e-9 {
			r.Fatalf("more events in the last week: %v after %v", more[n-1].Score, w[n-1].Score)
		}
	})
}

func TestRefusals(t *testing.T) {
	y := flat(100)
	for _, c := range []struct {
		says        string
		first, last int
		edit        func([]int, *series.Options)
	}{
		{"weeks 50 to 100", 50, 100, nil},
		{"weeks -1 to 5", -1, 5, nil},
		{"weeks 9 to 8", 9, 8, nil},
		{"week 3 (counted from 0) has a count of -1", 90, 99, func(y []int, _ *series.Options) { y[3] = -1 }},
		{"week 4 (counted from 0) has a count of", 90, 99, func(y []int, _ *series.Options) { y[4] = 1<<40 + 1 }},
		{"a year of 1 weeks", 90, 99, func(_ []int, o *series.Options) { o.Year = 1 }},
		{"7 waves", 90, 99, func(_ []int, o *series.Options) { o.Waves = 7 }},
		{"cut NaN", 90, 99, func(_ []int, o *series.Options) { o.Cut = math.NaN() }},
		{"shares [0.5 0]", 90, 99, func(_ []int, o *series.Options) { o.Outbreak.Shape = []float64{0.5, 0} }},
		{"shares [0.9 0.9]", 90, 99, func(_ []int, o *series.Options) { o.Outbreak.Shape = []float64{0.9, 0.9} }},
		{"size of -1", 90, 99, func(_ []int, o *series.Options) { o.Outbreak.Sizes = []float64{-1} }},
		{"at rate 1 a week", 90, 99, func(_ []int, o *series.Options) { o.Outbreak.Rate = 1 }},
	} {
		counts, opt := append([]int(nil), y...), series.Defaults()
		if c.edit != nil {
			c.edit(counts, &opt)
		}
		if _, err := series.Watch(counts, c.first, c.last, opt); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%v, want %q", err, c.says)
		}
	}
	for _, last := range []int{6, 100} {
		if _, err := series.Fit(y, last, series.Defaults()); err == nil {
			t.Errorf("a baseline up to week %d of 100", last)
		}
	}
	if _, err := series.Fit([]int{1, 1, 1, 1, 1, 1, 1, 1, -1}, 8, series.Defaults()); err == nil {
		t.Error("a negative count")
	}
	if _, err := series.Fit(y, 99, series.Options{}); err == nil {
		t.Error("no options")
	}
	b, err := series.Fit(y, 99, series.Defaults())
	if err != nil {
		t.Fatal(err)
	}
	if mu, se := b.Mean(100); mu != 0 || se != 0 {
		t.Errorf("beyond the series: %v, %v", mu, se)
	}
}

func BenchmarkYearOfLooks(b *testing.B) {
	y, _, err := simulate.Benchmark()[4].Draw(1, 624, []float64{5}, 0)
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		watch(b, y, 572, 623)
	}
}
