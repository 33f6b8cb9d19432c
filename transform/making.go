package transform

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"bellwether/internal/failpoint"
	"bellwether/internal/warehouse"
)

// making makes the models' tables, several at a time: each as soon as what it reads is there, the earlier in the list first. The engine works
// on each with a thread of its own, which a query shared among threads would not get as much out of (see [warehouse.Build.Workers]).
type making struct {
	build   *warehouse.Build
	models  []Model
	now     func() time.Time
	step    Step
	keep    map[string]bool // staging tables that are read when all models are done
	passing map[string]bool // tables of which each span of places has its own
	atOnce  int             // places in a span
	looked  func(done, of int)

	spans   []span // nil until the places are known
	at      map[string]int
	begun   map[piece]bool
	there   map[piece]bool
	total   map[int]made
	readers map[string]int // how many models read each table
	left    map[string]int // how many have yet to read it; a table of one span by its own name
}

// piece is a model, or what a model that is made place by place makes of one span of places. Made whole, a model has the span 0 alone.
type piece struct{ model, span int }

// made is what one piece gave, or why it could not be made.
type made struct {
	piece
	rows int64
	took time.Duration
	err  error
}

func newMaking(b *warehouse.Build, models []Model, p Params, now func() time.Time, step Step) *making {
	m := &making{build: b, models: models, now: now, step: step, keep: map[string]bool{}, passing: passing(models, p.ReadAfter), atOnce: p.PlacesAtOnce, looked: p.Looked,
		at: map[string]int{}, begun: map[piece]bool{}, there: map[piece]bool{}, total: map[int]made{}, readers: map[string]int{}, left: map[string]int{}}
	if m.atOnce <= 0 {
		m.atOnce = placesAtOnce
	}
	for i, x := range models {
		m.at[x.Table] = i
		for _, t := range x.DependsOn {
			m.readers[t]++
		}
	}
	for _, t := range p.ReadAfter {
		m.keep[t] = true
	}
	return m
}

// all makes every table. The first failure ends it, once what was under way has been broken off.
func (m *making) all(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	results := make(chan made)
	var failed error
	for under := 0; ; {
		for failed == nil && under < m.build.Workers() {
			p, ok := m.next()
			if !ok {
				break
			}
			m.begun[p] = true
			under++
			go func() { results <- m.make(ctx, p) }()
		}
		if under == 0 {
			return cmp.Or(failed, m.missing())
		}
		r := <-results
		under--
		if err := m.took(ctx, r); err != nil && failed == nil {
			failed = err
			cancel()
		}
	}
}

// missing is an error if a model was not made though nothing failed: something that it reads never came to be.
func (m *making) missing() error {
	for i, x := range m.models {
		if !m.whole(i) {
			return fmt.Errorf("make %s: what it reads was never there", x.Table)
		}
	}
	return nil
}

// next is the first piece that was not begun and of which everything that it reads is there: a whole model before one made place by place, and
// a span's pieces before the next span's.
func (m *making) next() (piece, bool) {
	for i, x := range m.models {
		if p := (piece{i, 0}); x.ByPlace == nil && m.ready(p) {
			return p, true
		}
	}
	for s := range m.spans {
		for i, x := range m.models {
			if p := (piece{i, s}); x.ByPlace != nil && m.ready(p) {
				return p, true
			}
		}
	}
	return piece{}, false
}

func (m *making) ready(p piece) bool {
	x := m.models[p.model]
	if m.begun[p] || x.ByPlace != nil && p.span > 0 && !m.passing[x.Table] && !m.there[piece{p.model, 0}] { // the first span makes the table that the others add to
		return false
	}
	return !slices.ContainsFunc(x.DependsOn, func(t string) bool {
		i, ok := m.at[t]
		switch {
		case !ok:
			return false // given
		case m.models[i].ByPlace == nil:
			return !m.there[piece{i, 0}]
		case x.ByPlace != nil:
			return !m.there[piece{i, p.span}]
		}
		return !m.whole(i)
	})
}

// whole says whether a model has been made of every place.
func (m *making) whole(i int) bool {
	if m.models[i].ByPlace == nil {
		return m.there[piece{i, 0}]
	}
	for s := range m.spans {
		if !m.there[piece{i, s}] {
			return false
		}
	}
	return m.spans != nil
}

// name is the table that holds what a piece makes of a table or reads of it.
func (m *making) name(table string, span int) string {
	if m.passing[table] && len(m.spans) > 1 {
		return table + "_" + strconv.Itoa(span)
	}
	return table
}

// make makes a piece, beside others: it changes nothing of m, and reads the spans only if they were known before it began.
func (m *making) make(ctx context.Context, p piece) made {
	x := m.models[p.model]
	began := m.now()
	out := made{piece: p}
	query := x.SQL
	if x.ByPlace != nil && len(m.spans) > 1 {
		query = reading(query, func(t string) string {
			name, column := m.name(t, p.span), x.ByPlace[t]
			if m.passing[t] || column == "" {
				return name
			}
			return "(SELECT * FROM " + name + " WHERE " + m.spans[p.span].where(column) + ")"
		})
	}
	if p.span > 0 && !m.passing[x.Table] {
		out.rows, out.err = m.build.Append(ctx, x.Table, query)
	} else {
		out.rows, out.err = m.build.CreateTableAs(ctx, m.name(x.Table, p.span), query)
	}
	out.took = m.now().Sub(began)
	return out
}

// took notes that a piece is there, and lets go of the tables that nothing will read again.
func (m *making) took(ctx context.Context, r made) (err error) {
	x := m.models[r.model]
	if r.err != nil {
		return fmt.Errorf("make %s: %w", x.Table, r.err)
	}
	m.there[r.piece] = true
	sum := m.total[r.model]
	sum.rows, sum.took = sum.rows+r.rows, sum.took+r.took
	m.total[r.model] = sum
	if x.Table == placesTable {
		if m.spans, err = spans(ctx, m.build, m.atOnce); err != nil {
			return err
		}
	}
	if m.whole(r.model) {
		if m.step != nil {
			m.step(x.Table, sum.rows, sum.took)
		}
		if err := failpoint.At(failpoint.ModelMade); err != nil {
			return fmt.Errorf("make %s: %w", x.Table, err)
		}
	}
	m.tell(r.piece)
	return m.letGo(ctx, r.piece)
}

// tell says how many spans are done with each time that another tenth of them is.
func (m *making) tell(p piece) {
	if m.looked == nil || m.models[p.model].ByPlace == nil || len(m.spans) < 2 || !m.spanDone(p.span) {
		return
	}
	done := 0
	for s := range m.spans {
		if m.spanDone(s) {
			done++
		}
	}
	if of := len(m.spans); done*10/of > (done-1)*10/of {
		m.looked(done, of)
	}
}

func (m *making) spanDone(s int) bool {
	for i, x := range m.models {
		if x.ByPlace != nil && !m.there[piece{i, s}] {
			return false
		}
	}
	return true
}

// letGo drops the tables that a piece was the last to read, and its own if nothing reads it.
func (m *making) letGo(ctx context.Context, p piece) error {
	x := m.models[p.model]
	var idle []string
	for _, t := range x.DependsOn {
		if !m.passing[t] && !m.whole(p.model) {
			continue // the other spans of this model read it too
		}
		name := m.name(t, p.span)
		left, known := m.left[name]
		if !known {
			left = m.readers[t]
		}
		m.left[name] = left - 1
		if left == 1 {
			idle = append(idle, t)
		}
	}
	if m.readers[x.Table] == 0 && (m.passing[x.Table] || m.whole(p.model)) {
		idle = append(idle, x.Table)
	}
	for _, t := range idle {
		if len(m.keep) == 0 || m.keep[t] || !strings.HasPrefix(t, "staging.") {
			continue
		}
		if err := m.build.Drop(ctx, m.name(t, p.span)); err != nil {
			return fmt.Errorf("let go of %s: %w", t, err)
		}
	}
	return nil
}
