package farrington

import (
	"testing"

	"bellwether/analytics/surveillance/internal/oracletest"
)

// byDataset returns the reference series, by name.
func byDataset(t *testing.T) map[string][]int {
	t.Helper()
	out := map[string][]int{}
	for _, r := range oracletest.Read(t, "methods/surv_series.csv") {
		n := int(r.Float(t, "observed"))
		out[r["dataset"]] = append(out[r["dataset"]], n)
	}
	return out
}

// byDate is the one series whose reference weeks R found by calendar date, which
// the table does not hold: a week off a 52-week year every few years.
const byDate = "salmNewport_total"

// flexible are configurations of the reference run of the improved method.
func flexible() map[string]Options {
	a := Options{Year: 52, Years: 3, Half: 3, Seasons: 1, Recent: -1, Cut: 2.58, TrendP: 0.05, Threshold: Power, Alpha: 0.05, Events: 5, Weeks: 4}
	b := Improved()
	b.Years = 3
	d := a
	d.Recent, d.TrendP, d.Threshold, d.Alpha, d.Events = 26, 1, Plugin, 0.005, 0
	return map[string]Options{"A_default_b3": a, "B_noufaily_b3": b, "D_nolimit_b3": d}
}

// Seventeen real series week by week. Where both keep or drop the trend: phi to
// 1e-6; mu0 and p-value to 1e-6 and bounds and alarms identical with the
// negative-binomial bound; with the power bound, A, the mean to 1e-6: that bound
// is compared with R's original function below, from which R's flexible one
// departs. Trends differ in one week in three under A, in one week at all under D.
func TestReferenceFlexible(t *testing.T) {
	series := byDataset(t)
	opts := flexible()
	seen, differ := map[string]int{}, map[string]int{}
	for _, r := range oracletest.Read(t, "methods/surv_farringtonFlexible.csv") {
		o, ok := opts[r["config"]]
		if !ok || r["dataset"] == byDate || r.Missing("mu0") {
			continue
		}
		week := int(r.Float(t, "t"))
		ws, err := Detect(series[r["dataset"]], week-1, week-1, o)
		if err != nil {
			t.Fatal(err)
		}
		w := ws[0]
		seen[r["config"]]++
		if w.TrendUsed != (r["trend_used"] == "1") {
			differ[r["config"]]++
			continue
		}
		what := r["dataset"] + " " + r["config"] + " week " + r["t"]
		oracletest.Close(t, what+" phi", w.Phi, r.Float(t, "phi"), 1e-6)
		if r.Missing("upperbound") == w.Verdict {
			t.Errorf("%s: verdict %v, reference upper bound %q", what, w.Verdict, r["upperbound"])
		}
		if o.Threshold == Power {
			if r.Missing("upperbound") {
				continue
			}
			oracletest.Close(t, what+" expected", w.Mean, r.Float(t, "expected"), 1e-6)
			continue
		}
		oracletest.Close(t, what+" mu0", w.Mean, r.Float(t, "mu0"), 1e-6)
		oracletest.Close(t, what+" p", w.P, r.Float(t, "pvalue"), 1e-6)
		if !r.Missing("upperbound") {
			oracletest.Close(t, what+" upper", w.Upper, r.Float(t, "upperbound"), 1e-6)
		}
		if w.Alarm != (r["alarm"] == "1") {
			t.Errorf("%s: alarm %v, reference %s", what, w.Alarm, r["alarm"])
		}
	}
	t.Logf("weeks compared %v, of which the trend differs %v", seen, differ)
	for config, n := range map[string]int{"A_default_b3": 380, "B_noufaily_b3": 0, "D_nolimit_b3": 1} {
		if seen[config] < 1000 || differ[config] > n {
			t.Errorf("%s: %d weeks compared, the trend differs in %d (%d known)", config, seen[config], differ[config], n)
		}
	}
}

// The last two years of the same series by the original method: upper bounds to
// 1e-6, alarms identical. The reference writes 0 where it has no verdict.
func TestReferenceOriginal(t *testing.T) {
	series := byDataset(t)
	o := Original()
	o.Years, o.Alpha = 3, 0.05
	seen := 0
	for _, r := range oracletest.Read(t, "methods/surv_other_algorithms.csv") {
		if r["algorithm"] != "farrington_b3_w3_alpha0.05" || r["dataset"] == byDate || r.Missing("upperbound") {
			continue
		}
		week := int(r.Float(t, "t"))
		w, err := Detect(series[r["dataset"]], week-1, week-1, o)
		if err != nil {
			t.Fatal(err)
		}
		what := r["dataset"] + " week " + r["t"]
		if want := r.Float(t, "upperbound"); want > 0 || w[0].Verdict {
			oracletest.Close(t, what+" upper", w[0].Upper, want, 1e-6)
		}
		if w[0].Alarm != (r["alarm"] == "1") {
			t.Errorf("%s: alarm %v, reference %s (count %s)", what, w[0].Alarm, r["alarm"], r["observed"])
		}
		seen++
	}
	if seen < 800 {
		t.Errorf("compared %d weeks only", seen)
	}
}
