//go:build browser

package dashboard

import (
	"context"
	"strings"
	"testing"

	"bellwether/internal/browsertest"
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
	browsertest.Do(k.t, k.ctx, chromedp.Navigate(k.base+path), chromedp.WaitVisible(chromedp.CSS("h1")))
}

// fillIn sets fields by their ids; a date is set by its three boxes.
func (k *clerk) fillIn(pairs ...string) {
	k.t.Helper()
	for i := 0; i+1 < len(pairs); i += 2 {
		if d := strings.Split(pairs[i+1], "-"); len(d) == 3 && len(d[0]) == 4 {
			for n, box := range []string{"year", "month", "day"} {
				browsertest.Do(k.t, k.ctx, chromedp.SetValue(chromedp.CSS("#"+pairs[i]+"-"+box), d[n]))
			}
			continue
		}
		browsertest.Do(k.t, k.ctx, chromedp.SetValue(chromedp.CSS("#"+pairs[i]), pairs[i+1]))
	}
}

// recorded submits the form that a field belongs to and waits for the sentence that says so.
func (k *clerk) recorded(field string) {
	k.t.Helper()
	browsertest.Do(k.t, k.ctx, browsertest.Submit(field, ".bw-flash"))
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
	browsertest.Do(k.t, k.ctx, browsertest.Press(id+" summary"), browsertest.Click(id+" button", ".bw-flash"))
}

func (k *clerk) move(move string) {
	k.t.Helper()
	k.goTo(k.path)
	browsertest.Do(k.t, k.ctx, browsertest.Press(`input[name=move][value=`+move+`]`), chromedp.SetValue(chromedp.CSS("#reason"), "As the meeting decided."))
	k.recorded("#reason")
}

// moveWeighty makes a move that asks for a confirmation.
func (k *clerk) moveWeighty(move string) {
	k.t.Helper()
	k.goTo(k.path)
	browsertest.Do(k.t, k.ctx, browsertest.Press(`input[name=move][value=`+move+`]`), chromedp.SetValue(chromedp.CSS("#reason"), "As the meeting decided."), browsertest.Submit("#reason", "#confirm"))
	shoot(k.t, k.ctx, "case-confirm")
	browsertest.Do(k.t, k.ctx, browsertest.Press("#confirm"))
	k.recorded("#reason")
}

func (k *clerk) says(want string) {
	k.t.Helper()
	if text := browsertest.Run(k.t, k.ctx, chromedp.Text(chromedp.CSS("main"))); !strings.Contains(text, want) {
		k.t.Errorf("the page misses %q", want)
	}
}

// becomes signs whoever sits at the browser out and somebody else in.
func (k *clerk) becomes(st *site, user string) {
	k.t.Helper()
	browsertest.Do(k.t, k.ctx, chromedp.Navigate(k.base+"/help"), chromedp.WaitVisible(chromedp.CSS(`form[action="/sign-out"] button`)), browsertest.Click(`form[action="/sign-out"] button`, "#username"))
	signInWith(k.t, k.ctx, st, user)
}

// press clicks what leads to a recorded step.
func (k *clerk) press(sel string) {
	k.t.Helper()
	browsertest.Do(k.t, k.ctx, browsertest.Click(sel, ".bw-flash"))
}

// amend changes fields of an entry that is there.
func (k *clerk) amend(entry string, pairs ...string) { k.t.Helper(); k.enter(entry, pairs...) }

// refused submits the form that a field belongs to and waits for the reason why it can't be recorded.
func (k *clerk) refused(field, why string) {
	k.t.Helper()
	browsertest.Do(k.t, k.ctx, browsertest.Submit(field, ".govuk-error-summary"))
	k.says(why)
}

// pictured keeps a picture and looks for what axe finds.
func (k *clerk) pictured(script, name string) {
	k.t.Helper()
	shoot(k.t, k.ctx, name)
	sound(k.t, k.ctx, script, name)
}

// opensCase opens a case at a stage from the form that is on the screen.
func (k *clerk) opensCase(stage string, pairs ...string) {
	k.t.Helper()
	browsertest.Do(k.t, k.ctx, chromedp.WaitVisible(chromedp.CSS("#reason")), browsertest.Press(`input[name=stage][value=`+stage+`]`))
	k.fillIn(pairs...)
	k.recorded("#reason")
	k.path = browsertest.Run(k.t, k.ctx, chromedp.Evaluate[string](`location.pathname`))
}

// TestBrowserFromFlagToClosureAndStraightToFailure plays one provider from its first flag to closure and its return, and another straight
// to failure, each step through the pages.
func TestBrowserFromFlagToClosureAndStraightToFailure(t *testing.T) {
	ctx, script := browsertest.Open(t), axe(t)
	st := newSite(t, county(t), withPeople)
	if !st.server.AssetsBuilt() {
		tooltest.Missing(t, "front-end assets aren't built: run make assets")
	}
	complaints := browsertest.Complaints(t, ctx)
	k := &clerk{t: t, ctx: ctx, base: st.web.URL}
	browsertest.Do(t, ctx, chromedp.EmulateViewport(1280, 1000))
	signInWith(t, ctx, st, "chair")
	k.takesUpTheFlag(script)
	k.becomes(st, "sal")
	k.beginsTheProcess(script)
	k.holdsTheMeetings(script)
	k.suspendsFairly(script)
	k.assuresAndCloses(script)
	st.flagsAgain()
	k.returns(st, script)
	k.becomes(st, "sal")
	k.fails(script)
	// A case at market management is closed after a confirmation.
	k.goTo("/cases/new")
	k.opensCase("market_management", "provider_name", "Marsh Day Centre", "reason", "A call from a family.")
	k.moveWeighty("close")
	k.says("Closed")
	for _, said := range complaints() {
		if !strings.Contains(said, "422") { // what was refused, and the confirmation that was asked for
			t.Error(said)
		}
	}
}

// takesUpTheFlag: the group takes the item of the queue up, notes what it hears, and decides to escalate.
func (k *clerk) takesUpTheFlag(script string) {
	k.t.Helper()
	k.goTo("/review")
	browsertest.Do(k.t, k.ctx, browsertest.Click(`#i-`+flagConcerns+` .bw-queue__who a`, "#acknowledge_owner"))
	k.says("17 concerns in 12 weeks")
	k.fillIn("acknowledge_owner", "u-chair", "acknowledge_deputy", "u-member")
	k.recorded("#acknowledge_owner")
	browsertest.Do(k.t, k.ctx, chromedp.SetValue(chromedp.CSS("#note_note"), "The contract officer visits on Friday."))
	k.recorded("#note_note")
	browsertest.Do(k.t, k.ctx, browsertest.Press(`input[name=decide_outcome][value=escalate]`))
	k.fillIn("decide_reason", "Medicines are late and a manager has left.", "decide_next_review", "2026-10-29")
	k.recorded("#decide_reason")
	k.says("Decided for Saltmarsh Homes: Escalate")
	k.says("No case is open about this provider yet.")
	k.pictured(script, "case-escalated")
	// The group's own meeting and its minutes have a clock.
	k.goTo("/review/changes")
	k.fillIn("met_on", today)
	k.recorded("#met_on-day")
	k.says("not written yet, to be with all members by 8 Oct 2026")
	browsertest.Do(k.t, k.ctx, chromedp.SetValue(chromedp.CSS("#minutes"), "Saltmarsh is escalated."), chromedp.Evaluate[chromedp.Void](`document.querySelector('input[name=agreed]').checked = true`))
	k.recorded("#minutes")
	k.pictured(script, "review-minutes")
	k.fillIn("circulated_on", today)
	k.recorded("#circulated_on-day")
	k.says("The minutes of every meeting are with all members.")
}

// beginsTheProcess: a case from the flag, the panel, the directory, who is told, and the decision to initiate.
func (k *clerk) beginsTheProcess(script string) {
	k.t.Helper()
	k.goTo("/review/" + flagConcerns)
	browsertest.Do(k.t, k.ctx, browsertest.Click(`#item a[href^="/cases/new"]`, "#reason"))
	k.opensCase("market_management", "reason", "Seventeen concerns in twelve weeks.")
	k.pictured(script, "case-opened")
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
	k.enter("involvement", "on", today, "involved", "involved", "reason", "It works with us.", "contact", "free")
	// Whoever is due to be told is worked out, with each placing authority of the data.
	k.goTo(k.path + "/notifications")
	k.says("Wrenshire Council")
	k.pictured(script, "case-notifications")
	k.press(`form[action$="/notifications/due"] button`)
	k.says("Nothing has been sent")
	k.amend("notifications/1", "sent_on", today, "acknowledged_on", today)
	for _, point := range []string{"risk", "welfare", "criminal", "placing", "provider", "lead", "decision"} {
		k.tick("decision_to_initiate/" + point)
	}
	k.move("initiate")
}

// holdsTheMeetings: the initial and the findings meeting, the strategic group with and without its quorum, minutes from draft to
// circulated, actions and the improvement plan.
func (k *clerk) holdsTheMeetings(script string) {
	k.t.Helper()
	k.enter("communications", "audience", "Residents and families", "message", "The lead officer writes and visits.", "agreed_on", today)
	k.enter("adults", "person", "p0fba31c", "placing", "Wrenshire Council", "advocate", "advocate", "capacity", "supported", "wanted", "To stay near family.", "told_on", today)
	k.enter("meetings", "type", "findings", "on", today, "chair", "Ada Chair")
	k.enter("attendance", "meeting", "1", "seat", "contracts", "organisation", "Council", "name", "Contract officer", "present", "member")
	k.tick("initial_meeting/findings_date")
	k.move("to_findings")
	// Minutes: a draft to the chair, agreed, circulated, and then locked.
	k.amend("meetings/1", "minutes", "Three issues were found.", "drafted_on", today)
	k.amend("meetings/1", "agreed_on", today)
	k.amend("meetings/1", "circulated_on", today)
	k.says("Minutes circulated on 1 Oct 2026.")
	k.says("before that")
	k.pictured(script, "case-minutes")
	// The strategic group: its process begins, it meets without and then with its quorum.
	k.goTo(k.path)
	browsertest.Do(k.t, k.ctx, chromedp.SetValue(chromedp.CSS("#route"), "process"), chromedp.SetValue(chromedp.CSS("#begin_reason"), "A senior response is needed."), chromedp.Evaluate[chromedp.Void](`document.querySelector('input[name=track][value=strategic_group]').checked = true`))
	k.recorded("#begin_reason")
	k.enter("meetings", "type", "strategic", "on", today, "chair", "Director", "frequency", "Every two weeks")
	k.enter("attendance", "meeting", "2", "seat", "dass", "organisation", "Council", "name", "Director", "present", "nominee")
	k.enter("resolutions", "meeting", "2", "decision", "Fortnightly meetings.", "reason", "The risk is high.")
	k.says("Not authorised: advice only, because the integrated care board was not represented.")
	k.enter("attendance", "meeting", "2", "seat", "icb", "organisation", "Sussex ICB", "name", "Chief Nurse", "present", "member")
	k.goTo(k.path + "/resolutions")
	k.says("Authorised.")
	k.goTo(k.path + "/meetings")
	k.pictured(script, "case-meetings")
	k.enter("issues", "issue", "Medicines are late.", "measure", "safety", "baseline", "9 late rounds")
	k.enter("improvements", "issue", "1", "action", "A second trolley.", "target", "No late round", "owner", "Manager", "due_on", "2026-11-01", "evidence", "Charts", "verifier", "Contract officer")
	k.enter("plans", "on", today, "agreed_on", today, "agreed_by", "Panel", "review_on", "2026-12-01")
	k.enter("actions", "number", "1", "detail", "Visit on a weekend", "owner", "Oz Officer", "deputy", "Una Deputy", "organisation", "Council", "due_on", "2026-10-20", "duty", "commissioning")
	k.amend("actions/1", "update", "Visited on Saturday.", "completed_on", today, "filed", "yes")
	k.goTo(k.path + "/actions")
	k.pictured(script, "case-actions")
	k.enter("risks", "theme", "Medicines", "description", "Late rounds", "likelihood", "3", "impact", "4", "controls", "Daily checks", "owner", "Lead enquiry officer", "trigger", "A hospital admission", "review_on", "2026-10-20")
}

// suspendsFairly: no suspension before the provider has the reasons, and its reply beside it.
func (k *clerk) suspendsFairly(script string) {
	k.t.Helper()
	k.goTo(k.path + "/placements")
	k.fillIn("status", "partial", "scope", "New placements", "on", today, "reason", "Medicines", "decided_by", "Panel", "urgent", "no", "review_on", "2026-10-29", "lift", "Two clear visits")
	k.refused("#scope", "the provider gets the reasons, unless it is urgent")
	k.pictured(script, "case-unfair")
	k.fillIn("reasons_on", today, "appeal_by", "2026-10-15")
	k.recorded("#scope")
	k.enter("replies", "on", today, "kind", "correction", "about", "The suspension", "reply", "Two records are one event.")
	k.goTo("/flags/" + flagConcerns)
	k.says("Two records are one event.")
	shoot(k.t, k.ctx, "case-reply-beside-flag")
	// A serious delay holds the case until an update meeting is held.
	k.enter("developments", "kind", "serious_delay", "on", today, "what", "No trolley yet.")
	k.goTo(k.path)
	k.says("an update meeting must be held")
	k.pictured(script, "case-forced")
	k.move("update")
	k.enter("meetings", "type", "update", "on", today, "chair", "Ada Chair")
	k.amend("placements/1", "lifted_on", today, "lifted_by", "Panel")
}

// assuresAndCloses: tested from more than one side, the papers, the chair's letters, and the watch period.
func (k *clerk) assuresAndCloses(script string) {
	k.t.Helper()
	k.amend("improvements/1", "verified_on", today)
	k.move("assure")
	k.enter("assurance", "on", today, "strategy", "A telephone sample of six.", "source", "adults", "finding", "They noticed.", "attained", "attained", "by", "Healthwatch")
	k.goTo(k.path)
	browsertest.Do(k.t, k.ctx, browsertest.Press(`input[name=move][value=begin_closure]`), chromedp.SetValue(chromedp.CSS("#reason"), "It looks well."))
	k.refused("#reason", "improvement must be shown to be attained and sustained")
	k.enter("assurance", "on", today, "strategy", "Six rounds.", "source", "visit", "finding", "All on time.", "attained", "sustained", "by", "Contract officer")
	k.goTo(k.path + "/meetings/1/papers")
	k.says("Agenda")
	k.pictured(script, "case-papers")
	k.move("begin_closure")
	for _, to := range []string{"provider", "cqc"} {
		k.enter("letters", "to", to, "name", to, "on", today, "chair", "Ada Chair")
	}
	k.tick("closure/letters")
	k.move("close_concern")
	k.goTo(k.path)
	k.says("Watch period")
	k.pictured(script, "case-watch")
}

// returns: a flag in the watch period stands at the top of the queue, holds the case, and brings it back.
func (k *clerk) returns(st *site, script string) {
	k.t.Helper()
	k.becomes(st, "chair")
	k.goTo("/review")
	k.says("1 case flagged again in the watch period: it returns")
	k.pictured(script, "case-flagged-again")
	k.becomes(st, "sal")
	k.goTo(k.path)
	k.says("A flag was raised in the watch period: the case returns.")
	k.move("return")
	k.says("Stage 1: decision to initiate")
}

// fails: another provider goes straight to failure: one that is in the data, so that its people and places are listed.
func (k *clerk) fails(script string) {
	k.t.Helper()
	k.goTo("/cases/new?provider=1-9000001")
	k.opensCase("provider_failure", "reason", "The administrator rang: the doors close on Friday.")
	k.enter("developments", "kind", "emergency_closure", "on", today, "what", "Doors close on Friday.")
	k.goTo(k.path)
	k.says("the Heads of Service meet urgently")
	k.enter("meetings", "type", "emergency", "on", today, "chair", "Head of Adults")
	k.enter("attendance", "meeting", "1", "seat", "contracts", "organisation", "Council", "name", "Head", "present", "member")
	k.goTo(k.path)
	browsertest.Do(k.t, k.ctx, chromedp.SetValue(chromedp.CSS("#begin_reason"), "The closure response plan is invoked."), chromedp.Evaluate[chromedp.Void](`document.querySelector('input[name=track][value=emergency_planning]').checked = true`))
	k.recorded("#begin_reason")
	k.enter("team", "role", "lead", "organisation", "Council", "name", "Duty manager", "activated_on", today)
	k.goTo(k.path + "/affected")
	k.pictured(script, "case-people")
	k.press(`form[action$="/affected/listed"] button`)
	k.says("under pseudonyms")
	k.amend("affected/1", "alternative", "A home in the next town", "moved_on", today)
	k.goTo(k.path + "/duty")
	k.fillIn("on", today, "registered", "yes", "registered_evidence", "Register", "cannot", "no", "cannot_evidence", "The administrator keeps it running.", "regulated", "yes", "regulated_evidence", "Care", "business", "yes",
		"business_evidence", "Administration", "options", "Two providers were asked.", "began_on", today)
	k.refused("#options", "a provider still able to operate does not trigger it")
	k.fillIn("cannot", "yes", "cannot_evidence", "Letter", "ended_on", today)
	k.recorded("#options")
	k.says("The temporary duty arises.")
	k.pictured(script, "case-duty")
	for _, point := range []string{"options", "s48", "team", "list", "alternatives", "people", "duty"} {
		k.tick("provider_failure/" + point)
	}
	k.goTo(k.path)
	k.pictured(script, "case-failure")
	k.move("end_failure")
	k.says("Stage 6: closure")
	for _, to := range []string{"provider", "cqc"} {
		k.enter("letters", "to", to, "name", to, "on", today, "chair", "Ada Chair")
	}
	k.move("close_concern")
	k.says("Watch period")
	k.goTo("/cases")
	k.pictured(script, "cases")
	k.goTo("/actions?state=all")
	k.pictured(script, "actions")
}

// TestBrowserTheGroupsPackAndEscalation: the group finds the case whose risks remain high, puts its pack together and decides.
func TestBrowserTheGroupsPackAndEscalation(t *testing.T) {
	ctx, script := browsertest.Open(t), axe(t)
	st := newSite(t, county(t), withPeople)
	if !st.server.AssetsBuilt() {
		tooltest.Missing(t, "front-end assets aren't built: run make assets")
	}
	path := st.opens("chair", fill("provider_id", "1-9000001", "stage", "quality_assurance", "reason", "Concerns continue."))
	st.sends("chair", path+"/developments", entry(map[string]string{"on": today}, "kind", "high_risk", "what", "Nothing has changed in three months."), "Recorded")
	complaints := browsertest.Complaints(t, ctx)
	signInWith(t, ctx, st, "chair")
	k := &clerk{t: t, ctx: ctx, base: st.web.URL, path: path}
	browsertest.Do(t, ctx, chromedp.EmulateViewport(1280, 1000))
	k.goTo("/review")
	k.says("whose risks remain high: is it escalated?")
	shoot(t, ctx, "review-escalations")
	sound(t, ctx, script, "the queue with an escalation")
	k.goTo("/review/pack?p=1-9000001")
	k.says("1. Saltmarsh Homes")
	shoot(t, ctx, "group-pack")
	sound(t, ctx, script, "the group's pack")
	browsertest.Do(t, ctx, chromedp.SetValue(chromedp.CSS("#recipients"), "Chief Nurse, ICB"), browsertest.Submit("#recipients", ".bw-secret"))
	shoot(t, ctx, "group-pack-sealed")
	k.goTo("/review/interests?provider=1-9000002")
	k.says("No interest stands that has not been cleared.")
	k.fillIn("person", "u-member", "interest", "A trustee of the provider.")
	k.recorded("#interest")
	k.pictured(script, "review-interests")
	k.goTo("/review/cases/" + strings.TrimPrefix(path, "/cases/"))
	shoot(t, ctx, "escalation")
	sound(t, ctx, script, "the decision on escalation")
	browsertest.Do(t, ctx, browsertest.Press(`input[name=decision][value=escalate]`), chromedp.SetValue(chromedp.CSS("#reason"), "Nothing came of it."))
	k.recorded("#reason")
	k.says("Referred by QSIG. Nothing came of it.")
	for _, said := range complaints() {
		t.Error(said)
	}
}
