package dashboard

import (
	"cmp"
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"bellwether/casework/review"
	"bellwether/casework/store"
	"bellwether/casework/store/memory"
	"bellwether/dashboard/internal/larkshire"
	"bellwether/dashboard/page"
	"bellwether/dashboard/read"
	"bellwether/internal/access"
)

const (
	flagConcerns = "F1a2b3c4d5e6f708"
	flagFailure  = "F5e6f70819203142"
)

// everybodyIn lists the tests' accounts, the same order at every call.
func everybodyIn(context.Context) ([]page.Person, error) {
	var all []page.Person
	for _, p := range people {
		all = append(all, page.Person{Subject: p})
	}
	slices.SortFunc(all, func(a, b page.Person) int { return cmp.Compare(a.Subject.UserID, b.Subject.UserID) })
	return all, nil
}

// withPeople gives a site the accounts to choose owners from.
func withPeople(c *page.Config) { c.People = everybodyIn }

// on fills the three boxes of a date.
func on(form url.Values, name, iso string) url.Values {
	t, err := time.Parse(time.DateOnly, iso)
	if err != nil {
		panic(err)
	}
	form.Set(name+"-day", strconv.Itoa(t.Day()))
	form.Set(name+"-month", strconv.Itoa(int(t.Month())))
	form.Set(name+"-year", strconv.Itoa(t.Year()))
	return form
}

func fill(pairs ...string) url.Values {
	v := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		v.Set(pairs[i], pairs[i+1])
	}
	return v
}

// act posts a step and gives the page that follows it.
func (st *site) act(as, path string, form url.Values) (status int, body string) {
	st.t.Helper()
	resp, body := st.send(as, http.MethodPost, path, form, nil)
	if resp.StatusCode == http.StatusSeeOther {
		_, body = st.get(as, resp.Header.Get("Location"))
	}
	return resp.StatusCode, body
}

// needs says what a page lacks.
func needs(t *testing.T, body string, wants ...string) {
	t.Helper()
	for _, w := range wants {
		if !strings.Contains(body, w) {
			t.Errorf("misses %q", w)
		}
	}
}

func TestReviewQueuePage(t *testing.T) {
	st := newSite(t, county(t), withPeople)
	st.play(t, []scenario{
		{"chair", "/review", 200, []string{"Six to review: 6 new.", "None has waited for a day yet.", "OFFICIAL-SENSITIVE", "Brackwater", "one group: 2 items at 2 providers", "What is to be done?", "bw-panes--first", "All the evidence"}, []string{"<no value>", "%!", "complaints about staffing", ">7 concerns in 12 weeks"}},
		{"chair", "/review?level=3", 200, []string{"Brackwater"}, []string{"Saltmarsh"}},
		{"chair", "/review?state=decided", 200, []string{"Nothing here", "See every item"}, nil},
		{"chair", "/review?state=nonsense", 200, []string{"Left out:"}, nil},
		{"chair", "/review/" + flagConcerns, 200, []string{"17 concerns in 12 weeks", "What it stands on", "Take it up", "Record the decision", "Disagree with the flag", "Nobody has acted on it yet", "Mo Member"}, []string{"Close it", "Reopen it"}},
		{"chair", "/review/unknown", 404, nil, nil},
		{"chair", "/review/changes", 200, []string{"No meeting of the group has been recorded yet", "Opened", "Record the meeting"}, nil},
		{"governance", "/review", 403, nil, []string{"Saltmarsh"}},
		{"everywhere", "/review", 200, []string{"Saltmarsh"}, []string{"Record the decision"}},
		{"everywhere", "/review/" + flagConcerns, 200, []string{"members of the reviewing group decide"}, []string{"Record the decision"}},
		{"north", "/review/" + flagConcerns, 404, nil, []string{"17 concerns"}},
		{"conflicted", "/review", 200, []string{"Brackwater"}, []string{"Saltmarsh"}},
		{"conflicted", "/review/" + flagConcerns, 404, nil, nil},
	})
}

// TestReviewFromNewToDecided walks one item as a panel does, through the page alone.
func TestReviewFromNewToDecided(t *testing.T) {
	st := newSite(t, county(t), withPeople)
	path := "/review/" + flagConcerns
	status, body := st.act("member", path, fill("step", "acknowledge", "version", "0", "acknowledge_owner", "u-member", "acknowledge_deputy", "u-chair"))
	if status != http.StatusSeeOther {
		t.Fatalf("acknowledge: %d\n%.2000s", status, body)
	}
	needs(t, body, "Taken up: ", "has a named owner", "Mo Member", "deputy Ada Chair", "Hand over to another owner")
	status, body = st.act("member", path, on(fill("step", "decide", "version", "1", "decide_outcome", "visit", "decide_reason", "Two unannounced visits are booked."), "decide_next_review", "2026-10-29"))
	if status != http.StatusSeeOther {
		t.Fatalf("decide: %d\n%.2000s", status, body)
	}
	needs(t, body, "Decided for Saltmarsh Homes: Visit. It comes back on 29 Oct 2026.", "Two unannounced visits are booked.", "next review 29 Oct 2026", "level 2, ", "snapshot 7f3a")
	if _, again := st.get("member", path); strings.Contains(again, "It comes back on 29 Oct") {
		t.Error("the sentence of the form is shown twice")
	}
	_, body = st.get("chair", "/flags/"+flagConcerns)
	needs(t, body, "What people have said", "Visit", "“Two unannounced visits are booked.”", "Open it in the review queue")
	_, body = st.get("chair", "/flags")
	needs(t, body, "next review 29 Oct 2026")
	_, body = st.get("chair", "/providers/1-9000001")
	needs(t, body, "next review 29 Oct 2026")
	_, body = st.get("chair", "/review")
	needs(t, body, "Five to review")
	_, body = st.get("chair", "/review?state=decided&owner=u-member")
	needs(t, body, "17 concerns in 12 weeks")
	st.now = st.now.AddDate(0, 0, 28)
	_, body = st.get("chair", "/review/"+flagConcerns)
	needs(t, body, "Its review was due on 29 Oct 2026.", "returned")
}

// TestReviewFormsKeepTheDraft: what is wrong is said beside its field, and nothing that was typed is lost.
func TestReviewFormsKeepTheDraft(t *testing.T) {
	st := newSite(t, county(t), withPeople)
	path := "/review/" + flagConcerns
	for _, tc := range []struct {
		name string
		form url.Values
		want []string
	}{
		{"no decision", on(fill("step", "decide", "version", "0", "decide_reason", "A draft of some length."), "decide_next_review", "2026-10-29"), []string{"Choose what was decided", "A draft of some length.", `href="#decide_outcome"`, `value="29"`}},
		{"no reason", on(fill("step", "decide", "version", "0", "decide_outcome", "watch"), "decide_next_review", "2026-10-29"), []string{"Enter a reason, so that the next reader understands", `value="watch" checked`}},
		{"no date", fill("step", "decide", "version", "0", "decide_outcome", "watch", "decide_reason", "Kept."), []string{"Enter the day of the next review", ">Kept.</textarea>"}},
		{"a date that is none", fill("step", "decide", "version", "0", "decide_outcome", "watch", "decide_reason", "Kept.", "decide_next_review-day", "31", "decide_next_review-month", "2", "decide_next_review-year", "2027"), []string{"Enter a real date", `value="31"`}},
		{"a date that has passed", on(fill("step", "decide", "version", "0", "decide_outcome", "watch", "decide_reason", "Kept."), "decide_next_review", "2026-09-01"), []string{"The next review must lie after today"}},
		{"parked for ever", on(fill("step", "park", "version", "0", "park_condition", "level_rises", "park_reason", "Kept."), "park_until", "2029-09-01"), []string{"at most 182 days ahead"}},
		{"no condition", on(fill("step", "park", "version", "0", "park_reason", "Kept."), "park_until", "2026-12-01"), []string{"Choose what brings the item back"}},
		{"no owner", fill("step", "acknowledge", "version", "0"), []string{"Choose who takes the item up"}},
		{"an owner without access", fill("step", "acknowledge", "version", "0", "acknowledge_owner", "u-admin"), []string{"whoever was chosen has no access to it"}},
		{"a deputy with a conflict", fill("step", "acknowledge", "version", "0", "acknowledge_owner", "u-chair", "acknowledge_deputy", "u-conflict"), []string{"whoever was chosen has no access to it"}},
		{"their own deputy", fill("step", "acknowledge", "version", "0", "acknowledge_owner", "u-chair", "acknowledge_deputy", "u-chair"), []string{"The deputy is somebody other than the owner"}},
		{"no doubt", fill("step", "disagree", "version", "0", "disagree_reason", "Kept."), []string{"Choose what you disagree with"}},
		{"a note on what nobody took up", fill("step", "note", "version", "0", "note_note", "Called."), []string{"Only an item that somebody has taken up takes notes"}},
		{"no step", fill("version", "0"), []string{"Choose what to do"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			resp, body := st.send("chair", http.MethodPost, path, tc.form, nil)
			if resp.StatusCode != http.StatusUnprocessableEntity {
				t.Errorf("status %d", resp.StatusCode)
			}
			needs(t, body, append(tc.want, "There is a problem")...)
		})
	}
	if _, body := st.get("chair", path); !strings.Contains(body, "Nobody has acted on it yet") {
		t.Error("a refused form was recorded")
	}
}

// TestTwoDecideAtOnce: the second sees both versions, nothing of theirs is recorded, and the draft is kept.
func TestTwoDecideAtOnce(t *testing.T) {
	st := newSite(t, county(t), withPeople)
	path := "/review/" + flagFailure
	first := on(fill("step", "decide", "version", "0", "decide_outcome", "escalate", "decide_reason", "A company event."), "decide_next_review", "2026-10-08")
	second := on(fill("step", "decide", "version", "0", "decide_outcome", "watch", "decide_reason", "Wait for the administrator."), "decide_next_review", "2026-10-29")
	if status, _ := st.act("chair", path, first); status != http.StatusSeeOther {
		t.Fatalf("first: %d", status)
	}
	status, body := st.act("member", path, second)
	if status != http.StatusConflict {
		t.Fatalf("second: %d", status)
	}
	needs(t, body, "Somebody else recorded something first", "A company event.", "by Ada Chair", "Yours, not recorded", "Wait for the administrator.", `name="version" value="2"`)
	second.Set("version", "2")
	if status, body := st.act("member", path, second); status != http.StatusSeeOther || !strings.Contains(body, "Wait for the administrator.") || !strings.Contains(body, "A company event.") {
		t.Errorf("sent again on what is there now: %d", status)
	}
	for _, version := range []string{"", "-1", "99", "x"} {
		second.Set("version", version)
		if status, _ := st.act("member", path, second); status != http.StatusBadRequest {
			t.Errorf("version %q: %d", version, status)
		}
	}
}

func TestReviewIsForTheGroup(t *testing.T) {
	st := newSite(t, county(t), withPeople)
	form := on(fill("step", "decide", "version", "0", "decide_outcome", "watch", "decide_reason", "Not mine to say."), "decide_next_review", "2026-10-29")
	for as, want := range map[string]int{"everywhere": 403, "officer": 403, "governance": 403, "admin": 403, "nobody": 403, "conflicted": 404, "": 303} {
		resp, _ := st.send(as, http.MethodPost, "/review/"+flagConcerns, form, nil)
		if resp.StatusCode != want {
			t.Errorf("%s: %d, want %d", as, resp.StatusCode, want)
		}
	}
	resp, _ := st.send("chair", http.MethodPost, "/review/"+flagConcerns, form, http.Header{"Origin": {"https://elsewhere.example"}, "Sec-Fetch-Site": {"cross-site"}})
	if resp.StatusCode != http.StatusForbidden {
		t.Errorf("a form from elsewhere: %d", resp.StatusCode)
	}
	st.audit.broken = http.ErrAbortHandler
	if resp, _ := st.send("chair", http.MethodPost, "/review/"+flagConcerns, form, nil); resp.StatusCode != http.StatusServiceUnavailable {
		t.Errorf("an audit that is broken: %d", resp.StatusCode)
	}
	st.audit.broken = nil
	if _, body := st.get("chair", "/review/"+flagConcerns); !strings.Contains(body, "Nobody has acted on it yet") {
		t.Error("something was recorded")
	}
}

func TestDisagreementStaysBesideTheFlag(t *testing.T) {
	st := newSite(t, county(t), withPeople)
	if status, _ := st.act("member", "/review/"+flagConcerns, fill("step", "disagree", "version", "0", "disagree_doubt", "data_error", "disagree_reason", "One event twice.")); status != http.StatusSeeOther {
		t.Fatalf("status %d", status)
	}
	for _, path := range []string{"/review/" + flagConcerns, "/flags/" + flagConcerns} {
		_, body := st.get("chair", path)
		needs(t, body, "Disagreed with", "The records are wrong.", "One event twice.", "Mo Member")
	}
	if _, body := st.get("chair", "/review"); !strings.Contains(body, "Six to review") {
		t.Error("a disagreement took the item off the queue")
	}
}

func TestEveryStepHasItsForm(t *testing.T) {
	st := newSite(t, county(t), withPeople)
	path := "/review/" + flagConcerns
	for n, step := range []struct {
		form url.Values
		want string
	}{
		{on(fill("step", "park", "park_condition", "another_flag", "park_reason", "One incident, well handled."), "park_until", "2026-12-01"), "Parked: Saltmarsh Homes comes back on 1 Dec 2026 at the latest."},
		{fill("step", "note", "note_note", "Spoke to the contract officer."), "The note is kept."},
		{fill("step", "acknowledge", "acknowledge_owner", "u-member"), "Taken up: "},
		{fill("step", "release", "release_reason", "Away for a month."), "Handed back to the queue"},
		{on(fill("step", "decide", "decide_outcome", "no_action", "decide_reason", "Explained by a recount."), "decide_next_review", "2026-12-01"), "No action. It comes back"},
	} {
		_, body := st.get("member", path)
		at := strings.Index(body, `name="version" value="`) + len(`name="version" value="`)
		step.form.Set("version", body[at:at+strings.IndexByte(body[at:], '"')])
		status, body := st.act("member", path, step.form)
		if status != http.StatusSeeOther {
			t.Fatalf("step %d: %d", n, status)
		}
		needs(t, body, step.want)
	}
	if status, _ := st.act("member", path, fill("step", "close", "version", "8", "close_reason", "All done.")); status == http.StatusSeeOther {
		t.Error("an item was closed while its flag is open")
	}
}

func TestMeetingsCountWhatChanged(t *testing.T) {
	st := newSite(t, county(t), withPeople)
	if status, body := st.act("chair", "/review/changes", on(url.Values{}, "met_on", "2026-09-10")); status != http.StatusSeeOther || !strings.Contains(body, "What changed since 10 Sep 2026") {
		t.Fatalf("status %d\n%.1500s", status, body)
	}
	st.act("member", "/review/"+flagConcerns, fill("step", "acknowledge", "version", "0", "acknowledge_owner", "u-member"))
	_, body := st.get("chair", "/review/changes")
	needs(t, body, "Taken up", "Mo Member", "Administration recorded", "by itself")
	if strings.Contains(body, "No registered manager for 234 days") {
		t.Error("a flag from before the meeting counts as new")
	}
	_, body = st.get("chair", "/review/changes?since=2026-10-01")
	needs(t, body, "Nothing has changed since then")
	for day, want := range map[string]string{"2027-01-01": "cannot lie after today", "2024-01-01": "more than a year back"} {
		if status, body := st.act("chair", "/review/changes", on(url.Values{}, "met_on", day)); status != http.StatusUnprocessableEntity || !strings.Contains(body, want) {
			t.Errorf("%s: %d", day, status)
		}
	}
	if resp, _ := st.send("everywhere", http.MethodPost, "/review/changes", on(url.Values{}, "met_on", "2026-09-10"), nil); resp.StatusCode != http.StatusForbidden {
		t.Errorf("somebody outside the group: %d", resp.StatusCode)
	}
}

// TestHeldBackSaysWhy: a flag that only a silent source can have raised waits, and says so; a decision on it is refused.
func TestHeldBackSaysWhy(t *testing.T) {
	db := larkshire.County(t)
	if _, err := db.Exec(`UPDATE ops.source SET state = 'failing', data_to = DATE '2026-08-01' WHERE source IN ('cqc_api', 'cqc_ratings');
		UPDATE analytics.flag SET opened_on = DATE '2026-09-07' WHERE flag_id = 'F3c4d5e6f7081920'`); err != nil {
		t.Fatal(err)
	}
	st := newSite(t, db, withPeople)
	_, body := st.get("chair", "/review")
	needs(t, body, "1 held back, because a source had stopped", "Five to review")
	_, body = st.get("chair", "/review/F3c4d5e6f7081920")
	needs(t, body, "CQC ratings had stopped before this was raised", "a decision waits until the source speaks again")
	status, body := st.act("chair", "/review/F3c4d5e6f7081920", on(fill("step", "decide", "version", "0", "decide_outcome", "watch", "decide_reason", "Wait."), "decide_next_review", "2026-10-29"))
	if status != http.StatusUnprocessableEntity || !strings.Contains(body, "It is held back: CQC ratings") {
		t.Errorf("deciding on it: %d", status)
	}
}

// TestWeakerFlagsFold: a flag that a stronger one covers is no item of its own, unless somebody has acted on it.
func TestWeakerFlagsFold(t *testing.T) {
	db := larkshire.County(t)
	if _, err := db.Exec(`UPDATE analytics.flag SET covered_by = 'F1a2b3c4d5e6f708' WHERE flag_id = 'F2b3c4d5e6f70819'`); err != nil {
		t.Fatal(err)
	}
	st := newSite(t, db, withPeople)
	_, body := st.get("chair", "/review")
	needs(t, body, "Five to review", "says 1 weaker too")
	for path, want := range map[string]string{"/flags": "It includes 1 weaker flag", "/providers/1-9000001": "It includes 1 weaker flag",
		"/flags/F1a2b3c4d5e6f708": "It includes 1 weaker flag", "/flags/F2b3c4d5e6f70819": "A stronger flag on the same place already says this"} {
		_, body := st.get("chair", path)
		needs(t, body, want)
	}
	sources := []read.Source{{Name: "cqc_api", State: "fresh"}}
	flags := []read.QueueFlag{{ID: "strong"}, {ID: "weak", CoveredBy: "strong"}, {ID: "touched", CoveredBy: "strong"}}
	if got := read.ReviewFlags(flags, sources, map[string]review.Review{"touched": {Version: 1}}); len(got) != 2 || got[1].ID != "touched" {
		t.Errorf("flags to review = %+v", got)
	}
}

func TestHeldBack(t *testing.T) {
	day := func(s string) *time.Time {
		d, err := time.Parse(time.DateOnly, s)
		if err != nil {
			t.Fatal(err)
		}
		return &d
	}
	late := func(name, to string) read.Source {
		return read.Source{Name: name, Title: "Title of " + name, State: "late", DataTo: day(to)}
	}
	fresh := func(name string) read.Source {
		return read.Source{Name: name, State: "fresh", DataTo: day("2026-01-01")}
	}
	for _, tc := range []struct {
		name, family, opened string
		sources              []read.Source
		want                 string
	}{
		{"its source speaks", "complaints", "2026-03-01", []read.Source{fresh("complaints")}, ""},
		{"its source stopped before", "complaints", "2026-03-01", []read.Source{late("complaints", "2026-02-01")}, "Title of complaints had stopped"},
		{"its source stopped after", "complaints", "2026-03-01", []read.Source{late("complaints", "2026-03-01")}, ""},
		{"one of two speaks", "safeguarding", "2026-03-01", []read.Source{late("safeguarding_concerns", "2026-02-01"), fresh("safeguarding_enquiries")}, ""},
		{"both stopped", "safeguarding", "2026-03-01", []read.Source{late("safeguarding_concerns", "2026-02-01"), late("safeguarding_enquiries", "2026-01-01")}, "safeguarding_concerns"},
		{"a source that never spoke", "finance", "2026-03-01", []read.Source{{Name: "company_events", State: "never"}}, "company_events had stopped"},
		{"no source of that family", "group", "2026-03-01", []read.Source{late("complaints", "2026-02-01")}, ""},
	} {
		if got := read.HeldBack(read.QueueFlag{Source: tc.family, OpenedOn: day(tc.opened)}, tc.sources); tc.want == "" && got != "" || !strings.Contains(got, tc.want) {
			t.Errorf("%s: %q", tc.name, got)
		}
	}
	if got := read.HeldBack(read.QueueFlag{Source: "complaints"}, []read.Source{late("complaints", "2026-02-01")}); got != "" {
		t.Errorf("a flag without a day: %q", got)
	}
}

// TestWhatTheRulesNoLongerRaise: a decision outlives its flag, for those who see everything.
func TestWhatTheRulesNoLongerRaise(t *testing.T) {
	kept := memory.New()
	at := time.Date(2026, 9, 1, 9, 0, 0, 0, time.UTC)
	_, err := kept.Append(t.Context(), "review/Fgone", 0, store.NewEvent{Type: "review.acknowledged", At: at, Actor: "u-chair",
		Data: []byte(`{"owner":"u-chair","seen":{"snapshot":"s0","rule_set":"r0","provider":"1-9000001","rule":"old-rule","level":1,"evidence":2,"open":true,"opened_on":"2026-08-01T00:00:00Z","met_on":"2026-08-01T00:00:00Z","others":0}}`)})
	if err != nil {
		t.Fatal(err)
	}
	st := newSite(t, county(t), withPeople, func(c *page.Config) {
		if c.Reviews, err = review.NewDesk(kept, c.Now, review.Options{}); err != nil {
			t.Fatal(err)
		}
	})
	_, body := st.get("chair", "/review/Fgone")
	needs(t, body, "The present rules raise this flag no more; what was decided on it stays.", "Ada Chair")
	if resp, _ := st.get("north", "/review/Fgone"); resp.StatusCode != http.StatusNotFound {
		t.Errorf("a reader with a portfolio: %d", resp.StatusCode)
	}
}

func TestOwnersAreThoseWhoMayAct(t *testing.T) {
	st := newSite(t, county(t), withPeople)
	_, body := st.get("chair", "/review/"+flagConcerns)
	for _, name := range []string{"Ada Chair", "Mo Member"} {
		needs(t, body, ">"+name+"</option>")
	}
	for _, p := range people {
		d := access.Authorise(p, access.Review, access.Resource{Class: access.ClassB, Kind: access.ReviewItem, ProviderID: "1-9000001"})
		if strings.Contains(body, ">"+p.Name+"</option>") != d.Allow {
			t.Errorf("%s may act: %v, and is offered otherwise", p.Name, d.Allow)
		}
	}
}
