package dashboard

import (
	"net/http"
	"regexp"
	"strings"
	"testing"
)

// sendsAt posts to an address beside the page that holds the form.
func (st *site) sendsAt(as, page, to string, form map[string][]string, want ...string) string {
	st.t.Helper()
	form["version"] = []string{st.version(as, page)}
	status, body := st.act(as, to, form)
	if status != http.StatusSeeOther {
		st.t.Fatalf("%s to %s: %d\n%s", as, to, status, mainOf(body))
	}
	for _, w := range want {
		if !strings.Contains(body, w) {
			st.t.Errorf("after %s to %s the page misses %q", as, to, w)
		}
	}
	return body
}

// TestAnInterestTakesAccessAway: who declares one sees neither the case nor the provider's flags until a chair has cleared it.
func TestAnInterestTakesAccessAway(t *testing.T) {
	st := newSite(t, county(t), withPeople)
	path := st.opens("sal", fill("provider_id", "1-9000001", "stage", "decision_to_initiate", "reason", "Concerns continue."))
	st.refusesAt("member", path, path+"/interest", fill("interest", ""), "fill in interest")
	status, body := st.act("member", path+"/interest", fill("interest", "My sister works there.", "version", st.version("member", path)))
	if status != http.StatusSeeOther || !strings.Contains(body, "Your interest is declared.") {
		t.Fatalf("declared: %d\n%s", status, mainOf(body))
	}
	resp, page := st.get("member", path)
	if resp.StatusCode != http.StatusForbidden || !strings.Contains(page, "You have declared an interest in this provider. The chair can clear it.") {
		t.Errorf("the case: %d", resp.StatusCode)
	}
	for _, p := range []string{"/review", "/flags", "/cases", "/cases?state=all"} {
		if _, body := st.get("member", p); strings.Contains(body, "Saltmarsh") {
			t.Errorf("%s still shows the provider", p)
		}
	}
	if _, body := st.get("sal", path+"/roles"); strings.Contains(body, "Mo Member") {
		t.Error("somebody with an interest is offered for a role")
	}
	clear := entry(map[string]string{"on": today, "cleared_on": today}, "person", "u-member", "interest", "My sister works there.", "cleared", "She has left.")
	st.refuses("sal", path+"/interests/1", clear, "the chair clears an interest")
	noReason := entry(map[string]string{"on": today, "cleared_on": today}, "person", "u-member", "interest", "My sister works there.")
	st.refuses("chair", path+"/interests/1", noReason, "say why the interest stands in the way no longer")
	st.sends("chair", path+"/interests/1", clear, "Amended.")
	if resp, _ := st.get("member", path); resp.StatusCode != http.StatusOK {
		t.Errorf("cleared: %d", resp.StatusCode)
	}
	// A chair's own interest is cleared by another.
	st.sends("sal", path+"/interests", entry(map[string]string{"on": today}, "person", "u-chair", "interest", "A trustee."), "Recorded")
	if resp, _ := st.get("chair", path); resp.StatusCode != http.StatusForbidden {
		t.Errorf("the chair with an interest: %d", resp.StatusCode)
	}
}

// TestHighRiskEntersTheQueue by itself, and leaves it with a decision that has a reason and a day.
func TestHighRiskEntersTheQueue(t *testing.T) {
	st := newSite(t, county(t), withPeople)
	path := st.opens("sal", fill("provider_id", "1-9000001", "stage", "quality_assurance", "reason", "Concerns continue."))
	if _, body := st.get("member", "/review"); strings.Contains(body, "is it escalated?") {
		t.Error("a case without a high risk stands in the queue")
	}
	st.sends("sal", path+"/developments", entry(map[string]string{"on": today}, "kind", "high_risk", "what", "Nothing has changed in three months."), "Recorded")
	_, body := st.get("member", "/review")
	needs(t, body, "1 case whose risks remain high: is it escalated?", "Nothing has changed in three months.")
	_, body = st.get("sal", path)
	needs(t, body, "It stands in the review queue", "QSIG decides on escalation")
	at := "/review/cases/" + strings.TrimPrefix(path, "/cases/")
	for as, want := range map[string]int{"sal": 200, "governance": 403, "north": 403, "wren": 404} {
		if resp, _ := st.get(as, at); resp.StatusCode != want {
			t.Errorf("%s: %d, want %d", as, resp.StatusCode, want)
		}
	}
	if resp, _ := st.send("sal", http.MethodPost, at, fill("decision", "escalate", "reason", "Now.", "version", "2"), nil); resp.StatusCode != http.StatusForbidden {
		t.Errorf("an officer decides for the group: %d", resp.StatusCode)
	}
	if resp, _ := st.get("member", "/review/cases/0123456789abcdef01234567"); resp.StatusCode != http.StatusNotFound {
		t.Errorf("a case that is not there: %d", resp.StatusCode)
	}
	st.refuses("member", at, fill("reason", "Wait."), "choose what the group decides")
	st.refuses("member", at, fill("decision", "hold", "reason", "Wait."), "a high risk is never put away")
	st.refuses("member", at, on(fill("decision", "hold"), "review_on", "2026-10-15"), "say why")
	old := st.version("member", at)
	st.sends("member", at, on(fill("decision", "hold", "reason", "A visit is booked."), "review_on", "2026-10-15"), "The case comes back to the queue on 15 Oct 2026.")
	if status, body := st.act("chair", at, fill("decision", "escalate", "reason", "At once.", "version", old)); status != http.StatusConflict || !strings.Contains(body, "Yours, not recorded") || !strings.Contains(body, "At once.") ||
		!strings.Contains(body, "Recorded: decision on escalation") {
		t.Errorf("two at once: %d\n%s", status, mainOf(body))
	}
	if _, body := st.get("member", "/review"); strings.Contains(body, "is it escalated?") {
		t.Error("decided, and still in the queue")
	}
	st.now = st.now.AddDate(0, 0, 14)
	st.browsers = map[string]*http.Client{}
	_, body = st.get("member", "/review")
	needs(t, body, "1 case whose risks remain high")
	st.sends("chair", at, fill("decision", "escalate", "reason", "Nothing came of it."), "the case is before the Strategic Provider Concerns Group", "Referred by QSIG. Nothing came of it.", "The core members are invited")
	if resp, _ := st.get("strategic", path); resp.StatusCode != http.StatusOK {
		t.Errorf("a member of the strategic group: %d", resp.StatusCode)
	}
}

// TestWhoIsDueToBeTold comes from the stage, the decisions and the list of placements; drafting says that nothing is sent.
func TestWhoIsDueToBeTold(t *testing.T) {
	st := newSite(t, county(t), withPeople)
	path := st.opens("sal", fill("provider_id", "1-9000001", "stage", "decision_to_initiate", "reason", "Concerns continue."))
	at := path + "/notifications"
	_, body := st.get("sal", at)
	needs(t, body, "Who is due to be told", "Wrenshire Council", "as the list of placements says", "Care Quality Commission", "Healthwatch", "Families and carers", "not recorded yet", "Draft a letter to each that has none")
	if strings.Contains(body, "placements are suspended") || strings.Contains(body, "a criminal investigation is active") {
		t.Error("an alert is due without its reason")
	}
	if _, body := st.get("sal", at+"?to=placing&name=Wrenshire+Council"); !strings.Contains(body, `value="Wrenshire Council"`) || !strings.Contains(body, "duty of care for the people you have placed") {
		t.Error("the draft is not filled in from the list")
	}
	st.sends("sal", path+"/placements", entry(map[string]string{"on": today, "review_on": "2026-10-29"}, "status", "full", "scope", "New placements", "reason", "Risk", "decided_by", "Panel", "urgent", "yes", "lift", "Two clear visits"), "Recorded")
	st.sendsAt("sal", at, at+"/due", fill(), "notifications drafted. Nothing has been sent", "drafted, due by 5 Oct 2026")
	_, body = st.get("sal", at)
	if strings.Contains(body, "not recorded yet") {
		t.Error("somebody who is due one has none")
	}
	needs(t, body, "Placements are suspended", "ADASS alert")
	resp, page := st.send("sal", http.MethodPost, at+"/due", fill("version", st.version("sal", at)), nil)
	if resp.StatusCode != http.StatusConflict || !strings.Contains(page, "Everybody who is due a notification has one") {
		t.Errorf("a second time: %d", resp.StatusCode)
	}
	if resp, _ := st.send("member", http.MethodPost, at+"/due", fill("version", "1"), nil); resp.StatusCode != http.StatusForbidden {
		t.Errorf("a member of the group drafts letters: %d", resp.StatusCode)
	}
	number := regexp.MustCompile(`/notifications/(\d+)">Wrenshire`).FindStringSubmatch(body)
	if number == nil {
		t.Fatal("no entry for the placing authority")
	}
	letter := entry(map[string]string{"due_on": "2026-10-05", "sent_on": today}, "recipient", "placing", "name", "Wrenshire Council", "letter", "Dear colleague", "form", "email")
	st.refuses("sal", at+"/"+number[1], entry(map[string]string{"due_on": "2026-10-05", "acknowledged_on": today}, "recipient", "placing", "name", "Wrenshire Council"), "what was not sent cannot be acknowledged")
	st.sends("sal", at+"/"+number[1], letter, "Amended.")
	_, body = st.get("sal", at)
	needs(t, body, "sent on 1 Oct 2026, not acknowledged")
	// Where contact is restricted, no letter to the provider is due.
	st.sends("sal", path+"/involvement", entry(map[string]string{"on": today, "review_on": "2026-11-01"}, "involved", "excluded", "reason", "Management may be complicit.", "endorsed_by", "Council", "contact", "restricted"), "Recorded")
	_, body = st.get("sal", at)
	if strings.Contains(body, "it is told that it is subject to the process") || strings.Contains(body, "It is told that it is subject to the process") {
		t.Error("the provider is due a letter while contact is restricted")
	}
}

// TestThePeopleOfAProviderThatFails are listed from the placement data under pseudonyms, with where they could go.
func TestThePeopleOfAProviderThatFails(t *testing.T) {
	st := newSite(t, county(t), withPeople)
	path := st.opens("sal", fill("provider_id", "1-9000001", "stage", "provider_failure", "reason", "The administrator rang: the doors close on Friday."))
	_, body := st.get("sal", path)
	needs(t, body, `href="/contingency?provider=1-9000001"`, "where people could go")
	_, body = st.get("sal", path+"/affected")
	needs(t, body, "What the list of placements says", "not in this register yet", "List them all here, under pseudonyms")
	body = st.sendsAt("sal", path+"/affected", path+"/affected/listed", fill(), "listed from the placement data, under pseudonyms")
	if n := len(regexp.MustCompile(`<td>p[0-9a-f]{12}</td>`).FindAllString(body, -1)); n < 2 || strings.Contains(body, "not in this register yet") {
		t.Errorf("%d people are listed", n)
	}
	needs(t, body, "Wrenshire Council")
	resp, _ := st.send("sal", http.MethodPost, path+"/affected/listed", fill("version", st.version("sal", path+"/affected")), nil)
	if resp.StatusCode != http.StatusConflict {
		t.Errorf("a second time: %d", resp.StatusCode)
	}
	for _, as := range []string{"chair", "member", "sandy"} {
		if resp, _ := st.get(as, path+"/affected"); resp.StatusCode != http.StatusForbidden {
			t.Errorf("%s sees people: %d", as, resp.StatusCode)
		}
		if resp, _ := st.send(as, http.MethodPost, path+"/affected/listed", fill("version", "1"), nil); resp.StatusCode != http.StatusForbidden {
			t.Errorf("%s lists people: %d", as, resp.StatusCode)
		}
	}
	st.ticks("sal", path, "provider_failure", "list")
	st.refuses("sal", path, fill("step", "tick", "point", "provider_failure/options"), "record the section 48 test with the options exhausted")
	st.refuses("sal", path, fill("step", "tick", "point", "provider_failure/team"), "record who is in the emergency response team")
}

// TestAPlacingAuthoritySeesItsOwnPeople and that a concern is there, once it has been shared, and nothing else.
func TestAPlacingAuthoritySeesItsOwnPeople(t *testing.T) {
	st := newSite(t, county(t), withPeople)
	path := st.opens("sal", fill("provider_id", "1-9000001", "stage", "provider_failure", "reason", "The administrator rang: the doors close on Friday."))
	st.sends("sal", path+"/intelligence", entry(map[string]string{"on": today}, "source", "whistle_blower", "reliability", "likely", "what", "Wages are not paid.", "sharing", "agency", "basis", "None"), "Recorded")
	for n, placing := range []string{"Wrenshire Council", "Larkshire Council"} {
		st.sends("sal", path+"/adults", entry(map[string]string{"told_on": today}, "person", []string{"pwren1", "plark1"}[n], "placing", placing, "advocate", "none", "capacity", "has", "wanted", "To stay near family."), "Recorded")
	}
	st.sends("sal", path+"/notifications", entry(map[string]string{"due_on": "2026-10-05"}, "recipient", "placing", "name", "Wrenshire Council", "letter", "Dear Wrenshire"), "Recorded")
	st.sends("sal", path+"/notifications", entry(map[string]string{"due_on": "2026-10-05"}, "recipient", "icb", "name", "The ICB", "letter", "Dear board"), "Recorded")
	absent, _ := st.get("wren", "/cases/0123456789abcdef01234567")
	if resp, _ := st.get("wren", path); resp.StatusCode != absent.StatusCode || resp.StatusCode != http.StatusNotFound {
		t.Errorf("before it is shared: %d, and one that is not there %d", resp.StatusCode, absent.StatusCode)
	}
	st.sends("sal", path+"/shares", entry(map[string]string{"on": today}, "organisation", "Wrenshire Council", "basis", "Care Act 2014, section 6"), "Recorded")
	resp, body := st.get("wren", path)
	if resp.StatusCode != http.StatusOK {
		t.Fatalf("shared: %d\n%s", resp.StatusCode, mainOf(body))
	}
	needs(t, body, "Saltmarsh Homes", "Provider failure", "shared this concern with your organisation", "pwren1", "Wrenshire Council")
	for _, never := range []string{"plark1", "Wages are not paid", "The ICB", "whistle", "History", "administrator rang", "Move the case"} {
		if strings.Contains(body, never) {
			t.Errorf("the placing authority reads %q", never)
		}
	}
	_, body = st.get("wren", path+"/adults")
	if !strings.Contains(body, "pwren1") || strings.Contains(body, "plark1") || strings.Contains(body, "Record it") {
		t.Errorf("people:\n%s", mainOf(body))
	}
	for _, p := range []string{"/intelligence", "/police", "/meetings", "/actions", "/actions.csv", "/adults/2", "/roles"} {
		if resp, body := st.get("wren", path+p); resp.StatusCode == http.StatusOK {
			t.Errorf("%s: %d\n%s", p, resp.StatusCode, mainOf(body))
		}
	}
	if resp, _ := st.get("wren", path+"/adults/1"); resp.StatusCode != http.StatusOK {
		t.Errorf("its own person: %d", resp.StatusCode)
	}
	if resp, _ := st.get("liaison", path); resp.StatusCode != http.StatusNotFound {
		t.Errorf("an organisation it is not shared with: %d", resp.StatusCode)
	}
	st.sends("sal", path+"/shares", entry(map[string]string{"on": today}, "organisation", "Care Quality Commission", "basis", "Host authority duty"), "Recorded")
	_, body = st.get("liaison", path)
	needs(t, body, "shared this concern with your organisation")
	if strings.Contains(body, "pwren1") {
		t.Error("the regulator's liaison reads of people")
	}
	st.sends("sal", path+"/shares/1", entry(map[string]string{"on": today, "until": today}, "organisation", "Wrenshire Council", "basis", "Care Act 2014, section 6"), "Amended")
	st.now = st.now.AddDate(0, 0, 1)
	st.browsers = map[string]*http.Client{}
	if resp, _ := st.get("wren", path); resp.StatusCode != http.StatusNotFound {
		t.Errorf("the share has ended: %d", resp.StatusCode)
	}
}

// TestWeightyMovesAreConfirmed, and what is not is kept as a draft.
func TestWeightyMovesAreConfirmed(t *testing.T) {
	st := newSite(t, county(t), withPeople)
	path := st.opens("chair", fill("provider_id", "1-9000001", "stage", "market_management", "reason", "Concerns continue."))
	st.refuses("chair", path, fill("step", "move", "move", "close", "reason", "All is well."), "confirm that the case ends")
	status, body := st.act("chair", path, fill("step", "move", "move", "close", "reason", "All is well.", "version", "1"))
	if status != http.StatusUnprocessableEntity || !strings.Contains(body, `name="confirm"`) || !strings.Contains(body, "All is well.") {
		t.Errorf("%d\n%s", status, mainOf(body))
	}
	if _, body := st.get("chair", path); strings.Contains(body, `name="confirm"`) {
		t.Error("a confirmation is asked for before anything is to be confirmed")
	}
	st.moves("chair", path, "close", "The case now stands at: Closed.")
}

// TestOwnersNeedAccess, and a meeting date cannot lie before the case.
func TestOwnersNeedAccess(t *testing.T) {
	st := newSite(t, county(t), withPeople)
	path := st.opens("chair", fill("provider_id", "1-9000001", "stage", "market_management", "reason", "Concerns continue."))
	action := func(person string) map[string][]string {
		return entry(map[string]string{"due_on": "2026-10-20"}, "number", "1", "detail", "Visit", "owner", "Oz", "organisation", "Council", "duty", "safeguarding", "person", person)
	}
	for _, person := range []string{"u-ig", "u-none", "u-admin", "nobody-at-all"} {
		st.refuses("chair", path+"/actions", action(person), "has no access")
	}
	st.refuses("chair", path+"/roles", entry(map[string]string{"since": today}, "role", "chair", "organisation", "Council", "deputy_person", "u-ig"), "has no access")
	st.sends("chair", path+"/actions", action("u-member"), "Recorded")
}
