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
	k.goTo("/flags/" + flagConcerns)
	do(t, ctx, chromedp.Click(chromedp.CSS(`.bw-reviewed a[href^="/cases/new"]`)), chromedp.WaitVisible(chromedp.CSS("#reason")), chromedp.Click(chromedp.CSS(`input[name=stage][value=decision_to_initiate]`)))
	k.fillIn("reason", "Seventeen concerns in twelve weeks.")
	k.recorded("#reason")
	k.path = run(t, ctx, chromedp.Evaluate[string](`location.pathname`))
	shoot(t, ctx, "case-opened")
	sound(t, ctx, script, "a case")
	for _, role := range []string{"lead_agency", "chair", "lead_enquiry_officer"} {
		k.enter("roles", "role", role, "organisation", "Larkshire County Council", "name", "Post", "since", today)
	}
	k.tick("decision_to_initiate/decision")
	k.move("initiate")
	k.enter("meetings", "type", "findings", "on", today, "chair", "Ada Chair")
	shoot(t, ctx, "case-meetings")
	sound(t, ctx, script, "a register")
	k.move("to_findings")
	k.enter("issues", "issue", "Medicines are late.", "measure", "safety", "baseline", "9 late rounds")
	k.enter("improvements", "issue", "1", "action", "A second trolley.", "target", "No late round", "owner", "Manager", "due_on", "2026-11-01", "evidence", "Charts", "verifier", "Contract officer")
	k.enter("plans", "on", today, "agreed_on", today, "agreed_by", "Panel", "review_on", "2026-12-01")
	k.move("assure")
	k.enter("assurance", "on", today, "strategy", "Six rounds.", "source", "visit", "finding", "All on time.", "attained", "sustained", "by", "Contract officer")
	k.move("begin_closure")
	for _, to := range []string{"provider", "cqc"} {
		k.enter("letters", "to", to, "name", to, "on", today, "chair", "Ada Chair")
	}
	k.move("close_concern")
	k.goTo(k.path)
	k.says("Watch period")
	shoot(t, ctx, "case-watch")
	sound(t, ctx, script, "a case with its history")

	k.goTo("/cases/new")
	do(t, ctx, chromedp.Click(chromedp.CSS(`input[name=stage][value=provider_failure]`)))
	k.fillIn("provider_name", "Marsh Day Centre", "reason", "The administrator rang: the doors close on Friday.")
	k.recorded("#reason")
	k.path = run(t, ctx, chromedp.Evaluate[string](`location.pathname`))
	k.enter("team", "role", "lead", "organisation", "Council", "name", "Duty manager", "activated_on", today)
	k.enter("affected", "service", "Day centre", "person", "p0fba31c", "funder", "council", "needs", "Transport", "alternative", "Larkfield centre")
	k.enter("duty", "on", today, "registered", "yes", "registered_evidence", "Register", "cannot", "yes", "cannot_evidence", "Letter", "regulated", "yes", "regulated_evidence", "Care", "business", "yes",
		"business_evidence", "Administration", "options", "Two providers were asked.", "began_on", today, "ended_on", today)
	k.says("The temporary duty arises.")
	k.move("end_failure")
	k.says("Stage 6: closure")
	shoot(t, ctx, "case-failure")
	k.goTo("/cases")
	shoot(t, ctx, "cases")
	sound(t, ctx, script, "the list of cases")
	for _, said := range complaints() {
		t.Error(said)
	}
}
