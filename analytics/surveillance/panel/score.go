package panel

import (
	"math"

	"bellwether/analytics/surveillance/dist"
	"bellwether/analytics/surveillance/scan"
)

// scorer scores units one after another with one set of buffers.
type scorer struct {
	e       *Engine
	fits    []*fitted
	scan    *scan.Scanner
	lo, t   int
	longest int
	recent  []scan.Recent // by stream
	share   [][]float64   // by stream and age: recorded of a week's events
	factor  [][]float64   // by stream and age: clusters due per event expected
}

func newScorer(e *Engine, fits []*fitted, sc *scan.Scanner, lo, t int) *scorer {
	p := &scorer{e: e, fits: fits, scan: sc, lo: lo, t: t, longest: e.settings.Detector.Longest()}
	for _, f := range fits {
		r := scan.Recent{Counts: make([]int, p.longest), Expected: make([]float64, p.longest), Due: make([]float64, p.longest)}
		r.Phi, r.Shape, r.Power = f.Phi, f.Shape, f.Stream.Power
		share, factor := make([]float64, p.longest), make([]float64, p.longest)
		for a := range share {
			share[a] = f.Complete.At(a)
			factor[a] = scan.ExpectedClusters(1, share[a], f.Phi)
		}
		p.recent, p.share, p.factor = append(p.recent, r), append(p.share, share), append(p.factor, factor)
	}
	return p
}

// unit scores one unit into res, whose Streams has one entry a stream.
func (p *scorer) unit(u int, th Thresholds, res *Result) {
	p.scan.Reset()
	for s, f := range p.fits {
		r := &p.recent[s]
		exposed, left := p.load(s, u, f, r)
		res.Exposed = res.Exposed || exposed
		res.LeftOut += left
		p.scan.Add(*r)
	}
	if !res.Exposed {
		return
	}
	res.Evidence = p.scan.Evidence()
	res.Tier = th.Of(res.Score)
	for s := range p.fits {
		res.Streams[s] = explain(&p.recent[s], p.share[s], res.Window)
	}
}

// load fills a stream's recent weeks, latest first, and its history before
// them. It reports whether any of those weeks has exposure, and the events of
// those that have none.
func (p *scorer) load(s, u int, f *fitted, r *scan.Recent) (exposed bool, left int) {
	level := f.GroupLevel[p.e.units[u].Group]
	for a := range p.longest {
		r.Counts[a], r.Expected[a] = 0, 0
		if w := p.t - a; w >= p.lo {
			x := p.e.exposure(u, w)
			exposed = exposed || x > 0
			r.Expected[a] = x * level * f.rate[w-p.lo]
			r.Due[a] = r.Expected[a] * p.factor[s][a]
		}
	}
	recs := p.e.of(s, u)
	for k := len(recs) - 1; k >= 0; k-- {
		w := int(recs[k].week)
		if w <= p.t-p.longest {
			break
		}
		if w < p.lo || int(recs[k].known) > p.t { // known is never before the week
			continue
		}
		if p.e.exposure(u, w) > 0 {
			r.Counts[p.t-w] += int(recs[k].n)
		} else {
			left += int(recs[k].n)
		}
	}
	r.PastClusters, r.PastExpected = p.e.history(s, u, f, max(0, len(f.rate)-p.longest))
	return exposed, left
}

// maxOnce bounds the rarity that is put in words.
const maxOnce = 1e9

// explain says what a window of a stream held and what it should have.
func explain(r *scan.Recent, share []float64, window int) StreamResult {
	past, due := r.Shape+r.PastClusters, r.Shape+r.PastExpected
	for a := window; a < len(r.Counts); a++ {
		if e := r.Expected[a]; e > 0 {
			past += scan.Clusters(r.Counts[a], e, r.Phi)
			due += r.Due[a]
		}
	}
	res := StreamResult{Relative: past / due, Complete: 1}
	var whole, byNow, spread float64
	for a := range window {
		if e := r.Expected[a]; e > 0 {
			res.Observed += r.Counts[a]
			whole += e
			byNow += e * share[a]
			spread += e * share[a] * (share[a]*(r.Phi-1) + 1)
		}
	}
	if whole > 0 {
		res.Complete = byNow / whole
	}
	res.Expected = res.Relative * byNow
	res.OnceIn = 1
	if res.Expected <= 0 {
		return res
	}
	// Variance within the baseline's uncertainty: phi shrinks with the share
	// recorded, week by week; past is the shape of the unit's own level.
	phi := spread / byNow
	size := 1 / ((phi-1)/res.Expected + 1/past)
	res.Low, res.High = dist.NBQuantile(0.025, res.Expected, size), dist.NBQuantile(0.975, res.Expected, size)
	if p := dist.NBUpper(res.Observed, res.Expected, size); p < 1 {
		res.OnceIn = math.Min(1/math.Max(p, 1/maxOnce), maxOnce)
	}
	return res
}
