package cases

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"bellwether/casework/decisions"
	"bellwether/casework/pathway"
	hiding "bellwether/casework/restricted"
	"bellwether/casework/store"
	"bellwether/casework/store/memory"
)

// world is a desk over a store in memory, with a clock.
type world struct {
	t     testing.TB
	ctx   context.Context
	now   time.Time
	store *memory.Store
	desk  *Desk
}

func newWorld(t testing.TB) *world {
	t.Helper()
	w := &world{t: t, ctx: context.Background(), now: time.Date(2026, 3, 2, 10, 0, 0, 0, time.UTC), store: memory.New()}
	joined, err := pathway.Shipped("joined")
	if err != nil {
		t.Fatal(err)
	}
	if w.desk, err = NewDesk(w.store, func() time.Time { return w.now }, joined); err != nil {
		t.Fatal(err)
	}
	return w
}

func (w *world) open(stage string) Case {
	w.t.Helper()
	c, err := w.desk.Open(w.ctx, Act{By: "u-sal"}, Opening{ProviderID: "P1", ProviderName: "Saltmarsh", Stage: stage, Reason: "The administrator has written to us."})
	if err != nil {
		w.t.Fatal(err)
	}
	return c
}

func (w *world) record(c Case, register string, pairs ...string) Case {
	w.t.Helper()
	values := map[string]string{}
	for i := 0; i+1 < len(pairs); i += 2 {
		values[pairs[i]] = pairs[i+1]
	}
	out, err := w.desk.Record(w.ctx, Act{By: "u-sal", Case: c}, register, values)
	if err != nil {
		w.t.Fatal(err)
	}
	return out
}

func (w *world) events() []store.Event {
	var all []store.Event
	if err := w.store.Replay(w.ctx, 0, func(e store.Event) error { all = append(all, e); return nil }); err != nil {
		w.t.Fatal(err)
	}
	return all
}

// TestDutyIsFourAnswers: all sixteen of them, and those that are open.
func TestDutyIsFourAnswers(t *testing.T) {
	questions := []string{"registered", "cannot", "regulated", "business"}
	for n := range 16 {
		v, want := map[string]string{}, DutyArises
		for i, q := range questions {
			v[q] = "yes"
			if n>>i&1 == 1 {
				v[q], want = "no", DutyNot
			}
		}
		if got := Duty(v); got != want {
			t.Errorf("%v: %s", v, got)
		}
	}
	if got := Duty(map[string]string{"registered": "yes"}); got != DutyOpen {
		t.Errorf("one answer: %s", got)
	}
	if got := Duty(map[string]string{"business": "no"}); got != DutyNot {
		t.Errorf("one no settles it: %s", got)
	}
}

// TestQuorumOfEveryAttendance: all sets of who comes and how, against the rule.
func TestQuorumOfEveryAttendance(t *testing.T) {
	seats := []string{"dass", "icb", "chief_nurse", "police"}
	how := []string{"", "member", "nominee", "apologies"}
	for n := range 256 {
		c := Case{Records: map[string][]Record{"meetings": {{Number: 1, Values: map[string]string{"type": "strategic"}}}}}
		there := map[string]bool{}
		for i, seat := range seats {
			if h := how[n>>(2*i)&3]; h != "" {
				c.Records["attendance"] = append(c.Records["attendance"], Record{Values: map[string]string{"meeting": "1", "seat": seat, "present": h}})
				there[seat] = h != "apologies"
			}
		}
		want := there["dass"] && (there["icb"] || there["chief_nurse"])
		if got, missing := c.Quorum(c.Records["meetings"][0]); got != want || got != (len(missing) == 0) {
			t.Errorf("%v: quorate %v, missing %v", there, got, missing)
		}
	}
	c := Case{}
	if ok, _ := c.Quorum(Record{Values: map[string]string{"type": "findings"}}); !ok {
		t.Error("only the strategic group has a quorum")
	}
}

func TestMinutesAreDueInFiveWorkingDays(t *testing.T) {
	for on, want := range map[string]string{"2026-03-02": "2026-03-09", "2026-04-01": "2026-04-10", "2026-12-23": "2027-01-04", "2026-03-06": "2026-03-13"} {
		if got := MinutesDue(Record{Values: map[string]string{"on": on}}).Format(time.DateOnly); got != want {
			t.Errorf("%s: %s, want %s", on, got, want)
		}
	}
}

func TestDuesComeOverdueFirst(t *testing.T) {
	w := newWorld(t)
	c := w.open("decision_to_initiate")
	c = w.record(c, "actions", "number", "1", "detail", "Later", "owner", "Oz", "organisation", "Council", "due_on", "2026-04-20", "duty", "safeguarding")
	c = w.record(c, "actions", "number", "2", "detail", "Sooner", "owner", "Oz", "organisation", "Council", "due_on", "2026-03-03", "duty", "safeguarding")
	c = w.record(c, "notifications", "recipient", "cqc", "name", "CQC", "due_on", "2026-03-04")
	c = w.record(c, "meetings", "type", "initial", "on", "2026-03-02", "chair", "Ada")
	c = w.record(c, "replies", "on", "2026-03-02", "kind", "reply", "about", "The plan", "reply", "We disagree.")
	w.now = w.now.AddDate(0, 0, 8)
	var got []string
	for _, d := range c.Dues(w.now) {
		got = append(got, fmt.Sprintf("%s %s %v", d.Register, d.By.Format(time.DateOnly), d.Overdue))
	}
	want := []string{"actions 2026-03-03 true", "notifications 2026-03-04 true", "meetings 2026-03-09 true", "replies 2026-03-16 false", "actions 2026-04-20 false"}
	if !slices.Equal(got, want) {
		t.Errorf("dues %q", got)
	}
}

// TestADecisionKeepsItsEvidence: what the data said when it was recorded stands with it; an action or a note has none.
func TestADecisionKeepsItsEvidence(t *testing.T) {
	w := newWorld(t)
	c := w.open("decision_to_initiate")
	seen := Seen{Snapshot: "s1", RuleSet: "r1", Level: 2, Flags: 1, Open: []string{"F1"}}
	record := func(register string, values map[string]string) Entry {
		t.Helper()
		out, err := w.desk.Record(w.ctx, Act{By: "u-sal", Case: c, Seen: seen}, register, values)
		if err != nil {
			t.Fatal(err)
		}
		c = out
		return c.History[len(c.History)-1]
	}
	e := record("placements", map[string]string{"status": "caution", "scope": "New placements", "on": "2026-03-02", "reason": "Medicines", "decided_by": "Panel", "urgent": "no", "review_on": "2026-04-02", "lift": "Two visits"})
	if e.Seen.Snapshot != "s1" || !slices.Equal(e.Seen.Open, []string{"F1"}) {
		t.Errorf("a placement decision saw %+v", e.Seen)
	}
	if e := record("factors", map[string]string{"factor": "media", "note": "A newspaper rang."}); e.Seen.Snapshot != "" {
		t.Errorf("a factor keeps evidence: %+v", e.Seen)
	}
}

func TestOpeningRefuses(t *testing.T) {
	w := newWorld(t)
	for field, o := range map[string]Opening{
		"provider_name": {Stage: "market_management", Reason: "Because."},
		"stage":         {ProviderName: "X", Stage: "closed", Reason: "Because."},
		"reason":        {ProviderName: "X", Stage: "provider_failure", Reason: "It failed."},
	} {
		_, err := w.desk.Open(w.ctx, Act{By: "u"}, o)
		var input *InputError
		if !errors.As(err, &input) || input.Problems[0].Field != field {
			t.Errorf("%s: %v", field, err)
		}
	}
	if _, err := w.desk.Open(w.ctx, Act{By: "u"}, Opening{ProviderName: "X", Stage: "watch", Reason: "Because."}); err == nil {
		t.Error("a case begins in its watch period")
	}
}

// TestFoldRefuses what it cannot have written.
func TestFoldRefuses(t *testing.T) {
	at := time.Date(2026, 3, 2, 10, 0, 0, 0, time.UTC)
	event := func(kind, data string, version int64) store.Event {
		return store.Event{Stream: "case/c1", Version: version, Position: 7, Type: kind, At: at, Actor: "u", Data: json.RawMessage(data)}
	}
	for want, e := range map[string]store.Event{
		"cannot be read":               event(opened, `{"nonsense":1}`, 1),
		"is version 3 where 1 belongs": event(opened, `{}`, 3),
		"unknown type case.reversed":   event("case.reversed", `{}`, 1),
		"an entry that does not exist": event(amended, `{"register":"actions","number":4}`, 1),
	} {
		if _, err := Fold(Case{}, e); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v", want, err)
		}
	}
}

// TestWhatTheNextRunIsTold: moves up hold a level, moves down and endings are clear reviews, and what is restricted tells nothing.
func TestWhatTheNextRunIsTold(t *testing.T) {
	w := newWorld(t)
	c := w.open("pre_provider_concern")
	c, err := w.desk.Move(w.ctx, Act{By: "u-sal", Case: c}, "escalate", "More came.")
	if err != nil {
		t.Fatal(err)
	}
	told := func(hidden bool) []decisions.Line {
		lines, err := Decisions(w.events(), w.desk.Pathway(), func(string) bool { return hidden })
		if err != nil {
			t.Fatal(err)
		}
		return lines
	}
	want := []decisions.Line{{Kind: decisions.Hold, ProviderID: "P1", On: "2026-03-02", Level: 1}, {Kind: decisions.Hold, ProviderID: "P1", On: "2026-03-02", Level: 2}}
	if got := told(false); !slices.Equal(got, want) {
		t.Errorf("told %+v", got)
	}
	if got := told(true); len(got) != 0 {
		t.Errorf("a hidden case tells %+v", got)
	}
	// A case that was restricted by an event of its own, as older versions did, is hidden by the one book there is now.
	if _, err := w.store.Append(w.ctx, "case/"+c.ID, c.Version, store.NewEvent{Type: "case.restricted", At: w.now, Actor: "u-sal", Data: json.RawMessage(`{"text":"police","named":["u-ben","u-sal"]}`)}); err != nil {
		t.Fatal(err)
	}
	book, err := hiding.NewBook(w.ctx, w.store, func() time.Time { return w.now })
	if err != nil {
		t.Fatal(err)
	}
	lines, err := Decisions(w.events(), w.desk.Pathway(), book.Restricted)
	if err != nil || len(lines) != 0 {
		t.Errorf("a restricted case tells %+v, %v", lines, err)
	}
}

// TestALateActionIsAReviewThatWasNotClear: from the day after its date, as it was known on that day, while the case is open.
func TestALateActionIsAReviewThatWasNotClear(t *testing.T) {
	w := newWorld(t)
	c := w.open("findings_meeting")
	c = w.record(c, "issues", "issue", "Medicines are late.", "measure", "safety", "baseline", "9 late rounds")
	action := []string{"issue", "1", "action", "A second trolley.", "target", "No late round", "owner", "Manager", "evidence", "Charts", "verifier", "Officer"}
	c = w.record(c, "improvements", append(action, "due_on", "2026-03-20")...)
	c = w.record(c, "improvements", append(action, "due_on", "2026-04-30")...)
	amend := func(number int, pairs ...string) {
		t.Helper()
		values := map[string]string{}
		for i := 0; i+1 < len(action); i += 2 {
			values[action[i]] = action[i+1]
		}
		for i := 0; i+1 < len(pairs); i += 2 {
			values[pairs[i]] = pairs[i+1]
		}
		out, err := w.desk.Amend(w.ctx, Act{By: "u-sal", Case: c}, "improvements", number, values)
		if err != nil {
			t.Fatal(err)
		}
		c = out
	}
	late := func(want ...string) {
		t.Helper()
		lines, err := Decisions(w.events(), w.desk.Pathway(), func(string) bool { return false })
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, l := range lines {
			if l.Kind == decisions.Review {
				got = append(got, l.On)
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("late on %v, want %v", got, want)
		}
	}
	late("2026-03-21", "2026-05-01")
	// Given another date in time, it is late on that one; what comes after the day does not undo it.
	w.now = w.now.AddDate(0, 0, 10) // 12 March
	amend(1, "due_on", "2026-03-27")
	late("2026-03-28", "2026-05-01")
	w.now = w.now.AddDate(0, 0, 20) // 1 April
	amend(1, "due_on", "2026-03-27", "verified_on", "2026-04-01")
	amend(2, "due_on", "2026-04-30", "verified_on", "2026-04-01")
	late("2026-03-28")
}

// TestWhatWasDraftedBeforeAnInvestigation: it is sent, done, renewed or widened during it only after its own consultation.
func TestWhatWasDraftedBeforeAnInvestigation(t *testing.T) {
	w := newWorld(t)
	c := w.open("findings_meeting")
	letter := map[string]string{"recipient": "cqc", "name": "CQC", "due_on": "2026-03-20", "letter": "Dear colleague"}
	visit := map[string]string{"what": "Medicines", "planned_on": "2026-03-12", "by": "Officer"}
	record := func(register string, values map[string]string) {
		t.Helper()
		out, err := w.desk.Record(w.ctx, Act{By: "u-sal", Case: c}, register, values)
		if err != nil {
			t.Fatal(err)
		}
		c = out
	}
	record("notifications", letter)
	record("monitoring", visit)
	w.now = w.now.AddDate(0, 0, 3)
	c = w.record(c, "police", "kind", "investigation", "on", "2026-03-05", "lead", "DI", "about", "Medicines")
	if _, err := w.desk.Record(w.ctx, Act{By: "u-sal", Case: c}, "monitoring", visit); err == nil || !strings.Contains(err.Error(), "the police lead") {
		t.Errorf("a new visit: %v", err)
	}
	with := func(values map[string]string, field, value string) map[string]string {
		out := maps.Clone(values)
		out[field] = value
		return out
	}
	if _, err := w.desk.Amend(w.ctx, Act{By: "u-sal", Case: c}, "notifications", 1, with(letter, "sent_on", "2026-03-05")); err == nil || !strings.Contains(err.Error(), "the police lead") {
		t.Errorf("sent without a consultation: %v", err)
	}
	out, err := w.desk.Amend(w.ctx, Act{By: "u-sal", Case: c}, "notifications", 1, with(letter, "letter", "Dear colleague,"))
	if err != nil {
		t.Fatalf("a word in a draft: %v", err)
	}
	c = w.record(out, "police", "kind", "consultation", "on", "2026-03-05", "lead", "DI", "about", "The letter to CQC")
	if out, err = w.desk.Amend(w.ctx, Act{By: "u-sal", Case: c, Consultation: 2}, "notifications", 1, with(letter, "sent_on", "2026-03-05")); err != nil {
		t.Fatalf("sent with its consultation: %v", err)
	}
	if c = out; len(c.Consultations()) != 0 {
		t.Error("the consultation can be used again")
	}
	if _, err := w.desk.Amend(w.ctx, Act{By: "u-sal", Case: c}, "notifications", 1, with(with(letter, "sent_on", "2026-03-05"), "acknowledged_on", "2026-03-05")); err != nil {
		t.Errorf("what came back: %v", err)
	}
}

// TestWhateverIsTried: any order of moves, ticks and entries leaves a case that can be folded again to the same, whose stage is one of the
// pathway's, and whose events are all still there.
func TestWhateverIsTried(t *testing.T) {
	joined, err := pathway.Shipped("joined")
	if err != nil {
		t.Fatal(err)
	}
	var moves, points []string
	for _, m := range joined.Moves {
		moves = append(moves, m.ID)
	}
	for _, s := range joined.Stages {
		for _, i := range s.Checklist {
			points = append(points, s.ID+"/"+i.ID)
		}
	}
	rapid.Check(t, func(r *rapid.T) {
		w := newWorld(t)
		c := w.open("market_management")
		before := int64(1)
		for range rapid.IntRange(1, 25).Draw(r, "steps") {
			a := Act{By: "u-sal", Case: c}
			var next Case
			var err error
			switch rapid.IntRange(0, 3).Draw(r, "what") {
			case 0:
				next, err = w.desk.Move(w.ctx, a, rapid.SampledFrom(moves).Draw(r, "move"), "As decided.")
			case 1:
				next, err = w.desk.Tick(w.ctx, a, rapid.SampledFrom(points).Draw(r, "point"), "", rapid.Bool().Draw(r, "done"))
			case 2:
				next, err = w.desk.Record(w.ctx, a, "developments", map[string]string{"kind": rapid.SampledFrom([]string{"serious_delay", "failure_event", "planned_closure"}).Draw(r, "kind"), "on": "2026-03-02", "what": "It happened."})
			case 3:
				next, err = w.desk.Record(w.ctx, a, "assurance", map[string]string{"on": "2026-03-02", "strategy": "Visits", "source": "visit", "finding": "Well.", "attained": rapid.SampledFrom([]string{"sustained", "not"}).Draw(r, "attained"), "by": "Oz"})
			}
			if err == nil {
				c = next
			}
			if _, ok := joined.Stage(c.Stage); !ok || c.Version < before {
				r.Fatalf("stage %q, version %d after %d", c.Stage, c.Version, before)
			}
			before = c.Version
		}
		again, found, err := w.desk.Get(w.ctx, c.ID)
		if err != nil || !found || again.Version != c.Version || again.Stage != c.Stage || int64(len(again.History)) != c.Version || len(again.Ticks) != len(c.Ticks) {
			r.Fatalf("folded again: %+v, %v", again, err)
		}
	})
}

func TestLettersSayNothingAboutPeople(t *testing.T) {
	w := newWorld(t)
	c := w.open("decision_to_initiate")
	c = w.record(c, "placements", "status", "full", "scope", "New placements", "on", "2026-03-02", "reason", "Risk", "decided_by", "Panel", "urgent", "yes", "review_on", "2026-03-30", "lift", "Two visits")
	for _, to := range []string{"cqc", "placing", "icb", "adass", "provider", "families"} {
		if letter := Letter(c, to); !strings.Contains(letter, "We write about Saltmarsh") || !strings.Contains(letter, "New placements are suspended.") {
			t.Errorf("%s: %q", to, letter)
		}
	}
	if Letter(c, "") != "" {
		t.Error("a letter to nobody")
	}
	if NextAction(c) != "1" || NextAction(Case{Records: map[string][]Record{"actions": {{Values: map[string]string{"number": "7"}}, {Values: map[string]string{"number": "A1"}}}}}) != "8" {
		t.Error("the next number")
	}
}

// BenchmarkCases lists 10,000 cases of 1,000,000 events, with what is due on each: what the page of cases does at each request.
func BenchmarkCases(b *testing.B) {
	const many, each = 10_000, 100
	w := newWorld(b)
	action, err := json.Marshal(payload{Register: "actions", Number: 1, Values: map[string]string{"number": "1", "detail": "Visit", "owner": "Oz", "due_on": "2026-04-01", "duty": "safeguarding"}})
	if err != nil {
		b.Fatal(err)
	}
	for n := range many {
		events := []store.NewEvent{{Type: opened, At: w.now, Actor: "u", Data: json.RawMessage(fmt.Sprintf(`{"provider_id":"P%d","provider_name":"Home %d","stage":"findings_meeting","text":"Because."}`, n, n))}, {Type: recorded, At: w.now, Actor: "u", Data: action}}
		for len(events) < each {
			events = append(events, store.NewEvent{Type: amended, At: w.now, Actor: "u", Data: action})
		}
		if _, err := w.store.Append(w.ctx, fmt.Sprintf("case/c%05d", n), 0, events...); err != nil {
			b.Fatal(err)
		}
	}
	began := time.Now()
	if err := w.desk.Refresh(w.ctx); err != nil {
		b.Fatal(err)
	}
	first := time.Since(began)
	var took []time.Duration
	for b.Loop() {
		at := time.Now()
		all, err := w.desk.All(w.ctx)
		if err != nil || len(all) != many {
			b.Fatal(len(all), err)
		}
		due := 0
		for n := range all {
			due += len(all[n].Dues(w.now))
		}
		if due != many {
			b.Fatal(due)
		}
		took = append(took, time.Since(at))
	}
	slices.Sort(took)
	b.ReportMetric(first.Seconds(), "s/first-read")
	b.ReportMetric(float64(took[len(took)*95/100].Microseconds())/1000, "ms/p95")
}
