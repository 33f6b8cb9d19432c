package ingest

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"bellwether/ingest/contract"
)

func history(rows ...int64) []Delivered {
	out := make([]Delivered, len(rows))
	for i, r := range rows {
		out[i] = Delivered{Rows: r}
	}
	return out
}

func every(days int, h []Delivered) []Delivered {
	for i := range h {
		if i > 0 {
			h[i].Days = days
		}
	}
	return h
}

func TestUnusual(t *testing.T) {
	steady := []int64{11800, 12400, 13100, 11950, 12600, 12000}
	for name, c := range map[string]struct {
		history []Delivered
		rows    int64
		days    int
		held    bool
	}{
		"as ever":                                {history(steady...), 12300, 0, false},
		"a fall by less than half":               {history(steady...), 6600, 0, false},
		"the ledger changed":                     {history(steady...), 237, 0, true},
		"the ledger changed, month by month":     {every(30, history(steady...)), 237, 30, true},
		"half a year at once":                    {history(steady...), 72000, 0, true},
		"a busy month":                           {history(steady...), 18000, 0, false},
		"too young a source to know":             {history(12000, 12000, 12000), 10, 0, false},
		"too small a source to judge":            {history(3, 12, 5, 9, 14, 2), 40, 0, false},
		"none at all":                            {history(steady...), 0, 0, true},
		"it was as small before":                 {history(12000, 300, 12000, 12000, 12000), 310, 0, false},
		"quarters become months":                 {every(91, history(320, 330, 300, 310, 340)), 105, 30, false},
		"quarters become months, all on one day": {history(320, 330, 300, 310, 340), 105, 0, true},
		"a month that stays away":                {every(30, history(320, 330, 300, 310, 340)), 660, 61, false},
		"long ago it was small":                  {history(append([]int64{10, 10, 10}, 100, 100, 100, 100, 100, 100, 100, 100, 100, 100, 100, 100)...), 12, 0, true},
	} {
		if why := Unusual(c.history, Delivered{Rows: c.rows, Days: c.days}); (why != "") != c.held {
			t.Errorf("%s: %q", name, why)
		}
	}
	if got := Unusual(history(steady...), Delivered{Rows: 237}); got != "held for its number of rows: it has 237, and the 6 deliveries before it had 11800 to 13100, 12200 in the middle" {
		t.Error(got)
	}
}

func many(from, n int) string {
	rows := make([]string, n)
	for i := range rows {
		rows[i] = visit(fmt.Sprintf("V%06d", from+i), nil)
	}
	return visits(rows...)
}

func TestAFileOutsideItsHistoryWaitsUntilSomebodyAcceptsIt(t *testing.T) {
	w := newWorld(t)
	src, err := w.cfg.Registry.Get("visits")
	w.must(err)
	src.Steady = true
	for i := range 5 {
		if r := w.load("visits", fmt.Sprintf("m%d.csv", i), many(i*1000, 60+i)); r.Status != StatusLoaded {
			t.Fatal(r.Summary())
		}
	}
	dry, err := w.loader.DryRun(t.Context(), Delivery{Source: "visits", Name: "m5.csv", Body: strings.NewReader(many(9000, 7))})
	w.must(err)
	if dry.Status != StatusWouldReject || dry.Rejection.Code != contract.UnusualCount {
		t.Errorf("a dry run says %s", dry.Summary())
	}
	held := w.load("visits", "m5.csv", many(9000, 7))
	if held.Status != StatusRejected || held.Rejection.Code != contract.UnusualCount || !strings.Contains(held.Rejection.NextStep, "bellwether ingest accept "+held.LoadID[:12]) {
		t.Fatalf("%+v", held)
	}
	if got := w.query("SELECT count(*) FROM raw.visit WHERE visit_ref >= 'V009000'"); got[0] != "0" {
		t.Errorf("%s rows of a held file are in the tables", got)
	}
	if got := w.query("SELECT reason_code, count(*) FROM raw.quarantine GROUP BY 1"); len(got) != 1 || got[0] != "unusual_count | 1" {
		t.Errorf("%v", got)
	}
	if again := w.load("visits", "m5.csv", many(9000, 7)); again.Status != StatusAlreadyRejected {
		t.Errorf("delivered again: %s", again.Summary())
	}
	if list := w.loader.HeldFiles(); len(list) != 1 || list[0].LoadID != held.LoadID {
		t.Errorf("%+v", list)
	}

	for load, want := range map[string]string{"ffffffff": "there is no load", "": "there is no load", w.cfg.Ledger.Records()[0].LoadID: ""} {
		if r, err := w.loader.Accept(t.Context(), load, "ada", ""); want == "" && (err != nil || r.Status != StatusAlreadyLoaded) || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("accept %q: %v %v", load, r.Status, err)
		}
	}
	if _, err := w.loader.Accept(t.Context(), held.LoadID, "", ""); err == nil {
		t.Error("nobody accepted it")
	}
	bad := w.load("visits", "bad.csv", "nothing,known\n1,2\n")
	if _, err := w.loader.Accept(t.Context(), bad.LoadID, "ada", ""); err == nil || !strings.Contains(err.Error(), "nothing to accept") {
		t.Errorf("a file refused for its header was accepted: %v", err)
	}
	r, err := w.loader.Accept(t.Context(), strings.ToUpper(held.LoadID[:12]), "ada", "the team\nhalved")
	if err != nil || r.Status != StatusLoaded || r.RowsLoaded != 7 {
		t.Fatalf("%v %+v", err, r)
	}
	if len(w.loader.HeldFiles()) != 0 {
		t.Error("it still waits")
	}
	if got := w.query("SELECT count(*) FROM raw.quarantine WHERE resolved_at IS NULL AND load_id = ?", held.LoadID); got[0] != "0" {
		t.Errorf("%v still open", got)
	}
	w.reopen() // the decision is in the manifest
	rec, _ := w.cfg.Ledger.Get(held.LoadID)
	if rec.Accepted != "ada: the team halved" || rec.AcceptedAt.Format(time.DateOnly) != "2026-04-01" || rec.State != "loaded" {
		t.Errorf("%+v", rec)
	}
	// The accepted file is history: the next small one is nothing new.
	src, err = w.cfg.Registry.Get("visits")
	w.must(err)
	src.Steady = true
	if r := w.load("visits", "m6.csv", many(9500, 8)); r.Status != StatusLoaded {
		t.Errorf("the next one: %s", r.Summary())
	}
}
