package dashboard

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"bellwether/dashboard/internal/larkshire"
	"bellwether/dashboard/page"
)

// fakeHeld remembers what was accepted.
type fakeHeld struct {
	accepted [][3]string
	err      error
}

func (f *fakeHeld) Accept(_ context.Context, load, by, why string) (string, error) {
	if f.err != nil {
		return "", f.err
	}
	f.accepted = append(f.accepted, [3]string{load, by, why})
	return "log_06.csv: loaded 3 of 3 rows.", nil
}

func TestAHeldFileIsShownAndAccepted(t *testing.T) {
	db := larkshire.County(t)
	if _, err := db.Exec(`INSERT INTO ops.load VALUES ('feedc0de01', 'complaints', 'log_06.csv', 'x', 10, DATE '2026-09-20', TIMESTAMP '2026-09-20 06:00:00', NULL, NULL, 3, 0, 0, 'rejected', 'held for its number of rows: it has 3, and the 5 deliveries before it had 40 to 44, 42 in the middle', 'complaint 1'),
		('feedc0de02', 'complaints', 'log_07.csv', 'y', 10, DATE '2026-09-21', TIMESTAMP '2026-09-21 06:00:00', NULL, NULL, 3, 0, 0, 'rejected', 'no header was found', 'complaint 1')`); err != nil {
		t.Fatal(err)
	}
	gate := &fakeHeld{}
	st := newSite(t, db, func(c *page.Config) { c.Held = gate })
	const one = "/data/held/feedc0de01"
	st.play(t, []scenario{
		{"chair", "/data", 200, []string{"One file is held for its number of rows", "log_06.csv", "40 to 44, 42 in the middle", "11 days"}, []string{`href="` + one, "<no value>"}},
		{"admin", "/data", 200, []string{`href="` + one + `"`}, nil},
		{"admin", one, 200, []string{"Accept and load it", "log_06.csv", "it has 3"}, []string{"<no value>"}},
		{"admin", "/data/held/feedc0de02", 404, nil, []string{"log_07"}}, // refused for another reason: nothing to accept
		{"chair", one, 403, nil, []string{"Accept and load it"}},
		{"sal", one, 403, nil, nil},
	})
	post := func(as, why string) (int, string) {
		t.Helper()
		resp, body := st.send(as, http.MethodPost, one, url.Values{"why": {why}}, nil)
		return resp.StatusCode, body
	}
	if code, body := post("admin", " "); code != 422 || !strings.Contains(body, "Say how you know that the file is whole") {
		t.Errorf("without a reason: %d", code)
	}
	if code, _ := post("chair", "x"); code != 403 {
		t.Errorf("the chair: %d", code)
	}
	gate.err = page.ErrBusy
	if code, body := post("admin", "half the team left"); code != 409 || !strings.Contains(body, "A run is under way") {
		t.Errorf("busy: %d", code)
	}
	gate.err = errors.New("disk")
	if code, _ := post("admin", "half the team left"); code != 500 {
		t.Errorf("failed: %d", code)
	}
	gate.err = nil
	st.audit.take()
	if code, _ := post("admin", "half the team left"); code != 303 || len(gate.accepted) != 1 || gate.accepted[0] != [3]string{"feedc0de01", "u-admin", "half the team left"} {
		t.Errorf("%d %v", code, gate.accepted)
	}
	if log := st.audit.take(); len(log) != 1 || log[0].Reason != "file_accepted" || log[0].Action != "operate" || log[0].ID != "feedc0de01" {
		t.Errorf("%+v", log)
	}
	st.play(t, []scenario{{"admin", "/data", 200, []string{"loaded 3 of 3 rows."}, nil}})
}
