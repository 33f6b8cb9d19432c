package simulate

// Alarms counts how a detector of short outbreaks did, week by week, in the
// manner of Bedubourg and Le Strat 2017 (PLoS ONE 12:e0181227).
type Alarms struct {
	quiet, quietAlarms     int // weeks of series without an outbreak
	outbreaks, found       int
	during, duringAlarms   int // weeks of outbreaks
	outside, outsideAlarms int // the other weeks of those series
}

// Quiet adds the weeks of a series without an outbreak.
func (a *Alarms) Quiet(alarms []bool) {
	a.quiet += len(alarms)
	for _, v := range alarms {
		if v {
			a.quietAlarms++
		}
	}
}

// Outbreak adds the weeks of a series with an outbreak in weeks from .. to.
func (a *Alarms) Outbreak(alarms []bool, from, to int) {
	a.outbreaks++
	hit := false
	for i, v := range alarms {
		in := i >= from && i <= to
		switch {
		case in && v:
			a.duringAlarms++
			hit = true
		case v:
			a.outsideAlarms++
		}
		if in {
			a.during++
		} else {
			a.outside++
		}
	}
	if hit {
		a.found++
	}
}

// FalseRate is the share of weeks without an outbreak that are alarms.
func (a *Alarms) FalseRate() float64 { return ratio(a.quietAlarms, a.quiet) }

// Found is the share of outbreaks with at least one alarm in their weeks.
func (a *Alarms) Found() float64 { return ratio(a.found, a.outbreaks) }

// Sensitivity is the share of outbreak weeks that are alarms, and Precision the
// share of alarms, in series with an outbreak, that are in its weeks.
func (a *Alarms) Sensitivity() float64 { return ratio(a.duringAlarms, a.during) }

// Precision is described with Sensitivity.
func (a *Alarms) Precision() float64 { return ratio(a.duringAlarms, a.duringAlarms+a.outsideAlarms) }

// F1 is the harmonic mean of sensitivity and precision.
func (a *Alarms) F1() float64 {
	s, p := a.Sensitivity(), a.Precision()
	if s+p == 0 {
		return 0
	}
	return 2 * s * p / (s + p)
}

func ratio(a, b int) float64 {
	if b == 0 {
		return 0
	}
	return float64(a) / float64(b)
}
