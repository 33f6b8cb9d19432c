package digest

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"text/template"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"bellwether/dashboard/class"
	"bellwether/internal/access"
)

var update = flag.Bool("update", false, "write the golden files anew")

var thursday = time.Date(2026, 10, 1, 9, 0, 0, 0, time.UTC)

func input() Input {
	return Input{Council: "Larkshire Council", Link: "https://bellwether.example", Markings: class.DefaultMarkings, AsOf: thursday, Snapshot: "4e165a6cb1e2",
		Sources: Sources{Fresh: 9, All: 10, Late: []string{"Complaints"}},
		Queue:   Queue{Unreviewed: 7, Overdue: 1, OldestDays: 9, Returned: 1, Changed: 3, ReviewsDue: 2},
		Levels:  Levels{At: [4]int{110, 8, 2, 1}, Up: 3, Down: 1, Names: [4]string{"market management", "pre-provider concern", "provider concern", "provider failure"}},
		Cases:   Cases{Open: 4, OverLimit: 1, ActionsOverdue: 2, ActionsDue: 5, MinutesOverdue: 1}}
}

// What each role is sent, word for word.
func TestWhatEachRoleIsSent(t *testing.T) {
	var b strings.Builder
	for _, role := range []string{"qsig_chair", "commissioner", "system_admin"} {
		d := For(role, input(), thursday)
		text, err := d.Text()
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&b, "=== %s\nSubject: %s\n\n%s\n", role, d.Subject, text)
	}
	golden := filepath.Join("testdata", "digest.golden.txt")
	if *update {
		if err := os.WriteFile(golden, []byte(b.String()), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), b.String()); diff != "" {
		t.Error(diff)
	}
}

// Each role's digest holds a part only where its role alone opens it: what depends on a portfolio or a case is left to the pages.
func TestPartsFollowThePolicy(t *testing.T) {
	kinds := map[string]access.Kind{"Review queue": access.ReviewItem, "Levels": access.Provider, "Cases": access.Case}
	for _, role := range access.Default().RoleNames() {
		d := For(role, input(), thursday)
		has := map[string]bool{}
		for _, p := range d.Parts {
			has[p.Title] = true
		}
		for title, kind := range kinds {
			may := access.Authorise(access.Subject{UserID: "x", Roles: []string{role}}, access.View, access.Resource{Class: access.ClassB, Kind: kind}).Allow
			if has[title] != may {
				t.Errorf("%s: the part %s is there: %v, may see it: %v", role, title, has[title], may)
			}
		}
		if !has["Data"] {
			t.Errorf("%s: is not told how fresh the data are", role)
		}
		if sensitive := has["Review queue"] || has["Levels"] || has["Cases"]; strings.HasPrefix(d.Subject, "OFFICIAL-SENSITIVE: ") != sensitive {
			t.Errorf("%s: subject %q", role, d.Subject)
		}
	}
}

// The page carries what the plain text carries, escapes what it is given and loads nothing.
func TestThePageSaysTheSame(t *testing.T) {
	in := input()
	in.Council = `<script>alert(1)</script>`
	in.Sources.Late = []string{`"><img src=x>`}
	d := For("qsig_chair", in, thursday)
	page, err := d.HTML()
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range d.Parts {
		for _, l := range p.Lines {
			if !strings.Contains(page, template.HTMLEscapeString(l)) {
				t.Errorf("the page misses %q", l)
			}
		}
		if !strings.Contains(page, `href="`+p.Link+`"`) {
			t.Errorf("the page doesn't lead to %s", p.Link)
		}
	}
	for _, bad := range []string{"<script", "<img", "src=", "@import", "url("} {
		if strings.Contains(page, bad) && !strings.Contains(page, "&lt;img src=") {
			t.Errorf("the page holds %q", bad)
		}
	}
	if strings.Count(page, "OFFICIAL-SENSITIVE") < 2 {
		t.Error("the page isn't marked at its head and its foot")
	}
}

// Every number reads as words or figures; no count makes a sentence that breaks.
func TestAnyNumbersReadWell(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		n := func(name string) int { return rapid.IntRange(0, 12).Draw(rt, name) }
		in := input()
		in.Queue = Queue{Unreviewed: n("u"), Overdue: n("o"), OldestDays: n("d"), Returned: n("r"), Changed: n("c"), ReviewsDue: n("v")}
		in.Cases = Cases{Open: n("p"), OverLimit: n("l"), ActionsOverdue: n("a"), ActionsDue: n("e"), MinutesOverdue: n("m"), NotificationsOverdue: n("n")}
		text, err := For("qsig_chair", in, thursday).Text()
		if err != nil {
			rt.Fatal(err)
		}
		for _, bad := range []string{"%!", "<no value>", "|", "one actions", "one items", "one cases", " .", ".."} {
			if strings.Contains(strings.ToLower(text), bad) {
				rt.Fatalf("%q in\n%s", bad, text)
			}
		}
	})
}

func TestEachAddressGetsOneAWeek(t *testing.T) {
	file := filepath.Join(t.TempDir(), "digest.json")
	to := map[string][]string{"qsig_chair": {"a@x.example", "b@x.example"}, "system_admin": {"a@x.example"}}
	var got []string
	fail := ""
	post := func(_ context.Context, d Digest, to string) error {
		if to == fail {
			return errors.New("mailbox full")
		}
		got = append(got, d.Role+" "+to+" "+d.Week)
		return nil
	}
	round := func(now time.Time) (Outcome, error) {
		return Round(t.Context(), file, to, input(), now, post)
	}
	fail = "b@x.example"
	out, err := round(thursday)
	if (out != Outcome{Sent: 2, Failed: 1}) || err == nil || strings.Contains(err.Error(), "b@x.example") {
		t.Errorf("the first round: %+v, %v", out, err)
	}
	fail = ""
	if out, err := round(thursday.Add(time.Hour)); err != nil || (out != Outcome{Sent: 1, Had: 2}) {
		t.Errorf("the second round: %+v, %v", out, err)
	}
	if out, err := round(thursday.AddDate(0, 0, 3)); err != nil || (out != Outcome{Had: 3}) { // Sunday is of the same week
		t.Errorf("later in the week: %+v, %v", out, err)
	}
	if out, err := round(thursday.AddDate(0, 0, 4)); err != nil || (out != Outcome{Sent: 3}) {
		t.Errorf("the next week: %+v, %v", out, err)
	}
	want := []string{"qsig_chair a@x.example 2026-W40", "system_admin a@x.example 2026-W40", "qsig_chair b@x.example 2026-W40",
		"qsig_chair a@x.example 2026-W41", "qsig_chair b@x.example 2026-W41", "system_admin a@x.example 2026-W41"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if err := os.WriteFile(file, []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := round(thursday); err == nil || !strings.Contains(err.Error(), "is damaged") {
		t.Errorf("a damaged record: %v", err)
	}
}

func TestWhenItIsDue(t *testing.T) {
	at := func(day, hour int) time.Time { return time.Date(2026, 9, day, hour, 0, 0, 0, time.UTC) } // 28 September is a Monday
	for _, tt := range []struct {
		now  time.Time
		day  time.Weekday
		want bool
	}{
		{at(28, 7), time.Monday, false}, {at(28, 8), time.Monday, true}, {at(29, 0), time.Monday, true}, {at(27, 23), time.Monday, true}, {at(30, 9), time.Thursday, false},
		{at(27, 7), time.Sunday, false}, {at(27, 9), time.Sunday, true}, {at(28, 9), time.Sunday, false},
	} {
		if got := Due(tt.now, tt.day, 8); got != tt.want {
			t.Errorf("%s with %s: %v", tt.now.Format("Mon 15:04"), tt.day, got)
		}
	}
}
