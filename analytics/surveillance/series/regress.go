package series

import (
	"fmt"
	"math"
	"slices"
)

// Baseline is a fitted series: what a week without an outbreak is expected to
// hold.
type Baseline struct {
	// Phi is the variance over the mean, at least 1; Weeks the weeks read.
	Phi   float64
	Weeks int
	d     *design
	beta  []float64
	// chol is the lower Cholesky factor of the penalised information, row by row.
	chol []float64
	used []bool
}

// design holds the regressors of every week: 1, trend in years, waves.
type design struct {
	opt Options
	p   int
	x   []float64 // week-major
	// Scratch space of a fit.
	w, mu, y, info, grad []float64
}

func newDesign(weeks int, opt Options) *design {
	d := &design{opt: opt, p: 2 + 2*opt.Waves}
	d.x = make([]float64, weeks*d.p)
	d.w, d.mu, d.y = make([]float64, weeks), make([]float64, weeks), make([]float64, weeks)
	d.info, d.grad = make([]float64, d.p*d.p), make([]float64, d.p)
	for t := range weeks {
		x := d.row(t)
		x[0], x[1] = 1, float64(t)/opt.Year
		for h := 1; h <= opt.Waves; h++ {
			x[2*h+1], x[2*h] = math.Sincos(2 * math.Pi * float64(h) * float64(t) / opt.Year)
		}
	}
	return d
}

func (d *design) row(t int) []float64 { return d.x[t*d.p : (t+1)*d.p] }

// Fit estimates the baseline from counts[0..last], oldest first. Fewer than
// eight weeks, or a count below 0 or above 2^40, is an error.
func Fit(counts []int, last int, opt Options) (*Baseline, error) {
	if err := opt.check(); err != nil {
		return nil, err
	}
	if last >= len(counts) || last+1 < minHistory {
		return nil, fmt.Errorf("series: a baseline up to week %d of %d (counted from 0) needs at least %d weeks", last, len(counts), minHistory)
	}
	for t, n := range counts[:last+1] {
		if n < 0 || n > maxCount {
			return nil, fmt.Errorf("series: week %d (counted from 0) has a count of %d", t, n)
		}
	}
	return newDesign(len(counts), opt).fit(counts, last, nil), nil
}

// Rounds of fitting and weighing down: many from nothing, few from the fit of
// the week before.
const (
	roundsCold = 4
	roundsWarm = 1
)

// fit estimates the baseline of counts[..last], starting from the fit of an
// earlier week if there is one.
func (d *design) fit(counts []int, last int, before *Baseline) *Baseline {
	from := 0
	if d.opt.History > 0 {
		from = max(0, last+1-d.opt.History)
	}
	b := &Baseline{Phi: 1, Weeks: last - from + 1, d: d, beta: make([]float64, d.p), chol: make([]float64, d.p*d.p), used: make([]bool, d.p)}
	total := 0.0
	most := burst(counts[from : last+1])
	for t := from; t <= last; t++ {
		d.y[t] = math.Min(float64(counts[t]), most)
		total += d.y[t]
		d.w[t] = 1
	}
	for j := range b.used {
		b.used[j] = total > 0 && (j == 0 || j == 1 && b.Weeks >= minTrend || j > 1 && b.Weeks >= minWave && float64(b.Weeks) >= d.opt.Year)
	}
	b.beta[0] = math.Log(math.Max(total, 0.5) / float64(b.Weeks))
	if total == 0 {
		return b
	}
	rounds := roundsCold
	if before != nil && before.used[d.p-1] == b.used[d.p-1] && before.used[1] == b.used[1] && before.chol[0] > 0 {
		copy(b.beta, before.beta)
		b.Phi = before.Phi
		rounds = roundsWarm
		b.means(from, last)
		b.reweigh(from, last)
	}
	for range rounds {
		b.newton(from, last)
		b.disperse(from, last)
		b.reweigh(from, last)
	}
	b.newton(from, last)
	b.disperse(from, last)
	return b
}

// burst is the most events of one week that a baseline reads at face value: ten
// times what nine weeks in ten stay below, and ten more. A file entered in one
// day, or a slip of the keyboard, must not hide itself by widening what is usual.
func burst(counts []int) float64 {
	s := slices.Clone(counts)
	slices.Sort(s)
	return 10 + 10*float64(s[len(s)*9/10])
}

// maxEta bounds the log of a mean: e^40 is far beyond any count.
const maxEta = 40

func (b *Baseline) eta(x []float64) float64 {
	e := 0.0
	for j, v := range x {
		e += v * b.beta[j]
	}
	return math.Min(math.Max(e, -maxEta), maxEta)
}

func (b *Baseline) means(from, last int) {
	for t := from; t <= last; t++ {
		b.d.mu[t] = math.Exp(b.eta(b.d.row(t)))
	}
}

// newton maximises the weighted, penalised Poisson likelihood.
func (b *Baseline) newton(from, last int) {
	d, p := b.d, b.d.p
	for range 25 {
		clear(d.info)
		clear(d.grad)
		b.means(from, last)
		for t := from; t <= last; t++ {
			x := d.row(t)
			r, m := d.w[t]*(d.y[t]-d.mu[t]), d.w[t]*d.mu[t]
			for j := range p {
				d.grad[j] += r * x[j]
				mx := m * x[j]
				for k := 0; k <= j; k++ {
					d.info[j*p+k] += mx * x[k]
				}
			}
		}
		for j := range p {
			sd := d.opt.WaveSD
			if j == 1 {
				sd = d.opt.TrendSD
			}
			prior := 1e-9
			if j > 0 {
				prior = b.Phi / (sd * sd)
			}
			if !b.used[j] { // held at nought
				prior = math.Inf(1)
			}
			b.hold(j, prior)
		}
		copy(b.chol, d.info)
		if !factor(b.chol, p) {
			return
		}
		forward(b.chol, d.grad)
		backward(b.chol, d.grad)
		largest := 0.0
		for j, v := range d.grad {
			v = math.Min(math.Max(v, -1), 1)
			b.beta[j] += v
			largest = math.Max(largest, math.Abs(v))
		}
		if largest < 1e-5 {
			break
		}
	}
	b.means(from, last)
}

// hold adds a prior precision to coefficient j; an infinite one removes it from
// the system.
func (b *Baseline) hold(j int, prior float64) {
	d, p := b.d, b.d.p
	if !math.IsInf(prior, 1) {
		d.grad[j] -= prior * b.beta[j]
		d.info[j*p+j] += prior
		return
	}
	for k := range p {
		if k < j {
			d.info[j*p+k] = 0
		} else {
			d.info[k*p+j] = 0
		}
	}
	d.info[j*p+j], d.grad[j] = 1, 0
}

// maxPhi bounds the dispersion: beyond it a series is not a series of counts.
const maxPhi = 1e4

// disperse is Pearson's chi-square over its degrees of freedom.
func (b *Baseline) disperse(from, last int) {
	chi, n := 0.0, 0.0
	for _, u := range b.used {
		if u {
			n--
		}
	}
	for t := from; t <= last; t++ {
		r := b.d.y[t] - b.d.mu[t]
		chi += b.d.w[t] * r * r / b.d.mu[t]
		n += b.d.w[t]
	}
	b.Phi = 1
	if n >= 1 {
		b.Phi = math.Min(math.Max(1, chi/n), maxPhi)
	}
}

// reweigh divides the weight of a week beyond the cut by the square of how far
// beyond: past outbreaks must not raise what is called usual.
func (b *Baseline) reweigh(from, last int) {
	root := math.Sqrt(b.Phi)
	for t := from; t <= last; t++ {
		c := math.Cbrt(b.d.mu[t])
		y := math.Cbrt(b.d.y[t])
		s := 1.5 * (y*y - c*c) / (math.Sqrt(c) * root)
		b.d.w[t] = 1
		if s > b.d.opt.Cut {
			b.d.w[t] = (b.d.opt.Cut / s) * (b.d.opt.Cut / s)
		}
	}
}

// Mean returns the expected count of week t of the series that was fitted (or
// watched), and the standard error of its logarithm.
func (b *Baseline) Mean(t int) (mu, se float64) {
	if t < 0 || t*b.d.p >= len(b.d.x) {
		return 0, 0
	}
	x := b.d.row(t)
	mu = math.Max(math.Exp(b.eta(x)), b.d.opt.MinMean)
	if b.chol[0] == 0 { // nothing ever happened
		return mu, 0
	}
	z := make([]float64, b.d.p)
	for j := range z {
		if b.used[j] {
			z[j] = x[j]
		}
	}
	forward(b.chol, z)
	v := 0.0
	for _, u := range z {
		v += u * u
	}
	return mu, math.Sqrt(math.Min(v*b.Phi, 1))
}

// factor replaces the lower triangle of a positive definite matrix by its
// Cholesky factor; false if it is not positive definite.
func factor(a []float64, n int) bool {
	for j := range n {
		for i := j; i < n; i++ {
			s := a[i*n+j]
			for k := range j {
				s -= a[i*n+k] * a[j*n+k]
			}
			if i > j {
				a[i*n+j] = s / a[j*n+j]
			} else if !(s > 0) || math.IsInf(s, 0) {
				a[0] = 0
				return false
			} else {
				a[j*n+j] = math.Sqrt(s)
			}
		}
	}
	return true
}

// forward solves L z = b in place.
func forward(l, b []float64) {
	n := len(b)
	for i := range n {
		for k := range i {
			b[i] -= l[i*n+k] * b[k]
		}
		b[i] /= l[i*n+i]
	}
}

// backward solves L' z = b in place.
func backward(l, b []float64) {
	n := len(b)
	for i := n - 1; i >= 0; i-- {
		for k := i + 1; k < n; k++ {
			b[i] -= l[k*n+i] * b[k]
		}
		b[i] /= l[i*n+i]
	}
}
