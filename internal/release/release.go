// Package release counts what may leave the house in aggregate: a subject by area and time, under a disclosure rule, held against what was
// released before. Who signs a release off, and the audit, are the caller's.
package release

import (
	"context"
	"database/sql"
	_ "embed"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"time"

	"bellwether/internal/disclosure"
)

var (
	//go:embed sql/as_of.sql
	asOfSQL string
	//go:embed sql/concerns.sql
	concernsSQL string
	//go:embed sql/enquiries.sql
	enquiriesSQL string
	//go:embed sql/complaints.sql
	complaintsSQL string
)

// Subject is what can be counted: its name, and the words for it at the head of a table.
type Subject struct{ Name, Title, sql string }

// Subjects are all that can be counted. Concerns and enquiries are different units and are never added.
var Subjects = []Subject{
	{"concerns", "Safeguarding concerns about a service, by the day they were received", concernsSQL},
	{"enquiries", "Section 42 enquiries about a service, by the day they were started", enquiriesSQL},
	{"complaints", "Complaints about a service, by the day they were received", complaintsSQL},
}

// Find gives a subject by its name.
func Find(name string) (Subject, error) {
	for _, s := range Subjects {
		if s.Name == name {
			return s, nil
		}
	}
	return Subject{}, fmt.Errorf("release: %q can't be released: choose concerns, enquiries or complaints", name)
}

// Span is the time counted: from the first day, up to and without To, in columns of a month, quarter or year.
type Span struct {
	From, To time.Time
	By       string
}

// ErrSpan says that the days are wrong.
var ErrSpan = errors.New("the first and the last day are dates, the second after the first: for example 2025-04-01 and 2026-04-01")

// ParseSpan reads the two days.
func ParseSpan(from, to, by string) (Span, error) {
	s := Span{By: by}
	var err1, err2 error
	s.From, err1 = time.Parse(time.DateOnly, from)
	s.To, err2 = time.Parse(time.DateOnly, to)
	if err1 != nil || err2 != nil || !s.To.After(s.From) {
		return Span{}, ErrSpan
	}
	return s, nil
}

// ErrNothing says that there is nothing to count.
var ErrNothing = errors.New("nothing was recorded in these days: there is nothing to release")

// AsOf is the day up to which a snapshot knows.
func AsOf(ctx context.Context, db *sql.DB) (day time.Time, err error) {
	if err := db.QueryRowContext(ctx, asOfSQL).Scan(&day); err != nil {
		return day, fmt.Errorf("read the day of the snapshot: %w", err)
	}
	return day, nil
}

// Counts are true counts: they are as sensitive as the rows they were counted from.
type Counts struct {
	Subject        Subject
	Areas, Columns []string
	Table          disclosure.Table
	// Units are the counts with the parts they are made of, one area in one month each, for the register.
	Units []disclosure.Count
}

// Count counts a subject in a snapshot.
func Count(ctx context.Context, db *sql.DB, subject Subject, span Span) (Counts, error) {
	rows, err := db.QueryContext(ctx, subject.sql, span.From.Format(time.DateOnly), span.To.Format(time.DateOnly))
	if err != nil {
		return Counts{}, fmt.Errorf("count %s: %w", subject.Name, err)
	}
	defer rows.Close()
	counts := map[[2]string]disclosure.Count{}
	inArea, inColumn := map[string]bool{}, map[string]bool{}
	for rows.Next() {
		var area, month string
		var n int64
		if err := rows.Scan(&area, &month, &n); err != nil {
			return Counts{}, fmt.Errorf("count %s: %w", subject.Name, err)
		}
		k := [2]string{area, span.column(month)}
		have := counts[k]
		counts[k] = disclosure.Count{Units: append(have.Units, area+"/"+month), N: have.N + n}
		inArea[area], inColumn[k[1]] = true, true
	}
	if err := rows.Err(); err != nil {
		return Counts{}, fmt.Errorf("count %s: %w", subject.Name, err)
	}
	if len(counts) == 0 {
		return Counts{}, ErrNothing
	}
	c := Counts{Subject: subject, Areas: slices.Sorted(maps.Keys(inArea)), Columns: slices.Sorted(maps.Keys(inColumn))}
	for _, area := range c.Areas {
		line := make([]int64, len(c.Columns))
		var whole disclosure.Count
		for i, column := range c.Columns {
			n := counts[[2]string{area, column}]
			line[i] = n.N
			whole = disclosure.Count{Units: append(whole.Units, n.Units...), N: whole.N + n.N}
			if len(n.Units) > 0 {
				c.Units = append(c.Units, n)
			}
		}
		c.Table, c.Units = append(c.Table, line), append(c.Units, whole)
	}
	return c, nil
}

// column is the column in which a month is counted.
func (s Span) column(month string) string {
	switch day, err := time.Parse("2006-01", month); {
	case err != nil || s.By == "month":
		return month
	case s.By == "year":
		return day.Format("2006")
	default:
		return fmt.Sprintf("%d Q%d", day.Year(), (int(day.Month())+2)/3)
	}
}

// Sheet is a table as it may leave.
type Sheet struct {
	Subject        Subject
	Areas, Columns []string
	Profile        disclosure.Profile
	Released       disclosure.Released
}

// Publish puts the counts under a rule.
func (c Counts) Publish(p disclosure.Profile) (Sheet, error) {
	out, err := disclosure.Publish(p, c.Table)
	if err != nil {
		return Sheet{}, err
	}
	return Sheet{c.Subject, c.Areas, c.Columns, p, out}, nil
}

// Lines are the sheet's lines, the heading first and the totals last.
func (s Sheet) Lines() [][]string {
	lines := [][]string{slices.Concat([]string{"area"}, s.Columns, []string{"total"})}
	for i, area := range s.Areas {
		lines = append(lines, line(area, s.Released.Cells[i], s.Released.RowTotals[i]))
	}
	return append(lines, line("total", s.Released.ColTotals, s.Released.Total))
}

func line(name string, cells []disclosure.Cell, total disclosure.Cell) []string {
	out := []string{name}
	for _, c := range append(slices.Clone(cells), total) {
		out = append(out, c.String())
	}
	return out
}

// CSV writes the sheet.
func (s Sheet) CSV(w io.Writer) error {
	return csv.NewWriter(w).WriteAll(s.Lines())
}
