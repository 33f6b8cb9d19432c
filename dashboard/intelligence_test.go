package dashboard

import (
	"net/http"
	"strings"
	"testing"
)

// TestWhatPeopleKnow is written down about a provider without a case, read within its limits, amended and taken back.
func TestWhatPeopleKnow(t *testing.T) {
	st := newSite(t, county(t), withPeople)
	const at = "/providers/1-9000001/intelligence"
	_, body := st.get("member", "/providers/1-9000001")
	needs(t, body, "What people know", "Nobody has written anything down.", at+"#do")
	_, body = st.get("member", at)
	needs(t, body, "The form below is for the first note.", "No names of residents or staff", "The provider as a whole")
	for as, want := range map[string]int{"member": 200, "sal": 200, "everywhere": 200, "officer": 403, "governance": 403, "admin": 403, "wren": 404, "liaison": 404, "conflicted": 403} {
		if resp, _ := st.get(as, at); resp.StatusCode != want {
			t.Errorf("%s: %d, want %d", as, resp.StatusCode, want)
		}
	}
	note := func(sharing, what string) map[string][]string {
		return entry(map[string]string{"on": today}, "source", "family", "reliability", "likely", "theme", "medicines", "bears", "worse", "what", what, "sharing", sharing, "basis", "Care Act, section 45")
	}
	st.refuses("member", at, entry(nil, "source", "family"), "fill in what is known")
	bad := note("partners", "Tablets are late.")
	bad["location"] = []string{"1-0"}
	st.refuses("member", at, bad, "choose one of the provider&#39;s locations")
	st.sends("member", at, note("partners", "Tablets are late."), "Written down.", "Tablets are late.", "statutory partners only")
	st.sends("sal", at, note("nobody", "A carer told me in confidence."), "A carer told me in confidence.", "not in the timeline")
	if _, body := st.get("member", at); strings.Contains(body, "in confidence") || !strings.Contains(body, "Written down by Sal Safeguarding, whom to ask") {
		t.Error("what nobody may read is read, or its writer is not named")
	}
	_, body = st.get("member", "/providers/1-9000001")
	needs(t, body, "2 notes from partners")
	mine := strings.SplitN(strings.SplitN(body2(st, "member", at), at+"/", 2)[1], "\"", 2)[0]
	theirs := strings.SplitN(strings.SplitN(after(body2(st, "sal", at), "<tbody>", "in confidence"), at+"/", 2)[1], "\"", 2)[0]
	if resp, _ := st.get("member", at+"/"+theirs); theirs != mine && resp.StatusCode != http.StatusNotFound {
		t.Errorf("a note that may not be shared: %d", resp.StatusCode)
	}
	if resp, _ := st.get("member", "/providers/1-9000002/intelligence/"+mine); resp.StatusCode != http.StatusNotFound {
		t.Errorf("a note under another provider's address: %d", resp.StatusCode)
	}
	old := st.version("member", at+"/"+mine)
	st.sends("member", at+"/"+mine, note("all", "Tablets are late, every night."), "Amended.", "every night")
	late := note("all", "Something else.")
	late["version"] = []string{old}
	if status, body := st.act("sal", at+"/"+mine, late); status != http.StatusConflict || !strings.Contains(body, "somebody else changed it meanwhile") && !strings.Contains(body, "Somebody else changed it meanwhile") {
		t.Errorf("two at once: %d", status)
	}
	st.refuses("member", at+"/"+mine, fill("do", "withdraw", "why", ""), "say in a few words why")
	st.sends("member", at+"/"+mine, fill("do", "withdraw", "why", "It was another home."), "Taken back. It was another home.")
	for _, e := range st.audit.take() {
		if strings.Contains(e.ID+e.Reason+e.Purpose, "Tablets") {
			t.Errorf("the audit holds what was written: %+v", e)
		}
	}
	// On a case, it is led to from here.
	path := st.opens("sal", fill("provider_id", "1-9000001", "stage", "decision_to_initiate", "reason", "Concerns continue."))
	st.sends("sal", path+"/intelligence", note("all", "Wages are not paid."), "Recorded")
	_, body = st.get("sal", at)
	needs(t, body, "1 more piece of intelligence on a case", path+"/intelligence")
}

func body2(st *site, as, path string) string {
	_, body := st.get(as, path)
	return body
}

// after cuts a page down to the row in which something is said.
func after(body, from, says string) string {
	for _, row := range strings.Split(body[strings.Index(body, from):], "<tr") {
		if strings.Contains(row, says) {
			return row
		}
	}
	return ""
}
