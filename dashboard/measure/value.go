package measure

import (
	"math"

	"bellwether/dashboard/read"
	"bellwether/dashboard/words"
)

// fewest is how many services a figure that isn't public must rest on before a reader without a right to single providers sees it: with
// fewer it could be read as one service's own.
const fewest = 5

// Value is a group's figure with the interval in which it lies (or, for a middle value, half of the services).
type Value struct {
	// OK is false where nothing is known, or where the disclosure rule hides it (Hidden).
	OK, Hidden     bool
	At, Low, High  float64
	Counted, Among string // what was counted among what, as far as the reader may know it
}

// z95 is the normal quantile of a two-sided 95 % interval.
const z95 = 1.959964

// Of gives the figure of a point. Without exact, a figure that isn't public goes through the disclosure rule: counts of 0 to 4 hide it, others are
// rounded to the nearest 5 before anything is worked out, and so does a group of fewer than five services.
func (m Measure) Of(p read.IndicatorPoint, exact bool) Value {
	exact = exact || m.Public
	v := Value{Among: words.Int(p.Known)}
	if p.Known == 0 {
		return v
	}
	if !exact && p.Known < fewest {
		v.Hidden = true
		return v
	}
	n := float64(p.Known)
	round := func(x float64) (float64, bool) {
		if exact {
			return x, true
		}
		r, ok := words.Round(int64(math.Round(x)))
		return float64(r), ok
	}
	switch m.How {
	case Rate:
		if p.Exposure <= 0 {
			return v
		}
		total, ok := round(p.Total)
		if !ok {
			v.Hidden = true
			return v
		}
		low, high := Byar(total)
		k := 100 / p.Exposure
		v.OK, v.At, v.Low, v.High, v.Counted = true, total*k, low*k, high*k, words.Decimal(total, 0)
	case Share:
		yes, ok := round(float64(p.Yes))
		if !ok {
			v.Hidden = true
			return v
		}
		yes = min(yes, n)
		low, high := Wilson(yes, n)
		v.OK, v.At, v.Low, v.High, v.Counted = true, 100*yes/n, 100*low, 100*high, words.Decimal(yes, 0)
	case Mean:
		total, ok := round(p.Total)
		if !ok {
			v.Hidden = true
			return v
		}
		mean := total / n
		v.OK, v.At, v.Low, v.High, v.Counted = true, mean, mean, mean, words.Decimal(total, 0)
		if p.Known > 1 && exact {
			// The spread is of the true values: a reader of rounded counts does without.
			half := z95 * spread(p.Total, p.Squares, n) / math.Sqrt(n)
			v.Low, v.High = max(0, mean-half), mean+half
		}
	case Middle:
		if p.Middle == nil || p.Q25 == nil || p.Q75 == nil {
			return v
		}
		k := 1.0
		if m.Percent {
			k = 100
		}
		v.OK, v.At, v.Low, v.High = true, k**p.Middle, k**p.Q25, k**p.Q75
	}
	return v
}

// spread is the standard deviation of n values from their sum and sum of squares.
func spread(total, squares, n float64) float64 {
	if n < 2 {
		return 0
	}
	return math.Sqrt(max(0, squares-total*total/n) / (n - 1))
}

// Wilson is the 95 % interval of a share (Wilson 1927, JASA 22:209).
func Wilson(yes, n float64) (low, high float64) {
	if n <= 0 {
		return 0, 0
	}
	p, zz := yes/n, z95*z95
	centre, half := (p+zz/(2*n))/(1+zz/n), z95/(1+zz/n)*math.Sqrt(p*(1-p)/n+zz/(4*n*n))
	return max(0, centre-half), min(1, centre+half)
}

// Byar is the 95 % interval of a Poisson count by Byar's approximation (Breslow and Day 1987, volume II, section 2.3).
func Byar(count float64) (low, high float64) {
	if count > 0 {
		low = max(0, count*math.Pow(1-1/(9*count)-z95/(3*math.Sqrt(count)), 3))
	}
	n := count + 1
	return low, n * math.Pow(1-1/(9*n)+z95/(3*math.Sqrt(n)), 3)
}
