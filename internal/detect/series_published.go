package detect

import (
	"math"

	"bellwether/analytics/surveillance/ears"
	"bellwether/analytics/surveillance/farrington"
	"bellwether/analytics/surveillance/series"
	"bellwether/analytics/surveillance/sr"
	"bellwether/analytics/surveillance/xmr"
)

// cusumRise is the multiplier that cumulative sums look for.
const cusumRise = 2

const alphaIs = "the chance that a week without an outbreak is an alarm"

func init() {
	SeriesMethods = append(SeriesMethods, "farrington", "farrington-original", "ears-c1", "ears-c2", "ears-c3", "cusum", "cusum-nb", "glr", "xmr")
	seriesMethods["farrington"] = seriesMethod{
		means:     "Farrington flexible as improved by Noufaily et al. 2013: five years, ten seasons, negative-binomial bound",
		threshold: 0.01, thresholdIs: alphaIs, lo: 0, hi: 1,
		run: farringtonMethod(farrington.Improved()),
	}
	seriesMethods["farrington-original"] = seriesMethod{
		means:     "Farrington et al. 1996: the same weeks of five years, two-sided bound",
		threshold: 0.01, thresholdIs: alphaIs + ", both sides together", lo: 0, hi: 1,
		run: farringtonMethod(farrington.Original()),
	}
	for m, name := range map[ears.Method]string{ears.C1: "ears-c1", ears.C2: "ears-c2", ears.C3: "ears-c3"} {
		seriesMethods[name] = seriesMethod{
			means:     "EARS: the seven weeks before, or before the last two",
			threshold: ears.Defaults(m).Alpha, thresholdIs: alphaIs + ", were counts normal", lo: 0, hi: 1,
			run: earsMethod(m),
		}
	}
	sum := "the sum of log likelihood ratios of a doubling at which it is an alarm"
	seriesMethods["cusum"] = seriesMethod{
		means:     "Poisson cumulative sum for a lasting doubling, against the baseline of all weeks before the first looked at",
		threshold: 5, thresholdIs: sum, lo: 0, hi: math.Inf(1),
		run: cusumMethod(func(y []int, mu []float64, _, _ float64) ([]float64, error) { return sr.PoissonCUSUM(y, mu, cusumRise) }),
	}
	seriesMethods["cusum-nb"] = seriesMethod{
		means:     "negative-binomial cumulative sum for a lasting doubling, against the baseline of all weeks before the first looked at",
		threshold: 5, thresholdIs: sum, lo: 0, hi: math.Inf(1),
		run: cusumMethod(func(y []int, mu []float64, phi, _ float64) ([]float64, error) {
			return sr.NBCUSUM(y, mu, phi, cusumRise)
		}),
	}
	seriesMethods["glr"] = seriesMethod{
		means:     "Poisson likelihood ratio of a rise of any size since any week, begun again after an alarm, against the baseline of all weeks before the first looked at",
		threshold: 5, thresholdIs: "the log likelihood ratio at which it is an alarm", lo: 0, hi: math.Inf(1),
		run: cusumMethod(func(y []int, mu []float64, _, h float64) ([]float64, error) {
			s, _, err := sr.GLR(y, mu, 0, h)
			return s, err
		}),
	}
}

func init() {
	seriesMethods["xmr"] = seriesMethod{
		means:     "NHS Making Data Count XmR chart: limits from the year before the first week looked at, special causes on the high side",
		threshold: 4, thresholdIs: "the rules read: 1 outside a limit, 2 and a trend of seven, 3 and two of three near a limit, 4 and seven on one side", lo: 0, hi: 5,
		run: xmrMethod,
	}
}

// none is weeks without a verdict.
func none(n int) []verdict {
	out := make([]verdict, n)
	for i := range out {
		out[i].none = true
	}
	return out
}

// since runs a method from the first week that has history enough; those before
// have no verdict.
func since(earliest, first, last int, run func(first, last int) ([]verdict, error)) ([]verdict, error) {
	if last < earliest {
		return none(last - first + 1), nil
	}
	from := max(first, earliest)
	found, err := run(from, last)
	return append(none(from-first), found...), err
}

func farringtonMethod(o farrington.Options) func([]int, int, int, float64, float64) ([]verdict, error) {
	return func(counts []int, first, last int, threshold, year float64) ([]verdict, error) {
		o := o
		o.Alpha, o.Year = threshold, int(math.Round(year))
		return since(o.First(), first, last, func(first, last int) ([]verdict, error) {
			weeks, err := farrington.Detect(counts, first, last, o)
			out := make([]verdict, len(weeks))
			for i, w := range weeks {
				out[i] = verdict{none: !w.Verdict, alarm: w.Alarm, expected: w.Mean, score: -math.Log10(math.Max(w.P, 1e-300))}
			}
			return out, err
		})
	}
}

func earsMethod(m ears.Method) func([]int, int, int, float64, float64) ([]verdict, error) {
	return func(counts []int, first, last int, threshold, _ float64) ([]verdict, error) {
		o := ears.Defaults(m)
		o.Alpha = threshold
		return since(ears.First(m, o), first, last, func(first, last int) ([]verdict, error) {
			weeks, err := ears.Detect(counts, first, last, m, o)
			out := make([]verdict, len(weeks))
			for i, w := range weeks {
				out[i] = verdict{alarm: w.Alarm, expected: w.Mean, score: float64(counts[first+i]) - w.Upper}
			}
			return out, err
		})
	}
}

// cusumMethod runs a statistic over the weeks looked at, with the means that
// the series' own baseline up to the week before them gives.
func cusumMethod(stat func(y []int, mu []float64, phi, threshold float64) ([]float64, error)) func([]int, int, int, float64, float64) ([]verdict, error) {
	return func(counts []int, first, last int, threshold, year float64) ([]verdict, error) {
		const enough = 52
		if first < enough {
			return none(last - first + 1), nil
		}
		o := series.Defaults()
		o.Year = year
		b, err := series.Fit(counts, first-1, o)
		if err != nil {
			return nil, err
		}
		mu := make([]float64, last-first+1)
		for i := range mu {
			mu[i], _ = b.Mean(first + i)
		}
		s, err := stat(counts[first:last+1], mu, b.Phi, threshold)
		out := make([]verdict, len(s))
		for i := range s {
			out[i] = verdict{alarm: s[i] >= threshold, score: s[i], expected: mu[i]}
		}
		return out, err
	}
}

// xmrMethod draws the chart as it stood at each week and reads its last point.
func xmrMethod(counts []int, first, last int, threshold, year float64) ([]verdict, error) {
	before := int(math.Round(year))
	return since(before, first, last, func(first, last int) ([]verdict, error) {
		y := make([]float64, 0, last-first+1+before)
		for _, n := range counts[first-before : last+1] {
			y = append(y, float64(n))
		}
		out := make([]verdict, last-first+1)
		for i := range out {
			c, err := xmr.Fit(y[:before+i+1], xmr.Options{Baseline: before})
			if err != nil {
				return nil, err
			}
			p := c.Points[len(c.Points)-1]
			out[i] = verdict{none: !c.HasLimits, expected: c.Mean, alarm: c.HasLimits && p.Side == xmr.High && p.Rule != xmr.None && float64(p.Rule) <= threshold}
			if c.HasLimits {
				out[i].score = (p.Y - c.Mean) / c.MeanRange
			}
		}
		return out, nil
	})
}
