// Package read asks a published snapshot the questions that the pages and the API show the answers of.
//
// Each question is one embedded .sql file with named parameters; each row type names its columns with `col` tags and its data class
// with a `class` tag, from which a page's marking is computed. Nothing here writes, and nothing here assembles SQL.
package read

import (
	"context"
	"database/sql"
	"embed"
	"fmt"
	"reflect"
	"regexp"
	"sync"
	"time"
)

//go:embed sql/*.sql
var sqlFiles embed.FS

// Snapshot is one published snapshot, held for as long as a request lasts.
type Snapshot struct {
	// ID names the snapshot wherever a figure is shown.
	ID string
	db *sql.DB
	// wall stands before the snapshot; through is the same wall once a reader's questions go through it. Until then they reach everything,
	// as the program's own counting must.
	wall, through *Wall
	reader        Reader
	own           *answers // what the program's own counting was answered, see [Own]
}

// New reads from db, which holds the snapshot's schemas. The caller keeps the pool and closes it.
func New(db *sql.DB, id string) *Snapshot { return &Snapshot{ID: id, db: db} }

// args are a question's parameters by name.
type args map[string]any

type question struct {
	text string
	// looked is the text for a scope that is looked up as a set of the wall's and does not stand in the question.
	looked  string
	params  []string
	depends dependence
	// overAll says that the question counts over every provider, whoever asks; its text says why.
	overAll bool
}

var (
	paramPattern = regexp.MustCompile(`\$([a-z_]+)`)
	commentLine  = regexp.MustCompile(`(?m)^--.*$`)
	questions    sync.Map // name → question
)

func load(name string) (question, error) {
	if q, ok := questions.Load(name); ok {
		return q.(question), nil
	}
	body, err := sqlFiles.ReadFile("sql/" + name + ".sql")
	if err != nil {
		return question{}, fmt.Errorf("read: no question %q: %w", name, err)
	}
	q := question{text: string(body), looked: lookUp.Replace(string(body)), depends: dependsOn(string(body)), overAll: overAll.Match(body)}
	seen := map[string]bool{}
	for _, m := range paramPattern.FindAllStringSubmatch(commentLine.ReplaceAllString(q.text, ""), -1) {
		if !seen[m[1]] {
			seen[m[1]] = true
			q.params = append(q.params, m[1])
		}
	}
	questions.Store(name, q)
	return q, nil
}

// ask gives a question's rows, from what the snapshot was asked before where a reader who stands the same asked the same.
func ask[T any](ctx context.Context, s *Snapshot, name string, given args) (out []T, err error) {
	q, err := load(name)
	if err != nil {
		return nil, err
	}
	st, err := s.stand(ctx, q)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", name, err)
	}
	key, keeps := keyOf[T](s, name, q, st, given)
	if !keeps {
		return run[T](ctx, s, name, q, st, given)
	}
	kept := true
	out, err = recall(ctx, s.answers(), key, func() ([]T, error) {
		kept = false
		return run[T](ctx, s, name, q, st, given)
	})
	if s.through != nil {
		s.through.counts.note(kept && err == nil)
	}
	return out, err
}

// run asks the database and scans its rows into T by column name. A column without a field, or a NULL where the field can't hold one,
// is an error: the pages must not show a guess.
func run[T any](ctx context.Context, s *Snapshot, name string, q question, st standing, given args) (out []T, err error) {
	scope, _ := given["scope"].(list)
	at, set, done, err := s.door(ctx, q, st, scope)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", name, err)
	}
	defer done()
	text, bound := q.text, make([]any, 0, len(q.params))
	for _, p := range q.params {
		v, ok := given[p]
		if !ok {
			return nil, fmt.Errorf("read %s: parameter %q isn't given", name, p)
		}
		if l, ok := v.(list); ok {
			if v = l.text; set != 0 {
				text, v = q.looked, set
			}
		}
		bound = append(bound, sql.Named(p, v))
	}
	rows, err := at.QueryContext(ctx, text, bound...)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", name, err)
	}
	defer func() {
		if cerr := rows.Close(); cerr != nil && err == nil {
			err = fmt.Errorf("read %s: %w", name, cerr)
		}
	}()
	columns, err := rows.Columns()
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", name, err)
	}
	fields, err := fieldsOf(reflect.TypeFor[T](), columns)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", name, err)
	}
	for rows.Next() {
		var row T
		if err := scan(rows, reflect.ValueOf(&row).Elem(), fields); err != nil {
			return nil, fmt.Errorf("read %s: %w", name, err)
		}
		out = append(out, row)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("read %s: %w", name, err)
	}
	return out, nil
}

// one asks for a single row; ok is false when there is none.
func one[T any](ctx context.Context, s *Snapshot, name string, given args) (row T, ok bool, err error) {
	all, err := ask[T](ctx, s, name, given)
	if err != nil || len(all) == 0 {
		return row, false, err
	}
	return all[0], true, nil
}

func fieldsOf(t reflect.Type, columns []string) ([]int, error) {
	byName := map[string]int{}
	for i := range t.NumField() {
		if col, ok := t.Field(i).Tag.Lookup("col"); ok {
			byName[col] = i
		}
	}
	fields := make([]int, len(columns))
	for i, c := range columns {
		f, ok := byName[c]
		if !ok {
			return nil, fmt.Errorf("column %q has no field in %s", c, t.Name())
		}
		fields[i] = f
	}
	return fields, nil
}

func scan(rows *sql.Rows, row reflect.Value, fields []int) error {
	targets := make([]any, len(fields))
	for i, f := range fields {
		field := row.Field(f)
		switch p := field.Addr().Interface().(type) {
		case *string:
			targets[i] = &text{p}
		case *time.Time:
			targets[i] = &moment{p}
		default:
			targets[i] = p
		}
	}
	return rows.Scan(targets...)
}

// text reads a missing text as an empty one: templates say "not known" for both.
type text struct{ to *string }

// Scan implements [sql.Scanner].
func (t *text) Scan(src any) error {
	var s sql.NullString
	if err := s.Scan(src); err != nil {
		return err
	}
	*t.to = s.String
	return nil
}

// moment reads a missing date as the zero time, which is shown as not known.
type moment struct{ to *time.Time }

// Scan implements [sql.Scanner].
func (m *moment) Scan(src any) error {
	var t sql.NullTime
	if err := t.Scan(src); err != nil {
		return err
	}
	*m.to = t.Time
	return nil
}
