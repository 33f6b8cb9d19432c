package dashboard

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"bellwether/casework/feeds"
	"bellwether/casework/store/memory"
	"bellwether/dashboard/page"
	"bellwether/internal/access"
)

// TestTheGroupsMinutesHaveAClock on the queue, on the page of changes and in a calendar, until they are with all members.
func TestTheGroupsMinutesHaveAClock(t *testing.T) {
	st := newSite(t, county(t), withPeople, withCalendars)
	calendar := newCalendar(t, st, "member")
	says := func(as string, want bool, words ...string) {
		t.Helper()
		for _, at := range []string{"/review", "/review/changes"} {
			_, body := st.get(as, at)
			for _, w := range words {
				if strings.Contains(body, w) != want {
					t.Errorf("%s to %s says %q: %v", at, as, w, !want)
				}
			}
		}
	}
	says("member", false, "to be with all members by")
	if status, body := st.act("member", "/review/changes", on(fill(), "met_on", "2026-09-17")); status != http.StatusSeeOther || !strings.Contains(body, "its minutes are due to all members by 24 Sep 2026") {
		t.Fatalf("%d\n%s", status, mainOf(body))
	}
	says("member", true, "not written yet, to be with all members by 24 Sep 2026", "overdue")
	says("sal", true, "not written yet, to be with all members by 24 Sep 2026")
	if _, body := st.get("", calendar); !strings.Contains(body, "Minutes due") || !strings.Contains(body, "20260924") {
		t.Error("the calendar has no day for the minutes")
	}
	circulated := on(fill("step", "circulated", "circulated_of", "2026-09-17"), "circulated_on", "2026-10-01")
	if status, body := st.act("member", "/review/changes", circulated); status != http.StatusUnprocessableEntity || !strings.Contains(body, "are agreed by the chair before they are circulated") {
		t.Errorf("minutes that nobody agreed: %d\n%s", status, mainOf(body))
	}
	st.act("member", "/review/changes", fill("step", "minutes", "minutes_on", "2026-09-17", "minutes", "Two visits."))
	says("member", true, "a draft before the chair")
	st.act("member", "/review/changes", fill("step", "minutes", "minutes_on", "2026-09-17", "minutes", "Two visits.", "agreed", "yes"))
	says("member", true, "agreed by the chair, to be with all members by 24 Sep 2026")
	if resp, _ := st.send("sal", http.MethodPost, "/review/changes", circulated, nil); resp.StatusCode != http.StatusForbidden {
		t.Errorf("an officer circulates the group's minutes: %d", resp.StatusCode)
	}
	if status, body := st.act("member", "/review/changes", circulated); status != http.StatusSeeOther || !strings.Contains(body, "are with all members") {
		t.Fatalf("circulated: %d\n%s", status, mainOf(body))
	}
	says("member", false, "to be with all members by")
	if _, body := st.get("", calendar); strings.Contains(body, "Minutes due") {
		t.Error("the calendar still asks for the minutes")
	}
}

// TestAnInterestFollowsItsPerson through every door: another case of the provider, the queue and the calendar; and an organisation has an
// interest in what it runs without saying so.
func TestAnInterestFollowsItsPerson(t *testing.T) {
	st := newSite(t, county(t), withPeople, func(c *page.Config) {
		c.Calendars, c.PublicURL = feeds.New(memory.New(), c.Now), "https://bellwether.example"
		c.Accounts = employed{c.Accounts.(*fakeAccounts)}
	})
	calendar := newCalendar(t, st, "member")
	first := st.opens("sal", fill("provider_id", "1-9000001", "stage", "decision_to_initiate", "reason", "Concerns continue."))
	second := st.opens("sal", fill("provider_id", "1-9000001", "stage", "pre_provider_concern", "reason", "Another service of it."))
	if _, body := st.get("", calendar); !strings.Contains(body, second) || !strings.Contains(body, "/review/"+flagConcerns) {
		t.Fatal("the calendar misses what it is to lose")
	}
	if status, body := st.act("member", first+"/interest", fill("interest", "My sister works there.", "version", st.version("member", first))); status != http.StatusSeeOther {
		t.Fatalf("%d\n%s", status, mainOf(body))
	}
	for _, path := range []string{first, second, second + "/actions.csv", "/flags/" + flagConcerns} {
		if resp, _ := st.get("member", path); resp.StatusCode != http.StatusForbidden {
			t.Errorf("%s: %d", path, resp.StatusCode)
		}
	}
	if _, body := st.get("", calendar); strings.Contains(body, first) || strings.Contains(body, second) || strings.Contains(body, "/review/"+flagConcerns) {
		t.Error("the calendar still leads to the provider")
	}
	// The chair works for the provider in this county, a member for the council, whose own services it reviews too.
	for _, path := range []string{first, "/flags/" + flagConcerns} {
		if resp, _ := st.get("chair", path); resp.StatusCode != http.StatusForbidden {
			t.Errorf("an employee of the provider at %s: %d", path, resp.StatusCode)
		}
	}
	if _, body := st.get("chair", "/review"); strings.Contains(body, "Saltmarsh") {
		t.Error("an employee of the provider finds it in the queue")
	}
}

// employed has the chair work for a provider.
type employed struct{ *fakeAccounts }

func (e employed) Subject(ctx context.Context, id string) (access.Subject, error) {
	s, err := e.fakeAccounts.Subject(ctx, id)
	if id == "u-chair" {
		s.Organisation = "saltmarsh homes"
	}
	return s, err
}

// TestAnInterestWithoutACase: the group looks at flags before anybody opens a case, and interests count there too.
func TestAnInterestWithoutACase(t *testing.T) {
	st := newSite(t, county(t), withPeople)
	at := "/review/interests"
	_, body := st.get("member", "/review/"+flagConcerns)
	needs(t, body, at+"?provider=1-9000001")
	_, body = st.get("member", at+"?provider=1-9000001")
	needs(t, body, "Declare an interest in <bdi>Saltmarsh Homes</bdi>", "You have declared no interest.")
	if strings.Contains(body, `name="person"`) {
		t.Error("a member is offered to declare for somebody else")
	}
	if status, body := st.act("member", at, fill("provider", "1-9000001", "interest", " ")); status != http.StatusUnprocessableEntity || !strings.Contains(body, "Say what the interest is") {
		t.Errorf("%d\n%s", status, mainOf(body))
	}
	if status, body := st.act("member", at, fill("provider", "1-9000001", "interest", "My sister works there.")); status != http.StatusSeeOther || !strings.Contains(body, "Your interest in Saltmarsh Homes is declared.") || strings.Contains(body, flagConcerns) {
		t.Fatalf("%d\n%s", status, mainOf(body))
	}
	for path, want := range map[string]int{"/flags/" + flagConcerns: 403, at + "?provider=1-9000001": 403, at + "?provider=1-9999999": 404, at: 200} {
		if resp, _ := st.get("member", path); resp.StatusCode != want {
			t.Errorf("%s: %d, want %d", path, resp.StatusCode, want)
		}
	}
	_, body = st.get("member", at)
	needs(t, body, "My sister works there.", "nobody clears their own")
	// A case that is opened later is closed to them too.
	path := st.opens("sal", fill("provider_id", "1-9000001", "stage", "pre_provider_concern", "reason", "Concerns continue."))
	if resp, _ := st.get("member", path); resp.StatusCode != http.StatusForbidden {
		t.Errorf("the case: %d", resp.StatusCode)
	}
	// The chair declares for somebody who said so at a meeting, and clears.
	_, body = st.get("chair", at+"?provider=1-9000001")
	needs(t, body, "Mo Member", "My sister works there.", `name="person"`)
	if status, body := st.act("chair", at, fill("provider", "1-9000001", "person", "u-admin", "interest", "A trustee.")); status != http.StatusUnprocessableEntity || !strings.Contains(body, "hoose somebody who may see this provider") {
		t.Errorf("%d\n%s", status, mainOf(body))
	}
	if status, _ := st.act("chair", at, fill("provider", "1-9000001", "person", "u-support", "interest", "A trustee.")); status != http.StatusSeeOther {
		t.Errorf("for another: %d", status)
	}
	if resp, _ := st.get("support", "/flags/"+flagConcerns); resp.StatusCode != http.StatusForbidden {
		t.Errorf("support with an interest: %d", resp.StatusCode)
	}
	clear := fill("step", "clear", "provider", "1-9000001", "person", "u-member", "cleared", "")
	if status, body := st.act("chair", at, clear); status != http.StatusUnprocessableEntity || !strings.Contains(body, "ay why the interest stands in the way no longer") {
		t.Errorf("%d\n%s", status, mainOf(body))
	}
	clear.Set("cleared", "She has left.")
	if resp, _ := st.send("sal", http.MethodPost, at, clear, nil); resp.StatusCode != http.StatusForbidden {
		t.Errorf("an officer clears: %d", resp.StatusCode)
	}
	if status, body := st.act("chair", at, clear); status != http.StatusSeeOther || !strings.Contains(body, "Cleared: the provider is open to its reader again.") {
		t.Errorf("%d\n%s", status, mainOf(body))
	}
	if resp, _ := st.get("member", path); resp.StatusCode != http.StatusOK {
		t.Errorf("cleared: %d", resp.StatusCode)
	}
	if status, body := st.act("chair", at, clear); status != http.StatusUnprocessableEntity || !strings.Contains(body, "o such interest is declared any more") {
		t.Errorf("twice: %d\n%s", status, mainOf(body))
	}
	// Whoever keeps the group's minutes records its meetings, and decides nothing.
	if status, _ := st.act("support", "/review/changes", on(fill(), "met_on", "2026-09-17")); status != http.StatusSeeOther {
		t.Errorf("support records a meeting: %d", status)
	}
}
