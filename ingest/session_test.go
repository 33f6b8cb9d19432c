package ingest

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"bellwether/ingest/contract"
	"bellwether/ingest/decode"
	"bellwether/ingest/mapping"
)

// script is a decoder that does what a test says.
type script func(ctx context.Context, f File, env Env, out Output) error

func (s script) Decode(ctx context.Context, f File, env Env, out Output) error {
	return s(ctx, f, env, out)
}

// run loads a file whose reading is scripted.
func (w *world) run(s script) (Result, error) {
	w.t.Helper()
	i := w.loader.cfg.Registry.index["visits"]
	w.loader.cfg.Registry.sources[i].Decoder = s
	return w.loader.Load(w.t.Context(), Delivery{Source: "visits", Name: "a.csv", Body: strings.NewReader("x")})
}

func cells(ref string, change map[int]string) []string {
	return strings.Split(visit(ref, change), ",")
}

func TestShiftedRowIsNamed(t *testing.T) {
	w := newWorld(t)
	r, err := w.run(func(_ context.Context, _ File, _ Env, out Output) error {
		shifted := append([]string{"V1"}, cells("V1", nil)...)[:10]
		shifted[9] = "council"
		return errors.Join(
			out.Row(Row{Table: "visit", No: 1, Cells: shifted}),
			out.Row(Row{Table: "visit", No: 2, Cells: cells("V2", map[int]string{1: "", 2: "x", 3: "x"})}),
			out.Row(Row{Table: "visit", No: 3, Cells: cells("V3", nil)}),
			out.Row(Row{Table: "visit", No: 4, Cells: cells("V4", nil)}),
		)
	})
	if err != nil || r.RowsLoaded != 2 || r.RowsQuarantined != 2 {
		t.Fatalf("%+v %v", r, err)
	}
	got := w.query("SELECT row_no, reason_code, column_name, reason FROM raw.quarantine WHERE reason_code = 'shifted_row'")
	if d := cmp.Diff([]string{"1 | shifted_row |  | 3 values don't fit their columns (visited_on, score, outcome): the row may be shifted by a column"}, got); d != "" {
		t.Error(d)
	}
}

func TestWhatADecoderSays(t *testing.T) {
	w := newWorld(t)
	r, err := w.run(func(_ context.Context, f File, env Env, out Output) error {
		if f.Name != "a.csv" || f.Size != 1 || f.Received.Format("2006-01-02") != "2026-04-01" || len(env.Tables) != 1 || env.Mapping != nil {
			t.Errorf("the decoder was given %+v %+v", f, env)
		}
		for i := range 60 {
			out.Note(fmt.Sprintf("remark %d", i))
		}
		out.Note("remark 1")
		out.Note("  ")
		buffer := cells("V1", nil)
		for i := range 10 { // a decoder may use its memory again
			buffer[0] = fmt.Sprint("V", i)
			if err := out.Row(Row{Table: "visit", No: int64(i + 1), Cells: buffer}); err != nil {
				return err
			}
		}
		return errors.Join(
			out.Quarantine(Problem{Row: 11, Code: "no such code", Reason: "one"}),
			out.Quarantine(Problem{Row: 11, Code: contract.BadDate, Reason: "two"}),
			out.Quarantine(Problem{Table: "visit", Row: 12, Code: contract.BadDate, Reason: "three"}),
		)
	})
	if err != nil || r.RowsLoaded != 10 || r.RowsQuarantined != 2 || len(r.Notes) != keptNotes+1 || r.Notes[keptNotes] != "there were more remarks than are kept" {
		t.Errorf("%+v %v", r, err)
	}
	if d := cmp.Diff([]ProblemCount{{"visit", "", "bad_date", 2}, {"visit", "", "other", 1}}, r.ProblemCounts); d != "" {
		t.Error(d)
	}
	if got := w.query("SELECT count(DISTINCT visit_ref) FROM raw.visit"); got[0] != "10" {
		t.Errorf("%s rows differ", got)
	}
}

func TestRefusalsOfReaders(t *testing.T) {
	for name, c := range map[string]struct {
		err  error
		says string
		code string
	}{
		"a file error":    {fmt.Errorf("while reading: %w", &FileError{Row: 7, Column: "Ref", Code: "bad_header", Reason: "no", NextStep: "Yes"}), `a.csv, row 7, column "Ref": no. Yes`, "bad_header"},
		"a reader's":      {&decode.Error{File: "x", Row: 7, Code: "truncated", Reason: "cut short", NextStep: "Again"}, "a.csv, row 7: cut short. Again", "truncated"},
		"an unknown code": {&FileError{Code: "zzz", Reason: "no"}, "a.csv: no", "other"},
	} {
		w := newWorld(t)
		r, err := w.run(func(context.Context, File, Env, Output) error { return c.err })
		if err != nil || r.Status != StatusRejected || r.Rejection.Error() != c.says || r.Rejection.Code != c.code {
			t.Errorf("%s: %+v %v %v", name, r, r.Rejection, err)
		}
	}
}

func TestLimitsOfBadRows(t *testing.T) {
	for _, c := range []struct {
		limit, own float64
		bad, good  int
		rejected   bool
	}{
		{0.5, 0, 2, 2, false}, {0.5, 0, 3, 2, true}, {0, 0, 1, 99, true}, {0, 0, 0, 3, false}, {1, 0, 3, 0, false}, {0.5, 0.1, 1, 8, true}, {0.5, 0.1, 1, 9, false}, {0.5, 0, 0, 0, false},
	} {
		w := newWorld(t)
		if c.own > 0 {
			w.change("visit", `"bellwether:version": 1`, fmt.Sprintf(`"bellwether:version": 1, "bellwether:maxBadShare": %g`, c.own))
		}
		w.loader.cfg.MaxBadShare = c.limit
		r, err := w.run(func(_ context.Context, _ File, _ Env, out Output) error {
			for i := range c.bad + c.good {
				change := map[int]string{}
				if i < c.bad {
					change[1] = "never"
				}
				if err := out.Row(Row{Table: "visit", No: int64(i + 1), Cells: cells(fmt.Sprint("V", i), change)}); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil || (r.Status == StatusRejected) != c.rejected {
			t.Errorf("%+v: %s %v", c, r.Status, err)
		}
		if c.rejected && !strings.Contains(r.Rejection.Reason, fmt.Sprintf("most often bad_date in \"visited_on\" (%d times)", c.bad)) {
			t.Errorf("%+v: %s", c, r.Rejection.Reason)
		}
	}
}

// An identifier of invisible characters identifies nobody: it must not become the pseudonym that all such rows share.
func TestInvisibleIdentifierCountsAsMissing(t *testing.T) {
	w := newWorld(t)
	w.change("visit", `{"name": "visitor_ref", "type": "string",`, `{"name": "visitor_ref", "type": "string", "constraints": {"required": true},`)
	r, err := w.run(func(_ context.Context, _ File, _ Env, out Output) error {
		return errors.Join(
			out.Row(Row{Table: "visit", No: 1, Cells: cells("V1", map[int]string{4: "\u200b"})}),
			out.Row(Row{Table: "visit", No: 2, Cells: cells("V2", map[int]string{5: "\ufeff"})}),
		)
	})
	if err != nil || r.RowsLoaded != 1 || r.Problems[0].Code != contract.MissingValue {
		t.Errorf("%+v %v", r, err)
	}
	if got := w.query("SELECT visit_ref, resident_ref FROM raw.visit"); !cmp.Equal(got, []string{"V2 | -"}) {
		t.Errorf("%v", got)
	}
}

// A decoder that goes on after an error from Output can neither block nor store anything.
func TestStubbornDecoder(t *testing.T) {
	w := newWorld(t)
	ctx, cancel := context.WithCancel(t.Context())
	i := w.loader.cfg.Registry.index["visits"]
	w.loader.cfg.Registry.sources[i].Decoder = script(func(_ context.Context, _ File, _ Env, out Output) error {
		for n := range 3 * progressEvery {
			if n == progressEvery/2 {
				cancel()
			}
			_ = out.Row(Row{Table: "visit", No: int64(n + 1), Cells: cells(fmt.Sprint("V", n), nil)})
		}
		return nil
	})
	if _, err := w.loader.Load(ctx, Delivery{Source: "visits", Name: "a.csv", Body: strings.NewReader("x")}); !errors.Is(err, context.Canceled) {
		t.Errorf("err %v", err)
	}
	if got := w.content(); len(got) != 0 {
		t.Errorf("left: %d lines", len(got))
	}
}

func TestSummaries(t *testing.T) {
	e := &FileError{File: "a.csv", Row: 3, Column: "Date", Code: "bad_date", Reason: "no date", NextStep: "Mend it"}
	for _, c := range []struct {
		r    Result
		want string
	}{
		{Result{File: "a.csv", Status: StatusLoaded, RowsRead: 5, RowsLoaded: 5}, "a.csv: loaded 5 of 5 rows"},
		{Result{File: "a.csv", Status: StatusWouldLoad, RowsRead: 5, RowsLoaded: 2, RowsQuarantined: 2, RowsRepeated: 1}, "a.csv: would load 2 of 5 rows, 2 held in quarantine, 1 repeated row left out"},
		{Result{File: "a.csv", Status: StatusRejected, Rejection: e}, `rejected: a.csv, row 3, column "Date": no date. Mend it`},
		{Result{File: "b.csv", LoadID: "0123456789abcdef", Status: StatusAlreadyLoaded}, "b.csv: the same file is already loaded (0123456789ab); nothing to do"},
		{Result{File: "b.csv", Status: StatusAlreadyRejected, Rejection: e}, "b.csv: the same file was rejected before, and nothing about its reading has changed: no date"},
	} {
		if got := c.r.Summary(); got != c.want {
			t.Errorf("%s\nwant %s", got, c.want)
		}
	}
}

func TestReadingChangesWithWhatDecidesIt(t *testing.T) {
	w := newWorld(t)
	src, err := w.cfg.Registry.Get("visits")
	w.must(err)
	seen := map[string]string{}
	note := func(what string) {
		r := w.loader.reading(src)
		if other, twice := seen[r]; twice {
			t.Errorf("%s reads like %s", what, other)
		}
		seen[r] = what
	}
	note("plain")
	w.loader.cfg.Version = "2"
	note("another version")
	w.loader.cfg.Mappings = map[string]*mapping.Mapping{"visits": {Hash: "a"}}
	note("a mapping")
	w.loader.cfg.Mappings["visits"] = &mapping.Mapping{Hash: "b"}
	note("another mapping")
	w.loader.cfg.Tables["visit"].Hash = "c"
	note("another contract")
	again := w.loader.reading(src)
	if seen[again] != "another contract" {
		t.Error("the same reading has two fingerprints")
	}
	cfg := w.cfg
	cfg.Mappings = map[string]*mapping.Mapping{"visits": {Source: "beds"}}
	if _, err := New(t.Context(), cfg); err == nil || !strings.Contains(err.Error(), "made for beds") {
		t.Errorf("a foreign mapping: %v", err)
	}
	cfg.Mappings = map[string]*mapping.Mapping{"bees": nil}
	if _, err := New(t.Context(), cfg); err == nil || !strings.Contains(err.Error(), "unknown source") {
		t.Errorf("a mapping for nothing: %v", err)
	}
}
