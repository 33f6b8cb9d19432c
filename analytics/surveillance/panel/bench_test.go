package panel_test

import (
	"math/rand/v2"
	"syscall"
	"testing"

	"bellwether/analytics/surveillance/panel"
)

// national is a panel of the size of a country: events at even rates, which
// cost as much to score as any.
func national(units int) panel.Input {
	r := rand.New(rand.NewPCG(1, 2))
	in := panel.Input{Weeks: 260}
	perWeek := []float64{0.0046, 0.0018, 0.0069}
	for i, name := range []string{"concern", "complaint", "incident"} {
		in.Streams = append(in.Streams, panel.Stream{Name: name, Power: panel.Powers[name]})
		for u := range units {
			if i == 0 {
				in.Units = append(in.Units, panel.Unit{Exposure: []float64{float64(20 + r.IntN(41))}, Group: u % 6})
			}
			for n := in.Units[u].Exposure[0] * perWeek[i] * 260 * (0.5 + r.Float64()); n > 0; n-- {
				w, late := r.IntN(260), 0
				for late < 8 && r.Float64() < 0.5 {
					late++
				}
				in.Events = append(in.Events, panel.Event{Unit: u, Stream: i, Week: w, Known: w + late, Count: 1})
			}
		}
	}
	return in
}

// One weekly run over 50,000 providers and three streams: learning the market
// and scoring everyone. The panel is indexed once, outside the loop.
func BenchmarkWeeklyRun50000(b *testing.B) {
	e, err := panel.New(national(50000), panel.Defaults())
	if err != nil {
		b.Fatal(err)
	}
	before := processor(b)
	for b.Loop() {
		if _, err := e.Look(259); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric((processor(b)-before)/float64(b.N), "cpu-s/op")
}

// processor is the processor time this process has used, in seconds.
func processor(b *testing.B) float64 {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return float64(u.Utime.Sec+u.Stime.Sec) + float64(u.Utime.Usec+u.Stime.Usec)/1e6
}

// Indexing the same panel's events.
func BenchmarkIndex50000(b *testing.B) {
	in := national(50000)
	for b.Loop() {
		if _, err := panel.New(in, panel.Defaults()); err != nil {
			b.Fatal(err)
		}
	}
}
