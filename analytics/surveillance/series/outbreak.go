package series

import "math"

// evidence weighs the latest weeks for an outbreak.
type evidence struct {
	o     Outbreak
	rest  []float64 // share of an outbreak still to come at an age, that week included
	y     []int
	mu, v []float64
	null  []float64
}

func newEvidence(o Outbreak) *evidence {
	n := len(o.Shape)
	e := &evidence{o: o, rest: make([]float64, n+1), y: make([]int, n), mu: make([]float64, n), v: make([]float64, n), null: make([]float64, n)}
	for a := n - 1; a >= 0; a-- {
		e.rest[a] = e.rest[a+1] + o.Shape[a]
	}
	return e
}

// week returns the log odds that an outbreak is going on in week t: that one of
// some size started a weeks ago and has events in week t or after it, against
// all else (none, or one that is over). The counts of each week are negative
// binomial with the baseline's mean and variance Phi times it, wider by the
// baseline's own error; an outbreak adds Poisson events in the shares of its
// shape. "No event from week t on" is week t without extra events times the
// chance that none is still to come, so both hypotheses are exact sums.
func (e *evidence) week(counts []int, t int, b *Baseline) Week {
	n := len(e.o.Shape)
	for a := range n {
		e.y[a] = counts[t-a]
		m, se := b.Mean(t - a)
		e.mu[a], e.v[a] = m, b.Phi*m+m*m*se*se
		e.null[a] = logNB(e.y[a], m, e.v[a])
	}
	var going, over logSum
	for _, k := range e.o.Sizes {
		for a := range n {
			size := math.Max(k*math.Sqrt(e.v[a]), e.o.Least)
			l := 0.0 // of the weeks from the start to the one before t
			for d := range a {
				l += e.extra(a-d, size*e.o.Shape[d])
			}
			now, none := e.extra(0, size*e.o.Shape[a]), -size*e.rest[a]
			if a == 0 { // an outbreak is going on in the week it starts
				going.add(l + now)
				continue
			}
			over.add(l + none)
			if now > none {
				going.add(l + now + math.Log(-math.Expm1(none-now)))
			}
		}
	}
	each := math.Log(e.o.Rate / float64(len(e.o.Sizes)))
	return Week{Verdict: true, Score: going.log() + each - log1pExp(over.log()+each), Expected: e.mu[0], Dispersion: b.Phi}
}

// extra is the log likelihood ratio of x more events expected in the week a
// weeks ago. An outbreak's events are Poisson, so beyond some count a very
// dispersed series is the better explanation and the ratio would fall again:
// counts are read up to where it is largest, and more events never say less.
func (e *evidence) extra(a int, x float64) float64 {
	mu, v, y := e.mu[a], e.v[a], e.y[a]
	if wide := v - mu; wide > mu*poissonLike {
		if top := 1 + (v*(2*mu+x)-mu*mu)/wide; float64(y) > top {
			y = int(top)
			return logNB(y, mu+x, v+x) - logNB(y, mu, v)
		}
	}
	return logNB(y, mu+x, v+x) - e.null[a]
}

// logSum adds numbers given by their logs.
type logSum struct{ top, sum float64 }

func (s *logSum) add(l float64) {
	switch {
	case s.sum == 0:
		s.top, s.sum = l, 1
	case l <= s.top:
		s.sum += math.Exp(l - s.top)
	default:
		s.top, s.sum = l, s.sum*math.Exp(s.top-l)+1
	}
}

// least is the log of a sum of nothing: small, and finite.
const least = -1e4

func (s *logSum) log() float64 {
	if s.sum == 0 {
		return least
	}
	return math.Max(s.top+math.Log(s.sum), least)
}

// poissonLike is the excess of variance over mean, relative to the mean, below
// which a count is Poisson.
const poissonLike = 1e-6

func log1pExp(x float64) float64 {
	if x > 35 {
		return x
	}
	return math.Log1p(math.Exp(x))
}

// logNB is the log probability of a count under a negative binomial of the given
// mean and variance (Poisson where the variance is no larger), without the term
// -log(x!), which cancels in ratios.
func logNB(x int, mean, variance float64) float64 {
	n := float64(x)
	if variance-mean <= mean*poissonLike {
		return n*math.Log(mean) - mean
	}
	size := mean * mean / (variance - mean)
	l := n*math.Log(mean/(mean+size)) - size*math.Log1p(mean/size)
	if x <= 24 { // the product form is faster here and keeps more digits
		p := 1.0
		for j := range x {
			p *= size + float64(j)
		}
		return l + math.Log(p)
	}
	a, _ := math.Lgamma(n + size)
	c, _ := math.Lgamma(size)
	return l + a - c
}
