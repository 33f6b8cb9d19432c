package panel

import (
	"cmp"
	"fmt"
	"slices"

	"bellwether/analytics/surveillance/scan"
)

// record is events of one unit, stream, week and week of recording; weeks are
// counted from the panel's first.
type record struct{ week, known, n int32 }

// Engine is an indexed panel. It is read-only once built, so looks may be asked
// for by several goroutines at once.
type Engine struct {
	first, weeks int
	streams      []Stream
	units        []Unit
	settings     Settings
	groups       int
	// recs[s][off[s][u]:off[s][u+1]] are unit u's records, by week then known.
	recs [][]record
	off  [][]int32
	// pooled[g][w] is the exposure of group g in week w.
	pooled [][]float64
}

// New checks and indexes a panel. Errors name the unit, event or setting.
func New(in Input, s Settings) (*Engine, error) {
	if err := in.check(); err != nil {
		return nil, err
	}
	if err := s.check(); err != nil {
		return nil, err
	}
	e := &Engine{first: in.FirstWeek, weeks: in.Weeks, streams: in.Streams, units: in.Units, settings: s, groups: 1}
	for _, u := range in.Units {
		e.groups = max(e.groups, u.Group+1)
	}
	e.pool()
	e.index(in.Events)
	return e, nil
}

func (s Settings) check() error {
	if err := s.Detector.Check(); err != nil {
		return fmt.Errorf("panel: %w", err)
	}
	if s.History < 0 || s.MaxDelay < 0 || s.MaxDelay > 520 {
		return fmt.Errorf("panel: history %d weeks and longest delay %d weeks must be at least 0, the delay at most 520", s.History, s.MaxDelay)
	}
	if !(s.Phi >= 1 && s.Phi <= 100) || !(s.Shape > 0 && s.Shape <= 1000) {
		return fmt.Errorf("panel: prior dispersion %v must be in [1, 100] and prior shape %v in (0, 1000]", s.Phi, s.Shape)
	}
	return nil
}

func (e *Engine) pool() {
	e.pooled = make([][]float64, e.groups)
	for g := range e.pooled {
		e.pooled[g] = make([]float64, e.weeks)
	}
	for _, u := range e.units {
		row := e.pooled[u.Group]
		if len(u.Exposure) == 1 {
			for w := range row {
				row[w] += u.Exposure[0]
			}
			continue
		}
		for w, x := range u.Exposure {
			row[w] += x
		}
	}
}

// index sorts events into one run a unit and stream, and adds up repeats.
func (e *Engine) index(events []Event) {
	e.recs, e.off = make([][]record, len(e.streams)), make([][]int32, len(e.streams))
	for s := range e.streams {
		e.off[s] = make([]int32, len(e.units)+1)
	}
	keep := func(ev Event) bool {
		w := ev.Week - e.first
		return ev.Count > 0 && w >= e.began(ev.Stream) && w < e.weeks && ev.Known-e.first < e.weeks
	}
	for _, ev := range events {
		if keep(ev) {
			e.off[ev.Stream][ev.Unit+1]++
		}
	}
	next := make([][]int32, len(e.streams))
	for s := range e.streams {
		for u := range e.units {
			e.off[s][u+1] += e.off[s][u]
		}
		next[s] = append([]int32(nil), e.off[s][:len(e.units)]...)
		e.recs[s] = make([]record, e.off[s][len(e.units)])
	}
	for _, ev := range events {
		if !keep(ev) {
			continue
		}
		w := ev.Week - e.first
		at := &next[ev.Stream][ev.Unit]
		e.recs[ev.Stream][*at] = record{int32(w), int32(max(w, ev.Known-e.first)), int32(ev.Count)}
		*at++
	}
	for s := range e.streams {
		e.compact(s)
	}
}

func (e *Engine) compact(s int) {
	out := e.recs[s][:0]
	start := int32(0)
	for u := range e.units {
		end := e.off[s][u+1]
		run := e.recs[s][start:end]
		slices.SortFunc(run, func(a, b record) int {
			return cmp.Or(cmp.Compare(a.week, b.week), cmp.Compare(a.known, b.known))
		})
		begin := len(out)
		for _, r := range run {
			if n := len(out); n > begin && out[n-1].week == r.week && out[n-1].known == r.known {
				out[n-1].n = addCapped(out[n-1].n, r.n)
				continue
			}
			out = append(out, r)
		}
		start = end
		e.off[s][u+1] = int32(len(out))
	}
	e.recs[s] = out
}

// addCapped adds counts without wrapping round.
func addCapped(a, b int32) int32 {
	if a > 1<<30-b {
		return 1 << 30
	}
	return a + b
}

// began is the first week of the panel that a stream tells of.
func (e *Engine) began(stream int) int {
	if e.streams[stream].From == 0 {
		return 0
	}
	return max(0, e.streams[stream].From-e.first)
}

// of returns a unit's records in a stream.
func (e *Engine) of(stream, unit int) []record {
	return e.recs[stream][e.off[stream][unit]:e.off[stream][unit+1]]
}

// exposure returns a unit's exposure in week w of the panel.
func (e *Engine) exposure(unit, w int) float64 {
	x := e.units[unit].Exposure
	if len(x) == 1 {
		return x[0]
	}
	return x[w]
}

// Look scores every unit on what was known at the end of the given week, which
// must lie in the panel.
func (e *Engine) Look(week int) (*Look, error) {
	t := week - e.first
	if t < 0 || t >= e.weeks {
		return nil, fmt.Errorf("panel: a look at week %d is outside the panel, weeks %d to %d", week, e.first, e.first+e.weeks-1)
	}
	lo := 0
	if e.settings.History > 0 {
		lo = max(0, t-e.settings.History+1)
	}
	look := &Look{Week: week, Thresholds: DefaultThresholds(), Units: make([]Result, len(e.units))}
	fits := make([]*fitted, len(e.streams))
	for s := range e.streams {
		f, err := e.fit(s, lo, t)
		if err != nil {
			return nil, fmt.Errorf("panel: stream %s: %w", e.streams[s].Name, err)
		}
		fits[s] = f
		look.Fits = append(look.Fits, f.Fit)
	}
	results := make([]StreamResult, len(e.units)*len(e.streams))
	for u := range look.Units {
		look.Units[u].Streams = results[u*len(e.streams) : (u+1)*len(e.streams) : (u+1)*len(e.streams)]
	}
	return look, e.score(look, fits, lo, t)
}

// score runs the detector over all units, in as many goroutines as allowed.
func (e *Engine) score(look *Look, fits []*fitted, lo, t int) error {
	workers := min(max(1, e.settings.Workers), max(1, len(e.units)/64))
	done := make(chan error, workers)
	for k := range workers {
		go func() {
			done <- func() error {
				sc, err := scan.NewScanner(e.settings.Detector)
				if err != nil {
					return err
				}
				p := newScorer(e, fits, sc, lo, t)
				for u := k * len(e.units) / workers; u < (k+1)*len(e.units)/workers; u++ {
					p.unit(u, look.Thresholds, &look.Units[u])
				}
				return nil
			}()
		}()
	}
	var first error
	for range workers {
		if err := <-done; err != nil && first == nil {
			first = err
		}
	}
	return first
}
