package simulate

import (
	"math"
	"testing"
)

func TestDrawIsRepeatableAndTrue(t *testing.T) {
	m := Care(200, 13)
	m.Deteriorating = 0
	a, _, err := m.Draw(1)
	if err != nil {
		t.Fatal(err)
	}
	b, _, _ := m.Draw(1)
	c, _, _ := m.Draw(2)
	if len(a.Events) != len(b.Events) || a.Events[7] != b.Events[7] || len(a.Events) == len(c.Events) {
		t.Errorf("%d, %d and %d events", len(a.Events), len(b.Events), len(c.Events))
	}
	// 200 homes of 40 beds over five years of growth centred on week 0: rates
	// within a tenth of what was asked for, same-week share within two points.
	var n [3]float64
	prompt, beds := 0.0, 0.0
	for _, e := range a.Events {
		n[e.Stream]++
		if e.Known == e.Week {
			prompt++
		}
	}
	for _, u := range a.Units {
		beds += u.Exposure[0]
	}
	for s, want := range []float64{0.02, 0.008, 0.03} {
		growth := (math.Pow(1.05, 5) - 1) / (5 * math.Log(1.05))
		got := n[s] / beds / 60 / growth
		if math.Abs(got/want-1) > 0.1 {
			t.Errorf("stream %d: %v events a bed and month, want %v", s, got, want)
		}
	}
	if share := prompt / float64(len(a.Events)); math.Abs(share-0.5) > 0.02 {
		t.Errorf("recorded in the same week: %v", share)
	}
	if _, _, err := (Market{}).Draw(1); err == nil {
		t.Error("an empty market was drawn")
	}
}

func TestDeteriorationsShow(t *testing.T) {
	m := Care(400, 26)
	m.Deteriorating, m.Multipliers = 1, []float64{5}
	in, truth, err := m.Draw(3)
	if err != nil {
		t.Fatal(err)
	}
	during, outside := 0.0, 0.0
	for _, e := range in.Events {
		tr := truth[e.Unit]
		if e.Stream != 0 {
			continue
		}
		if e.Week >= tr.Start && e.Week < tr.Start+tr.Weeks {
			during++
		} else {
			outside++
		}
	}
	if rise := during / 26 / (outside / 234); math.Abs(rise/5-1) > 0.15 {
		t.Errorf("rates rose %v-fold, want about five-fold (and some trend)", rise)
	}
}

func TestDraws(t *testing.T) {
	m := Care(1, 13)
	m.Ramp = 13
	if _, _, err := m.Draw(9); err != nil {
		t.Fatal(err)
	}
	if gamma(nil, 0) != 0 || poisson(nil, 0) != 0 {
		t.Error("nothing expected gives nothing")
	}
}

// One home with alarms at weeks 0, 5, 30 and 31: flags at 0 and 30, unless a
// deterioration covers them.
func TestScoreByHand(t *testing.T) {
	row := make([]float64, 60)
	for _, k := range []int{0, 5, 30, 31} {
		row[k] = 1
	}
	scores := [][]float64{row}
	if o := Score(scores, []Truth{{}}, 100, 1); o.Flags != 2 || math.Abs(o.FalseFlags-100*52*2/60.0) > 1e-9 {
		t.Errorf("healthy: %+v", o)
	}
	o := Score(scores, []Truth{{3, 128, 13}}, 100, 1)
	if o.Flags != 1 || o.Caught[3] != 1 || o.Median[3] != 3 || o.Homes[3] != 1 {
		t.Errorf("deteriorating from week 28: %+v", o)
	}
	if o := Score(scores, []Truth{{3, 110, 13}}, 100, 1); o.Homes[3] != 0 {
		t.Errorf("flagged just before: %+v", o)
	}
	if o := Score(scores, []Truth{{3, 145, 13}}, 100, 2); o.Caught[3] != 0 || o.Median[3] != 0 || o.Flags != 0 {
		t.Errorf("never alarmed: %+v", o)
	}
	if th := Threshold(scores, []Truth{{}}, 100, 5); math.Abs(th-1) > 0.002 {
		t.Errorf("threshold %v, want just above 1", th)
	}
	if o := Score(nil, nil, 0, 0); o.FalseFlags != 0 {
		t.Errorf("nothing: %+v", o)
	}
}
