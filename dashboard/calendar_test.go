package dashboard

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"bellwether/dashboard/page"

	ics "github.com/arran4/golang-ical"

	"bellwether/casework/feeds"
	"bellwether/casework/store/memory"
)

func withCalendars(c *page.Config) {
	c.Calendars = feeds.New(memory.New(), c.Now)
	c.PublicURL = "https://bellwether.example"
}

var calendarAddress = regexp.MustCompile(`https://bellwether\.example(/calendar/[A-Za-z0-9_-]{43}\.ics)`)

// newCalendar asks for an address as somebody and gives its path.
func newCalendar(t *testing.T, st *site, as string) string {
	t.Helper()
	resp, _ := st.send(as, http.MethodPost, "/account/calendar", url.Values{"do": {"new"}}, nil)
	if resp.StatusCode != http.StatusSeeOther {
		t.Fatalf("status %d", resp.StatusCode)
	}
	_, body := st.get(as, "/account")
	m := calendarAddress.FindStringSubmatch(body)
	if m == nil {
		t.Fatalf("no address on the account page: %.400s", body)
	}
	if _, again := st.get(as, "/account"); calendarAddress.MatchString(again) {
		t.Error("the address is shown a second time")
	}
	return m[1]
}

func TestACalendarPointsAndDoesNotTell(t *testing.T) {
	st := newSite(t, county(t), withCalendars, withPeople)
	path := newCalendar(t, st, "chair")
	resp, body := st.get("", path)
	if resp.StatusCode != http.StatusOK || !strings.HasPrefix(resp.Header.Get("Content-Type"), "text/calendar") || resp.Header.Get("X-Protective-Marking") != "OFFICIAL-SENSITIVE" || resp.Header.Get("Cache-Control") != "no-store" {
		t.Fatalf("status %d, %v", resp.StatusCode, resp.Header)
	}
	c, err := ics.ParseCalendar(strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	events, seen := c.Events(), map[string]bool{}
	if len(events) == 0 {
		t.Fatal("the calendar is empty although items wait")
	}
	for _, e := range events {
		if seen[e.Id()] {
			t.Errorf("two events are called %s", e.Id())
		}
		seen[e.Id()] = true
		if at := e.GetProperty(ics.ComponentPropertyUrl); at == nil || !strings.HasPrefix(at.Value, "https://bellwether.example/") {
			t.Errorf("an event leads nowhere: %v", at)
		}
		if on, err := e.GetAllDayStartAt(); err != nil || on.Before(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)) {
			t.Errorf("an event on %v, %v", on, err)
		}
	}
	for _, name := range []string{"Saltmarsh", "Brackwater", "Larkmouth", "1-900000", "concern", "Mo Member", "Ada"} {
		if strings.Contains(body, name) {
			t.Errorf("the calendar holds %q", name)
		}
	}
	for _, e := range st.audit.take() {
		if e.Kind == "review" && e.Reason == "calendar" && e.UserID == "u-chair" && e.Allowed {
			return
		}
	}
	t.Error("the reading isn't in the audit")
}

// What a calendar holds is decided when it is read: a role without a queue gets an empty one, an account that is closed none at all.
func TestACalendarFollowsItsOwner(t *testing.T) {
	st := newSite(t, county(t), withCalendars, withPeople)
	admin := newCalendar(t, st, "admin")
	if resp, body := st.get("", admin); resp.StatusCode != http.StatusOK || strings.Contains(body, "BEGIN:VEVENT") {
		t.Errorf("an administrator's calendar: %d, %s", resp.StatusCode, body)
	}
	old := newCalendar(t, st, "member")
	path := newCalendar(t, st, "member")
	for name, tt := range map[string]struct {
		path string
		want int
	}{"a new one": {path, 200}, "the one before": {old, 404}, "a guess": {"/calendar/" + strings.Repeat("A", 43) + ".ics", 404}, "no file": {"/calendar/x", 404}, "without its ending": {strings.TrimSuffix(path, ".ics"), 404}} {
		if resp, _ := st.get("", tt.path); resp.StatusCode != tt.want {
			t.Errorf("%s: %d", name, resp.StatusCode)
		}
	}
	if resp, _ := st.send("member", http.MethodPost, "/account/calendar", url.Values{"do": {"withdraw"}}, nil); resp.StatusCode != http.StatusSeeOther {
		t.Errorf("withdrawing: %d", resp.StatusCode)
	}
	if resp, _ := st.get("", path); resp.StatusCode != http.StatusNotFound {
		t.Errorf("a withdrawn address: %d", resp.StatusCode)
	}
	if _, body := st.get("member", "/account?done=calendar"); !strings.Contains(body, "is withdrawn") || !strings.Contains(body, "You have no address yet") {
		t.Error("the account page doesn't say that it is withdrawn")
	}
	if resp, _ := st.send("member", http.MethodPost, "/account/calendar", url.Values{"do": {"dance"}}, nil); resp.StatusCode != http.StatusBadRequest {
		t.Errorf("an unknown wish: %d", resp.StatusCode)
	}
	again := newCalendar(t, st, "member")
	st.accounts.closed.Store("u-member", true)
	if resp, _ := st.get("", again); resp.StatusCode != http.StatusNotFound {
		t.Errorf("a closed account's calendar: %d", resp.StatusCode)
	}
}

func TestWithoutCalendars(t *testing.T) {
	st := newSite(t, county(t))
	if resp, _ := st.send("chair", http.MethodPost, "/account/calendar", url.Values{"do": {"new"}}, nil); resp.StatusCode != http.StatusNotFound {
		t.Errorf("%d", resp.StatusCode)
	}
	if _, body := st.get("chair", "/account"); strings.Contains(body, "Make an address") {
		t.Error("the account page offers what there isn't")
	}
}
