package dashboard

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

func TestSuggestions(t *testing.T) {
	st := newSite(t, county(t))
	for _, tc := range []struct {
		typed, first, more string
		none               bool
	}{
		{typed: "saltm", first: "Saltmarsh Homes"},
		{typed: "SALTMARSH HOMES", first: "Saltmarsh Homes"},
		{typed: "1-9000002", first: "Harrow Fen Homecare Ltd"},
		{typed: "09900003", first: "Brackwater Residential"},
		{typed: "castlereach liv", first: "Castlereach Homecare Ltd", more: "brand: Castlereach Living"},
		{typed: "quayside lodge", first: "Alder Homes", more: "Quayside Lodge"},
		{typed: "zz3 1cd", first: "Ashling Residential", more: "ZZ3 1CD"},
		{typed: "s", none: true}, {typed: "%", none: true}, {typed: "zzzzzz", none: true}, {typed: "' OR 1=1 --", none: true}, {typed: "</script><script>", none: true},
	} {
		t.Run(tc.typed, func(t *testing.T) {
			resp, body := st.get("governance", "/providers/suggest?q="+url.QueryEscape(tc.typed))
			var got []struct{ Name, More, Link string }
			if err := json.Unmarshal([]byte(body), &got); err != nil || resp.StatusCode != 200 || resp.Header.Get("Content-Type") != "application/json; charset=utf-8" {
				t.Fatalf("%d %s: %v", resp.StatusCode, body, err)
			}
			if tc.none {
				if len(got) != 0 {
					t.Errorf("%+v", got)
				}
				return
			}
			if len(got) == 0 || len(got) > 8 || !strings.HasPrefix(got[0].Link, "/providers/1-9") {
				t.Fatalf("%+v", got)
			}
			if tc.more == "" && got[0].Name != tc.first || !strings.Contains(got[0].More, tc.more) {
				t.Errorf("first %+v, want %s with %q", got[0], tc.first, tc.more)
			}
		})
	}
	if resp, _ := st.get("admin", "/providers/suggest?q=saltm"); resp.StatusCode == 200 {
		if d := resp.Header.Get("Content-Type"); !strings.Contains(d, "json") {
			t.Error("a role without the register gets something else than its answer")
		}
	}
}

func TestColumnsLiveInTheAddress(t *testing.T) {
	st := newSite(t, county(t))
	st.play(t, []scenario{
		{"chair", "/providers", 200, []string{"Last 52 weeks</th>", "Lowest rating</th>", `name="id" value="1-9000001"`, "Your lists", "None yet"}, []string{"People on lists</th>", "Beds taken</th>"}},
		{"chair", "/providers?col=people&col=taken&col=moved&col=flags&col=brand&col=services", 200, []string{"People on lists</th>", "Beds taken</th>", "Last move</th>", "Flags waiting</th>", "Brand</th>", "Services</th>", "col=people", "/records/placements?provider="}, []string{"Last 52 weeks</th>", "Lowest rating</th>"}},
		{"chair", "/providers?col=nonsense", 200, []string{"Left out:", "Lowest rating</th>"}, nil},
		{"governance", "/providers?col=people&col=taken", 200, []string{"People on lists</th>", ">OFFICIAL</p>"}, []string{"/records/placements", "OFFICIAL-SENSITIVE"}},
		{"chair", "/providers.csv?col=level&col=area&q=saltmarsh", 200, []string{"provider_id,name,level,area", "1-9000001,Saltmarsh Homes,,Larkshire South"}, []string{"Brackwater", "beds"}},
		{"chair", "/providers.csv?col=rating&col=locations&col=beds&col=brand&col=services&col=concerns&col=flags&col=moved&col=people&col=taken&col=weeks&q=saltmarsh", 200, []string{"provider_id,name,concerns,rating,locations,beds,flags,moved,people,taken,brand,services"}, []string{"Brackwater"}},
	})
}

func TestKeptLists(t *testing.T) {
	st := newSite(t, county(t))
	post := func(as, path string, form url.Values) (*http.Response, string) {
		return st.send(as, http.MethodPost, path, form, http.Header{"Sec-Fetch-Site": {"same-origin"}})
	}
	resp, _ := post("chair", "/account/views", url.Values{"name": {"Watch </script> list"}, "query": {"level=2&level=3&page=4&kind=care_home&evil=1&q=%3Cb%3E"}})
	if at := resp.Header.Get("Location"); resp.StatusCode != 303 || !strings.Contains(at, "level=2&level=3") || strings.Contains(at, "page=") || strings.Contains(at, "evil") {
		t.Fatalf("%d to %s", resp.StatusCode, at)
	}
	_, body := st.get("chair", "/providers")
	for _, want := range []string{"Watch &lt;/script&gt; list", "/providers?kind=care_home&amp;level=2&amp;level=3&amp;q=%3Cb%3E", "/account/views/1"} {
		if !strings.Contains(body, want) {
			t.Errorf("misses %q", want)
		}
	}
	if _, other := st.get("member", "/providers"); strings.Contains(other, "Watch") {
		t.Error("a list is shown to somebody else")
	}
	for name, tc := range map[string]struct {
		path string
		form url.Values
		want int
	}{
		"no name":          {"/account/views", url.Values{"name": {"  "}}, 422},
		"taken":            {"/account/views", url.Values{"name": {"watch </SCRIPT> list"}}, 422},
		"query that isn't": {"/account/views", url.Values{"name": {"Two"}, "query": {"%zz"}}, 303},
		"somebody's":       {"/account/views/99", url.Values{}, 404},
	} {
		if resp, body := post("chair", tc.path, tc.form); resp.StatusCode != tc.want {
			t.Errorf("%s: %d\n%.300s", name, resp.StatusCode, body)
		}
	}
	if resp, _ := post("member", "/account/views/1", url.Values{}); resp.StatusCode != 404 {
		t.Errorf("somebody else deletes: %d", resp.StatusCode)
	}
	if resp, _ := post("chair", "/account/views/1", url.Values{}); resp.StatusCode != 303 {
		t.Errorf("deleting: %d", resp.StatusCode)
	}
	if _, body := st.get("chair", "/providers"); strings.Contains(body, "Watch &lt;") {
		t.Error("a deleted list is shown")
	}
}

func TestCompare(t *testing.T) {
	st := newSite(t, county(t))
	st.play(t, []scenario{
		{"chair", "/providers/compare", 200, []string{"Nothing to compare"}, nil},
		{"chair", "/providers/compare?id=1-9000001&id=1-9000003", 200, []string{"Saltmarsh Homes", "Brackwater Residential", "Concerns for 100 beds a year", "People on the councils", "17 concerns in 12 weeks", "OFFICIAL-SENSITIVE"}, []string{"<no value>", "%!", "Left out"}},
		{"chair", "/providers/compare?id=1-9000001&id=1-9000002&id=1-9000003&id=1-9000004&id=1-9000005&id=1-9000001", 200, []string{"only the first four"}, []string{"/providers/1-9000005\""}},
		{"chair", "/providers/compare?id=nope&id=1-9000001", 200, []string{"1 provider of those asked for isn"}, nil},
		{"chair", "/providers/compare?id=" + strings.Repeat("x", 400), 200, []string{"Left out", "Nothing to compare"}, nil},
		{"chair", "/providers/compare?id=%3Cscript%3E&id=%27%3Bdrop", 200, []string{"Nothing to compare"}, []string{"<script>\""}},
		{"governance", "/providers/compare?id=1-9000001&id=1-9000003", 200, []string{"outside your portfolio", "Requires improvement", ">OFFICIAL</p>"}, []string{"17 concerns", "/records/placements", "OFFICIAL-SENSITIVE"}},
		{"officer", "/providers/compare?id=1-9000001&id=1-9000002", 200, []string{"outside your portfolio", "No registered manager for 234 days"}, []string{"17 concerns"}},
		{"conflicted", "/providers/compare?id=1-9000001&id=1-9000003", 200, []string{"outside your portfolio"}, []string{"17 concerns"}},
	})
}
