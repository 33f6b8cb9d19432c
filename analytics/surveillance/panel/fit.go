package panel

import (
	"math"
	"slices"

	"bellwether/analytics/surveillance/baseline"
	"bellwether/analytics/surveillance/delay"
	"bellwether/analytics/surveillance/market"
	"bellwether/analytics/surveillance/scan"
)

// fitted is a Fit with the series that scoring reads, from week lo to the look.
type fitted struct {
	Fit
	lo, t int
	// rate[i] is the market's rate per unit of exposure in week lo+i; share[i]
	// what is recorded of it; clusters[i] the clusters due per unit of exposure.
	rate, share, clusters []float64
	// before[i] is the sum of clusters[:i].
	before []float64
}

// How much of a panel is read to learn what all units share, and how much a
// prior guess counts beside it.
const (
	sampleUnits  = 2000
	phiWeight    = 60  // expected events at the prior dispersion
	levelWeight  = 20  // expected events at the common level
	shapeLogSD   = 0.5 // of the log shape about its prior guess
	delayWindow  = 52  // weeks of event dates that completeness is learned from
	completeFrom = 0.98
)

// fit learns one stream from everything known at week t of the panel.
func (e *Engine) fit(stream, lo, t int) (*fitted, error) {
	n := t - lo + 1
	f := &fitted{lo: lo, t: t}
	f.Stream = e.streams[stream]
	counts := make([]float64, n)
	byGroup := make([]float64, e.groups)
	maxDelay := min(e.settings.MaxDelay, n-1)
	from := max(lo, t-delayWindow-maxDelay+1)
	tri := make(delay.Triangle, t-from+1)
	for i := range tri {
		tri[i] = make([]float64, maxDelay+1)
	}
	for u := range e.units {
		limit := e.limit(stream, u, t)
		for _, r := range e.of(stream, u) {
			w := int(r.week)
			if int(r.known) > t || w < lo || w > t || e.exposure(u, w) <= 0 {
				continue
			}
			n := math.Min(float64(r.n), limit)
			counts[w-lo] += n
			byGroup[e.units[u].Group] += n
			f.Events += int(r.n)
			if w >= from {
				tri[w-from][min(int(r.known)-w, maxDelay)] += n
			}
		}
	}
	var err error
	if f.Complete, err = delay.Estimate(tri, t-from, maxDelay, 0); err != nil {
		return nil, err
	}
	f.share = make([]float64, n)
	for i := max(0, e.began(stream)-lo); i < n; i++ {
		f.share[i] = f.Complete.At(n - 1 - i)
	}
	if err := e.fitMarket(f, counts, byGroup); err != nil {
		return nil, err
	}
	silent := min(n, max(0, e.began(stream)-lo))
	if t < e.began(stream)+f.Stream.Learn {
		silent = n
	}
	clear(f.rate[:silent])
	f.Phi, f.Shape = e.settings.Phi, e.settings.Shape
	f.Phi = e.dispersion(stream, f)
	f.clusters, f.before = make([]float64, n), make([]float64, n+1)
	for i := range f.clusters {
		f.clusters[i] = scan.ExpectedClusters(f.rate[i], f.share[i], f.Phi)
		f.before[i+1] = f.before[i] + f.clusters[i]
	}
	f.Shape, err = e.shape(stream, f)
	return f, err
}

// burst is how many records of one unit and week are read at face value by what
// all units share, whatever is usual for the unit.
const burst = 10

// limit is the most records of one week that a unit lends to what all units
// share: ten times its own median week with any, and ten more. A file entered
// in one day, or a slip of the keyboard, must not set the market's season.
func (e *Engine) limit(stream, unit, t int) float64 {
	recs := e.of(stream, unit)
	large := false
	for _, r := range recs {
		large = large || r.n > burst && int(r.known) <= t
	}
	if !large {
		return math.Inf(1)
	}
	seen := []int32{1}
	for k := range recs {
		if int(recs[k].known) <= t {
			seen = append(seen, recs[k].n)
		}
	}
	slices.Sort(seen)
	return burst + 10*float64(seen[(len(seen)-1)/2])
}

// fitMarket fits trend and season to the pooled weeks, then each group's level,
// drawn towards the common one as far as the group is small.
func (e *Engine) fitMarket(f *fitted, counts, byGroup []float64) error {
	n := len(counts)
	exposure := make([]float64, n)
	for g := range e.pooled {
		for i := range exposure {
			exposure[i] += e.pooled[g][f.lo+i] * f.share[i]
		}
	}
	m, err := market.Fit(e.first+f.lo, counts, exposure, market.Options{})
	if err != nil {
		return err
	}
	f.Market = m
	f.rate = m.Rates(e.first+f.lo, n)
	f.GroupLevel = make([]float64, e.groups)
	for g := range f.GroupLevel {
		due := 0.0
		for i := range f.rate {
			due += e.pooled[g][f.lo+i] * f.share[i] * f.rate[i]
		}
		f.GroupLevel[g] = (levelWeight + byGroup[g]) / (levelWeight + due)
		if e.groups == 1 {
			f.GroupLevel[g] = 1
		}
	}
	return nil
}

// stride visits at most sampleUnits units, evenly spread.
func (e *Engine) stride() int { return max(1, (len(e.units)+sampleUnits-1)/sampleUnits) }

// dispersion is sum (x-e)^2 / sum e over sampled units' weeks old enough to be
// complete, with e at each unit's own shrunken level, beside a prior guess.
func (e *Engine) dispersion(stream int, f *fitted) float64 {
	last := len(f.rate)
	for last > 0 && f.share[last-1] < completeFrom {
		last--
	}
	num, den := phiWeight*f.Phi, float64(phiWeight)
	x := make([]float64, last)
	for u := 0; u < len(e.units); u += e.stride() {
		clear(x)
		var o, due float64
		limit := e.limit(stream, u, f.t)
		for _, r := range e.of(stream, u) {
			if i := int(r.week) - f.lo; i >= 0 && i < last && int(r.known) <= f.t {
				x[i] = math.Min(x[i]+float64(r.n), limit)
			}
		}
		level := f.GroupLevel[e.units[u].Group]
		for i := range x {
			if w := e.exposure(u, f.lo+i); w > 0 {
				o += x[i]
				due += w * level * f.rate[i]
			}
		}
		m := baseline.Update(f.Shape, o, due, f.Phi).Mean() * level
		for i := range x {
			if mu := e.exposure(u, f.lo+i) * f.rate[i] * m; mu > 0 {
				num += (x[i] - mu) * (x[i] - mu)
				den += mu
			}
		}
	}
	return math.Min(math.Max(1, num/den), 20)
}

// shape is the posterior mode of the between-unit shape over sampled units.
func (e *Engine) shape(stream int, f *fitted) (float64, error) {
	var o, due []float64
	for u := 0; u < len(e.units); u += e.stride() {
		c, d := e.history(stream, u, f, len(f.rate))
		if d > 0 {
			o, due = append(o, c), append(due, d)
		}
	}
	return baseline.FitShapeNear(o, due, e.settings.Shape, shapeLogSD)
}

// history sums a unit's clusters seen and due over the first n weeks of the fit.
func (e *Engine) history(stream, unit int, f *fitted, n int) (seen, due float64) {
	level := f.GroupLevel[e.units[unit].Group]
	if x := e.units[unit].Exposure; len(x) == 1 {
		due = x[0] * level * f.before[n]
	} else {
		for i, x := range x[f.lo : f.lo+n] {
			due += x * level * f.clusters[i]
		}
	}
	if due == 0 {
		return 0, 0
	}
	recs := e.of(stream, unit)
	for k := 0; k < len(recs); {
		w, c := int(recs[k].week), 0
		for ; k < len(recs) && int(recs[k].week) == w; k++ {
			if int(recs[k].known) <= f.t {
				c += int(recs[k].n)
			}
		}
		if i := w - f.lo; c > 0 && i >= 0 && i < n {
			seen += scan.Clusters(c, e.exposure(unit, w)*level*f.rate[i], f.Phi)
		}
	}
	return seen, due
}
