package dashboard

import (
	"context"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"bellwether/dashboard/internal/larkshire"
	"bellwether/dashboard/read"
)

var versionField = regexp.MustCompile(`name="version" value="(\d+)"`)

// version reads which state of a case a page was made from.
func (st *site) version(as, path string) string {
	st.t.Helper()
	_, body := st.get(as, path)
	m := versionField.FindStringSubmatch(body)
	if m == nil {
		st.t.Fatalf("%s shows %s no form:\n%.900s", path, as, body[strings.Index(body, "<main"):])
	}
	return m[1]
}

// sends fills the state in and posts; the page that follows must say what is wanted, and the form must have been recorded.
func (st *site) sends(as, path string, form url.Values, want ...string) string {
	st.t.Helper()
	form.Set("version", st.version(as, path))
	status, body := st.act(as, path, form)
	if status != http.StatusSeeOther {
		st.t.Fatalf("%s to %s: %d %v\n%s", as, path, status, form, mainOf(body))
	}
	for _, w := range want {
		if !strings.Contains(body, w) {
			st.t.Errorf("after %s to %s the page misses %q", as, path, w)
		}
	}
	return body
}

// refuses posts a form that must not be recorded and gives what the page says.
func (st *site) refuses(as, path string, form url.Values, want string) {
	st.t.Helper()
	form.Set("version", st.version(as, path))
	status, body := st.act(as, path, form)
	if status != http.StatusUnprocessableEntity || !strings.Contains(strings.ToLower(body), strings.ToLower(want)) {
		st.t.Errorf("%s to %s: %d, want it refused with %q\n%s", as, path, status, want, mainOf(body))
	}
}

// mainOf is the start of a page's content, for a failing test to show.
func mainOf(body string) string {
	if i := strings.Index(body, "<main"); i >= 0 {
		body = body[i:]
	}
	return body[:min(len(body), 1500)]
}

// opens opens a case and gives its address.
func (st *site) opens(as string, form url.Values) string {
	st.t.Helper()
	resp, body := st.send(as, http.MethodPost, "/cases/new", form, nil)
	if resp.StatusCode != http.StatusSeeOther {
		st.t.Fatalf("opening: %d\n%s", resp.StatusCode, mainOf(body))
	}
	return resp.Header.Get("Location")
}

func (st *site) ticks(as, path, stage string, points ...string) {
	st.t.Helper()
	for _, p := range points {
		st.sends(as, path, fill("step", "tick", "point", stage+"/"+p), "Met: ")
	}
}

func (st *site) moves(as, path, move, want string) {
	st.t.Helper()
	st.sends(as, path, fill("step", "move", "move", move, "reason", "As the meeting decided.", "confirm", "yes"), want)
}

// entry is a form of a register, with its dates.
func entry(dates map[string]string, pairs ...string) url.Values {
	f := fill(pairs...)
	for field, day := range dates {
		on(f, field, day)
	}
	return f
}

const today = "2026-10-01"

// TestFromFirstFlagToClosure plays one provider through every stage, as a panel would, through the pages alone.
func TestFromFirstFlagToClosure(t *testing.T) {
	st := newSite(t, county(t), withPeople)
	_, flag := st.get("sal", "/flags/"+flagConcerns)
	needs(t, flag, "open a case from it")
	path := st.opens("sal", fill("provider_id", "1-9000001", "flag_id", flagConcerns, "stage", "pre_provider_concern", "reason", "Seventeen concerns, and a manager who has left."))
	_, body := st.get("sal", path)
	needs(t, body, "Saltmarsh Homes", "Pre-provider concern", "0 of 6 met", "the flag it came from", "seeing level 2, 2 open flags", "OFFICIAL-SENSITIVE")

	// The panel has an officer's report, an improvement plan and a review period before it.
	st.sends("sal", path+"/reports", entry(map[string]string{"on": today}, "by", "Contract officer", "report", "Two visits.", "plan", "Weekly checks.", "recommendation", "escalate"), "Recorded: report.")
	st.refuses("sal", path, fill("step", "move", "move", "begin_closure", "reason", "At once."), "the pathway has no such step from here: from Pre-provider concern there is “Continue support”")
	st.moves("sal", path, "escalate", "The case now stands at: Stage 1: decision to initiate.")
	st.refuses("sal", path, fill("step", "move", "move", "initiate", "reason", "Start."), "the lead agency, the chair and the lead enquiry officer must be named")
	for role, person := range map[string]string{"lead_agency": "", "chair": "u-chair", "lead_enquiry_officer": "u-sal", "host_authority": ""} {
		st.sends("sal", path+"/roles", entry(map[string]string{"since": today}, "role", role, "organisation", "Larkshire County Council", "name", "Post of "+role, "person", person), "Recorded: role.")
	}
	st.ticks("sal", path, "decision_to_initiate", "risk", "welfare", "criminal", "placing", "provider", "lead", "decision")
	st.moves("sal", path, "initiate", "Stage 2: initial meeting")
	st.refuses("sal", path, fill("step", "move", "move", "to_findings", "reason", "Go on."), "the initial meeting does not close without a date for the findings meeting")
	st.refuses("sal", path, fill("step", "tick", "point", "initial_meeting/findings_date"), "put the findings meeting among the meetings")
	st.sends("chair", path+"/meetings", entry(map[string]string{"on": "2026-10-08"}, "type", "findings", "chair", "Ada Chair", "agenda", "Findings."), "Recorded: meeting.")
	st.ticks("sal", path, "initial_meeting", "findings_date", "themes")
	st.moves("sal", path, "to_findings", "Stage 3: findings meeting")

	// The plan: an issue, an action whose verifier is somebody else, and only then its submission.
	st.refuses("sal", path+"/plans", entry(map[string]string{"on": today, "review_on": "2026-12-01"}), "a plan answers issues: record them first")
	st.sends("sal", path+"/issues", fill("issue", "Medicines are given late.", "measure", "safety", "baseline", "9 late rounds in 4 weeks"), "Recorded: issue.")
	st.refuses("sal", path+"/plans", entry(map[string]string{"on": today, "review_on": "2026-12-01"}), "issue 1 has no action")
	st.refuses("sal", path+"/improvements", entry(map[string]string{"due_on": "2026-11-01"}, "issue", "1", "action", "A second trolley.", "target", "No late round in 4 weeks", "owner", "Manager", "evidence", "Charts", "verifier", "manager"), "the verifier is somebody other than the owner")
	st.sends("sal", path+"/improvements", entry(map[string]string{"due_on": "2026-11-01"}, "issue", "1", "action", "A second trolley.", "target", "No late round in 4 weeks", "owner", "Manager", "evidence", "Charts", "verifier", "Contract officer"), "Recorded: improvement action.")
	st.refuses("sal", path, fill("step", "move", "move", "assure", "reason", "Ready."), "an improvement plan must be agreed")
	st.sends("sal", path+"/plans", entry(map[string]string{"on": today, "agreed_on": today, "review_on": "2026-12-01"}, "agreed_by", "Panel"), "Recorded: submission.")

	// Serious delay forces an update meeting, and says so on the page.
	st.sends("sal", path+"/developments", entry(map[string]string{"on": today}, "kind", "serious_delay", "what", "No trolley yet."), "Recorded: development.")
	_, body = st.get("sal", path)
	needs(t, body, "This must happen.", "an update meeting must be held")
	st.refuses("sal", path, fill("step", "move", "move", "assure", "reason", "Ready."), "an update meeting must be held")
	st.moves("sal", path, "update", "Stage 4: update meeting")
	st.refuses("sal", path, fill("step", "move", "move", "assure", "reason", "Ready."), "the update meeting must be held and recorded")
	st.sends("chair", path+"/meetings", entry(map[string]string{"on": today}, "type", "update", "chair", "Ada Chair", "agenda", "The delay."), "Recorded: meeting.")
	st.moves("sal", path, "assure", "Stage 5: quality assurance")
	st.refuses("sal", path, fill("step", "move", "move", "begin_closure", "reason", "Well."), "improvement must be shown to be attained and sustained")
	st.sends("sal", path+"/assurance", entry(map[string]string{"on": today}, "strategy", "Six unannounced rounds.", "source", "visit", "finding", "All on time.", "attained", "sustained", "by", "Contract officer"), "Recorded: test.")
	st.ticks("sal", path, "quality_assurance", "strategy", "tested")
	st.moves("sal", path, "begin_closure", "Stage 6: closure")
	st.refuses("sal", path, fill("step", "tick", "point", "closure/letters"), "record the letters to the provider and to CQC")
	for _, to := range []string{"provider", "cqc"} {
		st.sends("sal", path+"/letters", entry(map[string]string{"on": today}, "to", to, "name", to, "chair", "Ada Chair"), "Recorded: closure letter.")
	}
	st.ticks("sal", path, "closure", "evidence", "letters")
	st.moves("sal", path, "close_concern", "Watch period")
	st.refuses("sal", path, fill("step", "move", "move", "end_watch", "reason", "Long enough."), "the watch period must have passed without a flag")
	// What stood when the case was closed is no return.
	if _, body = st.get("chair", "/review"); strings.Contains(body, "flagged again in the watch period") {
		t.Error("the flags that stood when the case was closed bring it back")
	}
	st.flagsAgain()
	// A flag in it returns the case, and the group's queue says so until somebody has moved it.
	_, body = st.get("chair", "/review")
	needs(t, body, "1 case flagged again in the watch period: it returns", `href="`+path+`"`)
	st.moves("sal", path, "return_low", "Pre-provider concern")
	if _, body = st.get("chair", "/review"); strings.Contains(body, "flagged again in the watch period") {
		t.Error("a case that has returned is still said to return")
	}
	_, body = st.get("member", path)
	needs(t, body, "History", "Return as a pre-provider concern", "Close and watch", "by Sal Safeguarding")
	if strings.Contains(body, "Move the case") {
		t.Error("a member of the group may read a case, and is offered to move it")
	}
	_, body = st.get("sal", "/providers/1-9000001")
	needs(t, body, "Cases", "Pre-provider concern", "Open a case")
}

// TestStraightToFailure: levels may be skipped, for a provider that the data does not know, and the duty is four answers.
func TestStraightToFailure(t *testing.T) {
	st := newSite(t, county(t), withPeople)
	resp, body := st.send("sal", http.MethodPost, "/cases/new", fill("provider_name", "Marsh Day Centre", "stage", "provider_failure", "reason", "It closed."), nil)
	if resp.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(body, "failure is never inferred") && !strings.Contains(body, "Failure is never inferred") {
		t.Errorf("failure without its event: %d", resp.StatusCode)
	}
	path := st.opens("sal", fill("provider_name", "Marsh Day Centre", "stage", "provider_failure", "reason", "The administrator rang: staff are not paid and the doors close on Friday."))
	_, body = st.get("sal", path)
	needs(t, body, "Marsh Day Centre", "not in the data", "Provider failure", "An emergency response team is activated")
	st.refuses("sal", path, fill("step", "begin", "track", "emergency_planning", "begin_reason", "Now."), "one of the two criteria of the closure plan must be named")
	st.sends("sal", path+"/developments", entry(map[string]string{"on": today}, "kind", "emergency_closure", "what", "Doors close on Friday."), "Recorded")
	_, body = st.get("sal", path)
	needs(t, body, "the Heads of Service meet urgently")
	st.sends("sal", path+"/meetings", entry(map[string]string{"on": today}, "type", "emergency", "chair", "Head of Adults"), "Recorded")
	st.refuses("sal", path+"/resolutions", fill("meeting", "1", "decision", "Step in.", "reason", "Friday."), "nobody attended this meeting")
	for _, seat := range []string{"dass", "contracts"} {
		st.sends("sal", path+"/attendance", fill("meeting", "1", "seat", seat, "organisation", "Council", "name", "Head", "present", "member"), "Recorded")
	}
	st.sends("sal", path, fill("step", "begin", "track", "emergency_planning", "begin_reason", "Heads of Service meet today."), "Begun: Emergency planning", "The closure response plan is invoked")

	four := []string{"registered", "yes", "registered_evidence", "CQC register", "cannot", "yes", "cannot_evidence", "Administrator's letter", "regulated", "yes", "regulated_evidence", "Accommodation with care", "business", "no", "business_evidence", "A fire", "options", "Talks with two providers failed."}
	st.refuses("sal", path+"/duty", entry(map[string]string{"on": today, "began_on": today}, four...), "the duty does not arise while one of the four answers is no")
	four[13], four[15] = "yes", "Administration"
	st.refuses("sal", path, fill("step", "move", "move", "end_failure", "reason", "All moved."), "the four questions of the section 48 test must be answered")
	st.sends("sal", path+"/duty", entry(map[string]string{"on": today, "began_on": today}, four...), "The temporary duty arises.")
	st.refuses("sal", path, fill("step", "move", "move", "end_failure", "reason", "All moved."), "the day on which the duty ended must be recorded")
	st.refuses("sal", path+"/affected", fill("service", "Day centre", "person", "Margaret Hopkins", "funder", "council", "needs", "Transport"), "enter the pseudonym from the data, never a name")
	st.sends("sal", path+"/affected", fill("service", "Day centre", "person", "p0fba31c", "funder", "council", "needs", "Transport", "alternative", "Larkfield centre"), "Recorded")
	for _, role := range []string{"lead", "families"} {
		st.sends("sal", path+"/team", entry(map[string]string{"activated_on": today}, "role", role, "organisation", "Council", "name", "Duty manager"), "Recorded")
	}
	st.sends("sal", path+"/duty/1", entry(map[string]string{"on": today, "began_on": today, "ended_on": today}, four...), "Amended.")
	st.moves("sal", path, "end_failure", "Stage 6: closure")
}

// TestCasesAreForThoseWithAPart: who may see, who may record, and who may not know.
func TestCasesAreForThoseWithAPart(t *testing.T) {
	st := newSite(t, county(t), withPeople)
	path := st.opens("sal", fill("provider_id", "1-9000001", "stage", "decision_to_initiate", "reason", "A whistle-blower rang."))
	for as, want := range map[string]int{"sal": 200, "sandy": 200, "chair": 200, "member": 200, "everywhere": 403, "officer": 403, "governance": 403, "admin": 403, "nobody": 403, "conflicted": 403, "strategic": 403} {
		if resp, _ := st.get(as, path); resp.StatusCode != want {
			t.Errorf("%s: %d, want %d", as, resp.StatusCode, want)
		}
	}
	adults := entry(map[string]string{"told_on": today}, "person", "p1", "placing", "Larkshire", "advocate", "none", "capacity", "has", "wanted", "To stay.", "version", "1")
	for as, want := range map[string]int{"sandy": 403, "chair": 403, "member": 403} {
		if resp, _ := st.get(as, path+"/adults"); resp.StatusCode != want {
			t.Errorf("%s sees people: %d, want %d", as, resp.StatusCode, want)
		}
		if resp, _ := st.send(as, http.MethodPost, path+"/adults", adults, nil); resp.StatusCode != want {
			t.Errorf("%s adds people: %d, want %d", as, resp.StatusCode, want)
		}
	}
	st.sends("sal", path+"/adults", adults, "Recorded: adult.")
	if _, body := st.get("chair", path); strings.Contains(body, "Recorded: adult") || strings.Contains(body, "Each affected adult") {
		t.Error("the chair reads of an adult in the history")
	}
	if resp, _ := st.send("sandy", http.MethodPost, path, fill("step", "tick", "point", "decision_to_initiate/risk", "version", "2"), nil); resp.StatusCode != http.StatusForbidden {
		t.Errorf("an officer without a part: %d", resp.StatusCode)
	}
	for as, want := range map[string]int{"member": 403, "everywhere": 403, "sandy": 200, "chair": 200} {
		if resp, _ := st.get(as, "/cases/new"); resp.StatusCode != want {
			t.Errorf("%s opens: %d, want %d", as, resp.StatusCode, want)
		}
	}
	for _, unknown := range []string{"/cases/0123456789abcdef01234567", path + "/nonsense", path + "/meetings/7", path + "/meetings/x"} {
		if resp, _ := st.get("sal", unknown); resp.StatusCode != http.StatusNotFound {
			t.Errorf("%s: %d", unknown, resp.StatusCode)
		}
	}
	_, body := st.get("sal", "/cases?state=mine")
	needs(t, body, "One case open", "Saltmarsh Homes")
	_, body = st.get("sandy", "/cases?state=mine&q=zz")
	needs(t, body, "No case here.")
}

// TestARestrictedCaseIsHidden from everybody but those named: pages, lists and provider pages say exactly what they said before it.
func TestARestrictedCaseIsHidden(t *testing.T) {
	st := newSite(t, county(t), withPeople)
	_, before := st.get("chair", "/cases")
	_, provider := st.get("chair", "/providers/1-9000001")
	path := st.opens("sal", fill("provider_id", "1-9000001", "stage", "decision_to_initiate", "reason", "Management may be complicit."))
	st.refuses("sal", path, fill("step", "restrict", "kind", "police", "ground", "The police lead asks."), "name a second person")
	st.refuses("sal", path, fill("step", "restrict", "kind", "police", "with", "u-sal", "ground", "The police lead asks."), "name a second person")
	st.refuses("sal", path, fill("step", "restrict", "kind", "nonsense", "with", "u-sandy", "ground", "The police lead asks."), "choose why")
	st.refuses("sal", path, fill("step", "restrict", "kind", "police", "with", "u-sandy", "ground", "x"), "give a reason")
	st.sends("sal", path, fill("step", "restrict", "kind", "police", "with", "u-sandy", "ground", "The police lead asks."), "The case is restricted", "restricted: police", "take two named people")
	for _, as := range []string{"chair", "member"} {
		for _, p := range []string{path, path + "/meetings"} {
			resp, hidden := st.get(as, p)
			_, absent := st.get(as, "/cases/0123456789abcdef01234567")
			if resp.StatusCode != http.StatusNotFound || mask(hidden) != mask(absent) {
				t.Errorf("%s can tell the hidden %s from an absent one: %d", as, p, resp.StatusCode)
			}
		}
	}
	if _, after := st.get("chair", "/cases"); mask(after) != mask(before) {
		t.Error("the list of cases gives the hidden case away")
	}
	if _, after := st.get("chair", "/providers/1-9000001"); mask(after) != mask(provider) {
		t.Error("the provider's page gives the hidden case away")
	}
	if resp, _ := st.get("sandy", path); resp.StatusCode != http.StatusOK {
		t.Errorf("somebody named: %d", resp.StatusCode)
	}
	// There is one place that knows of it: the list of restrictions, where two people lift it.
	_, list := st.get("sandy", "/restrictions")
	m := regexp.MustCompile(`action="(/restrictions/[0-9a-f]+)"`).FindStringSubmatch(list)
	if m == nil {
		t.Fatal("the second person does not find it among the restrictions")
	}
	for _, step := range []struct{ as, step string }{{"sal", "lift"}, {"sandy", "confirm"}} {
		if resp, body := st.send(step.as, http.MethodPost, m[1], fill("step", step.step, "reason", "The trial has ended."), nil); resp.StatusCode != http.StatusSeeOther {
			t.Fatalf("%s: %d\n%s", step.step, resp.StatusCode, mainOf(body))
		}
		if resp, _ := st.get("chair", path); (resp.StatusCode == http.StatusOK) != (step.step == "confirm") {
			t.Errorf("after %s: %d", step.step, resp.StatusCode)
		}
	}
}

// mask takes out what differs between any two answers.
func mask(body string) string {
	return regexp.MustCompile(`<code>[0-9a-f]{12}</code>`).ReplaceAllString(body, "")
}

// TestPoliceLead: during a criminal investigation each further step names its own consultation, and no letter goes to the provider.
func TestPoliceLead(t *testing.T) {
	st := newSite(t, county(t), withPeople)
	path := st.opens("sal", fill("provider_id", "1-9000001", "stage", "market_management", "reason", "A crime is suspected."))
	st.sends("sal", path+"/police", entry(map[string]string{"on": today}, "kind", "investigation", "lead", "DI Lark", "about", "Theft", "tell", "no"), "Recorded")
	_, body := st.get("sal", path)
	needs(t, body, "criminal investigation", "no contact with the provider")
	st.refuses("sal", path, fill("step", "move", "move", "raise", "reason", "More."), "must be consulted about each further action")
	st.refuses("sal", path+"/actions", entry(map[string]string{"due_on": "2026-11-01"}, "number", "1", "detail", "Visit", "owner", "Sal", "organisation", "Council", "duty", "safeguarding"), "must be consulted about each further action")
	st.sends("sal", path+"/police", entry(map[string]string{"on": today}, "kind", "consultation", "lead", "DI Lark", "about", "Raising the level", "tell", "no"), "Recorded")
	st.sends("sal", path, fill("step", "move", "move", "raise", "reason", "More.", "consultation", "2"), "Police consultation named")
	st.refuses("sal", path, fill("step", "move", "move", "escalate", "reason", "More.", "consultation", "2"), "this consultation was about another step")
	st.sends("sal", path+"/police", entry(map[string]string{"on": today}, "kind", "consultation", "lead", "DI Lark", "about", "A letter"), "Recorded")
	st.refuses("sal", path+"/notifications", entry(map[string]string{"due_on": "2026-10-05"}, "recipient", "provider", "name", "Saltmarsh", "letter", "Dear all", "consultation", "3"), "no letter to it may be drafted or sent")
	_, body = st.get("sal", path+"/notifications?to=provider")
	if strings.Contains(body, "We write about") {
		t.Error("a letter to the provider is drafted all the same")
	}
	_, body = st.get("sal", path+"/notifications?to=cqc")
	needs(t, body, "We write about Saltmarsh Homes")
	st.sends("sal", path+"/police/1", entry(map[string]string{"on": today, "ended_on": today}, "kind", "investigation", "lead", "DI Lark", "about", "Theft", "tell", "no"), "Amended.")
	st.moves("sal", path, "escalate", "Stage 1")
}

// TestMeetingsQuorumAndMinutes: without its quorum a decision is advice; minutes have their order and their clock.
func TestMeetingsQuorumAndMinutes(t *testing.T) {
	st := newSite(t, county(t), withPeople)
	path := st.opens("chair", fill("provider_id", "1-9000001", "stage", "decision_to_initiate", "reason", "Referred by the process."))
	strategic := func(dates map[string]string, more ...string) url.Values {
		return entry(dates, append([]string{"type", "strategic", "chair", "Ada Chair"}, more...)...)
	}
	st.refuses("chair", path+"/meetings", strategic(map[string]string{"on": today}), "the lead agency and the chair are settled before")
	for _, role := range []string{"lead_agency", "chair"} {
		st.sends("chair", path+"/roles", entry(map[string]string{"since": today}, "role", role, "organisation", "Council", "name", "Ada"), "Recorded")
	}
	_, body := st.get("chair", path+"/meetings")
	needs(t, body, "1. Introductions and declarations of interest", "6. Strategic risk register")
	st.sends("chair", path+"/meetings", strategic(map[string]string{"on": today}), "Minutes due by 8 Oct 2026", "Not quorate: the integrated care board and the Director of Adult Social Services not represented.")
	resolution := func() url.Values {
		return fill("meeting", "1", "decision", "Suspend placements.", "reason", "Risk to people.", "dissent", "none")
	}
	st.refuses("chair", path+"/resolutions", resolution(), "nobody attended this meeting")
	attend := func(seat, present string) {
		st.sends("chair", path+"/attendance", fill("meeting", "1", "seat", seat, "organisation", "Org", "name", "Post", "present", present), "Recorded")
	}
	attend("icb", "nominee")
	attend("dass", "apologies")
	st.sends("chair", path+"/resolutions", resolution(), "Not authorised: advice only, because the Director of Adult Social Services was not represented.")
	attend("dass", "member")
	_, body = st.get("chair", path+"/resolutions")
	needs(t, body, "Authorised.")

	st.refuses("chair", path+"/meetings/1", strategic(map[string]string{"on": today, "agreed_on": today}, "minutes", "We met."), "minutes go to the chair as a draft")
	st.refuses("chair", path+"/meetings/1", strategic(map[string]string{"on": today, "drafted_on": today, "circulated_on": today}, "minutes", "We met."), "minutes are agreed by the chair before they are circulated")
	st.refuses("chair", path+"/meetings/1", strategic(map[string]string{"on": today, "drafted_on": today, "agreed_on": today, "circulated_on": today}, "minutes", "We met."), "how often it meets at its first meeting")
	st.now = st.now.AddDate(0, 0, 10)
	st.browsers = map[string]*http.Client{}
	_, body = st.get("chair", path+"/meetings")
	needs(t, body, "Minutes were due by 8 Oct 2026.", "overdue")
	_, body = st.get("chair", "/cases?state=overdue")
	needs(t, body, "Saltmarsh", "1 overdue")
	st.sends("chair", path+"/meetings/1", strategic(map[string]string{"on": today, "drafted_on": "2026-10-02", "agreed_on": "2026-10-05", "circulated_on": "2026-10-11"}, "minutes", "We met.", "frequency", "Every two weeks"), "Minutes circulated on 11 Oct 2026.")
	st.refuses("chair", path+"/meetings/1", strategic(map[string]string{"on": today, "drafted_on": "2026-10-02", "agreed_on": "2026-10-05", "circulated_on": "2026-10-11"}, "minutes", "Something else.", "frequency", "Every two weeks"), "circulated minutes are locked")
}

// TestFairnessToTheProvider: reasons before a suspension or a removal, unless it is urgent; a removal expires.
func TestFairnessToTheProvider(t *testing.T) {
	st := newSite(t, county(t), withPeople)
	path := st.opens("chair", fill("provider_id", "1-9000001", "stage", "pre_provider_concern", "reason", "Concerns continue."))
	suspend := func(dates map[string]string, more ...string) url.Values {
		dates["on"], dates["review_on"] = today, "2026-10-29"
		return entry(dates, append([]string{"status", "full", "scope", "New placements", "reason", "Risk", "decided_by", "Panel", "lift", "Two clear visits"}, more...)...)
	}
	st.refuses("chair", path+"/placements", suspend(map[string]string{}, "urgent", "no"), "before a suspension the provider gets the reasons")
	st.refuses("chair", path+"/placements", suspend(map[string]string{"reasons_on": today}, "urgent", "no"), "a day by which it may reply and appeal")
	st.sends("chair", path+"/placements", suspend(map[string]string{}, "urgent", "yes"), "Recorded")
	st.refuses("chair", path+"/placements/1", suspend(map[string]string{"lifted_on": today}, "urgent", "yes"), "say who lifted it")
	_, body := st.get("chair", path)
	needs(t, body, "placements: Full suspension")
	st.refuses("chair", path+"/directory", entry(map[string]string{"on": today, "expires_on": today}, "reason", "Enquiries.", "urgent", "yes"), "it expires after it began")
	st.refuses("chair", path+"/directory", entry(map[string]string{"on": today, "expires_on": "2026-11-01"}, "reason", "Enquiries.", "urgent", "no"), "before a removal the provider gets the reasons")
	st.sends("chair", path+"/replies", entry(map[string]string{"on": today}, "kind", "appeal", "about", "The suspension", "reply", "Two of the records are one event."), "Recorded")
	// The reply stays beside what is held against it, for those who may see the case.
	_, body = st.get("sal", "/flags/F1a2b3c4d5e6f708")
	needs(t, body, "What the provider says", "Appeal, 1 Oct 2026", "“Two of the records are one event.” Not answered yet.")
	st.sends("chair", path+"/replies/1", entry(map[string]string{"on": today, "answered_on": today}, "kind", "appeal", "about", "The suspension", "reply", "Two of the records are one event.", "answer", "One is taken back."), "Recorded")
	_, body = st.get("sal", "/flags/F1a2b3c4d5e6f708")
	needs(t, body, "“One is taken back.”")
	_, body = st.get("sal", "/flags/F5e6f70819203142")
	if strings.Contains(body, "What the provider says") {
		t.Error("another provider's flag shows the reply")
	}
	st.refuses("chair", path+"/involvement", entry(map[string]string{"on": today}, "involved", "excluded", "contact", "free", "reason", "Complicit."), "needs the lead agency&#39;s endorsement")
}

// TestTwoOnOneCase: a move that stands on an old page is refused with what was recorded meanwhile.
func TestTwoOnOneCase(t *testing.T) {
	st := newSite(t, county(t), withPeople)
	path := st.opens("chair", fill("provider_id", "1-9000001", "stage", "market_management", "reason", "Concerns continue."))
	st.sends("chair", path+"/issues", fill("issue", "Late medicines.", "measure", "safety", "baseline", "9"), "Recorded")
	form := fill("step", "move", "move", "raise", "reason", "It must go up.", "version", "1")
	status, body := st.act("chair", path, form)
	if status != http.StatusConflict {
		t.Fatalf("status %d", status)
	}
	needs(t, body, "Somebody else recorded something first", "Recorded: issue", "It must go up.")
	amend := fill("issue", "Late medicines at night.", "measure", "safety", "baseline", "9")
	st.sends("chair", path+"/issues/1", amend, "Amended.")
	amend.Set("version", "2")
	if status, _ := st.act("chair", path+"/issues/1", amend); status != http.StatusConflict {
		t.Errorf("two amendments of one entry: %d", status)
	}
	if status, _ := st.act("chair", path+"/issues", fill("issue", "Falls.", "measure", "safety", "baseline", "3", "version", "2")); status != http.StatusSeeOther {
		t.Errorf("a new entry beside another: %d", status)
	}
	for _, version := range []string{"", "0", "99"} {
		if status, _ := st.act("chair", path, fill("step", "move", "move", "raise", "reason", "Up.", "version", version)); status != http.StatusBadRequest {
			t.Errorf("version %q: %d", version, status)
		}
	}
}

// flagsAgain raises another flag on the provider of the shared county, as a later run would, and takes it away when the test ends.
func (st *site) flagsAgain() {
	st.t.Helper()
	db := county(st.t)
	if _, err := db.ExecContext(context.Background(), `INSERT INTO analytics.flag SELECT * REPLACE ('Fagain0000000001' AS flag_id, DATE '2026-10-01' AS opened_on) FROM analytics.flag WHERE flag_id = ?`, flagConcerns); err != nil {
		st.t.Fatal(err)
	}
	// As after a run: a snapshot that nobody has asked anything.
	w, err := read.NewWall(context.Background(), db)
	if err != nil {
		st.t.Fatal(err)
	}
	st.snaps.snap = read.New(db, larkshire.ID).Behind(w)
	st.t.Cleanup(func() {
		_ = w.Close()
		if _, err := db.ExecContext(context.Background(), `DELETE FROM analytics.flag WHERE flag_id = 'Fagain0000000001'`); err != nil {
			st.t.Error(err)
		}
	})
}
