package measure

import (
	"fmt"
	"math"
	"sort"

	"bellwether/analytics/rules"
	"bellwether/analytics/surveillance/dist"
	"bellwether/analytics/surveillance/funnel"
	"bellwether/dashboard/read"
)

// Placed is one provider among all that are compared.
type Placed struct {
	read.IndicatorPeer
	// Across is how much it rests on (records expected, or services) and At its figure: counted for each one expected, per cent, or a mean.
	Across, At float64
	// From and To are the 95 % interval of the figure; Lower95 to Upper998 the limits of chance for a provider of its size.
	From, To                             float64
	Lower95, Upper95, Lower998, Upper998 float64
	// Z is how many standard deviations it lies from the others, spread between providers allowed for.
	Z float64
}

// Beyond says whether the provider lies outside its 99.8 % limits, and Outside95 outside those of 95 %.
func (p Placed) Beyond() bool { return p.At > p.Upper998 || p.At < p.Lower998 }

// Outside95 is described with Beyond.
func (p Placed) Outside95() bool { return p.At > p.Upper95 || p.At < p.Lower95 }

// Comparison is all providers in one comparison, the most unusual first. Funnel is false where each provider has one value only: then the
// interval is where 19 of 20 providers lie, and there are no limits of chance.
type Comparison struct {
	Centre float64
	Funnel bool
	Placed []Placed
}

// fewestPeers is how many providers a comparison needs: fewer have no spread to speak of.
const fewestPeers = 5

// Compare places every provider that has a known value. An error says that a number cannot be compared; fewer than five providers give an empty
// comparison.
func (m Measure) Compare(peers []read.IndicatorPeer) (Comparison, error) {
	var rows []read.IndicatorPeer
	for _, p := range peers {
		if p.Known > 0 && (m.How != Rate || p.Due >= funnel.MinExpected) {
			rows = append(rows, p)
		}
	}
	if len(rows) < fewestPeers {
		return Comparison{}, nil
	}
	var c Comparison
	var err error
	switch {
	case m.Unit == rules.UnitProvider:
		c = m.range95(rows)
	case m.How == Rate:
		c, err = counts(rows)
	case m.How == Share:
		c, err = shares(rows)
	default:
		c = m.means(rows)
	}
	if err != nil {
		return Comparison{}, fmt.Errorf("compare providers by %s: %w", m.ID, err)
	}
	sort.SliceStable(c.Placed, func(a, b int) bool { return math.Abs(c.Placed[a].Z) > math.Abs(c.Placed[b].Z) })
	return c, nil
}

// counts compares records counted with records due, by the over-dispersed funnel (Spiegelhalter 2005).
func counts(rows []read.IndicatorPeer) (Comparison, error) {
	o, e := make([]float64, len(rows)), make([]float64, len(rows))
	for i, p := range rows {
		o[i], e[i] = p.Total, p.Due
	}
	f, err := funnel.Fit(o, e)
	if err != nil {
		return Comparison{}, err
	}
	c := Comparison{Centre: 1, Funnel: true}
	for i, p := range rows {
		u := f.Units[i]
		low, high := Byar(o[i])
		c.Placed = append(c.Placed, Placed{IndicatorPeer: p, Across: e[i], At: o[i] / e[i], From: low / e[i], To: high / e[i],
			Lower95: u.OD95.Low, Upper95: u.OD95.High, Lower998: u.OD998.Low, Upper998: u.OD998.High, Z: u.ZAdditive})
	}
	return c, nil
}

// shares compares how many of a provider's services it is so of, by the funnel of proportions.
func shares(rows []read.IndicatorPeer) (Comparison, error) {
	o, e := make([]float64, len(rows)), make([]float64, len(rows))
	var yes, all float64
	for i, p := range rows {
		o[i], e[i] = float64(p.Yes), float64(p.Known)
		yes, all = yes+o[i], all+e[i]
	}
	f, err := funnel.FitOptions(o, e, funnel.Options{Method: funnel.PR, Trim: funnel.DefaultTrim})
	if err != nil {
		return Comparison{}, err
	}
	c := Comparison{Centre: 100 * yes / all, Funnel: true}
	for i, p := range rows {
		u := f.Units[i]
		low, high := Wilson(o[i], e[i])
		c.Placed = append(c.Placed, Placed{IndicatorPeer: p, Across: e[i], At: 100 * o[i] / e[i], From: 100 * low, To: 100 * high,
			Lower95: 100 * u.OD95.Low, Upper95: 100 * u.OD95.High, Lower998: 100 * u.OD998.Low, Upper998: 100 * u.OD998.High, Z: u.ZAdditive})
	}
	return c, nil
}

// z998 is the normal quantile of a two-sided 99.8 % interval.
const z998 = 3.090232

// means compares the mean of a provider's services with that of all, whose spread between services sets the limits: a provider of n services
// lies within z standard deviations over the root of n.
func (m Measure) means(rows []read.IndicatorPeer) Comparison {
	k := m.scale()
	var n, total, squares float64
	for _, p := range rows {
		n, total, squares = n+float64(p.Known), total+p.Total, squares+p.Squares
	}
	centre, sd := k*total/n, k*spread(total, squares, n)
	c := Comparison{Centre: centre, Funnel: true}
	for _, p := range rows {
		mine := float64(p.Known)
		at, se := k*p.Total/mine, sd/math.Sqrt(mine)
		one := Placed{IndicatorPeer: p, Across: mine, At: at, From: at - z95*se, To: at + z95*se,
			Lower95: centre - z95*se, Upper95: centre + z95*se, Lower998: centre - z998*se, Upper998: centre + z998*se}
		if se > 0 {
			one.Z = (at - centre) / se
		}
		if !m.Signed {
			one.From, one.Lower95, one.Lower998 = max(0, one.From), max(0, one.Lower95), max(0, one.Lower998)
		}
		c.Placed = append(c.Placed, one)
	}
	return c
}

// range95 sets single values beside the range in which nineteen of twenty providers lie: a value on record is no estimate, and has no interval
// of its own.
func (m Measure) range95(rows []read.IndicatorPeer) Comparison {
	k := m.scale()
	values := make([]float64, len(rows))
	for i, p := range rows {
		values[i] = k * p.Total / float64(p.Known)
	}
	low, centre, high := dist.Quantile7(values, 0.025), dist.Quantile7(values, 0.5), dist.Quantile7(values, 0.975)
	var total, squares float64
	for _, v := range values {
		total, squares = total+v, squares+v*v
	}
	sd := spread(total, squares, float64(len(values)))
	c := Comparison{Centre: centre}
	for i, p := range rows {
		one := Placed{IndicatorPeer: p, Across: 1, At: values[i], From: low, To: high, Lower95: low, Upper95: high, Lower998: math.Inf(-1), Upper998: math.Inf(1)}
		if sd > 0 {
			one.Z = (values[i] - centre) / sd
		}
		c.Placed = append(c.Placed, one)
	}
	return c
}

// scale turns shares into per cent.
func (m Measure) scale() float64 {
	if m.Percent || m.How == Share {
		return 100
	}
	return 1
}

// Seen keeps the providers that a reader may know the figures of.
func (c Comparison) Seen() []Placed {
	var out []Placed
	for _, p := range c.Placed {
		if p.Seen {
			out = append(out, p)
		}
	}
	return out
}
