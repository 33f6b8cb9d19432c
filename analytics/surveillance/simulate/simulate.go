// Package simulate draws panels of homes whose truth is known: to set
// thresholds by the false flags they raise, and to test detectors.
//
// Homes differ in size and, stream by stream, in level; rates follow season,
// trend and a benign drift; weekly counts are over-dispersed and recorded late;
// some homes deteriorate once. The same seed gives the same panel.
package simulate

import (
	"fmt"
	"math"
	"math/rand/v2"

	"bellwether/analytics/surveillance/panel"
)

// Stream is how one stream of events behaves.
type Stream struct {
	Name string
	// PerBedMonth is the events of an average home per bed and month.
	PerBedMonth float64
	// Power says how a deterioration's multiplier carries over.
	Power float64
}

// Market is what panels are drawn from.
type Market struct {
	Homes, Weeks     int
	BedsMin, BedsMax int
	Streams          []Stream
	// CV is the stable spread between homes (gamma), Dispersion the weekly
	// variance over mean, Season the size of the yearly wave, Trend the growth a
	// year, Drift and HalfLife (weeks) the benign log-normal drift within a home.
	CV, Dispersion, Season, Trend, Drift, HalfLife float64
	// Delay[d] is the share of events recorded by d weeks after; the last is 1.
	Delay []float64
	// Deteriorating is the share of homes that get worse once, by a multiplier
	// drawn from Multipliers, for Length weeks, from a start drawn from
	// StartMin .. StartMax. Ramp weeks are taken to climb to it (0: a step).
	Deteriorating              float64
	Multipliers                []float64
	StartMin, StartMax, Length int
	Ramp                       int
}

// Care returns the market that the reference comparisons use: homes of 20 to 60
// beds, concerns, complaints and incidents of 0.02, 0.008 and 0.03 a bed and
// month, five years of which the last two are watched, and a tenth of homes
// deteriorating two-, three- or five-fold for length weeks.
func Care(homes, length int) Market {
	return Market{
		Homes: homes, Weeks: 260, BedsMin: 20, BedsMax: 60,
		Streams: []Stream{{"concern", 0.02, 1}, {"complaint", 0.008, 0.6}, {"incident", 0.03, 0.5}},
		CV:      0.5, Dispersion: 1.3, Season: 0.2, Trend: 0.05, Drift: 0.2, HalfLife: 11,
		Delay:         []float64{0.50, 0.72, 0.84, 0.90, 0.94, 0.96, 0.98, 0.99, 1},
		Deteriorating: 0.1, Multipliers: []float64{2, 3, 5}, StartMin: 176, StartMax: 246 - length, Length: length,
	}
}

// Truth is one home's deterioration; Multiplier 0 means none.
type Truth struct {
	Multiplier   float64
	Start, Weeks int
}

// Draw returns a panel of the market and each home's truth.
func (m Market) Draw(seed uint64) (panel.Input, []Truth, error) {
	if m.Homes < 0 || m.Weeks < 1 || m.BedsMin < 0 || m.BedsMax < m.BedsMin || !(m.Dispersion > 1) || !(m.CV > 0) || !(m.HalfLife > 0) || len(m.Delay) == 0 {
		return panel.Input{}, nil, fmt.Errorf("simulate: a market needs weeks, beds in order, spread, dispersion above 1, a half-life and delays: %+v", m)
	}
	r := rand.New(rand.NewPCG(seed, 0x5eed))
	in := panel.Input{Weeks: m.Weeks}
	phase := make([]float64, len(m.Streams))
	for s, st := range m.Streams {
		in.Streams = append(in.Streams, panel.Stream{Name: st.Name, Power: st.Power})
		phase[s] = 2 * math.Pi * r.Float64()
	}
	truth := make([]Truth, m.Homes)
	for h := range m.Homes {
		beds := float64(m.BedsMin + r.IntN(m.BedsMax-m.BedsMin+1))
		in.Units = append(in.Units, panel.Unit{Exposure: []float64{beds}})
		if r.Float64() < m.Deteriorating && len(m.Multipliers) > 0 {
			truth[h] = Truth{m.Multipliers[r.IntN(len(m.Multipliers))], m.StartMin + r.IntN(max(1, m.StartMax-m.StartMin+1)), m.Length}
		}
		for s := range m.Streams {
			in.Events = m.home(r, in.Events, h, s, beds, phase[s], truth[h])
		}
	}
	return in, truth, nil
}

func (m Market) home(r *rand.Rand, events []panel.Event, home, stream int, beds, phase float64, tr Truth) []panel.Event {
	st := m.Streams[stream]
	shape := 1 / (m.CV * m.CV)
	level := gamma(r, shape) / shape
	keep := math.Pow(0.5, 1/m.HalfLife)
	drift := m.Drift * r.NormFloat64()
	for w := range m.Weeks {
		drift = keep*drift + m.Drift*math.Sqrt(1-keep*keep)*r.NormFloat64()
		year := 2 * math.Pi * float64(w) / 52
		mu := beds * st.PerBedMonth * 12 / 52 * level * math.Exp(drift-0.5*m.Drift*m.Drift) *
			(1 + m.Season*math.Cos(year+phase)) * math.Pow(1+m.Trend, float64(w)/52)
		if tr.Multiplier > 0 && w >= tr.Start && w < tr.Start+tr.Weeks {
			rise := math.Pow(tr.Multiplier, st.Power)
			if m.Ramp > 0 {
				rise = 1 + (rise-1)*math.Min(1, float64(w-tr.Start+1)/float64(m.Ramp))
			}
			mu *= rise
		}
		n := poisson(r, gamma(r, mu/(m.Dispersion-1))*(m.Dispersion-1))
		for range n {
			u, late := r.Float64(), 0
			for late < len(m.Delay)-1 && u > m.Delay[late] {
				late++
			}
			events = append(events, panel.Event{Unit: home, Stream: stream, Week: w, Known: w + late, Count: 1})
		}
	}
	return events
}

// gamma draws a gamma variable of rate 1 (Marsaglia and Tsang 2000).
func gamma(r *rand.Rand, shape float64) float64 {
	if !(shape > 0) {
		return 0
	}
	if shape < 1 {
		return gamma(r, shape+1) * math.Pow(r.Float64(), 1/shape)
	}
	d := shape - 1.0/3
	c := 1 / math.Sqrt(9*d)
	for {
		x := r.NormFloat64()
		v := 1 + c*x
		if v <= 0 {
			continue
		}
		v *= v * v
		if math.Log(1-r.Float64()) < 0.5*x*x+d-d*v+d*math.Log(v) {
			return d * v
		}
	}
}

// poisson draws by products of uniforms, in steps that do not underflow.
func poisson(r *rand.Rand, mean float64) int {
	n := 0
	for mean > 0 {
		step := math.Min(mean, 500)
		mean -= step
		limit := math.Exp(-step)
		for p := r.Float64(); p > limit; p *= r.Float64() {
			n++
		}
	}
	return n
}
