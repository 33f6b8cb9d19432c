package serving

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"bellwether/internal/instance"
	"bellwether/internal/instancetest"
	"bellwether/internal/warehouse"
)

// TestLookingBackAtRealRuns serves an instance with two snapshots that real runs published, has a third worked out behind them for a day
// before, and looks at each from the pages: what was known then is shown to the one who asked and to nobody else, and what is in force stays.
func TestLookingBackAtRealRuns(t *testing.T) {
	cfg := instancetest.Copy(t)
	a := start(t, cfg)
	base := "http://" + a.Addr()
	chair, other := client(t, base), client(t, base)
	page := func(c *http.Client, path string) string {
		t.Helper()
		resp, err := c.Get(base + path)
		if err != nil {
			t.Fatal(err)
		}
		body, err := read(resp)
		if err != nil || resp.StatusCode != http.StatusOK {
			t.Fatalf("%s: %d, %v", path, resp.StatusCode, err)
		}
		return body
	}
	before, err := warehouse.Snapshots(cfg.Path(instance.Snapshots))
	if err != nil || len(before) != 2 {
		t.Fatal(before, err)
	}
	march := time.Date(2026, 3, 14, 0, 0, 0, 0, time.UTC)
	p := pipe(t, cfg)
	out, err := p.PublishBehind(t.Context(), march)
	if err != nil || !out.Behind {
		t.Fatal(err)
	}
	after, err := warehouse.Snapshots(cfg.Path(instance.Snapshots))
	if err != nil || len(after) != 3 || after[0].ID != before[0].ID || after[1].ID != out.Snapshot.ID {
		t.Fatalf("what is in force moved: %v, then %v (%v)", before, after, err)
	}
	list := page(chair, "/data/snapshots")
	for _, want := range []string{"Three runs can be looked at again", "Thu 1 Oct 2026", "Tue 1 Sep 2026", "Sat 14 Mar 2026", "in force", out.RunID} {
		if !strings.Contains(list, want) {
			t.Errorf("the list lacks %q", want)
		}
	}
	files := regexp.MustCompile(`(?s)<dt>Files</dt>`)
	for _, s := range after[1:] {
		resp, err := chair.PostForm(base+"/look-back", url.Values{"snapshot": {s.ID}})
		if err != nil {
			t.Fatal(err)
		}
		if body, err := read(resp); err != nil || !strings.Contains(body, "You are looking back: this is what was known on") {
			t.Errorf("%s: no band says so: %d, %v", s.ID, resp.StatusCode, err)
		}
		day := map[bool]string{true: "Sat 14 Mar 2026", false: "Tue 1 Sep 2026"}[s.ID == out.Snapshot.ID]
		// Every page is that day's, and the figures too: contracts and loads known since are not there.
		for _, path := range []string{"/market", "/flags", "/providers", "/data"} {
			if body := page(chair, path); !strings.Contains(body, "As known on <time") || !strings.Contains(body, day) || !strings.Contains(body, s.ID) {
				t.Errorf("%s of %s is of another day", path, day)
			}
		}
		if body := page(other, "/market"); !strings.Contains(body, "Thu 1 Oct 2026") || strings.Contains(body, "looking back") {
			t.Error("somebody else looks back too")
		}
		if body := page(chair, "/api/v1/sources"); !strings.Contains(body, `"as_of":"2026-10-01"`) {
			t.Error("a program is answered from an earlier day")
		}
	}
	// The run behind a snapshot that is looked back at has its page, with its lines.
	if body := page(chair, "/data/runs/"+out.RunID); !strings.Contains(body, "Published what was known on 14 Mar 2026") || files.FindString(body) == "" {
		t.Error("the run that worked it out has no page of its own")
	}
	// Worked out once more, nothing is kept twice; and there is a way back.
	again, err := p.PublishBehind(t.Context(), march)
	if left, lerr := warehouse.Snapshots(cfg.Path(instance.Snapshots)); err != nil || lerr != nil || again.Snapshot.ID != out.Snapshot.ID || len(left) != 3 {
		t.Errorf("a second time: %s, %d kept, %v", again.Snapshot.ID, len(left), err)
	}
	if resp, err := chair.PostForm(base+"/look-back", url.Values{}); err != nil || resp.Body.Close() != nil {
		t.Fatal(err)
	}
	if body := page(chair, "/market"); !strings.Contains(body, "Thu 1 Oct 2026") || strings.Contains(body, "looking back") {
		t.Error("there is no way back to now")
	}
}
