package sqlite

import (
	"context"
	"database/sql"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"bellwether/casework/cases"
	"bellwether/casework/pathway"
	"bellwether/casework/review"
	"bellwether/casework/store"
)

// firstVersion is a casework file as the first version of its tables held it, written out as SQL: one case, one reviewed flag and one
// meeting of the group, with every type of event that there was then and in the form that it had then.
var firstVersion = filepath.Join("testdata", "first-version.sql")

var writeFirst = flag.Bool("write-first-version", false, "write testdata/first-version.sql again")

// earlyEvents are in the form of the first versions: nothing here follows what the code writes today.
func earlyEvents() map[string][]store.NewEvent {
	at := time.Date(2026, 3, 2, 10, 0, 0, 0, time.UTC)
	event := func(kind, data string) store.NewEvent {
		at = at.Add(time.Hour)
		return store.NewEvent{Type: kind, At: at, Actor: "u-sal", Data: json.RawMessage(data)}
	}
	seen := `{"snapshot":"s1","rule_set":"r1","level":2,"flags":2,"headline":"17 concerns in 12 weeks."}`
	flagSeen := `{"snapshot":"s1","rule_set":"r1","provider":"1-1","rule":"concerns","level":2,"evidence":12,"open":true,"opened_on":"2026-02-23T00:00:00Z","met_on":"2026-03-01T00:00:00Z","others":1}`
	return map[string][]store.NewEvent{
		"case/0f3a9c1b22d4e5f607182930": {
			event("case.opened", `{"provider_id":"1-1","provider_name":"Saltmarsh Homes","flag_id":"F1","stage":"pre_provider_concern","text":"Concerns continue.","seen":`+seen+`}`),
			event("case.recorded", `{"register":"reports","number":1,"values":{"on":"2026-03-02","by":"Officer","report":"Two visits.","plan":"Checks.","recommendation":"escalate"}}`),
			event("case.ticked", `{"point":"pre_provider_concern/panel_review","text":"On paper."}`),
			event("case.unticked", `{"point":"pre_provider_concern/panel_review","text":"Not yet."}`),
			event("case.moved", `{"move":"escalate","stage":"decision_to_initiate","text":"More came.","seen":`+seen+`}`),
			event("case.recorded", `{"register":"actions","number":1,"values":{"number":"1","detail":"Visit","owner":"Oz","organisation":"Council","due_on":"2026-03-20","duty":"safeguarding"}}`),
			event("case.amended", `{"register":"actions","number":1,"values":{"number":"1","detail":"Visit","owner":"Oz","organisation":"Council","due_on":"2026-03-27","duty":"safeguarding"}}`),
			event("case.recorded", `{"register":"police","number":1,"values":{"kind":"consultation","on":"2026-03-02","lead":"DI","about":"The group"}}`),
			event("case.consulted", `{"register":"police","number":1}`),
			event("case.began", `{"track":"strategic_group","text":"Referred by QSIG. A senior response.","seen":`+seen+`}`),
			event("case.restricted", `{"text":"police","named":["u-sal","u-ben"]}`),
			event("case.lifted", `{"text":"The police agree."}`),
			event("case.issued", `{"register":"meetings/1","text":"Chief Nurse"}`),
		},
		"review/F1": {
			event("review.acknowledged", `{"owner":"u-ada","seen":`+flagSeen+`}`),
			event("review.noted", `{"text":"A visit is booked.","seen":`+flagSeen+`}`),
			event("review.disagreed", `{"doubt":"data_error","text":"Two records are one.","seen":`+flagSeen+`}`),
			event("review.decided", `{"outcome":"escalate","text":"It continues.","next_review":"2026-04-01T00:00:00Z","seen":`+flagSeen+`}`),
		},
		"group/qsig": {
			event("group.began", `{"on":"2026-03-01T00:00:00Z"}`),
			event("group.met", `{"on":"2026-03-02T00:00:00Z"}`),
			event("group.minuted", `{"on":"2026-03-02T00:00:00Z","minutes":"We met.","agreed":true}`),
			event("group.issued", `{"on":"2026-03-02T00:00:00Z","recipient":"Chief Nurse","providers":["1-1"]}`),
		},
	}
}

// TestWriteTheFirstVersion makes the fixture with today's code held at its first step.
func TestWriteTheFirstVersion(t *testing.T) {
	if !*writeFirst {
		t.Skip("the fixture is written with -write-first-version")
	}
	db := open(t, newPath(t), with(steps(t)[:1]))
	for _, stream := range []string{"case/0f3a9c1b22d4e5f607182930", "review/F1", "group/qsig"} {
		if _, err := db.Append(t.Context(), stream, 0, earlyEvents()[stream]...); err != nil {
			t.Fatal(err)
		}
	}
	var out strings.Builder
	fmt.Fprintf(&out, "-- A casework file as the first version of its tables held it; made by TestWriteTheFirstVersion.\nPRAGMA application_id = %d;\n", applicationID)
	ask := func(query string, args ...any) {
		rows, err := db.read.QueryContext(t.Context(), query, args...)
		if err != nil {
			t.Fatal(err)
		}
		defer rows.Close()
		for rows.Next() {
			var line string
			if err := rows.Scan(&line); err != nil {
				t.Fatal(err)
			}
			fmt.Fprintln(&out, line+";")
		}
		if err := rows.Err(); err != nil {
			t.Fatal(err)
		}
	}
	ask("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%' AND type <> 'trigger'")
	ask("SELECT format('INSERT INTO migration VALUES (%d, %Q, %Q, %Q)', number, name, checksum, applied_at) FROM migration ORDER BY number")
	ask("SELECT format('INSERT INTO event VALUES (%d, %Q, %d, %Q, %Q, %Q, %Q)', position, stream, version, type, at, actor, data) FROM event ORDER BY position")
	ask("SELECT sql FROM sqlite_schema WHERE type = 'trigger'")
	if err := os.WriteFile(firstVersion, []byte(out.String()), 0o600); err != nil {
		t.Fatal(err)
	}
}

// TestTheFirstVersionOpens: a file of the earliest version is copied, brought up to date, and everything in it still reads.
func TestTheFirstVersionOpens(t *testing.T) {
	ctx := context.Background()
	script, err := os.ReadFile(firstVersion)
	if err != nil {
		t.Fatal(err)
	}
	path := newPath(t)
	raw, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := raw.ExecContext(ctx, string(script)); err != nil {
		t.Fatal(err)
	}
	if err := raw.Close(); err != nil {
		t.Fatal(err)
	}
	db := open(t, path)
	if found := copies(t, path); len(found) != 1 || !strings.Contains(found[0], ".before-0002-") {
		t.Errorf("copies before the upgrade: %v", found)
	}
	if err := db.Check(ctx); err != nil {
		t.Errorf("Check() = %v", err)
	}
	for stream, want := range earlyEvents() {
		held, err := db.Load(ctx, stream)
		if err != nil || len(held) != len(want) {
			t.Fatalf("%s: %d events, %v; want %d", stream, len(held), err, len(want))
		}
		for n, e := range held {
			if e.Type != want[n].Type || e.Actor != want[n].Actor || !e.At.Equal(want[n].At) || !reflect.DeepEqual(decoded(t, e.Data), decoded(t, want[n].Data)) {
				t.Errorf("%s, event %d is %+v", stream, n+1, e)
			}
		}
	}
	now := func() time.Time { return time.Date(2026, 3, 30, 10, 0, 0, 0, time.UTC) }
	joined, err := pathway.Shipped("joined")
	if err != nil {
		t.Fatal(err)
	}
	desk, err := cases.NewDesk(db, now, joined)
	if err != nil {
		t.Fatal(err)
	}
	c, found, err := desk.Get(ctx, "0f3a9c1b22d4e5f607182930")
	if err != nil || !found || c.Stage != "decision_to_initiate" || !c.Referred() || len(c.History) != 13 || c.Records["actions"][0].Values["due_on"] != "2026-03-27" || c.Records["actions"][0].Amended != 1 {
		t.Errorf("the case: %v, %v, %+v", found, err, c)
	}
	reviews, err := review.NewDesk(db, now, review.Options{})
	if err != nil {
		t.Fatal(err)
	}
	all, err := reviews.Reviews(ctx)
	if r := all["F1"]; err != nil || r.State != review.Decided || len(r.Disagreements) != 1 || r.Decision.Outcome != review.Escalate {
		t.Errorf("the review: %v, %+v", err, all["F1"])
	}
	met, err := reviews.Meetings(ctx)
	if err != nil || len(met) != 1 || !met[0].Agreed || met[0].Minutes != "We met." || !met[0].Overdue(now()) {
		t.Errorf("the meetings: %v, %+v", err, met)
	}
	// And work goes on.
	if _, err := desk.Record(ctx, cases.Act{By: "u-sal", Case: c}, "factors", map[string]string{"factor": "media", "note": "A newspaper rang."}); err != nil {
		t.Errorf("the next entry: %v", err)
	}
}

func decoded(t *testing.T, data json.RawMessage) (out any) {
	t.Helper()
	if err := json.Unmarshal(data, &out); err != nil {
		t.Fatal(err)
	}
	return out
}
