package ingest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/apache/arrow-go/v18/arrow"

	"bellwether/ingest/contract"
	"bellwether/ingest/pseudonym"
)

const (
	keptProblems   = 100  // how many problems a result shows
	problemsPerRow = 20   // a row that is wrong throughout needs no more
	problemBatch   = 4096 // how many problems go to the database at once
	keptNotes      = 50
	shiftedFrom    = 3 // so many bad values in one row look like a shifted row
	progressEvery  = 8192
)

// group is one row of a file as quarantine knows it; a decoder may make several rows of a table from it.
type group struct {
	table string
	row   int64
}

// job is what the reading side hands to the side that writes.
type job struct {
	table    string
	rows     arrow.RecordBatch
	problems []Problem
}

// session reads one file: it checks, pseudonymises and batches what the decoder finds.
type session struct {
	ctx       context.Context
	file      File
	contracts string // and their versions, by which the file is read
	tables    map[string]*tableState
	order     []*tableState
	emit      func(job) error     // nil if nothing is to be written
	only      map[group]time.Time // on replay: the rows to be loaded; all others are only looked at
	step      func(rows int64)

	read, loaded, held, repeated int64
	asAt                         time.Time
	notes                        []string
	tolerated                    map[string]int64
	problems                     []Problem
	counts                       tally
	pending                      []Problem
	lastHeld                     group
	findings                     contract.Findings
}

type tableState struct {
	contract     *contract.Table
	values       []contract.Value
	batch        *batcher
	keys         *duplicates
	people       []personField
	dataDate     int
	dateUnit     int64 // of the date field's number, in days
	minDay       int64
	maxDay       int64
	hasDay       bool
	read, loaded int64
	held         int64
}

type personField struct {
	field  int
	hasher *pseudonym.Hasher
}

func newTableState(t *contract.Table, loadID string, batchRows int, keys *pseudonym.Keyring) (*tableState, error) {
	s := &tableState{
		contract: t, values: make([]contract.Value, len(t.Fields)), batch: newBatcher(t, loadID, batchRows),
		keys: newDuplicates(t), dataDate: -1, dateUnit: 1,
	}
	hashers := map[string]*pseudonym.Hasher{}
	for i := range t.Fields {
		domain := t.Fields[i].Domain()
		if domain == "" {
			continue
		}
		if hashers[domain] == nil {
			h, err := keys.Hasher(domain)
			if err != nil {
				return nil, fmt.Errorf("table %s, field %s: %w", t.Name, t.Fields[i].Name, err)
			}
			hashers[domain] = h
		}
		s.people = append(s.people, personField{i, hashers[domain]})
	}
	for _, name := range []string{t.DataDate, t.KnownFrom} {
		if f, ok := t.Field(name); ok {
			s.dataDate = t.Index(name)
			if f.Type == contract.Datetime {
				s.dateUnit = 86_400_000_000
			}
			break
		}
	}
	return s, nil
}

// Row implements Output.
func (s *session) Row(r Row) error {
	t, err := s.table(r.Table)
	if err != nil {
		return err
	}
	if len(r.Cells) != len(t.contract.Fields) {
		return fmt.Errorf("the decoder gave row %d of %s %d cells, but its contract has %d fields", r.No, r.Table, len(r.Cells), len(t.contract.Fields))
	}
	s.read++
	t.read++
	if s.read%progressEvery == 0 {
		if err := s.ctx.Err(); err != nil {
			return err
		}
		s.tell()
	}
	s.findings.Reset()
	ok := t.contract.CheckRow(r.Cells, t.values, &s.findings)
	for _, b := range s.findings.Tolerated {
		s.tolerate(t, b)
	}
	if ok {
		ok = s.pseudonymise(t)
	}
	if !ok {
		return s.hold(t, r.No)
	}
	if t.keys != nil {
		if goes, err := s.key(t, r.No); !goes || err != nil {
			return err
		}
	}
	return s.store(t, t.values, r.No)
}

func (s *session) table(name string) (*tableState, error) {
	t, ok := s.tables[name]
	if !ok {
		return nil, fmt.Errorf("the decoder gave a row for %q, which is not a table of its source", name)
	}
	return t, nil
}

// pseudonymise replaces what identifies people. Nothing of an identifier may be left to hash: then the field counts as missing.
func (s *session) pseudonymise(t *tableState) bool {
	for _, p := range t.people {
		v := &t.values[p.field]
		if v.Null {
			continue
		}
		v.S = p.hasher.Pseudonym(v.S)
		if v.S != "" {
			continue
		}
		v.Null = true
		if f := &t.contract.Fields[p.field]; f.Required {
			s.findings.Breaches = append(s.findings.Breaches, contract.Breach{
				Column: f.Name, Code: contract.MissingValue, Reason: fmt.Sprintf("%q is required and holds nothing but white space", f.Name), ValueClass: "empty",
			})
		}
	}
	return len(s.findings.Breaches) == 0
}

// hold quarantines the row whose breaches are in findings.
func (s *session) hold(t *tableState, row int64) error {
	breaches := s.findings.Breaches
	if s.findings.Reject {
		b := breaches[0]
		for _, other := range breaches {
			if f, _ := t.contract.Field(other.Column); f.Mode == contract.RejectFile {
				b = other
				break
			}
		}
		return &FileError{
			File: s.file.Name, Row: row, Column: b.Column, Code: b.Code, Reason: b.Reason,
			NextStep: "One such value rejects the whole file: have the extract put right and deliver it again",
		}
	}
	s.countHeld(t)
	if n := distinctColumns(breaches); n >= shiftedFrom {
		names := make([]string, 0, n)
		for _, b := range breaches[:min(len(breaches), problemsPerRow)] {
			names = append(names, b.Column)
		}
		err := s.problem(Problem{
			Table: t.contract.Name, Row: row, Code: contract.ShiftedRow,
			Reason: fmt.Sprintf("%d values don't fit their columns (%s): the row may be shifted by a column", n, strings.Join(slices.Compact(names), ", ")),
		})
		if err != nil {
			return err
		}
	}
	for _, b := range breaches[:min(len(breaches), problemsPerRow)] {
		if err := s.problem(Problem{Table: t.contract.Name, Row: row, Column: b.Column, Code: b.Code, Reason: b.Reason, ValueClass: b.ValueClass}); err != nil {
			return err
		}
	}
	return nil
}

func distinctColumns(breaches []contract.Breach) int {
	seen := map[string]bool{}
	for _, b := range breaches {
		if b.Code != contract.MissingValue {
			seen[b.Column] = true
		}
	}
	return len(seen)
}

// key applies the primary key and says whether the row goes on to be stored.
func (s *session) key(t *tableState, row int64) (bool, error) {
	verdict, first := t.keys.look(t.values, row)
	if verdict == fresh {
		return true, nil
	}
	if verdict == repeated || t.keys.last {
		s.repeated++
		return false, nil
	}
	report := func(row, other int64) error {
		s.countHeld(t)
		return s.problem(Problem{
			Table: t.contract.Name, Row: row, Column: strings.Join(t.contract.PrimaryKey, ", "), Code: contract.DuplicateKey,
			Reason: fmt.Sprintf("has the same key as row %d and differs from it: both are held until the file says which is right", other),
		})
	}
	if verdict == conflict {
		// The first row is on its way already; it is taken out of the table again before the commit.
		s.loaded--
		t.loaded--
		if err := report(first, row); err != nil {
			return false, err
		}
	}
	return false, report(row, first)
}

// store puts a checked row into its table's batch.
func (s *session) store(t *tableState, values []contract.Value, row int64) error {
	if t.dataDate >= 0 && !values[t.dataDate].Null {
		day := values[t.dataDate].I / t.dateUnit
		if !t.hasDay || day < t.minDay {
			t.minDay = day
		}
		if !t.hasDay || day > t.maxDay {
			t.maxDay = day
		}
		t.hasDay = true
	}
	if s.only != nil {
		if _, wanted := s.only[group{t.contract.Name, row}]; !wanted {
			return nil
		}
	}
	s.loaded++
	t.loaded++
	if s.emit == nil {
		return nil
	}
	if t.batch.add(values, row) {
		return s.flush(t)
	}
	return nil
}

func (s *session) flush(t *tableState) error {
	if rec := t.batch.take(); rec != nil {
		return s.emit(job{table: t.contract.Name, rows: rec})
	}
	return nil
}

func (s *session) countHeld(t *tableState) {
	s.held++
	t.held++
}

// Quarantine implements Output.
func (s *session) Quarantine(p Problem) error {
	if p.Table == "" {
		p.Table = s.order[0].contract.Name
	}
	t, err := s.table(p.Table)
	if err != nil {
		return err
	}
	if g := (group{p.Table, p.Row}); g != s.lastHeld {
		s.lastHeld = g
		s.read++
		t.read++
		s.countHeld(t)
	}
	return s.problem(p)
}

var knownCodes = func() map[string]bool {
	m := map[string]bool{}
	for _, c := range contract.Codes() {
		m[c] = true
	}
	return m
}()

func (s *session) problem(p Problem) error {
	if !knownCodes[p.Code] {
		p.Code = contract.Other
	}
	if s.only != nil {
		if _, wanted := s.only[group{p.Table, p.Row}]; !wanted && p.Code != contract.DuplicateKey {
			return nil
		}
	}
	s.counts.add(p)
	if len(s.problems) < keptProblems {
		s.problems = append(s.problems, p)
	}
	if s.emit == nil {
		return nil
	}
	s.pending = append(s.pending, p)
	if len(s.pending) < problemBatch {
		return nil
	}
	return s.flushProblems()
}

func (s *session) flushProblems() error {
	if len(s.pending) == 0 {
		return nil
	}
	out := s.pending
	s.pending = nil
	return s.emit(job{problems: out})
}

// Note implements Output.
func (s *session) Note(text string) {
	text = strings.TrimSpace(text)
	if text == "" || slices.Contains(s.notes, text) {
		return
	}
	switch len(s.notes) {
	case keptNotes:
		s.notes = append(s.notes, "there were more remarks than are kept")
	case keptNotes + 1:
	default:
		s.notes = append(s.notes, text)
	}
}

// AsAt implements Output.
func (s *session) AsAt(day time.Time) { s.asAt = day.UTC().Truncate(24 * time.Hour) }

func (s *session) tolerate(t *tableState, b contract.Breach) {
	reason, _, _ := strings.Cut(b.Reason, "; found ")
	s.tolerated[fmt.Sprintf("%s.%s", t.contract.Name, reason)]++
}

func (s *session) tell() {
	if s.step != nil {
		s.step(s.read)
	}
}

// end flushes what is still gathered, after the decoder has finished without error.
func (s *session) end() error {
	if err := s.ctx.Err(); err != nil {
		return err
	}
	if s.emit == nil {
		return nil
	}
	for _, t := range s.order {
		if err := s.flush(t); err != nil {
			return err
		}
	}
	return s.flushProblems()
}

// tooMany rejects a file in which so many rows are bad that the rest can't be trusted.
func (s *session) tooMany(limit float64) *FileError {
	over := func(held, read int64, limit float64) bool {
		return read > 0 && float64(held) > limit*float64(read)
	}
	bad := over(s.held, s.read, limit)
	for _, t := range s.order {
		if own := t.contract.MaxBadShare; own > 0 && over(t.held, t.read, own) {
			bad, limit = true, own
		}
	}
	if !bad {
		return nil
	}
	e := &FileError{
		File: s.file.Name, Code: contract.Other,
		Reason: fmt.Sprintf("%d of %d rows break the contract, more than the %.0f %% up to which the rest is trusted", s.held, s.read, limit*100),
	}
	if top := s.counts.list(); len(top) > 0 {
		e.Code, e.Column = top[0].Code, top[0].Column
		of := top[0].Code
		if top[0].Column != "" {
			of = fmt.Sprintf("%s in %q", top[0].Code, top[0].Column)
		}
		e.Reason += fmt.Sprintf("; most often %s (%d times)", of, top[0].Count)
	}
	e.NextStep = "Look at the reasons with `bellwether quarantine show`; if the columns are named or coded otherwise than expected, mend the mapping and run `bellwether quarantine replay`"
	return e
}

// allNotes gives the decoder's remarks and what the contracts tolerated.
func (s *session) allNotes() []string {
	out := slices.Clone(s.notes)
	if s.repeated > 0 {
		out = append(out, counted(s.repeated, "row repeats the key of another row and was left out", "rows repeat the key of another row and were left out"))
	}
	kept := make([]string, 0, len(s.tolerated))
	for what, n := range s.tolerated {
		kept = append(kept, counted(n, "value was", "values were")+" kept although "+what+"; it counts as unknown until the source's mapping says what it means")
	}
	slices.Sort(kept)
	return append(out, kept...)
}

// dates gives the period the rows cover; the date that the file states of itself wins over the newest row's.
func (s *session) dates() (from, to time.Time) {
	day := func(n int64) time.Time { return time.Unix(n*86_400, 0).UTC() }
	for _, t := range s.order {
		if !t.hasDay {
			continue
		}
		if d := day(t.minDay); from.IsZero() || d.Before(from) {
			from = d
		}
		if d := day(t.maxDay); to.IsZero() || d.After(to) {
			to = d
		}
	}
	if !s.asAt.IsZero() {
		to = s.asAt
		if from.IsZero() || from.After(to) {
			from = to
		}
	}
	return from, to
}

var _ Output = (*session)(nil)

// asFileError finds the rejection in a decoder's error.
func asFileError(err error) (*FileError, bool) {
	var e *FileError
	ok := errors.As(err, &e)
	return e, ok
}
