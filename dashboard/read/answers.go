package read

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"fmt"
	"reflect"
	"slices"
	"sync"
	"time"
)

// How much of what was answered is kept beside a snapshot, in cells: rows times columns. A cell takes some 16 to 60 bytes.
const (
	mostKept     = 1_000_000
	mostOfAnswer = 60_000
)

// answers are what a snapshot was asked before. It never changes, so an answer holds for everybody who asks the same and stands the same
// behind the wall; four fifths of a page's work are its questions. What restrictions, interests and casework add is laid over the answers
// by each request, and who stands where is worked out anew by each.
type answers struct {
	mu     sync.Mutex
	all    map[answerKey]any
	asking map[answerKey]*asking
	cells  int
}

// asking is a question that somebody is asking; whoever asks the same meanwhile waits for the one answer.
type asking struct {
	done chan struct{}
	out  any
	err  error
	gone bool // whoever asked went away, and the others ask anew
}

// answerKey is all that an answer depends on.
type answerKey struct {
	row            reflect.Type
	question       string
	given          [sha256.Size]byte
	inside         [sha256.Size]byte
	persons, names bool
}

func newAnswers() *answers {
	return &answers{all: map[answerKey]any{}, asking: map[answerKey]*asking{}}
}

// answers are what is kept for whoever asks through s: nil for nobody, as on the command line.
func (s *Snapshot) answers() *answers {
	if s.through != nil {
		return s.through.kept
	}
	return s.own
}

// keyOf names an answer; keeps is false where it is not kept: where nothing is, and where a row can't be copied whole.
func keyOf[T any](s *Snapshot, name string, q question, st standing, given args) (key answerKey, keeps bool) {
	if s.answers() == nil || !shapeOf(reflect.TypeFor[T]()).whole {
		return key, false
	}
	h := sha256.New()
	for _, p := range q.params {
		if l, ok := given[p].(list); ok {
			fmt.Fprintf(h, "%s list %x\n", p, l.sum)
			continue
		}
		fmt.Fprintf(h, "%s %T %#v\n", p, given[p], given[p])
	}
	key = answerKey{row: reflect.TypeFor[T](), question: name, inside: st.inside.sum, persons: st.persons, names: st.names}
	h.Sum(key.given[:0])
	return key, true
}

// recall gives a copy of what was answered before, or asks and keeps the answer. What several ask at once is asked once: after a new
// snapshot all readers come with the same questions.
func recall[T any](ctx context.Context, a *answers, key answerKey, ask func() ([]T, error)) ([]T, error) {
	for {
		a.mu.Lock()
		if v, ok := a.all[key]; ok {
			a.mu.Unlock()
			return copyRows(v.([]T)), nil // which nobody changes, so the copy needs no lock
		}
		q, joined := a.asking[key]
		if !joined {
			q = &asking{done: make(chan struct{})}
			a.asking[key] = q
		}
		a.mu.Unlock()
		if !joined {
			return first(ctx, a, key, q, ask)
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-q.done:
		}
		if q.gone {
			continue
		}
		if q.err != nil {
			return nil, q.err
		}
		return copyRows(q.out.([]T)), nil
	}
}

// first asks for all who wait for the same answer.
func first[T any](ctx context.Context, a *answers, key answerKey, q *asking, ask func() ([]T, error)) (out []T, err error) {
	q.gone = true // until there is an answer, should asking end in a panic
	defer func() {
		a.mu.Lock()
		delete(a.asking, key)
		a.mu.Unlock()
		close(q.done)
	}()
	out, err = ask()
	q.err, q.gone = err, err != nil && ctx.Err() != nil
	if err == nil {
		kept := copyRows(out)
		q.out = kept
		keep(a, key, kept)
	}
	return out, err
}

// keep keeps an answer, which nobody else has. When all together grow too large they are forgotten, and the pages that people look at come
// again.
func keep[T any](a *answers, key answerKey, out []T) {
	cells := (len(out) + 1) * reflect.TypeFor[T]().NumField()
	if cells > mostOfAnswer {
		return
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if _, ok := a.all[key]; ok {
		return
	}
	if a.cells += cells; a.cells > mostKept {
		clear(a.all)
		a.cells = cells
	}
	a.all[key] = out
}

// copyRows copies rows with what they point to, so that whoever has the copy may change it.
func copyRows[T any](rows []T) []T {
	out := slices.Clone(rows)
	if pointers := shapeOf(reflect.TypeFor[T]()).pointers; len(pointers) > 0 {
		for i := range out {
			row := reflect.ValueOf(&out[i]).Elem()
			for _, f := range pointers {
				if at := row.Field(f); !at.IsNil() {
					to := reflect.New(at.Type().Elem())
					to.Elem().Set(at.Elem())
					at.Set(to)
				}
			}
		}
	}
	return out
}

// shape is how a type of rows is copied.
type shape struct {
	whole    bool  // a copy made field by field shares nothing with the row
	pointers []int // the fields that may be missing
}

var (
	shapes sync.Map // reflect.Type → shape
	plain  = []reflect.Type{
		reflect.TypeFor[time.Time](), reflect.TypeFor[sql.NullString](), reflect.TypeFor[sql.NullInt64](), reflect.TypeFor[sql.NullFloat64](),
		reflect.TypeFor[sql.NullBool](), reflect.TypeFor[sql.NullTime](),
	}
)

func shapeOf(t reflect.Type) shape {
	if known, ok := shapes.Load(t); ok {
		return known.(shape)
	}
	s := shape{whole: true}
	for i := range t.NumField() {
		f := t.Field(i)
		if _, col := f.Tag.Lookup("col"); !col {
			continue // filled in by the reader of the row, after the copy
		}
		of := f.Type
		if of.Kind() == reflect.Pointer && f.IsExported() {
			of = of.Elem()
			s.pointers = append(s.pointers, i)
		}
		basic := of.Kind() == reflect.String || of.Kind() >= reflect.Bool && of.Kind() <= reflect.Float64
		s.whole = s.whole && (basic || slices.Contains(plain, of))
	}
	shapes.Store(t, s)
	return s
}
