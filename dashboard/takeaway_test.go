package dashboard

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"bellwether/dashboard/page"
	"bellwether/internal/audit"
)

// takenBy adds up what the fake audit was told, as the real one does from its log.
func (a *fakeAudit) takenBy(user string, since time.Time) (rows int64, err error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, e := range a.entries {
		if n, is := strings.CutPrefix(e.Reason, audit.RowsTaken); is && e.Allowed && e.UserID == user && !e.At.Before(since) {
			more, err := strconv.ParseInt(n, 10, 64)
			if err != nil {
				return 0, err
			}
			rows += more
		}
	}
	return rows, nil
}

func TestWhatOnePersonTakesAwayInADayIsBounded(t *testing.T) {
	var st *site
	st = newSite(t, county(t), func(c *page.Config) {
		c.Quota = page.Quota{Rows: 30, Taken: func(user string, since time.Time) (int64, error) { return st.audit.takenBy(user, since) }}
	})
	if resp, body := st.get("chair", "/api/v1/flags?state=all"); resp.StatusCode != 200 {
		t.Fatalf("the first file: %d %.200s", resp.StatusCode, body)
	}
	taken, err := st.audit.takenBy("u-chair", st.now.Add(-time.Hour))
	if err != nil || taken == 0 || taken > 30 {
		t.Fatalf("the audit was told of %d rows: %v", taken, err)
	}
	var refused string
	for range 30 {
		resp, body := st.get("chair", "/api/v1/flags?state=all")
		if resp.StatusCode == 429 {
			refused = body
			break
		}
	}
	for _, want := range []string{"more than one person takes away in a day", "of at most 30", "Narrow the list"} {
		if !strings.Contains(refused, want) {
			t.Errorf("the refusal doesn't say %q", want)
		}
	}
	if last := st.audit.take(); last[len(last)-1].Allowed || last[len(last)-1].Reason != "quota" {
		t.Errorf("the refusal isn't recorded: %+v", last[len(last)-1])
	}
	st.get("chair", "/api/v1/flags?state=all")
	if resp, _ := st.get("chair", "/market/weeks.csv"); resp.StatusCode != 200 {
		t.Errorf("published facts are held against the quota: %d", resp.StatusCode)
	}
}
