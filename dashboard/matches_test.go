package dashboard

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"bellwether/dashboard/internal/larkshire"
	"bellwether/dashboard/page"
	"bellwether/ingest/identity"
	"bellwether/internal/access"
)

// withMatches gives a site an empty book of decisions about names, and a page of people so that names stand for ids.
func withMatches(t *testing.T, change ...func(*page.Config)) (*site, identity.Book) {
	t.Helper()
	var st *site
	book := identity.Book{Dir: t.TempDir(), Now: func() time.Time { return st.now }, Calendar: func() time.Time { return st.now }}
	st = newSite(t, county(t), append([]func(*page.Config){func(c *page.Config) {
		c.Matches = book
		c.People = func(context.Context) ([]page.Person, error) {
			var out []page.Person
			for _, p := range people {
				out = append(out, page.Person{Subject: p})
			}
			return out, nil
		}
	}}, change...)...)
	return st, book
}

var (
	willows = identity.Given{Name: "The Willows (old)", Postcode: "LK1 2AB"}
	marsh   = identity.Given{Name: "Marsh View"}
)

func TestWhoSeesTheMatches(t *testing.T) {
	st, _ := withMatches(t)
	one := "/data/matches/" + willows.ID()
	st.play(t, []scenario{
		{"sal", "/data/matches", 200, []string{"Three names of 10 records match no provider; two names have a likely answer.", "The Willows (old)", "Marsh View", "bw-marked-sensitive"}, []string{"Nobody Knows", "<no value>", "%!"}},
		{"sal", "/data/matches?state=all", 200, []string{"Nobody Knows Ltd", "nobody is like it"}, nil},
		{"sal", "/data/matches?q=marsh", 200, []string{"Marsh View"}, []string{"Willows"}},
		{"sal", "/data/matches?state=decided", 200, []string{"Nothing has been decided about any name."}, nil},
		{"sal", one, 200, []string{"6 records between 1 Feb 2026 and 14 Aug 2026", "The postcode given with it is LK1 2AB", `name="target" value="1-8000010"`, "Nothing yet."}, []string{"<no value>"}},
		{"sal", "/data/matches/0123456789", 404, nil, nil},
		{"everywhere", one, 200, []string{`name="target"`}, nil},
		{"chair", one, 200, []string{"likeness 0.88"}, []string{`name="target"`, "Check it"}},
		{"member", "/data/matches", 200, []string{"Marsh View"}, nil},
		{"north", "/data/matches", 403, nil, []string{"Marsh View"}},
		{"officer", one, 403, nil, []string{"Willows"}},
		{"admin", "/data/matches", 403, nil, []string{"Marsh View"}},
		{"governance", one, 403, nil, []string{"Willows"}},
		{"sal", "/data", 200, []string{"Matches to confirm"}, nil},
		{"admin", "/data", 200, nil, []string{"Matches to confirm", "Marsh View"}},
	})
}

func TestAMatchIsConfirmedRecordedAndTakenBack(t *testing.T) {
	st, book := withMatches(t)
	one := "/data/matches/" + willows.ID()
	post := func(as, path string, want int, has string, pairs ...string) string {
		t.Helper()
		resp, body := st.send(as, http.MethodPost, path, fill(pairs...), nil)
		if resp.StatusCode != want || !strings.Contains(body, has) {
			t.Fatalf("%s %v: %d, %q is not in it\n%s", path, pairs, resp.StatusCode, has, body)
		}
		return body
	}
	st.as("sal")
	st.audit.take()
	// Nothing is recorded before it was confirmed.
	post("sal", one+"/confirm", 422, "Choose whether the name means it or not", "seen", "0", "target", "1-8000010")
	post("sal", one+"/confirm", 422, "Choose a candidate, or give the id", "seen", "0", "do", "accept")
	post("sal", one+"/confirm", 422, "or give the id of a service", "seen", "0", "do", "accept", "other", "The Willows")
	post("sal", one+"/confirm", 422, "there is nothing to take back", "seen", "0", "do", "undo")
	post("sal", one+"/confirm", 200, "it means", "seen", "0", "do", "accept", "target", "1-8000010")
	post("sal", one+"/confirm", 200, "provider 1-9000003", "seen", "0", "do", "reject", "target", "1-8000010", "other", "1-9000003")
	post("sal", one, 422, "Say what it rests on", "seen", "0", "do", "accept", "target", "1-8000010")
	if all, err := book.All(t.Context()); err != nil || len(all) != 0 {
		t.Fatalf("%+v %v", all, err)
	}
	st.audit.take()
	post("sal", one, 303, "", "seen", "0", "do", "accept", "target", "1-8000010", "why", "Their letters say so.\x00")
	all, err := book.All(t.Context())
	if err != nil || len(all) != 1 {
		t.Fatalf("%+v %v", all, err)
	}
	if d := all[0]; d.By != "u-sal" || d.Given != willows || d.LocationID != "1-8000010" || d.ProviderID == "" || d.Why != "Their letters say so." || d.On != "2026-10-01" || !d.At.Equal(st.now) {
		t.Errorf("%+v", d)
	}
	if log := st.audit.take(); len(log) != 1 || !log[0].Allowed || log[0].Reason != "match_accept" || log[0].ID != willows.ID() || log[0].Action != "review" {
		t.Errorf("%+v", log)
	}
	st.play(t, []scenario{
		{"sal", one, 200, []string{"It holds from the next run on", "The name means", "by Sal Safeguarding", "1 Oct 2026", "Take back"}, nil},
		{"sal", "/data/matches?state=decided", 200, []string{"The Willows (old)", "Sal Safeguarding", "Their letters say so."}, nil},
		{"sal", "/data/matches", 200, []string{"Two names of 4 records"}, []string{"Willows"}},
	})
	// Somebody who opened the page before does not overwrite what they have not seen.
	post("sandy", one, 409, "Somebody else has decided meanwhile", "seen", "0", "do", "reject", "target", "1-8000010", "why", "x")
	post("chair", one, 403, "", "seen", "1", "do", "undo", "why", "x")
	post("sandy", one, 303, "", "seen", "1", "do", "undo", "why", "The letters were older.")
	st.play(t, []scenario{
		{"sandy", one, 200, []string{"Taken back", "is open again", "by Sandy Safeguarding", "by Sal Safeguarding", `name="target" value="1-8000010"`}, []string{"Take back what"}},
		{"sandy", "/data/matches?state=decided", 200, []string{"Nothing has been decided"}, nil},
	})
	// A refused pair is not proposed again, and the name stays open.
	post("sal", one, 303, "", "seen", "2", "do", "reject", "target", "1-8000010", "why", "It closed before.")
	st.play(t, []scenario{{"sal", one, 200, []string{"does not mean", `value="1-8000020"`}, []string{`name="target" value="1-8000010"`}}})
}

// hidden makes a provider one of a restricted case.
type hidden string

func (h hidden) About(_ context.Context, r access.Resource) (access.Resource, error) {
	if r.ProviderID == string(h) {
		r.Restricted = "police"
	}
	return r, nil
}

func TestAHiddenProviderIsNoCandidate(t *testing.T) {
	st, book := withMatches(t, func(c *page.Config) { c.Facts = hidden("1-9000003") })
	one := "/data/matches/" + marsh.ID()
	st.play(t, []scenario{
		{"sal", "/data/matches?state=all", 200, []string{"Marsh View", "nobody is like it"}, []string{"Brackwater"}},
		{"sal", one, 200, []string{"Nobody on the register is like it"}, []string{"Brackwater", "1-9000003"}},
	})
	st.as("sal")
	if resp, body := st.send("sal", http.MethodPost, one, url.Values{"seen": {"0"}, "do": {"accept"}, "target": {"1-9000003"}, "why": {"x"}}, nil); resp.StatusCode != 422 || strings.Contains(body, "Brackwater") {
		t.Errorf("%d %s", resp.StatusCode, body)
	}
	if _, err := book.Decide(t.Context(), identity.Decision{By: "u-sal", Action: identity.Accept, Given: willows, ProviderID: "1-9000003"}); err != nil {
		t.Fatal(err)
	}
	st.play(t, []scenario{{"sal", "/data/matches?state=decided", 200, nil, []string{"Willows", "1-9000003"}}})
}

func TestMatchesOfAnEmptyWarehouse(t *testing.T) {
	st := newSite(t, larkshire.Empty(t))
	st.play(t, []scenario{{"sal", "/data/matches", 200, []string{"No run has finished yet"}, nil}, {"sal", "/data/matches/0123456789", 404, nil, nil}})
}

// Wherever a total is shown, so is what is in no provider's total: on the page, in the file and in the answer of the API.
func TestUnmatchedRecordsAreCountedWhereverATotalIs(t *testing.T) {
	st := newSite(t, county(t))
	for _, path := range []string{"/market", "/providers", "/providers/1-9000003", "/flags", "/review", "/trends", "/map", "/contingency", "/cases", "/data", "/rules", "/records/contracts"} {
		if resp, body := st.get("chair", path); resp.StatusCode != 200 || !strings.Contains(body, `<a href="/data#unmatched">9 records match no provider</a>`) {
			t.Errorf("%s does not say it: %d", path, resp.StatusCode)
		}
	}
	st.play(t, []scenario{
		{"chair", "/market", 200, []string{"Nine records of concerns, enquiries and complaints match no provider"}, nil},
		{"chair", "/providers", 200, []string{"9 records of concerns, enquiries and complaints match no provider and are in no row"}, nil},
		{"chair", "/providers/1-9000003", 200, []string{"Over all feeds, 9 records match no provider"}, nil},
		{"chair", "/trends", 200, []string{"match no provider and are in no bar"}, nil},
		{"chair", "/data", 200, []string{"Complaints: 6 records, between 1 Feb 2026 and 14 Aug 2026", "Safeguarding concerns: 3 records"}, nil},
	})
	for as, path := range map[string]string{"chair": "/providers.csv", "sal": "/market/weeks.csv?", "officer": "/providers/1-9000002/weeks.csv"} {
		column, n := ",records_matching_no_provider", ",9"
		if as == "sal" { // for anybody, under the disclosure rule
			column, n = column+"_rounded", ",10"
		}
		resp, body := st.get(as, path)
		lines := strings.Split(strings.TrimSpace(body), "\n")
		if resp.StatusCode != 200 || !strings.HasSuffix(lines[0], column) || !strings.HasSuffix(lines[len(lines)-1], n) || resp.Header.Get("X-Unmatched-Records") != "9" {
			t.Errorf("%s: %d %s … %s", path, resp.StatusCode, lines[0], lines[len(lines)-1])
		}
	}
	for _, path := range []string{"/api/v1/market", "/api/v1/providers", "/api/v1/providers/1-9000003", "/api/v1/sources"} {
		if _, body := st.get("chair", path); !strings.Contains(body, `"unmatched_records":{"complaints":6,"safeguarding_concerns":3}`) {
			t.Errorf("%s: %.300s", path, body)
		}
	}
	empty := newSite(t, larkshire.Empty(t))
	if _, body := empty.get("chair", "/market"); strings.Contains(body, "match no provider</a>") {
		t.Error("a warehouse without a run counts")
	}
}
