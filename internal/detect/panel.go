package detect

import (
	"context"
	"fmt"
	"math"
	"runtime"
	"slices"
	"strconv"
	"strings"

	"bellwether/analytics/surveillance/panel"
)

// Options says what to run a panel over.
type Options struct {
	// Events is a CSV file with the columns home, stream, event_week,
	// delay_weeks and n, and optionally replicate; an event is visible from week
	// event_week + delay_weeks on. Units has the columns home and beds, and
	// optionally replicate. Names ending in .gz are gzipped.
	Events, Units string
	// FirstWeek and LastWeek are the looks, one a week, on the events' scale.
	FirstWeek, LastWeek int
	// Out is written with the columns replicate, home, week and score.
	Out string
	// Method is one of Methods; empty is the first, the product's own.
	Method string
	// Threshold, if not nil, is counted against in the report instead of the
	// product's concern tier. Scores do not depend on it.
	Threshold *float64
	// Powers adds to or replaces panel.Powers, by stream name.
	Powers map[string]float64
}

// Report says what a run used and found.
type Report struct {
	Method     string             `json:"method"`
	FirstWeek  int                `json:"first_week"`
	LastWeek   int                `json:"last_week"`
	History    int                `json:"history_from_week"`
	Replicates int                `json:"replicates"`
	Homes      int                `json:"homes"`
	Events     int                `json:"events"`
	Rows       int                `json:"rows"`
	Powers     map[string]float64 `json:"stream_powers"`
	// PreConcern, Concern and Escalate are the product's default thresholds;
	// zero for methods the product does not flag by.
	PreConcern float64 `json:"threshold_pre_concern"`
	Concern    float64 `json:"threshold_concern"`
	Escalate   float64 `json:"threshold_escalate"`
	// Threshold is the one Above counts rows against.
	Threshold float64 `json:"threshold"`
	Above     int     `json:"rows_at_or_above_threshold"`
	// Learned is what the last look of the first replicate learned, by stream.
	Learned map[string]Learned `json:"learned"`
}

// Learned is what a look learned about one stream.
type Learned struct {
	PerExposureYear float64   `json:"events_per_bed_year"`
	Trend           float64   `json:"trend_per_year"`
	Dispersion      float64   `json:"dispersion"`
	Shape           float64   `json:"between_home_shape"`
	Complete        []float64 `json:"share_recorded_by_age_in_weeks"`
}

// replicate is one panel of the file.
type replicate struct {
	name  string
	homes []string
	in    panel.Input
	byID  map[string]int
}

// Panel scores every home at every look and writes the scores. It holds the
// files in memory. Errors name file, line and column.
func Panel(ctx context.Context, opt Options) (Report, error) {
	if opt.Method == "" {
		opt.Method = Methods[0]
	}
	if !slices.Contains(Methods, opt.Method) {
		return Report{}, fmt.Errorf("unknown method %q; the methods are %s", opt.Method, strings.Join(Methods, ", "))
	}
	if opt.LastWeek < opt.FirstWeek {
		return Report{}, fmt.Errorf("the last week, %d, is before the first, %d", opt.LastWeek, opt.FirstWeek)
	}
	reps, streams, err := readUnits(opt)
	if err != nil {
		return Report{}, err
	}
	rep := Report{Method: opt.Method, FirstWeek: opt.FirstWeek, LastWeek: opt.LastWeek, History: opt.FirstWeek, Replicates: len(reps), Powers: map[string]float64{}, Learned: map[string]Learned{}}
	if err := readEvents(opt, reps, &streams, &rep); err != nil {
		return Report{}, err
	}
	out, err := create(opt.Out)
	if err != nil {
		return Report{}, err
	}
	if err := score(ctx, opt, reps, streams, &rep, out); err != nil {
		_ = out.finish() // the first error says what went wrong
		return Report{}, err
	}
	return rep, out.finish()
}

func readUnits(opt Options) ([]*replicate, []panel.Stream, error) {
	t, err := openTable(opt.Units, "home", "beds")
	if err != nil {
		return nil, nil, err
	}
	defer t.close()
	var reps []*replicate
	byName := map[string]*replicate{}
	for {
		ok, err := t.next()
		if err != nil {
			return nil, nil, err
		}
		if !ok {
			return reps, nil, nil
		}
		beds, err := t.number("beds", 0, 1e9)
		if err != nil {
			return nil, nil, err
		}
		name := strings.Clone(t.text("replicate", "0"))
		r := byName[name]
		if r == nil {
			r = &replicate{name: name, byID: map[string]int{}}
			byName[name] = r
			reps = append(reps, r)
		}
		home := strings.Clone(t.text("home", ""))
		if _, twice := r.byID[home]; twice {
			return nil, nil, fmt.Errorf("%s, line %d, column home: %q is there twice", t.name, t.line, home)
		}
		r.byID[home] = len(r.homes)
		r.homes = append(r.homes, home)
		r.in.Units = append(r.in.Units, panel.Unit{Exposure: []float64{beds}})
	}
}

// weekLimit keeps a mistyped week from asking for millennia of history.
const weekLimit = 20000

func readEvents(opt Options, reps []*replicate, streams *[]panel.Stream, rep *Report) error {
	t, err := openTable(opt.Events, "home", "stream", "event_week", "delay_weeks", "n")
	if err != nil {
		return err
	}
	defer t.close()
	byName := map[string]*replicate{}
	for _, r := range reps {
		byName[r.name] = r
	}
	byStream := map[string]int{}
	for {
		ok, err := t.next()
		if err != nil {
			return err
		}
		if !ok {
			break
		}
		r := byName[t.text("replicate", "0")]
		if r == nil {
			return fmt.Errorf("%s, line %d, column replicate: %q is not in %s", t.name, t.line, t.text("replicate", "0"), opt.Units)
		}
		unit, ok := r.byID[t.text("home", "")]
		if !ok {
			return fmt.Errorf("%s, line %d, column home: %q is not in %s", t.name, t.line, t.text("home", ""), opt.Units)
		}
		s, ok := byStream[t.text("stream", "")]
		if !ok {
			name := strings.Clone(t.text("stream", ""))
			power, known := opt.Powers[name]
			if !known {
				power, known = panel.Powers[name]
			}
			if !known {
				return fmt.Errorf("%s, line %d, column stream: no power is known for %q; give one (concern 1, complaint 0.6 and incident 0.5 are built in)", t.name, t.line, name)
			}
			s = len(*streams)
			byStream[name] = s
			*streams = append(*streams, panel.Stream{Name: name, Power: power})
			rep.Powers[name] = power
		}
		week, err := t.whole("event_week", -weekLimit, weekLimit)
		if err != nil {
			return err
		}
		late, err := t.whole("delay_weeks", 0, weekLimit)
		if err != nil {
			return err
		}
		n, err := t.whole("n", 0, math.MaxInt32)
		if err != nil {
			return err
		}
		rep.History = min(rep.History, week)
		rep.Events += n
		r.in.Events = append(r.in.Events, panel.Event{Unit: unit, Stream: s, Week: week, Known: week + late, Count: n})
	}
	if len(*streams) == 0 { // no events at all: a defined answer, no evidence anywhere
		*streams = []panel.Stream{{Name: "concern", Power: 1}}
	}
	return nil
}

func score(ctx context.Context, opt Options, reps []*replicate, streams []panel.Stream, rep *Report, out *output) error {
	if _, err := out.WriteString("replicate,home,week,score\n"); err != nil {
		return err
	}
	looks := opt.LastWeek - opt.FirstWeek + 1
	for i, r := range reps {
		r.in.FirstWeek, r.in.Weeks, r.in.Streams = rep.History, opt.LastWeek-rep.History+1, streams
		m, err := methods[opt.Method](r.in)
		if err != nil {
			return err
		}
		rows := make([][]float64, looks)
		if err := parallel(ctx, looks, func(k int) error {
			var err error
			rows[k], err = m.look(opt.FirstWeek + k)
			return err
		}); err != nil {
			return err
		}
		if i == 0 {
			rep.setThresholds(opt, m)
			if err := rep.learn(m, opt.LastWeek); err != nil {
				return err
			}
		}
		rep.Homes += len(r.homes)
		r.in.Events = nil
		for h, home := range r.homes {
			for k := range rows {
				rep.Rows++
				if rows[k][h] >= rep.Threshold {
					rep.Above++
				}
				line := quote(r.name) + "," + quote(home) + "," + strconv.Itoa(opt.FirstWeek+k) + "," + strconv.FormatFloat(rows[k][h], 'f', 5, 64) + "\n"
				if _, err := out.WriteString(line); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

func (rep *Report) setThresholds(opt Options, m method) {
	if m.product {
		th := panel.DefaultThresholds()
		rep.PreConcern, rep.Concern, rep.Escalate = th.PreConcern, th.Concern, th.Escalate
	}
	rep.Threshold = m.threshold(len(rep.Powers))
	if opt.Threshold != nil {
		rep.Threshold = *opt.Threshold
	}
}

func (rep *Report) learn(m method, week int) error {
	look, err := m.engine.Look(week)
	if err != nil {
		return err
	}
	for _, f := range look.Fits {
		rep.Learned[f.Stream.Name] = Learned{
			PerExposureYear: f.Market.Rate(week) * 365.25 / 7,
			Trend:           math.Expm1(f.Market.B[1]),
			Dispersion:      f.Phi, Shape: f.Shape, Complete: slices.Clone(f.Complete),
		}
	}
	return nil
}

// parallel runs f(0) .. f(n-1) on every processor, stopping at the first error.
func parallel(ctx context.Context, n int, f func(int) error) error {
	workers := max(1, min(n, runtime.GOMAXPROCS(0)))
	done := make(chan error, workers)
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	for w := range workers {
		go func() {
			for k := w; k < n; k += workers {
				if err := ctx.Err(); err != nil {
					done <- err
					return
				}
				if err := f(k); err != nil {
					done <- err
					cancel()
					return
				}
			}
			done <- nil
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

// quote makes a name safe for CSV.
func quote(s string) string {
	if strings.ContainsAny(s, ",\"\r\n") {
		return `"` + strings.ReplaceAll(s, `"`, `""`) + `"`
	}
	return s
}
