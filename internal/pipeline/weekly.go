package pipeline

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"slices"
	"sync"
	"time"

	"bellwether/analytics/flags"
	"bellwether/analytics/rules"
	"bellwether/internal/warehouse"
)

// lookedAt is a location with the weeks in which it was open, as far as they are looked at.
type lookedAt struct {
	id, kind, basis string
	exposure        float64
	first, last     sql.NullTime
}

// signalNames are the indicators that comparing places gives; they are kept for the second pass in columns of their names.
var signalNames = []string{"funnel_z", "funnel_z_complaints", "funnel_z_incidents", "scan_score", "sister_homes", "sister_homes_elevated", "complaints_upheld_share_52w"}

// signalWriter writes what the statistics say, week by week.
type signalWriter struct {
	b                              *warehouse.Build
	signal, look, provider, newest *table
	row                            []any
	lowHomes                       map[string]int
}

// seen is what comparing the places has found beside their signals: the places in the order of their ids, the newest week, the brands, and
// the streams of events.
type seen struct {
	places  []lookedAt
	last    time.Time
	brands  *brands
	streams []counted
}

// writeSignals compares the places with one another, week by week, and writes the signals of every look.
func writeSignals(ctx context.Context, b *warehouse.Build) (*seen, error) {
	weeks, complete, err := readWeeks(ctx, b.DB())
	if err != nil {
		return nil, err
	}
	places, err := readPlaces(ctx, b.DB())
	if err != nil {
		return nil, err
	}
	s, err := newScan(ctx, b.DB(), places, weeks, complete)
	if err != nil {
		return nil, err
	}
	w := newSignalWriter(b)
	groups := newBrands()
	readers := sync.Pool{New: func() any { return &weekReader{} }}
	compare := func(ctx context.Context, i int) (comparedWeek, error) {
		c := comparedWeek{reader: readers.Get().(*weekReader), newest: i == len(weeks)-1}
		var err error
		if c.units, err = c.reader.read(ctx, b.DB(), weeks[i]); err != nil {
			return c, err
		}
		return c, compareUnits(s, weeks[i], c.units)
	}
	take := func(c comparedWeek) error {
		groups.see(c.units)
		defer readers.Put(c.reader)
		return w.week(ctx, c.units, c.newest)
	}
	if err := inOrder(ctx, len(weeks), compare, take); err != nil {
		return nil, err
	}
	for _, t := range []string{"staging.week_look", "staging.stream_event"} { // nothing after this reads them
		if err := b.Drop(ctx, t); err != nil {
			return nil, err
		}
	}
	out := &seen{places: places, brands: groups, streams: s.streams}
	if n := len(weeks); n > 0 {
		out.last = weeks[n-1]
	}
	return out, w.finish(ctx)
}

// comparedWeek is one week's looks with what comparing them has found; they lie in the reader's storage.
type comparedWeek struct {
	reader *weekReader
	units  []*unit
	newest bool
}

// compareUnits works out what the looks of one week say beside one another.
func compareUnits(s *scan, week time.Time, units []*unit) error {
	if err := placeInFunnels(units); err != nil {
		return err
	}
	if err := s.look(week, units); err != nil {
		return err
	}
	return derive(units)
}

func readWeeks(ctx context.Context, db *sql.DB) (weeks []time.Time, complete []bool, err error) {
	rows, err := db.QueryContext(ctx, lookWeeksSQL)
	if err != nil {
		return nil, nil, fmt.Errorf("read the weeks looked at: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var week time.Time
		var whole bool
		if err := rows.Scan(&week, &whole); err != nil {
			return nil, nil, fmt.Errorf("read the weeks looked at: %w", err)
		}
		weeks, complete = append(weeks, week), append(complete, whole)
	}
	return weeks, complete, rows.Err()
}

func readPlaces(ctx context.Context, db *sql.DB) ([]lookedAt, error) {
	rows, err := db.QueryContext(ctx, lookedAtSQL)
	if err != nil {
		return nil, fmt.Errorf("read the locations looked at: %w", err)
	}
	defer rows.Close()
	var out []lookedAt
	for rows.Next() {
		var p lookedAt
		if err := rows.Scan(&p.id, &p.kind, &p.exposure, &p.basis, &p.first, &p.last); err != nil {
			return nil, fmt.Errorf("read the locations looked at: %w", err)
		}
		out = append(out, p)
	}
	return out, rows.Err()
}

// weekReader reads one week's looks at a time into storage that it uses again.
type weekReader struct {
	units  []*unit
	values []*rules.Values
}

func (r *weekReader) read(ctx context.Context, db *sql.DB, week time.Time) ([]*unit, error) {
	rows, err := db.QueryContext(ctx, oneWeekSQL, week)
	if err != nil {
		return nil, fmt.Errorf("read the looks of a week: %w", err)
	}
	defer rows.Close()
	const heads = 9
	_, at, err := columns(rows, heads)
	if err != nil {
		return nil, err
	}
	var u unit
	var l look
	s := newScanner(at, &u.id, &u.provider, &u.brand, &u.kind, &u.exposure, &u.exposureBasis, &l.week, &l.endsOn, &l.complaints26)
	n := 0
	for ; rows.Next(); n++ {
		if n == len(r.units) {
			r.units, r.values = append(r.units, &unit{}), append(r.values, rules.NewValues())
		}
		if err := s.row(rows, r.values[n]); err != nil {
			return nil, fmt.Errorf("read the looks of a week: %w", err)
		}
		kept := r.units[n].looks[:0]
		*r.units[n] = u
		r.units[n].looks = append(kept, look{week: l.week, endsOn: l.endsOn, complaints26: l.complaints26, values: r.values[n]})
	}
	slices.SortFunc(r.units[:n], func(a, b *unit) int { return cmp.Compare(a.id, b.id) })
	return r.units[:n], rows.Err()
}

func newSignalWriter(b *warehouse.Build) *signalWriter {
	d, d6 := "DECIMAL(18,4)", "DECIMAL(18,6)"
	looks := []warehouse.Column{col("location_id", "VARCHAR"), col("week", "DATE")}
	for _, n := range signalNames {
		looks = append(looks, col(n, "DOUBLE"))
	}
	return &signalWriter{b: b, lowHomes: map[string]int{},
		signal: newTable("scratch.signal", col("unit_kind", "VARCHAR"), col("unit_id", "VARCHAR"), col("week", "DATE"), col("method", "VARCHAR"), col("stream", "VARCHAR"),
			col("observed", d), col("expected", d), col("score", d6), col("usual_low", d), col("usual_high", d), col("window_weeks", "INTEGER"), col("one_in", "BIGINT")),
		look:     newTable("scratch.look_signal", looks...),
		provider: newTable("scratch.provider_signal", col("provider_id", "VARCHAR"), col("week", "DATE"), col("homes_occupancy_low", "DOUBLE")),
		newest: newTable("analytics.funnel", col("location_id", "VARCHAR"), col("week", "DATE"), col("stream", "VARCHAR"), col("observed", d), col("expected", d), col("z", d6),
			col("lower95", d6), col("upper95", d6), col("lower998", d6), col("upper998", d6), col("phi", d6), col("tau2", d6))}
}

// week writes one week's signals; last is the newest week, whose funnel is kept whole.
func (w *signalWriter) week(ctx context.Context, units []*unit, last bool) error {
	clear(w.lowHomes)
	for _, u := range units {
		l := &u.looks[0]
		w.signals(u, l)
		w.row = append(w.row[:0], u.id, l.week)
		known := false
		for _, n := range signalNames {
			v := number(l.values, n)
			known = known || v != nil
			w.row = append(w.row, v)
		}
		if known {
			w.look.add(w.row...)
		}
		w.occupancy(u, l)
		if last {
			w.funnel(u, l)
		}
		for _, t := range []*table{w.signal, w.look, w.newest} {
			if err := t.spill(ctx, w.b); err != nil {
				return err
			}
		}
	}
	for id, n := range w.lowHomes {
		w.provider.add(id, units[0].looks[0].week, float64(n))
	}
	return w.provider.spill(ctx, w.b)
}

func (w *signalWriter) signals(u *unit, l *look) {
	add := func(method, stream string, score float64, s flags.Signal) {
		w.signal.add("location", u.id, l.week, method, stream, s.Observed, s.Expected, score, s.UsualLow, s.UsualHigh, s.WindowWeeks, s.OneIn)
	}
	if p := l.concernZ; p != nil {
		add("funnel", "concerns", p.z, p.signal(12))
	}
	if p := l.complaintZ; p != nil {
		add("funnel", "complaints", p.z, p.signal(26))
	}
	if p := l.incidentZ; p != nil {
		add("funnel", "incidents", p.z, p.signal(12))
	}
	if s := l.scan; s != nil {
		add("scan", "concerns", s.score, s.signal())
	}
}

// occupancy counts the homes of a provider that say how full they are, and of those the ones whose income is in doubt.
func (w *signalWriter) occupancy(u *unit, l *look) {
	share, ok := l.get("occupancy_share")
	if !ok || l.stopped() {
		return
	}
	n := w.lowHomes[u.provider]
	if share < lowOccupancy {
		n++
	}
	w.lowHomes[u.provider] = n
}

// funnel keeps the newest look's funnel of a location.
func (w *signalWriter) funnel(u *unit, l *look) {
	for stream, p := range map[string]*placed{"concerns": l.concernZ, "complaints": l.complaintZ, "incidents": l.incidentZ} {
		if p != nil {
			w.newest.add(u.id, l.week, stream, p.observed, p.expected, p.z, p.low95, p.high95, p.low998, p.high998, p.phi, p.tau2)
		}
	}
}

func (w *signalWriter) finish(ctx context.Context) error {
	for _, t := range []*table{w.signal, w.look, w.provider, w.newest} {
		if err := t.write(ctx, w.b); err != nil {
			return fmt.Errorf("write %s: %w", t.def.Name, err)
		}
	}
	if _, err := w.b.CreateTableAs(ctx, "analytics.signal", signalSQL); err != nil {
		return err
	}
	return w.b.Drop(ctx, w.signal.def.Name)
}
