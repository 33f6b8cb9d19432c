package read

import (
	"context"
	"database/sql"
	_ "embed"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"sync"

	"bellwether/internal/warehouse"
)

//go:embed wall.sql
var wallSQL string

// Reader is who asks, as far as the wall needs to know. Each answer is asked for only by a question that depends on it.
type Reader struct {
	// Inside gives the providers of which the reader may see something identifiable.
	Inside func(ctx context.Context) (Scope, error)
	// Persons says that the reader may see the pseudonyms of people.
	Persons bool
	// Names says that the reader may see names that match no provider.
	Names bool
}

// Wall is the second look at one snapshot, on which the questions of people stand. The first is that each page asks for what its reader
// may see; behind the wall a question that forgets it finds nothing more.
type Wall struct {
	db *sql.DB
	*beside
	counts *Tally
}

// beside is what lies beside a snapshot for all who read it.
type beside struct {
	kept *answers
	sets *sets
}

// besideKey is the key under which it lies there.
type besideKey struct{}

func newBeside() *beside { return &beside{newAnswers(), newSets()} }

const (
	wallName  = "reader"
	wallFirst = "SET VARIABLE veil = CAST(uuid() AS VARCHAR)"
)

// NewWall puts the views before a database that is open. The caller closes the wall before it.
func NewWall(ctx context.Context, db *sql.DB) (*Wall, error) {
	behind, err := warehouse.Wall(ctx, db, wallName, wallViews().statements, wallFirst)
	if err != nil {
		return nil, fmt.Errorf("read: %w", err)
	}
	return &Wall{db: behind, beside: newBeside()}, nil
}

// Close closes the wall's connections.
func (w *Wall) Close() error { return w.db.Close() }

// Open reads a published snapshot through its wall, which is closed with it. What pages ask of it is counted in counts, which may be nil.
func Open(ctx context.Context, snap *warehouse.Snapshot, counts *Tally) (*Snapshot, error) {
	behind, err := snap.Wall(ctx, wallName, wallViews().statements, wallFirst)
	if err != nil {
		return nil, fmt.Errorf("read: %w", err)
	}
	kept := snap.Beside(besideKey{}, func() any { return newBeside() }).(*beside)
	return New(snap.DB(), snap.ID).Behind(&Wall{behind, kept, counts}), nil
}

// Own reads a published snapshot as the program does, round the wall, and keeps what it answers beside the snapshot: the metrics count the
// same queue at every scrape. No reader is ever answered from there.
func Own(snap *warehouse.Snapshot) *Snapshot {
	s := New(snap.DB(), snap.ID)
	s.own = snap.Beside(ownKey{}, func() any { return newAnswers() }).(*answers)
	return s
}

// ownKey is the key under which the program's own answers lie.
type ownKey struct{}

// Behind gives the snapshot with a wall before it, for readers to be let in by [Snapshot.For].
func (s *Snapshot) Behind(w *Wall) *Snapshot { return &Snapshot{ID: s.ID, db: s.db, wall: w} }

// For gives the snapshot as a reader sees it. Without a wall nobody sees it.
func (s *Snapshot) For(r Reader) (*Snapshot, error) {
	if s.wall == nil {
		return nil, errors.New("read: no wall stands before this snapshot, and people read through one")
	}
	return &Snapshot{ID: s.ID, db: s.db, wall: s.wall, through: s.wall, reader: r}, nil
}

// Cleared gives the snapshot with the pseudonyms of people, for a handler that has asked whether its reader may see those that it shows.
func (s *Snapshot) Cleared() *Snapshot {
	cleared := *s
	cleared.reader.Persons = true
	return &cleared
}

// views are the statements of the wall, and what each of its tables depends on.
type views struct {
	statements []warehouse.View
	depends    map[string]dependence
}

type dependence struct{ inside, persons, names bool }

var (
	viewName = regexp.MustCompile(`^CREATE VIEW ((?:core|mart|analytics|ops)\.[a-z_]+)?`)
	guarded  = regexp.MustCompile(`\b(?:core|mart|analytics|ops)\.[a-z_]+`)
	overAll  = regexp.MustCompile(`(?m)^-- Over every provider: .`)
)

var wallViews = sync.OnceValue(func() views {
	v := views{depends: map[string]dependence{}}
	for _, stmt := range strings.Split(commentLine.ReplaceAllString(wallSQL, ""), ";\n") {
		stmt = strings.TrimSpace(stmt)
		if stmt == "" {
			continue
		}
		if rest, ok := strings.CutPrefix(stmt, "CREATE TABLE "); ok { // of the wall's own
			v.statements = append(v.statements, warehouse.View{SQL: "CREATE TABLE IF NOT EXISTS " + rest})
			continue
		}
		table := viewName.FindStringSubmatch(stmt)[1]
		if table != "" {
			v.depends[table] = dependence{strings.Contains(stmt, ".inside"), strings.Contains(stmt, "'persons'"), strings.Contains(stmt, "'names'")}
			stmt = strings.Replace(stmt, "CREATE VIEW ", "CREATE OR REPLACE VIEW {wall}.", 1)
		} else {
			stmt = strings.Replace(stmt, "CREATE VIEW ", "CREATE OR REPLACE VIEW ", 1)
		}
		v.statements = append(v.statements, warehouse.View{Table: table, SQL: stmt})
	}
	return v
})

// dependsOn adds up what the tables of a question depend on.
func dependsOn(text string) (d dependence) {
	all := wallViews().depends
	for _, t := range guarded.FindAllString(commentLine.ReplaceAllString(text, ""), -1) {
		x := all[t]
		d.inside, d.persons, d.names = d.inside || x.inside, d.persons || x.persons, d.names || x.names
	}
	return d
}

// standing is what an answer depends on beside the question's parameters: who is asked for, as far as the question's tables go.
type standing struct {
	inside         list
	persons, names bool
}

func (s *Snapshot) stand(ctx context.Context, q question) (st standing, err error) {
	if s.through == nil || q.overAll {
		return st, nil
	}
	if q.depends.inside && s.reader.Inside != nil {
		scope, err := s.reader.Inside(ctx)
		if err != nil {
			return st, err
		}
		st.inside = scope.named()
	}
	st.persons = q.depends.persons && s.reader.Persons
	st.names = q.depends.names && s.reader.Names
	return st, nil
}

// door gives where a question is asked, with the connection's variables set for the reader and the number of the set that the scope, if it
// is one, is to be looked up as (0 for one that stands in the question itself); done gives it back.
func (s *Snapshot) door(ctx context.Context, q question, st standing, scope list) (at querier, set int64, done func(), err error) {
	if s.through == nil || q.overAll {
		return s.db, 0, func() {}, nil
	}
	asked := []list{}
	if q.depends.inside {
		asked = append(asked, st.inside)
	}
	if len(scope.text) > mostInQuestion {
		asked = append(asked, scope)
	}
	numbers, letGo, err := s.through.sets.hold(ctx, s.through.db, asked)
	if err != nil {
		return nil, 0, nil, err
	}
	if len(scope.text) > mostInQuestion {
		set = numbers[len(numbers)-1]
	}
	if q.depends == (dependence{}) {
		return s.through.db, set, letGo, nil
	}
	conn, err := s.through.db.Conn(ctx)
	if err != nil {
		letGo()
		return nil, 0, nil, err
	}
	done = func() {
		_ = conn.Close()
		letGo()
	}
	// All that the question depends on is set before it, whatever an earlier one left on the connection.
	type variable struct {
		needed bool
		set    string
		to     any
	}
	var inside int64
	if q.depends.inside {
		inside = numbers[0]
	}
	for _, v := range []variable{
		{q.depends.inside, "SET VARIABLE inside = $to", inside},
		{q.depends.persons, "SET VARIABLE persons = $to", st.persons},
		{q.depends.names, "SET VARIABLE names = $to", st.names},
	} {
		if !v.needed {
			continue
		}
		if _, err := conn.ExecContext(ctx, v.set, sql.Named("to", v.to)); err != nil {
			done()
			return nil, 0, nil, err
		}
	}
	return conn, set, done, nil
}

// querier is a pool or one connection of it.
type querier interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}
