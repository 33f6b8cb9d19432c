package pipeline

import (
	"fmt"
	"math"
	"sort"
	"time"

	"bellwether/analytics/rules"
	"bellwether/analytics/surveillance/dist"
	"bellwether/analytics/surveillance/funnel"
)

// placed is a location's place in a week's funnel. Limits are ratios of observed to expected.
type placed struct {
	observed, expected, z                     float64
	low95, high95, low998, high998, phi, tau2 float64
	usualLow, usualHigh                       float64 // in counts
	oneIn                                     int64
}

// round4 and round6 round to the places at which a number is stored, before anything is decided with it: what a reader recomputes from
// the snapshot is then what the run itself used.
func round4(x float64) float64 { return math.Round(x*1e4) / 1e4 }

func round6(x float64) float64 { return math.Round(x*1e6) / 1e6 }

// minPeers is the least number of services that may be compared with one another; a smaller group is compared with every service
// whose size is counted in the same way.
const minPeers = 12

// cell addresses one look of one unit.
type cell struct{ unit, look int }

// placeInFunnels compares, week by week, every service with its peers: concerns and incidents of 12 weeks and complaints of 26, against what its
// size would give at the peers' common rate, with the ordinary spread between services allowed for.
func placeInFunnels(units []*unit) error {
	byWeek := map[time.Time][]cell{}
	for i, u := range units {
		for j := range u.looks {
			if !u.looks[j].stopped() {
				byWeek[u.looks[j].week] = append(byWeek[u.looks[j].week], cell{i, j})
			}
		}
	}
	for week, cells := range byWeek {
		for _, group := range peerGroups(units, cells) {
			if err := placeGroup(units, group, (*look).concerns12, "funnel_z", func(l *look, p *placed) { l.concernZ = p }); err != nil {
				return fmt.Errorf("funnel of concerns, week of %s: %w", week.Format("2 Jan 2006"), err)
			}
			if err := placeGroup(units, group, (*look).complaintsHalfYear, "funnel_z_complaints", func(l *look, p *placed) { l.complaintZ = p }); err != nil {
				return fmt.Errorf("funnel of complaints, week of %s: %w", week.Format("2 Jan 2006"), err)
			}
			if err := placeGroup(units, group, (*look).incidents12, "funnel_z_incidents", func(l *look, p *placed) { l.incidentZ = p }); err != nil {
				return fmt.Errorf("funnel of incidents, week of %s: %w", week.Format("2 Jan 2006"), err)
			}
		}
	}
	return nil
}

// peerGroups gathers services of one kind; kinds with too few services are joined with others counted in the same way.
func peerGroups(units []*unit, cells []cell) [][]cell {
	byKind := map[string][]cell{}
	for _, c := range cells {
		k := units[c.unit].exposureBasis + "/" + units[c.unit].kind
		byKind[k] = append(byKind[k], c)
	}
	kinds := make([]string, 0, len(byKind))
	for k := range byKind {
		kinds = append(kinds, k)
	}
	sort.Strings(kinds)
	var out [][]cell
	small := map[string][]cell{}
	for _, k := range kinds {
		group := byKind[k]
		if len(group) >= minPeers {
			out = append(out, group)
			continue
		}
		basis := units[group[0].unit].exposureBasis
		small[basis] = append(small[basis], group...)
	}
	for _, basis := range []string{"beds", "service"} {
		if len(small[basis]) > 0 {
			out = append(out, small[basis])
		}
	}
	return out
}

func placeGroup(units []*unit, group []cell, count func(*look) (float64, bool), score string, set func(*look, *placed)) error {
	var in []cell
	var observed, exposure []float64
	var sumO, sumX float64
	for _, c := range group {
		n, ok := count(&units[c.unit].looks[c.look])
		if !ok || units[c.unit].exposure <= 0 {
			continue
		}
		in = append(in, c)
		observed = append(observed, n)
		exposure = append(exposure, units[c.unit].exposure)
		sumO += n
		sumX += units[c.unit].exposure
	}
	if len(in) < 3 || sumO == 0 {
		return nil // nothing to compare with: the score stays unknown
	}
	expected := make([]float64, len(in))
	for i := range expected {
		expected[i] = exposure[i] * sumO / sumX
	}
	fit, err := funnel.FitOptions(observed, expected, funnel.Options{Method: funnel.CQC, Trim: funnel.DefaultTrim, NoExact: true})
	if err != nil {
		return err
	}
	for i, c := range in {
		f := fit.Units[i]
		if !f.Defined || math.IsNaN(f.ZAdditive) {
			continue
		}
		l := &units[c.unit].looks[c.look]
		z := round6(f.ZAdditive)
		p := &placed{observed: observed[i], expected: round4(expected[i]), z: z, usualLow: round4(f.OD95.Low * expected[i]), usualHigh: round4(f.OD95.High * expected[i]),
			low95: f.OD95.Low, high95: f.OD95.High, low998: f.OD998.Low, high998: f.OD998.High, phi: fit.Phi, tau2: fit.Tau2}
		if z > 0 {
			p.oneIn = rules.OneIn(dist.NormalUpper(z))
		}
		set(l, p)
		if err := l.values.Set(score, z); err != nil {
			return err
		}
	}
	return nil
}
