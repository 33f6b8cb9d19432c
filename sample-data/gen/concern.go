package gen

import (
	"math"
	"sort"
)

// Who the recorded source of risk points at. The loader works this out again from the source,
// the relationship, the referrer and the place; see attribution.go for the words.
const (
	byProvider  = "provider"
	unknown     = "unknown_source"
	raised      = "raised_by_provider"
	others      = "others_at_address"
	residentsIn = "resident_on_resident"
)

// concern is one safeguarding concern as the council's system ends up holding it.
type concern struct {
	seq       int // order of making: breaks ties so that references are stable
	ref       string
	at        *location // nil when it happened at no place in the county's register
	received  Day
	recorded  Day
	decided   Day
	decision  string
	share     string // one of the five attributions
	types     []string
	where     string
	source    string
	relation  string
	referrer  string
	named     string
	locID     string
	postcode  string
	adult     string
	alleged   string
	placing   string
	severity  string
	outcome   string
	details   string
	enquiry   *enquiry
	revisions []revision
	planted   bool // written by a story, not drawn
	veryLate  bool
}

// revision is a later correction of a concern: from its day on, extracts show the new values.
type revision struct {
	on    Day
	apply func(*concern)
}

// Rates per bed (or person supported) and month.
const (
	rateProvider  = 0.020
	rateOther     = 0.010
	rateCommunity = 0.30 // community services, as a share of the care homes' rates
	rateExtra     = 0.011
	weeksInMonth  = 365.25 / 12 / 7
	dispersion    = 1.3
	growth        = 0.04 // a year
	season        = 0.12
)

// drift is a home's own slow wandering: a first-order autoregression on the log rate with a
// half-life of eleven weeks, one value a week.
func drift(r *rng, weeks int) []float64 {
	const sd = 0.18
	rho := math.Pow(0.5, 1.0/11)
	out := make([]float64, weeks)
	x := sd * r.normal()
	for i := range out {
		out[i] = math.Exp(x - sd*sd/2)
		x = rho*x + sd*math.Sqrt(1-rho*rho)*r.normal()
	}
	return out
}

// market is what moves every home together: the season and a mild trend.
func market(d Day) float64 {
	return (1 + growth*d.years()) * (1 + season*math.Cos(2*math.Pi*(d.yearDay()-25)/365.25))
}

// makeConcerns draws every concern of the county and writes the planted ones in.
func (c *county) makeConcerns() {
	for _, l := range c.locations {
		if l.people == 0 {
			continue
		}
		c.baseline(l)
	}
	c.plantPattern()
	c.unplaced()
	c.delay()
	sort.SliceStable(c.concerns, func(i, j int) bool {
		a, b := c.concerns[i], c.concerns[j]
		if a.recorded != b.recorded {
			return a.recorded < b.recorded
		}
		return a.seq < b.seq
	})
	c.number()
	c.decide()
	c.correct()
}

// baseline draws the ordinary concerns of one place week by week, in three streams: those that
// its own staff or service are the source of, the rest, and what the recording change added.
func (c *county) baseline(l *location) {
	r := stream(c.seed, "concerns", l.id)
	first := start.monday()
	weeks := int(end-first)/7 + 1
	wander := drift(stream(c.seed, "drift", l.residents), weeks)
	scale := l.people / weeksInMonth
	if !l.careHome() {
		scale *= rateCommunity
	}
	phi := dispersion
	if l.steady {
		phi = 1
	}
	carry := r.float()
	for w := range weeks {
		monday := first + Day(7*w)
		mean := scale * l.rate * market(monday+3)
		if !l.steady {
			mean *= wander[w]
		}
		own := mean * rateProvider * l.factor(monday+3, false)
		n := 0
		switch {
		case l.steady: // spread evenly, so that a planted place is what its story says under any seed
			carry += own
			n = int(carry)
			carry -= float64(n)
		default:
			n = r.negbin(own, phi)
		}
		for range n {
			if l.quiet == 0 || monday < l.quiet {
				c.draw(r, l, monday, byProvider, "")
			}
		}
		for range r.negbin(mean*rateOther, phi) {
			c.draw(r, l, monday, r.pick([]choice{{32, unknown}, {26, raised}, {16, others}, {26, residentsIn}}), "")
		}
		if monday+6 >= practiceFrom && l.careHome() {
			for range r.poisson(scale * market(monday+3) * rateExtra) {
				c.notes.extraRows++
				c.draw(r, l, monday, r.pick([]choice{{16, byProvider}, {62, unknown}, {22, others}}), "Ambulance service")
			}
		}
	}
}

// draw makes one concern in the week that starts on monday.
func (c *county) draw(r *rng, l *location, monday Day, share, referrer string) *concern {
	on := monday + Day(r.oneOfInt(0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4, 5, 6))
	if on < start || on > end || !l.open(on) {
		return nil
	}
	if l.quiet != 0 && share == byProvider && on >= l.quiet {
		return nil
	}
	k := &concern{seq: len(c.concerns), at: l, received: on, share: share, referrer: referrer}
	k.recorded = on + late(r)
	c.describe(r, k)
	if k.recorded > end {
		return nil // not in the council's system yet
	}
	c.concerns = append(c.concerns, k)
	return k
}

// late is the time between a concern's arrival and its entry in the case system: half in the
// same week, the rest over eight weeks.
func late(r *rng) Day {
	weeks := []choice{{50, "0"}, {22, "1"}, {12, "2"}, {6, "3"}, {4, "4"}, {2, "5"}, {2, "6"}, {1, "7"}, {1, "8"}}
	w := int(r.pick(weeks)[0] - '0')
	if w == 0 {
		return Day(r.intn(4))
	}
	return Day(7*w - 3 + r.intn(6))
}
