// Package farrington holds the outbreak detector of Farrington et al. 1996
// (JRSS A 159:547) and its improvement by Noufaily et al. 2013 (Stat Med
// 32:1206): a week of a series is compared with the same season of earlier
// years by a quasi-Poisson regression in which past outbreaks are weighed down.
//
// Improved and Original are the settings of the papers. Means, dispersions,
// p-values, bounds and alarms agree with the R package surveillance 1.20.3, but
// for three of its ways that are not the papers':
//
//   - With the negative-binomial bound it compares a forecast on the log scale
//     with the largest count before it drops a trend that runs away; here the
//     forecast itself is compared.
//   - With the power bound its flexible function has another variance and keeps
//     other trends than its own original function; here both are as in the
//     original.
//   - It has a bound at the upper limit of the mean, which is not offered here.
//
// Both methods need three years of weekly counts and some events in most weeks:
// they are offered for comparison and for the series of whole authorities, not
// for single homes.
package farrington

import (
	"fmt"
	"math"
	"slices"

	"bellwether/analytics/surveillance/dist"
)

// Threshold says how the upper bound of a week is made.
type Threshold int

// The thresholds: Power is normal on the 2/3 power scale with the fit's own
// error; Plugin the negative-binomial quantile at the fitted mean.
const (
	Power Threshold = iota
	Plugin
)

// Options are the method's settings.
type Options struct {
	// Year is the number of weeks in a year, Years how many back are read (b) and
	// Half the half-width in weeks of each year's window (w).
	Year, Years, Half int
	// Seasons splits the rest of the year into so many blocks with a level each,
	// less one for the window itself; 1 reads the windows alone.
	Seasons int
	// Recent weeks up to and including the current one are left out beyond the
	// current week itself; -1 is Half.
	Recent int
	// Cut is the residual above which a week is weighed down.
	Cut float64
	// TrendP keeps the trend if its p-value is below it; 1 always keeps one that
	// does not run away.
	TrendP float64
	// Threshold and Alpha make the upper bound. TwoSided splits Alpha between
	// both sides.
	Threshold Threshold
	Alpha     float64
	TwoSided  bool
	// Events in the last Weeks weeks, the current one included, are the fewest
	// that allow a verdict.
	Events, Weeks int
}

// Improved returns the settings of Noufaily et al. 2013, which are not the
// defaults of the R function.
func Improved() Options {
	return Options{Year: 52, Years: 5, Half: 3, Seasons: 10, Recent: 26, Cut: 2.58, TrendP: 1, Threshold: Plugin, Alpha: 0.01, Events: 5, Weeks: 4}
}

// Original returns the settings of Farrington et al. 1996: a two-sided limit,
// the windows alone, a trend if significant at 5 %.
func Original() Options {
	return Options{Year: 52, Years: 5, Half: 3, Seasons: 1, Recent: -1, Cut: 1, TrendP: 0.05, Threshold: Power, Alpha: 0.01, TwoSided: true, Events: 5, Weeks: 4}
}

func (o Options) check() error {
	if o.Recent == -1 {
		o.Recent = o.Half
	}
	if o.Year < 4 || o.Years < 1 || o.Half < 0 || 2*o.Half+1 >= o.Year || o.Recent < 0 || o.Recent >= o.Year {
		return fmt.Errorf("farrington: a year of %d weeks, %d years, windows of %d weeks either side and %d recent weeks left out", o.Year, o.Years, o.Half, o.Recent)
	}
	if o.Seasons < 1 || o.Seasons-1 > o.Year-2*o.Half-1 {
		return fmt.Errorf("farrington: %d seasons in a year of %d weeks", o.Seasons, o.Year)
	}
	if !(o.Alpha > 0 && o.Alpha < 1) || !(o.Cut > 0) || !(o.TrendP >= 0) || o.Events < 0 || o.Weeks < 1 {
		return fmt.Errorf("farrington: alpha %v, cut %v, p-value for trend %v, %d events in %d weeks", o.Alpha, o.Cut, o.TrendP, o.Events, o.Weeks)
	}
	if o.Threshold < Power || o.Threshold > Plugin {
		return fmt.Errorf("farrington: threshold %d", o.Threshold)
	}
	return nil
}

// First returns the index of the first week that has the history asked for.
func (o Options) First() int { return o.Year*o.Years + o.Half }

// Week is what the method says of one week.
type Week struct {
	// Fitted is false where the regression found no solution; Verdict also where
	// there were too few events of late. Without a verdict there is no alarm.
	Fitted, Verdict, Alarm bool
	// Mean is the week's expected count (mu0), Phi the dispersion, SE the standard
	// error of the log mean and Upper the bound above which a count is an alarm.
	Mean, Phi, SE, Upper float64
	// P is the chance of such a count or a higher one; Trend the weekly growth on
	// the log scale, 0 if the trend was dropped, as TrendUsed says.
	P         float64
	Trend     float64
	TrendUsed bool
}

// Detect reads weekly counts, oldest first, and judges the weeks first .. last
// (indices). A week is judged by earlier ones alone. Weeks before First, counts
// below 0 or a bad option are errors that say which.
func Detect(counts []int, first, last int, opt Options) ([]Week, error) {
	if err := opt.check(); err != nil {
		return nil, err
	}
	if opt.Recent == -1 {
		opt.Recent = opt.Half
	}
	if first < opt.First() || last < first || last >= len(counts) {
		return nil, fmt.Errorf("farrington: weeks %d to %d of %d (counted from 0); %d years of history make %d the first", first, last, len(counts), opt.Years, opt.First())
	}
	for t, n := range counts[:last+1] {
		if n < 0 {
			return nil, fmt.Errorf("farrington: week %d (counted from 0) has a count of %d", t, n)
		}
	}
	out := make([]Week, 0, last-first+1)
	for k := first; k <= last; k++ {
		out = append(out, opt.week(counts, k))
	}
	return out, nil
}

// blocks gives each week before k its season, from 1 to Seasons-1, with Seasons
// for the windows about k's own season and 0 for weeks left out. Weeks that do
// not divide evenly go to the first blocks.
func (o Options) blocks(k int) []int {
	b := make([]int, k+1)
	for i := 1; i <= o.Years; i++ {
		ref := k - i*o.Year
		for t := ref - o.Half; t <= ref+o.Half; t++ {
			b[t] = o.Seasons
		}
		if o.Seasons == 1 {
			continue
		}
		between := o.Year - 2*o.Half - 1
		t := ref + o.Half + 1
		for j := range o.Seasons - 1 {
			n := between / (o.Seasons - 1)
			if j < between%(o.Seasons-1) {
				n++
			}
			for ; n > 0; n-- {
				b[t] = j + 1
				t++
			}
		}
	}
	for t := max(0, k-o.Recent); t <= k; t++ {
		b[t] = 0
	}
	return b
}

func (o Options) week(counts []int, k int) Week {
	var y, times []float64
	var seasons []int
	for t, s := range o.blocks(k) {
		if s > 0 {
			y, times, seasons = append(y, float64(counts[t])), append(times, float64(t+1)), append(seasons, s)
		}
	}
	g, trend, phi := o.fit(y, times, seasons, true)
	if g != nil && trend {
		mu := math.Exp(g.eta0(k))
		if o.Years < 3 || !(g.pValue(1) < o.TrendP) || mu > slices.Max(y) {
			g, trend, phi = o.fit(y, times, seasons, false)
		}
	}
	if g == nil {
		return Week{}
	}
	x := g.row0(k, trend)
	w := Week{Fitted: true, TrendUsed: trend, Phi: phi, SE: g.se(x) * math.Sqrt(phi)}
	eta := dot(x, g.beta)
	w.Mean = math.Max(math.Exp(eta), glmFloor)
	if trend {
		w.Trend = g.beta[1]
	}
	o.bound(&w, counts[k])
	recent := 0
	for t := max(0, k-o.Weeks+1); t <= k; t++ {
		recent += counts[t]
	}
	w.Verdict = recent >= o.Events && !math.IsNaN(w.Upper) && !math.IsInf(w.Upper, 0)
	w.Alarm = w.Verdict && float64(counts[k]) > w.Upper
	if math.IsNaN(w.Upper) || math.IsInf(w.Upper, 0) || math.IsNaN(w.P) {
		return Week{}
	}
	return w
}

// eta0 and row0 are the linear predictor and the regressors of the current
// week, whose season is the one that others are compared with.
func (g *glm) eta0(k int) float64 { return dot(g.row0(k, true), g.beta) }

func (g *glm) row0(k int, trend bool) []float64 {
	x := make([]float64, g.p)
	x[0] = 1
	if trend {
		x[1] = float64(k + 1)
	}
	return x
}

// fit fits with or without trend, then again with past outbreaks weighed down.
// A fit with trend that does not converge is tried without; nil is none at all.
func (o Options) fit(y, times []float64, seasons []int, trend bool) (*glm, bool, float64) {
	p := o.Seasons
	if trend {
		p++
	}
	x := make([]float64, len(y)*p)
	for i := range y {
		row := x[i*p : (i+1)*p]
		row[0] = 1
		at := 1
		if trend {
			row[1], at = times[i], 2
		}
		if s := seasons[i]; s < o.Seasons {
			row[at+s-1] = 1
		}
	}
	g := newGLM(y, x, p)
	g.fit()
	if !g.converged {
		if trend {
			return o.fit(y, times, seasons, false)
		}
		return nil, false, 0
	}
	phi := math.Max(1, g.dispersion())
	g.reweigh(phi, o.Cut)
	g.fit()
	return g, trend, math.Max(1, g.dispersion())
}

// reweigh divides the weight of weeks whose standardised Anscombe residual is
// over the cut by its square, and scales weights to add up to the weeks.
func (g *glm) reweigh(phi, cut float64) {
	sum := 0.0
	for i, y := range g.y {
		mu := g.mu[i]
		s := 1.5 * (math.Pow(y, 2.0/3)*math.Pow(mu, -1.0/6) - math.Sqrt(mu)) / math.Sqrt(phi*(1-g.leverage(i)))
		g.weight[i] = 1
		if s > cut {
			g.weight[i] = 1 / (s * s)
		}
		sum += g.weight[i]
	}
	for i := range g.weight {
		g.weight[i] *= float64(g.n) / sum
	}
}

// bound sets the upper bound and the p-value of count y.
func (o Options) bound(w *Week, y int) {
	tail := o.Alpha
	if o.TwoSided {
		tail /= 2
	}
	z := dist.UpperToZ(tail)
	if o.Threshold == Power {
		se := w.SE * w.Mean // of the mean itself
		sd := math.Sqrt(4.0 / 9 * math.Cbrt(w.Mean) * (w.Phi + se*se/w.Mean))
		root := math.Pow(w.Mean, 2.0/3)
		w.Upper = math.Pow(root+z*sd, 1.5)
		w.P = dist.NormalUpper((math.Pow(float64(y), 2.0/3) - root) / sd)
		return
	}
	size := math.Inf(1)
	if w.Phi > 1 {
		size = w.Mean / (w.Phi - 1)
	}
	w.Upper = float64(dist.NBQuantile(1-tail, w.Mean, size))
	w.P = dist.NBUpper(y, w.Mean, size)
}
