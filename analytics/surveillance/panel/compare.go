package panel

import (
	"fmt"

	"bellwether/analytics/surveillance/baseline"
	"bellwether/analytics/surveillance/scan"
)

// Settings of the reference scan's baseline, in weeks.
const (
	referenceHistory = 104
	referenceGuard   = 26
)

// Reference returns every unit's score by the reference gamma-Poisson scan:
// windows up to 26 weeks against a baseline of 104 weeks that ends 26 weeks
// before the look, counts and expectations divided by the dispersion. It is for
// comparison; the product's own score is Look's.
func (e *Engine) Reference(week int) ([]float64, error) {
	t := week - e.first
	if t < 0 || t >= e.weeks {
		return nil, fmt.Errorf("panel: a look at week %d is outside the panel, weeks %d to %d", week, e.first, e.first+e.weeks-1)
	}
	fits := make([]*fitted, len(e.streams))
	for s := range fits {
		f, err := e.fit(s, 0, t)
		if err != nil {
			return nil, fmt.Errorf("panel: stream %s: %w", e.streams[s].Name, err)
		}
		fits[s] = f
	}
	const longest = 26
	out := make([]float64, len(e.units))
	in := make([]scan.Stream, len(fits))
	for s := range in {
		in[s] = scan.Stream{Counts: make([]float64, longest), Expected: make([]float64, longest)}
	}
	x := make([]float64, t+1)
	for u := range e.units {
		for s, f := range fits {
			clear(x)
			for _, r := range e.of(s, u) {
				if int(r.known) <= t {
					x[r.week] += float64(r.n)
				}
			}
			level := f.GroupLevel[e.units[u].Group]
			var seen, due float64
			for w := max(0, t-referenceGuard-referenceHistory+1); w <= t-referenceGuard; w++ {
				if exp := e.exposure(u, w); exp > 0 {
					seen += x[w]
					due += exp * level * f.rate[w]
				}
			}
			p := baseline.Update(f.Shape, seen, due, f.Phi)
			in[s].Shape, in[s].Rate, in[s].Phi, in[s].Power = p.Shape, p.Rate, f.Phi, f.Stream.Power
			for i := range longest {
				w := t - longest + 1 + i
				in[s].Counts[i], in[s].Expected[i] = 0, 0
				if w >= 0 && e.exposure(u, w) > 0 {
					in[s].Counts[i] = x[w]
					in[s].Expected[i] = e.exposure(u, w) * level * f.rate[w] * f.share[w]
				}
			}
		}
		score, _, err := scan.GammaPoissonScan(in, scan.Windows, scan.Multipliers)
		if err != nil {
			return nil, err
		}
		out[u] = score
	}
	return out, nil
}

// Counts returns every unit's events of one stream dated in the given number
// of weeks up to week and known by it: the rule of thumb to compare with.
func (e *Engine) Counts(stream, week, window int) ([]float64, error) {
	t := week - e.first
	if t < 0 || t >= e.weeks || stream < 0 || stream >= len(e.streams) {
		return nil, fmt.Errorf("panel: stream %d at week %d is outside the panel of %d streams, weeks %d to %d", stream, week, len(e.streams), e.first, e.first+e.weeks-1)
	}
	out := make([]float64, len(e.units))
	for u := range out {
		for _, r := range e.of(stream, u) {
			if int(r.known) <= t && int(r.week) > t-window && int(r.week) <= t {
				out[u] += float64(r.n)
			}
		}
	}
	return out, nil
}
