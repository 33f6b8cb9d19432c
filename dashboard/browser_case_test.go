//go:build browser

package dashboard

import (
	"context"
	"strings"
	"testing"

	"bellwether/internal/tooltest"

	"github.com/chromedp/chromedp"
)

// clerk works on cases in a real browser, as a panel's administrator would.
type clerk struct {
	t    *testing.T
	ctx  context.Context
	base string
	path string
}

func (k *clerk) goTo(path string) {
	k.t.Helper()
	do(k.t, k.ctx, chromedp.Navigate(k.base+path), chromedp.WaitVisible(chromedp.CSS("h1")))
}

// fillIn sets fields by their ids; a date is set by its three boxes.
func (k *clerk) fillIn(pairs ...string) {
	k.t.Helper()
	for i := 0; i+1 < len(pairs); i += 2 {
		if d := strings.Split(pairs[i+1], "-"); len(d) == 3 && len(d[0]) == 4 {
			for n, box := range []string{"year", "month", "day"} {
				do(k.t, k.ctx, chromedp.SetValue(chromedp.CSS("#"+pairs[i]+"-"+box), d[n]))
			}
			continue
		}
		do(k.t, k.ctx, chromedp.SetValue(chromedp.CSS("#"+pairs[i]), pairs[i+1]))
	}
}

// recorded submits the form that a field belongs to and waits for the sentence that says so.
func (k *clerk) recorded(field string) {
	k.t.Helper()
	do(k.t, k.ctx, chromedp.Submit(chromedp.CSS(field)), chromedp.WaitVisible(chromedp.CSS(".bw-flash")))
}

func (k *clerk) enter(register string, pairs ...string) {
	k.t.Helper()
	k.goTo(k.path + "/" + register)
	k.fillIn(pairs...)
	k.recorded("#" + pairs[0] + map[bool]string{true: "-day"}[strings.Count(pairs[1], "-") == 2 && len(pairs[1]) == 10])
}

func (k *clerk) tick(point string) {
	k.t.Helper()
	k.goTo(k.path)
	id := "#" + strings.ReplaceAll(point, "/", "-")
	do(k.t, k.ctx, chromedp.Click(chromedp.CSS(id+" summary")), chromedp.WaitVisible(chromedp.CSS(id+" button")), chromedp.Click(chromedp.CSS(id+" button")), chromedp.WaitVisible(chromedp.CSS(".bw-flash")))
}

func (k *clerk) move(move string) {
	k.t.Helper()
	k.goTo(k.path)
	do(k.t, k.ctx, chromedp.Click(chromedp.CSS(`input[name=move][value=`+move+`]`)), chromedp.SetValue(chromedp.CSS("#reason"), "As the meeting decided."))
	k.recorded("#reason")
}

// moveWeighty makes a move that asks for a confirmation.
func (k *clerk) moveWeighty(move string) {
	k.t.Helper()
	k.goTo(k.path)
	do(k.t, k.ctx, chromedp.Click(chromedp.CSS(`input[name=move][value=`+move+`]`)), chromedp.SetValue(chromedp.CSS("#reason"), "As the meeting decided."), chromedp.Submit(chromedp.CSS("#reason")),
		chromedp.WaitVisible(chromedp.CSS("#confirm")))
	shoot(k.t, k.ctx, "case-confirm")
	do(k.t, k.ctx, chromedp.Click(chromedp.CSS("#confirm")))
	k.recorded("#reason")
}

func (k *clerk) says(want string) {
	k.t.Helper()
	if text := run(k.t, k.ctx, chromedp.Text(chromedp.CSS("main"))); !strings.Contains(text, want) {
		k.t.Errorf("the page misses %q", want)
	}
}

// TestBrowserFromFlagToClosureAndStraightToFailure plays one provider from its first flag to closure, and another straight to failure.
func TestBrowserFromFlagToClosureAndStraightToFailure(t *testing.T) {
	ctx, script := browser(t), axe(t)
	st := newSite(t, county(t), withPeople)
	if !st.server.AssetsBuilt() {
		tooltest.Missing(t, "front-end assets aren't built: run make assets")
	}
	complaints := watch(t, ctx)
	signInWith(t, ctx, st, "sal")
	k := &clerk{t: t, ctx: ctx, base: st.web.URL}
	do(t, ctx, chromedp.EmulateViewport(1280, 1000))
	// The group takes the flag up and decides to escalate; a case is opened from it.
	k.goTo("/review/" + flagConcerns)
	k.says("17 concerns in 12 weeks")
	k.goTo("/flags/" + flagConcerns)
	do(t, ctx, chromedp.Click(chromedp.CSS(`.bw-reviewed a[href^="/cases/new"]`)), chromedp.WaitVisible(chromedp.CSS("#reason")), chromedp.Click(chromedp.CSS(`input[name=stage][value=market_management]`)))
	k.fillIn("reason", "Seventeen concerns in twelve weeks.")
	k.recorded("#reason")
	k.path = run(t, ctx, chromedp.Evaluate[string](`location.pathname`))
	shoot(t, ctx, "case-opened")
	sound(t, ctx, script, "a case")
	// Market management: the officer's report. Pre-provider concern: the panel, the directory, a review period. Then the process.
	k.enter("reports", "on", today, "by", "Contract officer", "report", "Two visits.", "plan", "Weekly checks.", "recommendation", "escalate")
	k.tick("market_management/officer_report")
	k.move("raise")
	k.tick("pre_provider_concern/panel_review")
	k.enter("intelligence", "on", today, "source", "family", "reliability", "likely", "what", "Medicines came late twice.", "sharing", "partners", "basis", "Care Act, section 45")
	k.enter("directory", "on", today, "reason", "While enquiries are made.", "urgent", "yes", "expires_on", "2026-11-01")
	k.move("escalate")
	for _, role := range []string{"lead_agency", "chair", "lead_enquiry_officer"} {
		k.enter("roles", "role", role, "organisation", "Larkshire County Council", "name", "Post", "deputy", "Deputy post", "since", today)
	}
	// Whoever is due to be told is worked out, with each placing authority of the data.
	k.goTo(k.path + "/notifications")
	k.says("Wrenshire Council")
	shoot(t, ctx, "case-notifications")
	sound(t, ctx, script, "who is due to be told")
	do(t, ctx, chromedp.Click(chromedp.CSS(`form[action$="/notifications/due"] button`)), chromedp.WaitVisible(chromedp.CSS(".bw-flash")))
	k.says("Nothing has been sent")
	for _, point := range []string{"risk", "welfare", "criminal", "placing", "provider", "lead", "decision"} {
		k.tick("decision_to_initiate/" + point)
	}
	k.move("initiate")
	k.enter("communications", "audience", "Residents and families", "message", "The lead officer writes and visits.", "agreed_on", today)
	k.enter("adults", "person", "p0fba31c", "placing", "Wrenshire Council", "advocate", "advocate", "capacity", "supported", "wanted", "To stay near family.", "told_on", today)
	k.enter("meetings", "type", "findings", "on", today, "chair", "Ada Chair")
	k.enter("attendance", "meeting", "1", "seat", "contracts", "organisation", "Council", "name", "Contract officer", "present", "member")
	shoot(t, ctx, "case-meetings")
	sound(t, ctx, script, "a register")
	k.tick("initial_meeting/findings_date")
	k.move("to_findings")
	k.enter("issues", "issue", "Medicines are late.", "measure", "safety", "baseline", "9 late rounds")
	k.enter("improvements", "issue", "1", "action", "A second trolley.", "target", "No late round", "owner", "Manager", "due_on", "2026-11-01", "evidence", "Charts", "verifier", "Contract officer")
	k.enter("plans", "on", today, "agreed_on", today, "agreed_by", "Panel", "review_on", "2026-12-01")
	k.enter("actions", "number", "1", "detail", "Visit on a weekend", "owner", "Oz Officer", "deputy", "Una Deputy", "organisation", "Council", "due_on", "2026-10-20", "duty", "commissioning")
	shoot(t, ctx, "case-actions")
	k.enter("placements", "status", "partial", "scope", "New placements", "on", today, "reason", "Medicines", "decided_by", "Panel", "urgent", "no", "reasons_on", today, "appeal_by", "2026-10-15", "review_on", "2026-10-29", "lift", "Two clear visits")
	k.enter("replies", "on", today, "kind", "correction", "about", "The suspension", "reply", "Two records are one event.")
	// A serious delay holds the case until an update meeting is held.
	k.enter("developments", "kind", "serious_delay", "on", today, "what", "No trolley yet.")
	k.goTo(k.path)
	k.says("an update meeting must be held")
	shoot(t, ctx, "case-forced")
	k.move("update")
	k.enter("meetings", "type", "update", "on", today, "chair", "Ada Chair")
	k.move("assure")
	k.enter("assurance", "on", today, "strategy", "Six rounds.", "source", "visit", "finding", "All on time.", "attained", "sustained", "by", "Contract officer")
	k.goTo(k.path + "/meetings/1/papers")
	k.says("Agenda")
	shoot(t, ctx, "case-papers")
	sound(t, ctx, script, "a meeting's papers")
	k.move("begin_closure")
	for _, to := range []string{"provider", "cqc"} {
		k.enter("letters", "to", to, "name", to, "on", today, "chair", "Ada Chair")
	}
	k.tick("closure/letters")
	k.move("close_concern")
	k.goTo(k.path)
	k.says("Watch period")
	shoot(t, ctx, "case-watch")
	sound(t, ctx, script, "a case with its history")

	// Another provider goes straight to failure: one that is in the data, so that its people and places are listed.
	k.goTo("/cases/new?provider=1-9000001")
	do(t, ctx, chromedp.Click(chromedp.CSS(`input[name=stage][value=provider_failure]`)))
	k.fillIn("reason", "The administrator rang: the doors close on Friday.")
	k.recorded("#reason")
	k.path = run(t, ctx, chromedp.Evaluate[string](`location.pathname`))
	k.enter("developments", "kind", "emergency_closure", "on", today, "what", "Doors close on Friday.")
	k.enter("meetings", "type", "emergency", "on", today, "chair", "Head of Adults")
	k.enter("attendance", "meeting", "1", "seat", "contracts", "organisation", "Council", "name", "Head", "present", "member")
	k.enter("team", "role", "lead", "organisation", "Council", "name", "Duty manager", "activated_on", today)
	k.goTo(k.path + "/affected")
	shoot(t, ctx, "case-people")
	sound(t, ctx, script, "the people affected")
	do(t, ctx, chromedp.Click(chromedp.CSS(`form[action$="/affected/listed"] button`)), chromedp.WaitVisible(chromedp.CSS(".bw-flash")))
	k.says("under pseudonyms")
	k.enter("duty", "on", today, "registered", "yes", "registered_evidence", "Register", "cannot", "yes", "cannot_evidence", "Letter", "regulated", "yes", "regulated_evidence", "Care", "business", "yes",
		"business_evidence", "Administration", "options", "Two providers were asked.", "began_on", today, "ended_on", today)
	k.says("The temporary duty arises.")
	for _, point := range []string{"options", "s48", "team", "list", "duty"} {
		k.tick("provider_failure/" + point)
	}
	shoot(t, ctx, "case-failure")
	k.move("end_failure")
	k.says("Stage 6: closure")
	k.goTo("/cases")
	shoot(t, ctx, "cases")
	sound(t, ctx, script, "the list of cases")

	// A case at market management is closed after a confirmation.
	k.goTo("/cases/new")
	do(t, ctx, chromedp.Click(chromedp.CSS(`input[name=stage][value=market_management]`)))
	k.fillIn("provider_name", "Marsh Day Centre", "reason", "A call from a family.")
	k.recorded("#reason")
	k.path = run(t, ctx, chromedp.Evaluate[string](`location.pathname`))
	k.moveWeighty("close")
	k.says("Closed")
	for _, said := range complaints() {
		if !strings.Contains(said, "422") { // the confirmation that was asked for
			t.Error(said)
		}
	}
}

// TestBrowserTheGroupsPackAndEscalation: the group finds the case whose risks remain high, puts its pack together and decides.
func TestBrowserTheGroupsPackAndEscalation(t *testing.T) {
	ctx, script := browser(t), axe(t)
	st := newSite(t, county(t), withPeople)
	if !st.server.AssetsBuilt() {
		tooltest.Missing(t, "front-end assets aren't built: run make assets")
	}
	path := st.opens("chair", fill("provider_id", "1-9000001", "stage", "quality_assurance", "reason", "Concerns continue."))
	st.sends("chair", path+"/developments", entry(map[string]string{"on": today}, "kind", "high_risk", "what", "Nothing has changed in three months."), "Recorded")
	complaints := watch(t, ctx)
	signInWith(t, ctx, st, "chair")
	k := &clerk{t: t, ctx: ctx, base: st.web.URL, path: path}
	do(t, ctx, chromedp.EmulateViewport(1280, 1000))
	k.goTo("/review")
	k.says("whose risks remain high: is it escalated?")
	shoot(t, ctx, "review-escalations")
	sound(t, ctx, script, "the queue with an escalation")
	k.goTo("/review/pack?p=1-9000001")
	k.says("1. Saltmarsh Homes")
	shoot(t, ctx, "group-pack")
	sound(t, ctx, script, "the group's pack")
	do(t, ctx, chromedp.SetValue(chromedp.CSS("#recipients"), "Chief Nurse, ICB"), chromedp.Submit(chromedp.CSS("#recipients")), chromedp.WaitVisible(chromedp.CSS(".bw-secret")))
	shoot(t, ctx, "group-pack-sealed")
	k.goTo("/review/cases/" + strings.TrimPrefix(path, "/cases/"))
	shoot(t, ctx, "escalation")
	sound(t, ctx, script, "the decision on escalation")
	do(t, ctx, chromedp.Click(chromedp.CSS(`input[name=decision][value=escalate]`)), chromedp.SetValue(chromedp.CSS("#reason"), "Nothing came of it."))
	k.recorded("#reason")
	k.says("Referred by QSIG. Nothing came of it.")
	for _, said := range complaints() {
		t.Error(said)
	}
}
