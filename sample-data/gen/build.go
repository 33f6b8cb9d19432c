package gen

import (
	"fmt"
	"math"
)

// plan is how many locations a provider runs and of what sort.
type plan struct {
	size  int
	focus string
}

// build makes the market: brands, providers and locations, with the planted places first so
// that their ids stay put when the rest changes.
func build(seed uint64) *county {
	c := &county{seed: seed}
	r := stream(seed, "market")
	n := &namer{r: stream(seed, "names"), used: map[string]bool{}}
	c.castBrands(r, n)
	for _, p := range independents() {
		c.addProvider(r, n, nil, p)
	}
	c.churn(stream(seed, "churn"), n)
	for _, l := range c.locations {
		c.character(l)
	}
	c.stories()
	for _, l := range c.locations {
		switch p := l.predecessor; {
		case len(l.ratings) > 0 || l == c.cast.after:
		case p != nil: // a change of form or address keeps the rating
			if t := p.current(l.registered); t != nil {
				kept := *t
				kept.inherited, kept.assessed = true, false
				l.ratings = []rating{kept}
			}
		default:
			rate(c, l)
		}
		if len(l.managers) == 0 {
			staff(c, l)
		}
	}
	return c
}

// castBrands makes the twelve brands; the fourth is the group of the story.
func (c *county) castBrands(r *rng, n *namer) {
	sizes := [][]int{{7, 5, 4}, {6, 6}, {8, 4, 3}, {2, 2, 2}, {6, 5}, {9, 3}, {5, 5, 4}, {4, 4}, {6, 3}, {5, 2}, {8}, {7}}
	for i, s := range sizes {
		b := &brand{id: fmt.Sprintf("BDL%03d", i+1), name: n.brand()}
		c.brands = append(c.brands, b)
		for j, size := range s {
			focus := "care"
			if i != 3 && (i%5 == 4 || (i%4 == 2 && j == 1)) {
				focus = r.oneOf("homecare", "living")
			}
			c.addProvider(r, n, b, plan{size: size, focus: focus})
		}
	}
}

// independents lists the providers without a brand: mostly one home each.
func independents() []plan {
	var out []plan
	counts := []struct{ size, n int }{{1, 52}, {2, 20}, {3, 11}, {4, 5}, {5, 3}, {6, 1}}
	focus := []string{"care", "care", "homecare", "care", "living", "care", "homecare", "care", "care", "living"}
	k := 0
	for _, c := range counts {
		for range c.n {
			f := focus[k%len(focus)]
			if len(out) < 5 {
				f = "care" // the first five are kept for the planted stories
			}
			out = append(out, plan{size: c.size, focus: f})
			k++
		}
	}
	return out
}

func (c *county) addProvider(r *rng, n *namer, b *brand, p plan) *provider {
	k := len(c.providers) + 1
	v := &provider{id: fmt.Sprintf("9-1%08d", 10_000_000+k*37_411), name: n.company(), brand: b, focus: p.focus, ownership: "Organisation"}
	v.companyNumber = fmt.Sprintf("99%06d", 100_000+k*1_733)
	if b == nil && p.size == 1 && r.chance(0.1) {
		v.ownership, v.companyNumber, v.name = "Partnership", "", n.partnership()
	} else if b == nil && r.chance(0.08) {
		v.charityNumber, v.companyNumber = fmt.Sprintf("99%05d", 10_000+k*311), ""
	}
	v.registered = day("2010-10-01") + Day(r.intn(12*365))
	v.home = c.place(r)
	if b != nil {
		b.providers = append(b.providers, v)
	}
	c.providers = append(c.providers, v)
	for range p.size {
		c.addLocation(r, n, v, kindOf(r, p.focus))
	}
	return v
}

func kindOf(r *rng, focus string) string {
	switch focus {
	case "homecare":
		return r.pick([]choice{{84, homeCare}, {10, extraCare}, {6, livingKind}})
	case "living":
		return r.pick([]choice{{42, livingKind}, {38, residential}, {12, extraCare}, {8, homeCare}})
	default:
		return r.pick([]choice{{33, nursing}, {60, residential}, {5, homeCare}, {2, extraCare}})
	}
}

func (c *county) addLocation(r *rng, n *namer, v *provider, kind string) *location {
	k := len(c.locations) + 1
	l := &location{id: fmt.Sprintf("9-2%08d", 20_000_000+k*61_813), provider: v, kind: kind}
	l.learning = kind == livingKind || (v.focus == "living" && kind == residential)
	l.name = n.location(kind, l.learning)
	l.ods = fmt.Sprintf("9L%03d", k)
	l.at = c.place(r)
	l.phone = fmt.Sprintf("01632960%03d", k%1000)
	l.residents = l.id
	l.registered = v.registered + Day(r.intn(700))
	if latest := day("2022-12-01"); l.registered > latest {
		l.registered = latest
	}
	c.size(r, l)
	v.locations = append(v.locations, l)
	c.locations = append(c.locations, l)
	return l
}

// size draws registered beds, or the people a community service supports.
func (c *county) size(r *rng, l *location) {
	switch {
	case l.kind == nursing:
		l.beds = clamp(int(50+14*r.normal()), 26, 80)
	case l.learning && l.kind == residential:
		l.beds = r.between(6, 14)
	case l.kind == residential:
		l.beds = clamp(int(31+11*r.normal()), 12, 62)
	}
	l.people = float64(l.beds)
	if l.beds == 0 {
		l.people = float64(r.between(22, 60))
	}
}

// place makes an address: a town, a street and a postcode of the unused area LK.
func (c *county) place(r *rng) site {
	t := towns[r.intn(len(towns))]
	const letters = "ABDEFGHJLNPQRSTUWXYZ" // the letters the inward half may use
	pc := fmt.Sprintf("%s %d%c%c", t.district, r.between(1, 9), letters[r.intn(len(letters))], letters[r.intn(len(letters))])
	return site{
		street:   fmt.Sprintf("%d %s", r.between(1, 180), streets[r.intn(len(streets))]),
		town:     t.name,
		postcode: pc,
		lat:      round6(t.lat + 0.02*r.normal()),
		lon:      round6(t.lon + 0.035*r.normal()),
	}
}

// character gives a location its own rates: gamma with a coefficient of variation of one half,
// held off the extremes so that no unplanned home looks like a disaster.
func (c *county) character(l *location) {
	r := stream(c.seed, "character", l.residents)
	l.rate = math.Min(math.Max(r.gamma(4), 0.3), 1.9)
	l.complaints = math.Min(math.Max(r.gamma(4), 0.3), 1.9)
}

func clamp(x, lo, hi int) int { return max(lo, min(hi, x)) }

func round6(x float64) float64 { return math.Round(x*1e6) / 1e6 }
