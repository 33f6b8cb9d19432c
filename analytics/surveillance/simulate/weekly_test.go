package simulate

import (
	"math"
	"testing"
)

// Means and dispersions of long draws are those asked for.
func TestWeeklyDrawsAreTrue(t *testing.T) {
	all := Benchmark()
	if len(all) != 42 {
		t.Fatalf("%d scenarios", len(all))
	}
	for i, w := range all {
		weeks := 5200
		if w.Trend > 0 {
			weeks = 1040 // a trend of centuries is not a trend
		}
		y, p, err := w.Draw(uint64(i), weeks, nil, 0)
		if err != nil || p != (Point{}) {
			t.Fatal(err, p)
		}
		sum, want, chi := 0.0, 0.0, 0.0
		for k, n := range y {
			mu := w.Mean(k + 1)
			sum += float64(n)
			want += mu
			chi += (float64(n) - mu) * (float64(n) - mu) / mu / float64(len(y))
		}
		if se := math.Sqrt(w.Dispersion / want); math.Abs(sum/want-1) > 5*se {
			t.Errorf("scenario %d: %v events, %v expected", i+1, sum, want)
		}
		if math.Abs(chi/w.Dispersion-1) > 0.35 {
			t.Errorf("scenario %d: dispersion %v, want %v", i+1, chi, w.Dispersion)
		}
	}
	if m := all[0].Mean(5); math.Abs(m-math.Exp(0.1)) > 1e-12 {
		t.Errorf("a flat scenario's mean is %v", m)
	}
}

// An outbreak adds its events at its start and just after; half in the first week.
func TestWeeklyOutbreaks(t *testing.T) {
	w := Benchmark()[12]
	first, total := 0, 0
	for seed := range uint64(300) {
		base, _, err := w.Draw(seed, 624, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		y, p, err := w.Draw(seed, 624, nil, 6)
		if err != nil {
			t.Fatal(err)
		}
		if p.Size < 2 || p.Start < 575 || p.Start > 623 || p.End < p.Start {
			t.Fatalf("seed %d: %+v", seed, p)
		}
		for i := range y {
			if d := y[i] - base[i]; d != 0 && (d < 0 || i < p.Start || i > p.End) {
				t.Fatalf("seed %d, week %d: %d more events outside %+v", seed, i, d, p)
			}
		}
		first += y[p.Start] - base[p.Start]
		total += p.Size
	}
	if share := float64(first) / float64(total); math.Abs(share-0.5) > 0.03 {
		t.Errorf("%v of events in the first week", share)
	}
	if _, _, err := w.Draw(1, 100, nil, 3); err == nil {
		t.Error("an outbreak in a short series")
	}
	if _, _, err := (Weekly{}).Draw(1, 100, nil, 0); err == nil {
		t.Error("no dispersion")
	}
}

// By hand: two quiet weeks with one alarm; an outbreak of two weeks, one of them
// an alarm, with one alarm outside; an outbreak missed.
func TestAlarmsByHand(t *testing.T) {
	var a Alarms
	if a.F1() != 0 || a.Found() != 0 || a.FalseRate() != 0 {
		t.Error("nothing counted is nought")
	}
	a.Quiet([]bool{true, false})
	a.Outbreak([]bool{true, false, true, false}, 2, 3)
	a.Outbreak([]bool{false, false, false, false}, 0, 0)
	for _, c := range []struct {
		name      string
		got, want float64
	}{{"false rate", a.FalseRate(), 0.5}, {"found", a.Found(), 0.5}, {"sensitivity", a.Sensitivity(), 1.0 / 3}, {"precision", a.Precision(), 0.5}, {"F1", a.F1(), 0.4}} {
		if math.Abs(c.got-c.want) > 1e-12 {
			t.Errorf("%s %v, want %v", c.name, c.got, c.want)
		}
	}
}
