package ingest

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

const heldOpen = "SELECT table_name, row_no, column_name, reason_code, quarantined_at FROM raw.quarantine WHERE resolved_at IS NULL ORDER BY ALL"

func (w *world) replay(f Filter) []Replayed {
	w.t.Helper()
	out, failed, err := w.loader.Replay(w.t.Context(), f)
	w.must(err)
	if len(failed) > 0 {
		w.t.Fatalf("failed: %v", failed)
	}
	return out
}

// contract replaces a contract and starts the program anew.
func (w *world) change(table string, replace ...string) {
	w.t.Helper()
	name := table + ".json"
	was := string(w.files[name].Data)
	now := strings.NewReplacer(replace...).Replace(was)
	if now == was {
		w.t.Fatalf("nothing was changed in %s", name)
	}
	w.files[name].Data = []byte(now)
	w.reopen()
}

func TestReplayLoadsOnlyWhatWasHeldAndNowPasses(t *testing.T) {
	w := newWorld(t)
	first := w.load("visits", "a.csv", visits(
		visit("V1", nil), visit("V2", map[int]string{3: "middling"}), visit("V3", map[int]string{1: "x"}), visit("V4", nil),
		visit("V5", map[int]string{3: "middling", 2: "200"}), visit("V6", nil)))
	if first.RowsQuarantined != 3 {
		t.Fatalf("%+v", first)
	}
	before := w.query("SELECT * FROM raw.visit ORDER BY row_no")
	if got := w.replay(Filter{}); len(got) != 1 || got[0].Loaded != 0 || got[0].StillHeld != 3 || got[0].Before != 3 {
		t.Errorf("a replay without any change: %+v", got)
	}
	if d := cmp.Diff(before, w.query("SELECT * FROM raw.visit ORDER BY row_no")); d != "" {
		t.Errorf("a replay without any change: %s", d)
	}
	if n := w.query("SELECT count(*) FROM raw.quarantine"); n[0] != "4" {
		t.Errorf("a replay without any change left %s records", n[0])
	}

	w.change("visit", `"poor"]`, `"poor", "middling"]`)
	w.cfg.Now = func() time.Time { return clock.Add(48 * time.Hour) }
	w.reopen()
	got := w.replay(Filter{Source: "visits"})
	if len(got) != 1 || got[0].Loaded != 1 || got[0].StillHeld != 2 || got[0].Summary() != "a.csv: 1 row was loaded, 2 still held" {
		t.Errorf("%+v", got)
	}
	if got := w.query("SELECT visit_ref, outcome, row_no FROM raw.visit ORDER BY row_no"); !cmp.Equal(got, []string{"V1 | good | 1", "V2 | middling | 2", "V4 | good | 4", "V6 | good | 6"}) {
		t.Errorf("rows %v", got)
	}
	// What is still held keeps its first date and has its present reasons alone.
	if d := cmp.Diff([]string{
		"visit | 3 | visited_on | bad_date | 2026-04-01 09:30:00",
		"visit | 5 | score | bad_number | 2026-04-01 09:30:00",
	}, w.query(heldOpen)); d != "" {
		t.Error(d)
	}
	if got := w.query("SELECT row_no, resolved_at, resolution FROM raw.quarantine WHERE resolved_at IS NOT NULL"); !cmp.Equal(got, []string{"2 | 2026-04-03 09:30:00 | loaded by a replay, or no longer a row of its own"}) {
		t.Errorf("resolved %v", got)
	}
	if got := w.query("SELECT rows_read, rows_loaded, rows_quarantined, status FROM raw.load"); !cmp.Equal(got, []string{"6 | 4 | 2 | loaded"}) {
		t.Errorf("ledger %v", got)
	}
	if rec, _ := w.cfg.Ledger.Get(first.LoadID); rec.RowsLoaded != 4 || rec.RowsQuarantined != 2 {
		t.Errorf("manifest %+v", rec)
	}
	settledOnce(w)

	// A database rebuilt from the landing zone has the same rows.
	rows := w.query("SELECT * FROM raw.visit ORDER BY row_no")
	for _, table := range []string{"load", "quarantine", "visit"} {
		_, err := w.cfg.Raw.DB().Exec("DELETE FROM " + table)
		w.must(err)
	}
	_, err := w.loader.Reconcile(t.Context())
	w.must(err)
	if d := cmp.Diff(rows, w.query("SELECT * FROM raw.visit ORDER BY row_no")); d != "" {
		t.Error(d)
	}
}

// One record of a file may give several rows, of which only some are held: the others must not come twice.
func TestReplayOfARecordWithSeveralRows(t *testing.T) {
	w := newWorld(t)
	w.load("beds", "homes.txt", "A,,yes,1,nursing:10;nursing:x;nursing:10\nB,,no,1,nursing:5\n,,yes,1,nursing:7\nC,,no,1,nursing:5;nursing:6\n")
	want := []string{"A | 10 | 1", "A | 10 | 1", "B | 5 | 2", "C | 5 | 4", "C | 6 | 4"}
	if got := w.query("SELECT home, beds, row_no FROM raw.bed ORDER BY ALL"); !cmp.Equal(got, want) {
		t.Fatalf("%v", got)
	}
	w.change("bed", `{"name": "beds", "type": "integer", "constraints": {"required": true}}`, `{"name": "beds", "type": "integer", "missingValues": ["x"]}`)
	if got := w.replay(Filter{}); len(got) != 1 || got[0].Loaded != 1 || got[0].StillHeld != 2 {
		t.Errorf("%+v", got)
	}
	want = []string{"A | - | 1", "A | 10 | 1", "A | 10 | 1", "B | 5 | 2", "C | 5 | 4", "C | 6 | 4"}
	if got := w.query("SELECT home, beds, row_no FROM raw.bed ORDER BY home, beds NULLS FIRST"); !cmp.Equal(got, want) {
		t.Errorf("%v", got)
	}
	if d := cmp.Diff([]string{"bed | 3 | home | missing_value | 2026-04-01 09:30:00", "home | 3 | home | missing_value | 2026-04-01 09:30:00"}, w.query(heldOpen)); d != "" {
		t.Error(d)
	}
}

func TestReplayOfConflictingKeys(t *testing.T) {
	w := newWorld(t)
	content := visits(visit("V1", nil), visit("V2", nil), visit("V1", map[int]string{2: "1"}), visit("V3", nil), visit("V4", map[int]string{3: "bad"}), visit("V4", nil), visit("V7", nil))
	w.load("visits", "a.csv", content)
	w.replay(Filter{})
	if got := w.query("SELECT visit_ref FROM raw.visit ORDER BY 1"); !cmp.Equal(got, []string{"V2", "V3", "V4", "V7"}) {
		t.Errorf("%v", got)
	}
	// A row that now passes meets a loaded row of the same key: neither may be believed, so the loaded one is held too.
	w.change("visit", `"poor"]`, `"poor", "bad"]`)
	if got := w.replay(Filter{}); got[0].Loaded != -1 || got[0].StillHeld != 4 {
		t.Errorf("%+v", got[0])
	}
	if got := w.query("SELECT visit_ref FROM raw.visit ORDER BY 1"); !cmp.Equal(got, []string{"V2", "V3", "V7"}) {
		t.Errorf("%v", got)
	}
	w.change("visit", `"primaryKey": "visit_ref"`, `"primaryKey": "visit_ref", "bellwether:onDuplicate": "last"`)
	if got := w.replay(Filter{}); got[0].StillHeld != 0 || got[0].Loaded != 2 {
		t.Errorf("%+v", got[0])
	}
	if got := w.query("SELECT visit_ref, score, outcome, row_no FROM raw.visit ORDER BY 1"); !cmp.Equal(got, []string{"V1 | 1 | good | 3", "V2 | 80 | good | 2", "V3 | 80 | good | 4", "V4 | 80 | good | 6", "V7 | 80 | good | 7"}) {
		t.Errorf("%v", got)
	}
	if got := w.query(heldOpen); len(got) != 0 {
		t.Errorf("still held: %v", got)
	}
}

func TestReplayOfARejectedFile(t *testing.T) {
	w := newWorld(t)
	bad := w.load("visits", "bad.csv", visits(visit("V1", map[int]string{9: "elsewhere"})))
	w.load("visits", "other.csv", visits(visit("V2", nil)))
	if got := w.replay(Filter{}); len(got) != 1 || !strings.Contains(got[0].Summary(), "still rejected") {
		t.Errorf("%+v", got)
	}
	w.change("visit", `["council"]`, `["council", "elsewhere"]`)
	id, err := w.loader.ResolveLoadID(bad.LoadID[:10])
	w.must(err)
	if got := w.replay(Filter{LoadID: id}); len(got) != 1 || got[0].Loaded != 1 || got[0].Summary() != "bad.csv: nothing is held any more; 1 row was loaded" {
		t.Errorf("%+v", got)
	}
	if got := w.query("SELECT file_name, status FROM raw.load ORDER BY 1"); !cmp.Equal(got, []string{"bad.csv | loaded", "other.csv | loaded"}) {
		t.Errorf("%v", got)
	}
	settledOnce(w)
	for _, prefix := range []string{"", "zz"} {
		if _, err := w.loader.ResolveLoadID(prefix); err == nil {
			t.Errorf("%q was resolved", prefix)
		}
	}
}

// When the new contract refuses the whole file, what was loaded stays and what was held stays held.
func TestReplayThatRejectsChangesNothing(t *testing.T) {
	w := newWorld(t)
	w.load("visits", "a.csv", visits(visit("V1", nil), visit("V2", map[int]string{3: "bad"})))
	before := w.content()
	w.change("visit", `["council"]`, `["county"]`)
	if got := w.replay(Filter{}); len(got) != 1 || got[0].Result.Rejection == nil || got[0].StillHeld != 1 {
		t.Errorf("%+v", got)
	}
	if d := cmp.Diff(before, w.content()); d != "" {
		t.Error(d)
	}
}

func TestReplayIsStoppedAndGoesOn(t *testing.T) {
	for _, point := range []string{AfterDecode, BeforeCommit, AfterCommit, AfterManifest} {
		w := newWorld(t)
		w.load("visits", "a.csv", visits(visit("V1", nil), visit("V2", map[int]string{3: "bad"}), visit("V3", nil)))
		w.change("visit", `"poor"]`, `"poor", "bad"]`)
		w.loader.cfg.Failpoint = stopAt(point, 1)
		if _, _, err := w.loader.Replay(t.Context(), Filter{}); err == nil {
			t.Fatalf("%s was not reached", point)
		}
		w.reopen()
		takeAll(w)
		w.replay(Filter{})
		if got := w.query("SELECT visit_ref FROM raw.visit ORDER BY 1"); !cmp.Equal(got, []string{"V1", "V2", "V3"}) {
			t.Errorf("%s: %v", point, got)
		}
		if got := w.query("SELECT rows_loaded, rows_quarantined FROM raw.load"); !cmp.Equal(got, []string{"3 | 0"}) {
			t.Errorf("%s: %v", point, got)
		}
		settledOnce(w)
	}
}

func TestListAndShow(t *testing.T) {
	w := newWorld(t)
	a := w.load("visits", "a.csv", visits(visit("V1", nil), visit("V2", map[int]string{3: "bad"}), visit("V3", map[int]string{3: "bad", 1: "x"}), visit("V4", nil)))
	b := w.load("beds", "b.txt", "A,,yes,1,nursing:x;nursing:1\n")
	w.load("visits", "c.csv", "not,known\n")
	var got []string
	groups, err := w.loader.Quarantine(t.Context(), Filter{})
	w.must(err)
	for _, g := range groups {
		got = append(got, strings.Join([]string{g.Source, g.File, g.Table, g.Column, g.Code}, " ")+" "+counted(g.Rows, "row", "rows")+" from "+counted(g.FirstRow, "", ""))
	}
	want := []string{
		"beds b.txt bed beds bad_number 1 row from 1 ",
		"visits a.csv visit outcome unknown_code 2 rows from 2 ",
		"visits a.csv visit visited_on bad_date 1 row from 3 ",
		"visits c.csv  visit_ref bad_header 1 row from 0 ",
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	for _, c := range []struct {
		name string
		f    Filter
		want int
	}{
		{"all", Filter{}, 5}, {"source", Filter{Source: "beds"}, 1}, {"load", Filter{LoadID: a.LoadID}, 3}, {"load's beginning", Filter{LoadID: b.LoadID[:12]}, 1},
		{"table", Filter{Table: "visit"}, 3}, {"code", Filter{Code: "unknown_code"}, 2}, {"none", Filter{Source: "beds", Code: "bad_date"}, 0},
	} {
		rows, err := ShowQuarantine(t.Context(), w.cfg.Raw.DB(), QuarantineRaw, c.f, 100, 0)
		if err != nil || len(rows) != c.want {
			t.Errorf("%s: %d rows, %v", c.name, len(rows), err)
		}
	}
	page, err := ShowQuarantine(t.Context(), w.cfg.Raw.DB(), QuarantineRaw, Filter{}, 1, 2)
	if err != nil || len(page) != 1 || page[0].Row != 3 || page[0].Code != "unknown_code" || page[0].ValueClass != "3 letters" || !page[0].Since.Equal(clock) || !page[0].ResolvedAt.IsZero() {
		t.Errorf("%+v %v", page, err)
	}
	w.change("visit", `"poor"]`, `"poor", "bad"]`)
	w.replay(Filter{Source: "visits"})
	rows, err := ShowQuarantine(t.Context(), w.cfg.Raw.DB(), QuarantineRaw, Filter{Source: "visits", Resolved: true}, 100, 0)
	if err != nil || len(rows) != 3 {
		t.Errorf("%+v %v", rows, err)
	}
}
