package dashboard

import (
	"encoding/csv"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"bellwether/casework/clearance"
	"bellwether/casework/store/memory"
	"bellwether/dashboard/internal/larkshire"
	"bellwether/dashboard/page"
	"bellwether/dashboard/words"
	"bellwether/internal/access"
)

// withClearances gives a site a book of clearances on the site's own clock.
func withClearances(t *testing.T) *site {
	t.Helper()
	var st *site
	st = newSite(t, county(t), func(c *page.Config) {
		c.Clearances = clearance.New(memory.New(), func() time.Time { return st.now })
	})
	return st
}

const oneStops = "/contingency?provider=1-9000003&miles=any"

func TestContingency(t *testing.T) {
	st := newSite(t, county(t))
	st.play(t, []scenario{
		{"chair", "/contingency", 200, []string{"Choose one or several providers", "Windle Group", "Larkmouth", "Yearly lists to chase", "1 home has not sent", "29 May 2026", "not yet"}, []string{"Provisional", "<no value>"}},
		{"chair", "/contingency?find=brackwater", 200, []string{"Found", "Brackwater Residential", `value="1-9000003"`}, nil},
		{"chair", "/contingency?find=zzz", 200, []string{"No provider in your view fits"}, nil},
		{"chair", oneStops, 200, []string{"If Brackwater Residential stopped,", "would need another place", "Provisional.", "Nobody may be moved on the strength of this page", "does not mean that it is safe to place there",
			"The council&#39;s own list names", "has not said how many people it looks after", "its yearly list is overdue", "Where people could go", "How places are matched", "Does the section 48 duty begin?", "Wrenshire Council", "bw-marked-sensitive", "data-option="},
			[]string{"<no value>", "%!", "Clear the list"}},
		{"chair", "/contingency?provider=1-9000003&miles=5&rating=4&level=0&accepting=yes", 200, []string{"No place for any of them is known within 5 miles", "No spare place fits", "Who would have no place, and why"}, []string{"could have one"}},
		{"chair", "/contingency?brand=BD900&miles=any&nursing=yes", 200, []string{"If these 4 providers stopped"}, nil},
		{"chair", "/contingency?area=Larkmouth", 200, []string{"If every service in Larkmouth stopped", "within 15 miles"}, nil},
		{"chair", "/contingency?provider=1-9000002&miles=any", 200, []string{"Home care:", "hours a week are needed"}, nil},
		{"chair", "/contingency?provider=none-such", 200, []string{"No service of that choice is in your view"}, nil},
		{"chair", "/contingency?provider=a,b&miles=7&level=x&rating=9", 200, []string{"Left out:", "isn&#39;t known here"}, nil},
		{"chair", "/contingency?provider=" + url.QueryEscape(`"><script>alert(1)</script>`), 200, []string{"No service of that choice"}, []string{"<script>alert"}},
		{"officer", oneStops, 200, []string{"No service of that choice is in your view"}, []string{"Brackwater"}},
		{"officer", "/contingency?provider=1-9000002", 200, []string{"Harrow Fen"}, []string{"Saltmarsh", "Look at the list and clear it"}},
		{"governance", oneStops, 403, nil, []string{"Brackwater"}},
		{"admin", oneStops, 403, nil, []string{"Brackwater"}},
		{"chair", "/contingency/clear?provider=1-9000003", 403, nil, []string{"Brackwater"}},
	})
}

func TestContingencyOfAnEmptyWarehouse(t *testing.T) {
	st := newSite(t, larkshire.Empty(t))
	st.play(t, []scenario{
		{"chair", "/contingency", 200, []string{"Choose one or several providers"}, nil},
		{"chair", oneStops, 200, []string{"No service of that choice is in your view"}, nil},
	})
}

var listField = regexp.MustCompile(`name="list" value="([0-9a-f]+)"><input type="hidden" name="homes" value="(\d+)"`)

func TestADestinationListIsProvisionalUntilALeadClearsIt(t *testing.T) {
	st := withClearances(t)
	_, before := st.get("chair", oneStops)
	if !strings.Contains(before, "Provisional.") || strings.Contains(before, "Look at the list and clear it") {
		t.Fatal("the chair's list isn't provisional, or the chair could clear it")
	}
	if _, body := st.get("lead", oneStops); !strings.Contains(body, "Look at the list and clear it") {
		t.Fatal("the lead isn't led to the list")
	}
	_, body := st.get("lead", "/contingency/clear?provider=1-9000003&miles=any")
	m := listField.FindStringSubmatch(body)
	if m == nil {
		t.Fatalf("no list to clear: %.1500s", body)
	}
	homes := regexp.MustCompile(`name="remove" value="([^"]+)"`).FindAllStringSubmatch(body, -1)
	first := homes[0][1]
	send := func(as, list, n string, remove ...string) (*http.Response, string) {
		return st.send(as, http.MethodPost, "/contingency/clear?provider=1-9000003&miles=any", url.Values{"list": {list}, "homes": {n}, "remove": remove}, nil)
	}
	if resp, _ := send("chair", m[1], m[2], first); resp.StatusCode != http.StatusForbidden {
		t.Errorf("the chair clears: %d", resp.StatusCode)
	}
	if resp, body := send("lead", "0123456789abcdef", m[2], first); resp.StatusCode != http.StatusConflict || !strings.Contains(body, "The list has changed") {
		t.Errorf("another list: %d", resp.StatusCode)
	}
	if _, body := st.get("chair", oneStops); !strings.Contains(body, "Provisional.") {
		t.Error("a refused clearing cleared")
	}
	st.audit.take()
	if resp, body := send("lead", m[1], m[2], first); resp.StatusCode != http.StatusSeeOther {
		t.Fatalf("clearing: %d %.600s", resp.StatusCode, body)
	}
	if log := st.audit.take(); !slices.ContainsFunc(log, func(e page.Entry) bool {
		return e.Reason == "destinations_cleared" && e.Action == "review" && e.ID == m[1]
	}) {
		t.Errorf("recorded as %+v", log)
	}
	_, after := st.get("chair", oneStops)
	for _, want := range []string{"A safeguarding lead has looked at these destinations", "1 Oct 2026", "8 Oct 2026", "does not mean that it is safe to place there"} {
		if !strings.Contains(after, want) {
			t.Errorf("misses %q", want)
		}
	}
	for _, bad := range []string{"Provisional.", "Lena", "u-lead", "removed because", `title="` + first} {
		if strings.Contains(after, bad) {
			t.Errorf("holds %q", bad)
		}
	}
	name := regexp.MustCompile(`<bdi>([^<]+)</bdi></a><span class="bw-meta">(?:<span>[^<]*</span>)?<span>` + first).FindStringSubmatch(body)
	if name == nil {
		t.Fatal("the removed home's name isn't found")
	}
	if list := table(t, after, "destinations"); strings.Contains(list, first) {
		t.Error("a home that was taken off is still a destination")
	}
	if _, body := st.get("chair", oneStops+"&nursing=yes"); !strings.Contains(body, "Provisional.") {
		t.Error("another question is cleared with it")
	}
	st.now = st.now.AddDate(0, 0, 8)
	st.browsers = map[string]*http.Client{}
	if _, body := st.get("chair", oneStops); !strings.Contains(body, "Provisional.") {
		t.Error("the clearance outlives its week")
	}
}

// table gives the part of a page under a heading.
func table(t *testing.T, body, id string) string {
	t.Helper()
	_, rest, ok := strings.Cut(body, `id="`+id+`"`)
	if !ok {
		t.Fatalf("no heading %s", id)
	}
	part, _, _ := strings.Cut(rest, "</section>")
	return part
}

func TestALeadWhoCantSeeACaseCantClearIt(t *testing.T) {
	st := withClearances(t)
	hidden := ""
	decide := st.server.Config.Authorise
	st.server.Config.Authorise = func(s access.Subject, a access.Action, r access.Resource) access.Decision {
		if hidden != "" && r.ProviderID == hidden && r.Kind == access.PlacementStatus {
			return access.Decision{Hide: true, Reason: access.ReasonUnknown}
		}
		return decide(s, a, r)
	}
	_, body := st.get("lead", "/contingency/clear?provider=1-9000003&miles=any")
	m := listField.FindStringSubmatch(body)
	hidden = regexp.MustCompile(`data-row><th scope="row"><a href="/providers/([^"]+)"`).FindStringSubmatch(body)[1]
	_, body = st.get("lead", "/contingency/clear?provider=1-9000003&miles=any")
	if !strings.Contains(body, "needs a lead with a wider view") || strings.Contains(body, "Clear the rest") {
		t.Error("the page offers to clear what the lead can't see")
	}
	resp, _ := st.send("lead", http.MethodPost, "/contingency/clear?provider=1-9000003&miles=any", url.Values{"list": {m[1]}, "homes": {m[2]}}, nil)
	if resp.StatusCode != http.StatusForbidden {
		t.Errorf("cleared: %d", resp.StatusCode)
	}
	if _, body := st.get("chair", oneStops); !strings.Contains(body, "Provisional.") {
		t.Error("the list is cleared")
	}
}

func TestTheClosureListAgreesWithThePage(t *testing.T) {
	st := newSite(t, county(t), allowAll)
	_, shown := st.get("chair", oneStops)
	resp, body := st.get("chair", "/contingency/list.csv?provider=1-9000003&miles=any")
	if resp.StatusCode != 200 || resp.Header.Get("X-Protective-Marking") != "OFFICIAL-SENSITIVE" || !strings.Contains(resp.Header.Get("Content-Disposition"), "_OS.csv") {
		t.Fatalf("%d %v", resp.StatusCode, resp.Header)
	}
	rows, err := csv.NewReader(strings.NewReader(body)).ReadAll()
	if err != nil || len(rows) < 3 {
		t.Fatal(len(rows), err)
	}
	people, without := 0, 0
	for i, r := range rows[1:] {
		n := atoi(t, r[2])
		people += n
		if !strings.HasPrefix(r[0], "PROVISIONAL") || atoi(t, r[1]) != i+1 || r[3] != "1-9000003" {
			t.Errorf("line %v", r)
		}
		if (r[13] == "") == (r[22] == "") {
			t.Errorf("a line has a home and a shortfall, or neither: %v", r)
		}
		if r[13] == "" {
			without += n
		}
		for _, cell := range r {
			if strings.HasPrefix(cell, "CP-") || regexp.MustCompile(`^p[0-9a-f]{12}$`).MatchString(cell) {
				t.Errorf("a person's number leaves: %s", cell)
			}
		}
	}
	for _, want := range []string{">" + words.Int(int64(people)) + "</a>", ">" + words.Int(int64(people-without)) + "</a>", ">" + words.Int(int64(without)) + "</a>"} {
		if !strings.Contains(shown, want) {
			t.Errorf("the page doesn't say %s", want)
		}
	}
}

func TestTheClosureListNeedsTheRight(t *testing.T) {
	st := newSite(t, county(t))
	st.play(t, []scenario{
		{"governance", "/contingency/list.csv?provider=1-9000003", 403, nil, []string{"PROVISIONAL"}},
		{"officer", "/contingency/list.csv?provider=1-9000003", 403, nil, []string{"PROVISIONAL"}},
		{"chair", "/contingency/list.csv?provider=1-9000003", 403, nil, []string{"PROVISIONAL"}},
	})
}

func atoi(t *testing.T, s string) int {
	t.Helper()
	n, err := strconv.Atoi(s)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// BenchmarkContingency measures the page over the whole county.
func BenchmarkContingency(b *testing.B) {
	st := newSite(b, county(b), allowAll)
	st.as("chair")
	for b.Loop() {
		if resp, _ := st.get("chair", "/contingency?area=Larkmouth&miles=any&nursing=yes"); resp.StatusCode != http.StatusOK {
			b.Fatal(resp.StatusCode)
		}
	}
}
