package ingest

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestLoadStoresWhatTheContractAllows(t *testing.T) {
	w := newWorld(t)
	r := w.load("visits", "folder/march.csv", visits(
		visit("V1", nil),
		visit("V2", map[int]string{2: "", 3: "POOR", 8: "1e2"}),
		visit("V3", map[int]string{1: "14/03/2026"}),
		visit("V4", map[int]string{3: "=cmd|calc", 2: "101"}),
		"!short",
		"!note", "!asat",
		visit("V5", map[int]string{0: "=1+1", 4: "", 5: " p 1 "}),
	))
	if r.Status != StatusLoaded || r.RowsRead != 6 || r.RowsLoaded != 3 || r.RowsQuarantined != 3 || r.File != "march.csv" {
		t.Errorf("result %+v", r)
	}
	got := w.query("SELECT visit_ref, visited_on, score, outcome, visitor_ref IS NULL, cost::VARCHAR, origin, row_no, load_id = ? FROM raw.visit ORDER BY row_no", r.LoadID)
	want := []string{
		"V1 | 2026-03-14 | 80 | good | false | 12.50 | council | 1 | true",
		"V2 | 2026-03-14 | - | poor | false | 100.00 | council | 2 | true",
		"=1+1 | 2026-03-14 | 80 | good | true | 12.50 | council | 8 | true",
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	// One person under two spellings is one pseudonym; a member of staff with the same number is another.
	if d := cmp.Diff([]string{"1 | 1 | 32"}, w.query("SELECT count(DISTINCT resident_ref), count(DISTINCT visitor_ref), max(length(resident_ref)) FROM raw.visit")); d != "" {
		t.Error(d)
	}
	got = w.query("SELECT table_name, file_name, row_no, column_name, reason_code, reason, value_class, quarantined_at, resolved_at FROM raw.quarantine ORDER BY row_no, column_name")
	want = []string{
		`visit | march.csv | 3 | visited_on | bad_date | "visited_on" must be a date such as 2026-03-14, between 1900 and 2199; found date-like | date-like | 2026-04-01 09:30:00 | -`,
		`visit | march.csv | 4 | outcome | unknown_code | "outcome" must be one of good, poor; found 9 characters | 9 characters | 2026-04-01 09:30:00 | -`,
		`visit | march.csv | 4 | score | bad_number | "score" must be at most 100; found 3 digits | 3 digits | 2026-04-01 09:30:00 | -`,
		`visit | march.csv | 5 |  | shifted_row | the row has too few cells | row | 2026-04-01 09:30:00 | -`,
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	got = w.query("SELECT source, file_name, bytes > 0, received_on, loaded_at, data_from, data_to, rows_read, rows_loaded, rows_quarantined, status, reason FROM raw.load")
	want = []string{"visits | march.csv | true | 2026-03-29 | 2026-04-01 09:30:00 | 2026-03-14 | 2026-03-31 | 6 | 3 | 3 | loaded | a total line was passed over"}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	rec, ok := w.cfg.Ledger.Get(r.LoadID)
	if !ok || rec.State != "loaded" || rec.RowsLoaded != 3 || rec.Reading == "" || rec.Received.Format(time.DateOnly) != "2026-03-29" {
		t.Errorf("manifest %+v", rec)
	}
	if cols := w.query("SELECT column_name FROM information_schema.columns WHERE table_name = 'visit' AND column_name = 'resident_name'"); len(cols) != 0 {
		t.Error("a dropped field has a column")
	}
}

func TestRedeliveryDoesNothing(t *testing.T) {
	w := newWorld(t)
	content := visits(visit("V1", nil), visit("V2", nil))
	first := w.load("visits", "a.csv", content)
	before := w.content()
	for range 2 {
		again := w.load("visits", "another name.csv", content)
		if again.Status != StatusAlreadyLoaded || again.LoadID != first.LoadID || !strings.Contains(again.Summary(), "another name.csv") || !strings.Contains(again.Summary(), "already loaded") {
			t.Errorf("result %+v: %s", again, again.Summary())
		}
		w.reopen()
	}
	if d := cmp.Diff(before, w.content()); d != "" {
		t.Error(d)
	}
	rec, _ := w.cfg.Ledger.Get(first.LoadID)
	if rec.Deliveries != 3 {
		t.Errorf("the manifest knows of %d deliveries", rec.Deliveries)
	}
}

func TestRejections(t *testing.T) {
	for _, c := range []struct {
		name, file, content string
		code, says          string
	}{
		{"empty", "a.csv", "", "truncated", "the file is empty"},
		{"wrong header", "a.csv", "ref,date\nV1,2026-03-14\n", "bad_header", "the header is not known"},
		{"wrong kind", "a.xlsx", visits(visit("V1", nil)), "wrong_type", `does not read files of the type ".xlsx"`},
		{"one bad value rejects", "a.csv", visits(visit("V1", nil), visit("V2", map[int]string{9: "Smith"})), "unknown_code", `row 2, column "origin"`},
		{"too many bad rows", "a.csv", visits(visit("V1", nil), visit("V2", map[int]string{1: "x"}), visit("V3", map[int]string{1: "y"}), visit("V4", map[int]string{2: "z"})), "bad_date", `3 of 4 rows break the contract, more than the 50 %`},
		{"reader fails", "a.csv", visits(visit("V1", nil), "!panic"), "other", "world_test.go"},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t)
			r := w.load("visits", c.file, c.content)
			if r.Status != StatusRejected || r.Rejection == nil || r.Rejection.Code != c.code || !strings.Contains(r.Rejection.Error(), c.says) || r.Rejection.File != c.file || r.Rejection.NextStep == "" {
				t.Fatalf("result %+v\n%v", r, r.Rejection)
			}
			if strings.Contains(r.Rejection.Error()+strings.Join(w.content(), "\n"), "Smith") || strings.Contains(r.Rejection.Error(), "CANARY") {
				t.Error("a value of the file shows")
			}
			if n := w.query("SELECT count(*) FROM raw.visit")[0]; n != "0" {
				t.Errorf("%s rows of a rejected file were stored", n)
			}
			got := w.query("SELECT status, rows_loaded, rows_quarantined, contains(reason, ?) FROM raw.load", strings.TrimPrefix(c.says, "world_"))
			if d := cmp.Diff([]string{"rejected | 0 | 0 | true"}, got); d != "" {
				t.Error(d)
			}
			if got := w.query("SELECT reason_code FROM raw.quarantine WHERE table_name = '' AND resolved_at IS NULL"); !cmp.Equal(got, []string{c.code}) {
				t.Errorf("quarantine of the file: %v", got)
			}
			rec, _ := w.cfg.Ledger.Get(r.LoadID)
			if rec.State != "rejected" || rec.Reason == "" {
				t.Errorf("manifest %+v", rec)
			}
			again := w.load("visits", c.file, c.content)
			if again.Status != StatusAlreadyRejected || again.Rejection.Reason != rec.Reason {
				t.Errorf("second delivery %+v", again)
			}
		})
	}
}

// A rejected file is read again once something about its reading has changed, or when a person asks for it.
func TestRejectedFileIsTriedAgain(t *testing.T) {
	w := newWorld(t)
	content := visits(visit("V1", map[int]string{3: "middling"}))
	if r := w.load("visits", "a.csv", content); r.Status != StatusRejected {
		t.Fatalf("%+v", r)
	}
	r, err := w.loader.Load(t.Context(), Delivery{Source: "visits", Name: "a.csv", Body: strings.NewReader(content), Again: true})
	if err != nil || r.Status != StatusRejected {
		t.Fatalf("%+v %v", r, err)
	}
	if n := w.query("SELECT count(*) FROM raw.quarantine")[0]; n != "2" {
		t.Errorf("%s records in quarantine after two rejections, want the file and its row once", n)
	}
	w.files["visit.json"].Data = []byte(strings.Replace(visitContract, `"poor"]`, `"poor", "middling"]`, 1))
	w.reopen()
	if r := w.load("visits", "a.csv", content); r.Status != StatusLoaded || r.RowsLoaded != 1 {
		t.Fatalf("%+v", r)
	}
	if got := w.query("SELECT count(*), count(*) FILTER (WHERE resolved_at IS NOT NULL) FROM raw.quarantine"); got[0] != "2 | 2" {
		t.Errorf("quarantine %v", got)
	}
	if got := w.query("SELECT status FROM raw.load"); !cmp.Equal(got, []string{"loaded"}) {
		t.Errorf("ledger %v", got)
	}
}

func TestMachineFaultsLeaveTheFileToBeLoaded(t *testing.T) {
	for _, c := range []struct{ line, says string }{
		{"!broken", "on fire"}, {"!table", `"nowhere"`}, {"!cells", "has 10 fields"},
	} {
		w := newWorld(t)
		_, err := w.loader.Load(t.Context(), Delivery{Source: "visits", Name: "a.csv", Body: strings.NewReader(visits(visit("V1", nil), c.line))})
		if err == nil || !strings.Contains(err.Error(), c.says) || !strings.Contains(err.Error(), "a.csv") {
			t.Errorf("%s: %v", c.line, err)
		}
		if got := w.content(); len(got) != 0 {
			t.Errorf("%s left %v", c.line, got)
		}
		rec, err := w.loader.Reconcile(t.Context())
		if err != nil || len(rec.Unfinished) != 1 || len(rec.Failed) != 1 || len(rec.Results) != 0 {
			t.Errorf("%s: %+v %v", c.line, rec, err)
		}
	}
}

func TestDuplicateKeys(t *testing.T) {
	w := newWorld(t)
	rows := []string{
		visit("V1", nil), visit("V2", nil), visit("V1", nil), // an identical copy is left out
		visit("V3", nil), visit("V4", nil), visit("V5", nil),
		visit("V3", map[int]string{2: "10"}), visit("V3", nil), // V3 differs: all three are held
		visit("V2", map[int]string{7: "only a dropped field differs"}),
		visit("V6", nil),
	}
	r := w.load("visits", "a.csv", visits(rows...))
	if r.RowsRead != 10 || r.RowsLoaded != 5 || r.RowsQuarantined != 3 || r.RowsRepeated != 2 {
		t.Errorf("result %+v", r)
	}
	if got := w.query("SELECT visit_ref, row_no FROM raw.visit ORDER BY row_no"); !cmp.Equal(got, []string{"V1 | 1", "V2 | 2", "V4 | 5", "V5 | 6", "V6 | 10"}) {
		t.Errorf("rows %v", got)
	}
	got := w.query("SELECT row_no, column_name, reason_code, reason FROM raw.quarantine ORDER BY row_no")
	want := []string{
		"4 | visit_ref | duplicate_key | has the same key as row 7 and differs from it: both are held until the file says which is right",
		"7 | visit_ref | duplicate_key | has the same key as row 4 and differs from it: both are held until the file says which is right",
		"8 | visit_ref | duplicate_key | has the same key as row 4 and differs from it: both are held until the file says which is right",
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	if tables := w.query("SELECT count(*) FROM information_schema.tables WHERE table_name = 'ingest_doomed'"); tables[0] != "0" {
		t.Error("the list of conflicting keys is left behind")
	}
	// The same key in a later file is another version, not a duplicate.
	if r := w.load("visits", "b.csv", visits(visit("V3", map[int]string{2: "11"}))); r.RowsLoaded != 1 {
		t.Errorf("%+v", r)
	}
}

func TestLastRowWinsWhereTheContractSaysSo(t *testing.T) {
	w := newWorld(t)
	r := w.load("beds", "homes.txt", "A,2026-03-01T10:00:00Z,yes,1.5,nursing:10\nB,,no,2,nursing:20;dementia:5\nA,2026-03-02 11:00,no,,nursing:12\n,,,,nursing:1\nB,,no,2,nursing:1\nA,2026-03-03,,3,nursing:9\n")
	if r.RowsRead != 13 || r.RowsLoaded != 8 || r.RowsRepeated != 3 || r.RowsQuarantined != 2 {
		t.Errorf("result %+v", r)
	}
	got := w.query("SELECT home, seen, open, rate, row_no FROM raw.home ORDER BY home")
	if d := cmp.Diff([]string{"A | 2026-03-03 | - | 3 | 6", "B | - | false | 2 | 2"}, got); d != "" {
		t.Error(d)
	}
	if got := w.query("SELECT kind, count(*), sum(beds) FROM raw.bed GROUP BY ALL ORDER BY kind"); !cmp.Equal(got, []string{"dementia | 1 | 5", "nursing | 5 | 52"}) {
		t.Errorf("beds %v", got)
	}
	if got := w.query("SELECT reason FROM raw.load")[0]; !strings.Contains(got, `1 value was kept although bed."kind" must be one of nursing`) || !strings.Contains(got, "3 rows repeat the key of another row") {
		t.Errorf("remarks %q", got)
	}
}

func TestCancelLeavesNothingHalfLoaded(t *testing.T) {
	w := newWorld(t)
	var rows []string
	for range 30_000 {
		rows = append(rows, visit("V"+strings.Repeat("x", len(rows)%7)+time.Duration(len(rows)).String(), nil))
	}
	w.loader.cfg.BatchRows = progressEvery / 2
	ctx, cancel := context.WithCancel(t.Context())
	w.loader.cfg.Progress = func(p Progress) {
		if p.Rows >= progressEvery {
			cancel()
		}
	}
	_, err := w.loader.Load(ctx, Delivery{Source: "visits", Name: "big.csv", Body: strings.NewReader(visits(rows...))})
	if !errors.Is(err, context.Canceled) {
		t.Fatalf("err %v", err)
	}
	if got := w.content(); len(got) != 0 {
		t.Errorf("%d lines are left", len(got))
	}
	w.loader.cfg.Progress = nil
	rec, err := w.loader.Reconcile(t.Context())
	if err != nil || len(rec.Results) != 1 || rec.Results[0].RowsLoaded != 30_000 {
		t.Errorf("%+v %v", rec.Lines(), err)
	}
}

func TestTooLargeFile(t *testing.T) {
	w := newWorld(t)
	r := w.load("visits", "a.csv", strings.Repeat("x", 9<<20))
	if r.Status != StatusRejected || r.LoadID != "" || !strings.Contains(r.Rejection.Error(), "max_file_mib") {
		t.Errorf("%+v", r)
	}
	if _, err := w.loader.DryRun(t.Context(), Delivery{Source: "visits", Name: "a.csv", Body: strings.NewReader(strings.Repeat("x", 9<<20))}); err == nil {
		t.Error("a dry run took a file that is too large")
	}
}

func TestDryRunChangesNothing(t *testing.T) {
	w := newWorld(t)
	w.load("visits", "first.csv", visits(visit("V0", nil)))
	before := w.content()
	landed := len(w.cfg.Ledger.Records())
	for _, c := range []struct {
		content string
		want    Status
		held    int64
	}{
		{visits(visit("V1", nil), visit("V2", map[int]string{1: "x"}), visit("V3", nil)), StatusWouldLoad, 1},
		{visits(visit("V1", map[int]string{1: "x"})), StatusWouldReject, 0},
		{"", StatusWouldReject, 0},
		{visits(visit("V0", nil)), StatusAlreadyLoaded, 0},
	} {
		r, err := w.loader.DryRun(t.Context(), Delivery{Source: "visits", Name: "a.csv", Body: strings.NewReader(c.content)})
		if err != nil || r.Status != c.want || r.RowsQuarantined != c.held {
			t.Errorf("%q: %+v %v", c.content, r, err)
		}
	}
	if d := cmp.Diff(before, w.content()); d != "" || len(w.cfg.Ledger.Records()) != landed {
		t.Errorf("a dry run left something: %s", d)
	}
}

func TestProgressReachesTheEnd(t *testing.T) {
	w := newWorld(t)
	var last Progress
	w.loader.cfg.Progress = func(p Progress) { last = p }
	content := visits(visit("V1", nil), visit("V2", nil))
	w.load("visits", "a.csv", content)
	if want := (Progress{Source: "visits", File: "a.csv", Rows: 2, Bytes: int64(len(content)), TotalBytes: int64(len(content))}); last != want {
		t.Errorf("%+v", last)
	}
}
