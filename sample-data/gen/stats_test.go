package gen

import (
	"math"
	"sort"
	"testing"
)

// lookEnd is the last Sunday by the as-of date.
var lookEnd = AsOf - Day(AsOf.weekday()) - 1

// within is true for the last n complete weeks.
func within(d Day, weeks int) bool { return d > lookEnd-Day(7*weeks) && d <= lookEnd }

// funnel is the over-dispersed square-root funnel: additive, winsorised by a tenth.
func funnel(o, e []float64) (z []float64, phi, tau2 float64) {
	raw := make([]float64, len(o))
	var sw, sw2 float64
	for i := range o {
		s := 1 / (2 * math.Sqrt(e[i]))
		raw[i] = (math.Sqrt(o[i]/e[i]) - 1) / s
		sw += 1 / (s * s)
		sw2 += 1 / (s * s * s * s)
	}
	sorted := append([]float64(nil), raw...)
	sort.Float64s(sorted)
	lo, hi := sorted[len(sorted)/10], sorted[len(sorted)-1-len(sorted)/10]
	for _, x := range raw {
		x = math.Min(math.Max(x, lo), hi)
		phi += x * x / float64(len(raw))
	}
	n := float64(len(raw))
	tau2 = math.Max(0, (n*phi-(n-1))/(sw-sw2/sw))
	for i := range o {
		s := 1 / (2 * math.Sqrt(e[i]))
		z = append(z, (math.Sqrt(o[i]/e[i])-1)/math.Sqrt(s*s+tau2))
	}
	return z, phi, tau2
}

// scan is the gamma-Poisson scan of one home: the evidence, in logs, that its rate changed at
// some week of the last 26. Histories hold weekly counts and expectations, oldest first.
func scan(streams []series, shape float64) float64 {
	windows := []int{2, 3, 4, 5, 6, 8, 10, 13, 16, 20, 26}
	rhos := []float64{1.5, 2, 3, 5}
	var terms []float64
	for _, w := range windows {
		for _, rho := range rhos {
			llr := 0.0
			for i, s := range streams {
				r := rho
				if i > 0 {
					r = math.Pow(rho, 0.6)
				}
				llr += s.llr(w, r, shape)
			}
			terms = append(terms, llr)
		}
	}
	sum := 0.0
	for _, x := range terms {
		sum += math.Exp(x)
	}
	return math.Log(sum / float64(len(terms)))
}

type series struct {
	count, expect []float64
	phi           float64
}

func (s series) llr(w int, rho, shape float64) float64 {
	n := len(s.count)
	var oh, eh, o, e float64
	for i := max(0, n-26-104); i < n-26; i++ {
		oh += s.count[i] / s.phi
		eh += s.expect[i] / s.phi
	}
	for i := n - w; i < n; i++ {
		o += s.count[i] / s.phi
		e += s.expect[i] / s.phi
	}
	a := shape + oh
	m := (shape + oh) / (shape + eh)
	b := a / m
	return o*math.Log(rho) + (a+o)*math.Log((b+e)/(b+rho*e))
}

type signals struct {
	h                       home
	o12, e12, z, zc, g      float64
	o26                     float64
	staff26, themes26, same int
	share26                 float64
	unknown12               float64
}

// measure works out, for every registered home with beds, what the analytics will.
func measure(t *testing.T) []signals {
	t.Helper()
	s := look(t)
	comp := complaintsByHome(t)
	var homes []home
	for _, h := range s.homes {
		if h.careHome && h.registered {
			homes = append(homes, h)
		}
	}
	first := start.monday()
	weeks := int(lookEnd+1-first) / 7
	own, beds := map[string][]float64{}, 0.0
	unk := map[string]float64{}
	for _, h := range homes {
		own[h.id] = make([]float64, weeks)
		beds += float64(h.beds)
	}
	total := make([]float64, weeks)
	for _, k := range s.concerns {
		if k.received > lookEnd || k.received == 0 {
			continue
		}
		v, ok := own[k.home]
		if !ok {
			continue
		}
		if k.share == unknown && within(k.received, 12) {
			unk[k.home]++
		}
		if k.share == byProvider {
			v[int(k.received-first)/7]++
			total[int(k.received-first)/7]++
		}
	}
	fit := smooth(total)
	compTotal, compFit := make([]float64, weeks), []float64(nil)
	for _, h := range homes {
		for i, x := range comp[h.id] {
			if i < weeks {
				compTotal[i] += x
			}
		}
	}
	compFit = smooth(compTotal)
	last := int(complaintsStop-first) / 7
	var o, e, oc, ec []float64
	out := make([]signals, len(homes))
	for i, h := range homes {
		share := float64(h.beds) / beds
		c := series{count: own[h.id], phi: 1.3}
		p := series{count: make([]float64, weeks), phi: 1.2}
		copy(p.count, comp[h.id])
		var o12, e12, co, ce float64
		for w := range weeks {
			x := fit[w] * share
			c.expect = append(c.expect, x)
			y := compFit[w] * share
			if w > last {
				y = 0
			}
			p.expect = append(p.expect, y)
			if w >= weeks-12 {
				o12 += c.count[w]
				e12 += total[w] * share
			}
			if w >= weeks-26 {
				out[i].o26 += c.count[w]
				co += p.count[w]
				ce += compTotal[w] * share
			}
		}
		o, e, oc, ec = append(o, o12), append(e, e12), append(oc, co), append(ec, ce)
		out[i].h, out[i].o12, out[i].e12, out[i].unknown12 = h, o12, e12, unk[h.id]
		out[i].g = scan([]series{c, p}, 6)
		repetition(s, h.id, &out[i])
	}
	z, _, tau2 := funnel(o, e)
	zc, _, _ := funnel(oc, ec)
	t.Logf("tau2 %.3f", tau2)
	for i := range out {
		out[i].z, out[i].zc = z[i], zc[i]
	}
	return out
}

// smooth is a line plus one yearly wave, fitted to the market's weekly totals by least squares.
func smooth(total []float64) []float64 {
	n := len(total)
	basis := func(i int) [4]float64 {
		x := 2 * math.Pi * float64(i) / 52.18
		return [4]float64{1, float64(i) / 52, math.Cos(x), math.Sin(x)}
	}
	var a [4][5]float64
	for i := range n {
		b := basis(i)
		for r := range 4 {
			for c := range 4 {
				a[r][c] += b[r] * b[c]
			}
			a[r][4] += b[r] * total[i]
		}
	}
	for p := range 4 {
		for r := range 4 {
			if r == p {
				continue
			}
			f := a[r][p] / a[p][p]
			for c := range 5 {
				a[r][c] -= f * a[p][c]
			}
		}
	}
	out := make([]float64, n)
	for i := range out {
		for p, b := range basis(i) {
			out[i] += b * a[p][4] / a[p][p]
		}
	}
	return out
}

func repetition(s *seen, id string, out *signals) {
	staff, themes := map[string]int{}, map[string]map[string]bool{}
	counts, n := map[string]int{}, 0
	for _, k := range s.concerns {
		if k.home != id || k.share != byProvider || !within(k.received, 26) {
			continue
		}
		n++
		counts[k.theme]++
		if k.alleged != "" {
			staff[k.alleged]++
		}
		if themes[k.theme] == nil {
			themes[k.theme] = map[string]bool{}
		}
		themes[k.theme][k.adult] = true
	}
	out.staff26 = len(staff)
	for _, x := range staff {
		out.same = max(out.same, x)
	}
	for theme, people := range themes {
		if len(people) > out.themes26 {
			out.themes26 = len(people)
			out.share26 = float64(counts[theme]) / float64(n)
		}
	}
}
