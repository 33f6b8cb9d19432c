// Package funnel compares units of different size with a common target: is
// this home's count high for its beds, once the ordinary spread between homes
// is allowed for? It answers a question of level against peers, never one of
// change.
//
// Each count O with its expectation E becomes z = (Y - target)/s on a scale
// where the spread of Y is known. The z of all units estimate how much wider
// than chance the real spread is (phi), after pulling in the extremes, and the
// excess is allowed for by inflating every s (multiplicative) or by adding a
// between-unit variance tau2 (additive, preferred).
//
// Sources: Spiegelhalter 2005, Qual Saf Health Care 14:347; Spiegelhalter et
// al. 2012, JRSS A 175:1. The four transforms are the ones in use at the Care
// Quality Commission, for the NHS mortality indicator, and for proportions and
// ratios of counts.
package funnel

import (
	"fmt"
	"math"
	"sort"

	"bellwether/analytics/surveillance/dist"
)

// Method is the scale on which counts are compared.
type Method int

const (
	// CQC takes Y = sqrt(O/E) with s = 1/(2 sqrt(E)); defined at O = 0, so it
	// is the one for care homes.
	CQC Method = iota
	// SHMI takes Y = log(O/E) with s = 1/sqrt(E), E rounded to two decimals;
	// undefined at O = 0. Extremes are dropped by rank, not pulled in.
	SHMI
	// PR is for proportions: O events among E cases, Y = asin(sqrt(O/E)) with
	// s = 1/(2 sqrt(E)).
	PR
	// RC is a ratio of two counts: Y = log((O+0.5)/(E+0.5)) with
	// s^2 = O/(O+0.5)^2 + E/(E+0.5)^2.
	RC
)

// String names the method.
func (m Method) String() string {
	switch m {
	case CQC:
		return "CQC"
	case SHMI:
		return "SHMI"
	case PR:
		return "PR"
	case RC:
		return "RC"
	}
	return fmt.Sprintf("Method(%d)", int(m))
}

// MinExpected is the least expectation with a place in a funnel: below it a
// unit has no exposure worth the name and gets Defined = false.
const MinExpected = 1e-6

// DefaultTrim is the share of units pulled in (or dropped) at each end.
const DefaultTrim = 0.10

// Interval is a pair of limits.
type Interval struct{ Low, High float64 }

// Unit is one unit's place in the funnel. When Defined is false the unit had
// no usable expectation (or, for SHMI, no events) and every number is zero.
type Unit struct {
	Defined bool
	// Y and S are the transformed value and its standard deviation by chance.
	Y, S float64
	// Z is (Y - target)/S. Used is false where trimming dropped the unit from
	// the estimates; ZUsed is the value they used (winsorised Z).
	Z     float64
	Used  bool
	ZUsed float64
	// ZMultiplicative is Z/sqrt(max(1, phi)) and ZAdditive is
	// (Y - target)/sqrt(S^2 + tau2): the numbers to flag by.
	ZMultiplicative, ZAdditive float64
	// Exact95 and Exact998 are exact Poisson limits for O/E, without
	// over-dispersion.
	Exact95, Exact998 Interval
	// Scale95 and Scale998 are the additive over-dispersed limits on the scale
	// of Y; OD95 and OD998 are the same as ratios O/E (proportions for PR),
	// never below zero.
	Scale95, Scale998, OD95, OD998 Interval
}

// Result is a fitted funnel. Units has one entry per input row, in order.
type Result struct {
	Method Method
	// N counts the units with a defined place, NUsed those left after trimming.
	N, NUsed int
	// Target is the centre on the scale of Y, Phi the over-dispersion factor
	// and Tau2 the additive between-unit variance (0 when there is none).
	Target, Phi, Tau2 float64
	Units             []Unit
}

// Options sets how a funnel is fitted. The zero value is the product's own
// setting but for Trim: use Fit, which fills it in.
type Options struct {
	Method Method
	// Trim is the share at each end that is winsorised (SHMI: dropped), in
	// [0, 0.5).
	Trim float64
	// NoExact leaves Exact95 and Exact998 at zero: they take far longer than
	// everything else together.
	NoExact bool
}

// Fit places every unit with count observed[i] and expectation expected[i]
// (same length; events, any period as long as both share it) using the
// square-root transform and 10 % winsorising.
//
// An error names the row of a negative or non-finite value. Units without
// exposure are left out and marked, never guessed.
func Fit(observed, expected []float64) (Result, error) {
	return FitOptions(observed, expected, Options{Method: CQC, Trim: DefaultTrim})
}

// FitOptions is Fit with a choice of transform and trimming. For PR expected
// holds the number of cases, which no count may exceed.
func FitOptions(observed, expected []float64, opt Options) (Result, error) {
	if err := check(observed, expected, opt); err != nil {
		return Result{}, err
	}
	res := Result{Method: opt.Method, Units: make([]Unit, len(observed)), Target: target(observed, expected, opt.Method)}
	var idx []int
	for i := range observed {
		u := &res.Units[i]
		if expected[i] < MinExpected || (opt.Method == SHMI && (observed[i] == 0 || roundTo2(expected[i]) == 0)) {
			continue
		}
		u.Defined = true
		u.Y, u.S = transform(observed[i], expected[i], opt.Method)
		u.Z = (u.Y - res.Target) / u.S
		if !opt.NoExact {
			u.Exact95 = Exact(expected[i], 0.95)
			u.Exact998 = Exact(expected[i], 0.998)
		}
		idx = append(idx, i)
	}
	res.N = len(idx)
	if opt.Method == SHMI {
		truncate(res.Units, idx, opt.Trim)
	} else {
		winsorise(res.Units, idx, opt.Trim)
	}
	res.NUsed, res.Phi, res.Tau2 = dispersion(res.Units)
	shrink := math.Sqrt(math.Max(1, res.Phi))
	for _, i := range idx {
		u := &res.Units[i]
		u.ZMultiplicative = u.Z / shrink
		sd := math.Sqrt(u.S*u.S + res.Tau2)
		u.ZAdditive = (u.Y - res.Target) / sd
		u.Scale95 = Interval{res.Target - z95*sd, res.Target + z95*sd}
		u.Scale998 = Interval{res.Target - z998*sd, res.Target + z998*sd}
		u.OD95, u.OD998 = ratio(u.Scale95, opt.Method), ratio(u.Scale998, opt.Method)
	}
	return res, nil
}

func check(observed, expected []float64, opt Options) error {
	if len(observed) != len(expected) {
		return fmt.Errorf("funnel: %d observed counts but %d expectations", len(observed), len(expected))
	}
	if opt.Method < CQC || opt.Method > RC {
		return fmt.Errorf("funnel: unknown method %d", int(opt.Method))
	}
	if !(opt.Trim >= 0 && opt.Trim < 0.5) {
		return fmt.Errorf("funnel: trim %v is not in [0, 0.5)", opt.Trim)
	}
	for i := range observed {
		if o := observed[i]; !(o >= 0) || math.IsInf(o, 0) {
			return fmt.Errorf("funnel: unit %d: observed count %v is not a finite number of at least 0", i, o)
		}
		if e := expected[i]; !(e >= 0) || math.IsInf(e, 0) {
			return fmt.Errorf("funnel: unit %d: expectation %v is not a finite number of at least 0", i, e)
		}
		if opt.Method == PR && observed[i] > expected[i] {
			return fmt.Errorf("funnel: unit %d: %v events among %v cases", i, observed[i], expected[i])
		}
	}
	return nil
}

// dispersion gives phi = mean of squared winsorised z, and the method-of-moments
// between-unit variance, over the units in use. One unit cannot show a spread.
func dispersion(units []Unit) (n int, phi, tau2 float64) {
	var sw, sw2, sz float64
	for i := range units {
		u := &units[i]
		if !u.Used {
			continue
		}
		n++
		w := 1 / (u.S * u.S)
		sw += w
		sw2 += w * w
		sz += u.ZUsed * u.ZUsed
	}
	if n == 0 {
		return 0, 0, 0
	}
	phi = sz / float64(n)
	excess := sz - float64(n-1)
	room := sw - sw2/sw
	if n < 2 || excess <= 0 || room <= 0 {
		return n, phi, 0
	}
	return n, phi, excess / room
}

// winsorise pulls each z in to the type 7 quantiles at trim and 1-trim.
func winsorise(units []Unit, idx []int, trim float64) {
	zs := make([]float64, len(idx))
	for k, i := range idx {
		zs[k] = units[i].Z
	}
	lo, hi := dist.Quantile7(zs, trim), dist.Quantile7(zs, 1-trim)
	for _, i := range idx {
		units[i].Used = true
		units[i].ZUsed = math.Min(math.Max(units[i].Z, lo), hi)
	}
}

// truncate drops units whose rank falls in the outer tenths: of bands
// floor(rank*k/(n+1)) with k = 1/trim, the first and the last (ties share
// their average rank).
func truncate(units []Unit, idx []int, trim float64) {
	n := len(idx)
	if n == 0 {
		return
	}
	order := append([]int(nil), idx...)
	sort.SliceStable(order, func(a, b int) bool { return units[order[a]].Z < units[order[b]].Z })
	for a := 0; a < n; {
		b := a
		for b < n && units[order[b]].Z == units[order[a]].Z {
			b++
		}
		rank := 0.5 * float64(a+1+b)
		keep := true
		if trim > 0 {
			k := 1 / trim
			band := math.Floor(rank * k / float64(n+1))
			keep = band > 0 && band < k-1
		}
		for ; a < b; a++ {
			u := &units[order[a]]
			if keep {
				u.Used, u.ZUsed = true, u.Z
			}
		}
	}
}
