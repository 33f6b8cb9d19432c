package funnel

import (
	"math"
	"strconv"
	"testing"

	"bellwether/analytics/surveillance/dist"
	"bellwether/analytics/surveillance/internal/oracletest"
)

// Closed forms throughout, so a relative 1e-9; the reference prints 15 digits.
const tolerance = 1e-9

// The reference rounds the normal points of its over-dispersed limits to six
// decimals (1.959964 and 3.090232); these limits carry all digits, so agreement is to 5e-7.
const limitTolerance = 5e-7

func TestReferenceFunnels(t *testing.T) {
	byMethod := map[string]Method{"CQC": CQC, "SHMI": SHMI, "PR": PR, "RC": RC}
	groups := map[string][]oracletest.Row{}
	for _, r := range oracletest.Read(t, "methods/funnel_rows.csv") {
		k := r["dataset"] + "/" + r["method"]
		groups[k] = append(groups[k], r)
	}
	for _, s := range oracletest.Read(t, "methods/funnel_summary.csv") {
		key := s["dataset"] + "/" + s["kind"]
		t.Run(key, func(t *testing.T) {
			rows := groups[key]
			var o, e []float64
			for _, r := range rows {
				o, e = append(o, r.Float(t, "O")), append(e, r.Float(t, "E"))
			}
			m := byMethod[s["kind"]]
			res, err := FitOptions(o, e, Options{Method: m, Trim: DefaultTrim})
			if err != nil {
				t.Fatal(err)
			}
			if strconv.Itoa(res.N) != s["n_groups"] || strconv.Itoa(res.NUsed) != s["n_used"] {
				t.Errorf("N, NUsed = %d, %d; reference %s, %s", res.N, res.NUsed, s["n_groups"], s["n_used"])
			}
			oracletest.Close(t, "phi", res.Phi, s.Float(t, "phi"), tolerance)
			oracletest.Close(t, "tau2", res.Tau2, s.Float(t, "tau2"), tolerance)
			oracletest.Close(t, "target", res.Target, s.Float(t, "target"), 1e-8)
			for i, r := range rows {
				compareUnit(t, r, res.Units[i], m)
			}
		})
	}
}

func compareUnit(t *testing.T, r oracletest.Row, u Unit, m Method) {
	t.Helper()
	name := r["group"] + " "
	od95, od998 := u.OD95, u.OD998
	switch m {
	case CQC: // the reference leaves these limits on the square-root scale
		od95, od998 = u.Scale95, u.Scale998
	case PR: // the reference lets an angle past 0 or a quarter turn fold back; ours stops there
		od95, od998 = folded(u.Scale95), folded(u.Scale998)
	}
	if u.Used == r.Missing("z_used") {
		t.Errorf("%sused = %v, reference z_used %q", name, u.Used, r["z_used"])
	}
	checks := []struct {
		column string
		got    float64
	}{
		{"Y", u.Y}, {"s", u.S}, {"z", u.Z},
		{"z_multiplicative", u.ZMultiplicative}, {"z_additive", u.ZAdditive},
		{"exact_ll95", u.Exact95.Low}, {"exact_ul95", u.Exact95.High},
		{"exact_ll998", u.Exact998.Low}, {"exact_ul998", u.Exact998.High},
	}
	for _, c := range checks {
		if !r.Missing(c.column) {
			oracletest.Close(t, name+c.column, c.got, r.Float(t, c.column), tolerance)
		}
	}
	for column, got := range map[string]float64{
		"od_ll95": od95.Low, "od_ul95": od95.High, "od_ll998": od998.Low, "od_ul998": od998.High,
	} {
		if want := r.Float(t, column); math.Abs(got-want) > limitTolerance*(1+math.Abs(want)) {
			t.Errorf("%s%s = %.15g, reference %.15g", name, column, got, want)
		}
	}
	if u.Used && !r.Missing("z_used") {
		oracletest.Close(t, name+"z_used", u.ZUsed, r.Float(t, "z_used"), tolerance)
	}
}

func TestReferencePoissonTails(t *testing.T) {
	for _, r := range oracletest.Read(t, "methods/funnel_care60_pvalues.csv") {
		o, e := int(r.Float(t, "O")), r.Float(t, "E")
		upper, mid := PoissonTails([]int{o}, []float64{e})
		oracletest.Close(t, r["group"]+" p_upper", upper[0], r.Float(t, "p_upper"), tolerance)
		oracletest.Close(t, r["group"]+" p_mid", mid[0], r.Float(t, "p_mid"), tolerance)
		oracletest.Close(t, r["group"]+" z_mid", dist.UpperToZ(mid[0]), r.Float(t, "z_mid"), tolerance)
	}
}

func folded(y Interval) Interval {
	lo, hi := math.Sin(y.Low), math.Sin(y.High)
	return Interval{lo * lo, hi * hi}
}
