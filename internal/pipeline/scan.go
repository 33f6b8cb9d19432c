package pipeline

import (
	"context"
	"database/sql"
	"fmt"
	"math"
	"slices"
	"sort"
	"time"

	"bellwether/analytics/flags"
	"bellwether/analytics/rules"
	"bellwether/analytics/surveillance/panel"
)

// scanned is what the scan over time says of one look: evidence that a location's own rate has risen, and the window that says most.
type scanned struct {
	score                                   float64 // log evidence, all streams together
	observed, expected, usualLow, usualHigh float64 // concerns in the window
	oneIn                                   int64
	weeks                                   int
}

func (s *scanned) signal() flags.Signal {
	return flags.Signal{Observed: rules.Known(s.observed), Expected: rules.Known(s.expected), UsualLow: rules.Known(s.usualLow),
		UsualHigh: rules.Known(s.usualHigh), WindowWeeks: s.weeks, OneIn: s.oneIn}
}

// learnWeeks is how long the scan only listens before it says anything.
const learnWeeks = 26

// The streams that add evidence: none is derived from another. Incidents are what providers report of themselves; a provider that has
// only just begun to report would look like one that got worse, so that stream is listened to for a year before it counts.
var scanStreams = []panel.Stream{{Name: "concerns", Power: panel.Powers["concern"]}, {Name: "complaints", Power: panel.Powers["complaint"]},
	{Name: "incidents", Power: panel.Powers["incident"], Learn: 52}}

// scan asks of every location and complete week whether its own rate has risen, on what was recorded by then. The week that is
// still running has the last complete week's answer.
type scan struct {
	engine  *panel.Engine // nil where no week is complete
	at      map[string]int
	first   int
	last    int       // the last complete week
	streams []counted // when each stream began and when it began to count
}

func newScan(ctx context.Context, db *sql.DB, places []lookedAt, weeks []time.Time, complete []bool) (*scan, error) {
	s := &scan{at: make(map[string]int, len(places)), first: math.MaxInt, last: math.MinInt}
	for i, w := range weeks {
		if complete[i] {
			n := weekNumber(w)
			s.first, s.last = min(s.first, n), max(s.last, n)
		}
	}
	if s.first > s.last {
		s.streams = countedFrom(slices.Clone(scanStreams), 0, -1)
		return s, nil
	}
	in := panel.Input{FirstWeek: s.first, Weeks: s.last - s.first + 1, Streams: slices.Clone(scanStreams), Units: make([]panel.Unit, len(places))}
	groups := groupNumbers(places)
	for i, p := range places {
		s.at[p.id] = i
		in.Units[i] = panel.Unit{Exposure: p.exposures(s.first, in.Weeks), Group: groups[p.group()]}
	}
	var err error
	if in.Events, err = readEvents(ctx, db, s.at); err != nil {
		return nil, err
	}
	began(in.Streams, in.Events, s.last)
	s.streams = countedFrom(in.Streams, s.first, s.last)
	settings := panel.Defaults()
	settings.Workers = 1 // several weeks are asked for at once
	s.engine, err = panel.New(in, settings)
	return s, err
}

// look gives every unit's look of one week its answer. Several weeks may be asked for at once.
func (s *scan) look(week time.Time, units []*unit) error {
	w := weekNumber(week)
	if s.engine == nil || w < s.first+learnWeeks || s.last < s.first+learnWeeks {
		return nil
	}
	answer, err := s.engine.Look(min(w, s.last))
	if err != nil {
		return fmt.Errorf("scan the week of %s: %w", week.Format("2 Jan 2006"), err)
	}
	for _, u := range units {
		if l := &u.looks[0]; !l.stopped() {
			if err := l.scanned(answer.Units[s.at[u.id]]); err != nil {
				return err
			}
		}
	}
	return nil
}

// counted is a stream of events with the weeks from which it is read and from which it adds evidence; the zero day where it never began.
type counted struct {
	stream      string
	listens     int       // weeks that it is only listened to
	first, from time.Time // Mondays
}

// countedFrom says of each stream when it began and when it began to count, for weeks first to last. It counts at no look before the
// scan itself speaks.
func countedFrom(streams []panel.Stream, first, last int) []counted {
	out := make([]counted, len(streams))
	for i, s := range streams {
		out[i] = counted{stream: s.Name, listens: s.Learn}
		if s.From > last || s.From == 0 {
			continue
		}
		out[i].first = monday(s.From)
		// A stream whose day lies ahead is told that day, so that pages can say when it will count.
		out[i].from = monday(max(s.From+s.Learn, first+learnWeeks))
	}
	return out
}

// scanned keeps the answer about one look.
func (l *look) scanned(r panel.Result) error {
	if !r.Exposed || math.IsNaN(r.Score) || math.IsInf(r.Score, 0) {
		return nil
	}
	c := r.Streams[0]
	l.scan = &scanned{score: round6(r.Score), observed: float64(c.Observed), expected: round4(c.Expected), usualLow: float64(c.Low), usualHigh: float64(c.High),
		oneIn: rules.OneIn(1 / c.OnceIn), weeks: r.Window}
	return l.values.Set("scan_score", l.scan.score)
}

// weekNumber counts weeks from Monday 5 January 1970.
func weekNumber(t time.Time) int { return int(math.Floor(float64(t.Unix()-4*86400) / (7 * 86400))) }

func monday(week int) time.Time { return time.Unix(int64(week)*7*86400+4*86400, 0).UTC() }

func (p lookedAt) group() string { return p.basis + "/" + p.kind }

func groupNumbers(places []lookedAt) map[string]int {
	seen := map[string]bool{}
	for _, p := range places {
		seen[p.group()] = true
	}
	names := make([]string, 0, len(seen))
	for n := range seen {
		names = append(names, n)
	}
	sort.Strings(names)
	out := map[string]int{}
	for i, n := range names {
		out[n] = i
	}
	return out
}

// exposures gives a location's size in each week: nought before it opened and after it stopped.
func (p lookedAt) exposures(first, weeks int) []float64 {
	out := make([]float64, weeks)
	if !p.first.Valid {
		return out
	}
	for w := max(weekNumber(p.first.Time)-first, 0); w <= min(weekNumber(p.last.Time)-first, weeks-1); w++ {
		out[w] = p.exposure
	}
	return out
}

// began tells each stream the week of its first event: what came before is unknown. A stream without events begins after the last week.
func began(streams []panel.Stream, events []panel.Event, last int) {
	for i := range streams {
		streams[i].From = last + 1
	}
	for _, e := range events {
		streams[e.Stream].From = min(streams[e.Stream].From, e.Week)
	}
}

func readEvents(ctx context.Context, db *sql.DB, at map[string]int) ([]panel.Event, error) {
	rows, err := db.QueryContext(ctx, streamEventsSQL)
	if err != nil {
		return nil, fmt.Errorf("read the events: %w", err)
	}
	defer rows.Close()
	var out []panel.Event
	for rows.Next() {
		var stream, location string
		var week, known time.Time
		var n int
		if err := rows.Scan(&stream, &location, &week, &known, &n); err != nil {
			return nil, fmt.Errorf("read the events: %w", err)
		}
		unit, ok := at[location]
		if !ok {
			continue
		}
		s := slices.IndexFunc(scanStreams, func(x panel.Stream) bool { return x.Name == stream })
		if s < 0 {
			continue
		}
		out = append(out, panel.Event{Unit: unit, Stream: s, Week: weekNumber(week), Known: weekNumber(known), Count: n})
	}
	return out, rows.Err()
}
