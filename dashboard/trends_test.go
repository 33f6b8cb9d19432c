package dashboard

import (
	"bytes"
	"encoding/csv"
	"encoding/xml"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"

	"bellwether/dashboard/geo"
	"bellwether/dashboard/internal/larkshire"
	"bellwether/dashboard/page"
	"bellwether/internal/tooltest"
)

func TestTrends(t *testing.T) {
	st := newSite(t, county(t))
	st.play(t, []scenario{
		{"chair", "/trends", 200, []string{"Concerns by area", "Larkshire North: ", "For 100 beds a year, all on one scale", "Care homes only", "Not a league table", "The most unusual counts, each with its interval", "Fenside House", "bw-marked-sensitive"}, []string{"<no value>", "%!", "NaN", "Inf"}},
		{"chair", "/trends?stream=complaints&by=size", 200, []string{"Complaints by size", "over 50 beds"}, nil},
		{"chair", "/trends?stream=enquiries&by=service", 200, []string{"Care home with nursing", "would count the same event twice"}, []string{"Not a league table"}},
		{"chair", "/trends?by=brand", 200, []string{"Windle Group"}, nil},
		{"chair", "/trends?area=Larkmouth&kind=care_home", 200, []string{"Larkmouth: "}, []string{"Larkshire North: "}},
		{"chair", "/trends?area=Nowhere", 200, []string{"Nothing to compare", "no home has been compared"}, nil},
		{"chair", "/trends?stream=x&by=name&area=%3Cscript%3E", 200, []string{"Left out:", "Nothing to compare"}, []string{"<script>x", "<script>&"}},
		{"everywhere", "/trends", 200, []string{"Counts under 5 are hidden"}, nil},
		{"governance", "/trends", 200, []string{"Larkshire North: ", "bw-marked-open"}, []string{"Not a league table", "Fenside House", `value="brand"`}},
		{"governance", "/trends?by=brand", 200, []string{"Left out:"}, []string{"Windle Group: "}},
		{"admin", "/trends", 403, nil, []string{"Larkshire North"}},
		{"chair", "/trends?what=complaints", 200, []string{"Complaints by area", `<option value="complaints" selected>`}, nil},
		// Indicators: each way of summing up, what nobody told, and what is hidden from whom.
		{"chair", "/trends?what=manager_absent_days&by=service", 200, []string{"Days without a registered manager, by kind of service", "half of them lie in the band", "half of those known lie between", "providers beyond what chance explains", "95% interval; the stroke is all of them together", `<optgroup label="CQC">`}, []string{"<no value>", "%!", "NaN", "Inf", "Counts under 5 are hidden"}},
		{"chair", "/trends?what=rating_overall&by=size", 200, []string{"Per cent of services with a known answer rated below Good", "its 95% interval lies between", "Over 50 beds: ", "Not a league table", "bw-marked-sensitive"}, nil},
		{"chair", "/trends?what=concerns_12w&by=area", 200, []string{"For 100 beds, all on one scale; care homes only", "Larkshire North: ", "Counted for each one expected", "counted, ", "the stroke is the expected"}, nil},
		{"chair", "/trends?what=funnel_z&by=area", 200, []string{"The middle one of all services", "are skewed"}, []string{"NaN", "Inf"}},
		{"chair", "/trends?what=accounts_overdue_days&by=service", 200, []string{"one value on record, which is no estimate", "Nineteen of twenty lie here", "The middle provider has"}, []string{"Inf", "not known to"}},
		{"chair", "/trends?what=brand_locations&by=area", 200, []string{"by brand", "this is a figure of groups of homes", "not of single providers", "Windle Group: "}, nil},
		{"chair", "/trends?what=occupancy_share", 200, []string{"Nothing is known of this yet", "No source of capacity updates has spoken", "not good news"}, []string{"Not a league table", "0%"}},
		{"chair", "/trends?what=enquiries_12w", 200, []string{"Nothing is known of this yet"}, nil},
		{"chair", "/trends?what=manager_absent_days&area=Nowhere", 200, []string{"Nothing to compare"}, nil},
		{"chair", "/trends?what=%22%3E%3Cscript%3E", 200, []string{"Left out:", "Concerns by area"}, []string{"<script>x", `"><script`}},
		{"chair", "/trends?what=unit_id", 200, []string{"Left out:"}, nil},
		{"everywhere", "/trends?what=concerns_12w", 200, []string{"Counts under 5 are hidden"}, nil},
		{"everywhere", "/trends?what=manager_absent_days", 200, []string{"Days without a registered manager"}, []string{"Counts under 5 are hidden"}},
		{"governance", "/trends?what=manager_absent_days&by=area", 200, []string{"Larkshire North: ", "bw-marked-open"}, []string{"Not a league table", "The most unusual providers", "Fenside House", `value="brand_locations"`}},
		{"governance", "/trends?what=brand_locations", 200, []string{"Left out:"}, []string{"Windle Group: "}},
	})
	empty := newSite(t, larkshire.Empty(t))
	empty.play(t, []scenario{{"chair", "/trends", 200, []string{"Nothing to compare"}, nil}, {"chair", "/trends?what=manager_absent_days", 200, []string{"Nothing to compare"}, nil}})
}

func TestAFigureAloneIsItsPagesFigure(t *testing.T) {
	st := newSite(t, county(t))
	_, page := st.get("chair", "/market")
	for _, want := range []string{`/market?figure=ratings&amp;format=xlsx`, `<noscript><img class="bw-drawn" src="/market?figure=levels"`} {
		if st.server.SVG != nil && !strings.Contains(page, want) {
			t.Errorf("the page misses %q", want)
		}
	}
	resp, body := st.get("member", "/market?figure=ratings&format=csv")
	rows, err := csv.NewReader(strings.NewReader(body)).ReadAll()
	if resp.StatusCode != http.StatusOK || err != nil || len(rows) < 3 || rows[0][0] != "Age of rating" {
		t.Fatalf("%d, %v, %v", resp.StatusCode, err, rows)
	}
	_, screen := st.get("member", "/market")
	table := screen[strings.Index(screen, "Registered locations by rating and age of rating"):]
	for _, r := range rows[1:] {
		if !strings.Contains(table, `<th scope="row">`+r[0]) {
			t.Errorf("the screen has no row %q", r[0])
		}
	}
	for format, start := range map[string]string{"xlsx": "PK", "parquet": "PAR1", "arrow": "\xff\xff\xff\xff"} {
		resp, body := st.get("member", "/market?figure=ratings&format="+format)
		if resp.StatusCode != http.StatusOK || !strings.HasPrefix(body, start) || resp.Header.Get("X-Snapshot") != larkshire.ID || !strings.HasSuffix(resp.Header.Get("Content-Disposition"), "."+format+`"`) {
			t.Errorf("%s: %d %v %.8q", format, resp.StatusCode, resp.Header, body)
		}
	}
	st.play(t, []scenario{
		{"chair", "/market?figure=none-such", 404, []string{"Nothing here"}, nil},
		{"chair", "/market?figure=levels&format=csv", 403, nil, []string{"Week of"}},
		{"governance", "/market?figure=levels", 404, nil, []string{"<title>Providers above"}},
		{"governance", "/market?figure=ratings", 200, []string{"<svg"}, nil},
		{"governance", "/market?figure=ratings&format=csv", 403, nil, []string{"Age of rating"}},
		{"chair", "/market?figure=concerns&format=csv", 403, nil, []string{"Week of"}},
		{"admin", "/market?figure=ratings", 403, nil, []string{"<desc>"}},
		{"", "/market?figure=ratings", 303, nil, nil},
	})
}

func TestADrawnFigureIsMarkedStableAndRecorded(t *testing.T) {
	st := newSite(t, county(t))
	if st.server.SVG == nil {
		tooltest.Missing(t, "front-end assets aren't built: run make assets")
	}
	st.as("chair")
	for _, path := range []string{"/market?figure=levels", "/market?figure=ratings", "/providers/1-9000001?figure=clock", "/flags/F1a2b3c4d5e6f708?figure=unusual", "/contingency?provider=1-9000003&miles=any&figure=flows", "/trends?figure=funnel", "/trends?figure=unit-1", "/trends?what=manager_absent_days&figure=providers", "/trends?what=concerns_12w&figure=unit-1"} {
		st.audit.take()
		resp, body := st.get("chair", path)
		if resp.StatusCode != http.StatusOK || resp.Header.Get("Content-Type") != "image/svg+xml; charset=utf-8" || !strings.HasPrefix(body, "<svg") || !strings.Contains(body, "<title>") {
			t.Errorf("%s: %d %.200s", path, resp.StatusCode, body)
			continue
		}
		// What ratings the register shows is public: nobody records who looked at it.
		if log := st.audit.take(); strings.Contains(path, "figure=ratings") != (len(log) == 0) || len(log) > 1 {
			t.Errorf("%s is recorded as %+v", path, log)
		}
		if _, again := st.get("chair", path); again != body {
			t.Errorf("%s isn't stable", path)
		}
		d := xml.NewDecoder(bytes.NewReader([]byte(body)))
		for {
			if _, err := d.Token(); errors.Is(err, io.EOF) {
				break
			} else if err != nil {
				t.Errorf("%s: %v", path, err)
				break
			}
		}
	}
}

func TestMap(t *testing.T) {
	st := newSite(t, county(t), func(c *page.Config) { c.Boundaries = []geo.Line{{{3, 56}, {3.1, 56}, {3.1, 56.4}}} })
	st.play(t, []scenario{
		{"chair", "/map", 200, []string{"The same locations as a list", "Brackwater Residential", "Provider failure", "data-option=", "bw-marked-sensitive", "series boundaries"}, []string{"<no value>", "%!", "No boundaries are drawn", "https://"}},
		{"chair", "/map?level=2", 200, []string{"Saltmarsh Homes"}, []string{"Brackwater Residential"}},
		{"chair", "/map?area=Larkmouth&kind=home_care", 200, []string{"home care"}, []string{"care home with nursing</td>"}},
		{"chair", "/map?area=Nowhere&level=x&page=9", 200, []string{"No location fits", "Left out:"}, nil},
		{"north", "/map", 200, []string{"outside your portfolio"}, nil},
		{"governance", "/map", 200, []string{"The same locations as a list", "bw-marked-open"}, []string{"Provider&#39;s level</th>", "Provider failure"}},
		{"governance", "/map?level=3", 200, []string{"Brackwater Residential", "Saltmarsh Homes"}[:0], []string{"1 location;"}},
		{"admin", "/map", 403, nil, []string{"Brackwater"}},
	})
	bare := newSite(t, larkshire.Empty(t))
	bare.play(t, []scenario{{"chair", "/map", 200, []string{"No location fits"}, nil}})
}

func TestEveryDownloadComesInEveryFormat(t *testing.T) {
	st := newSite(t, county(t))
	for _, path := range []string{"/providers.csv?sort=name", "/market/ratings.csv?x=1", "/records/contracts?provider=1-9000001", "/records/locations?area=Larkmouth"} {
		for format, start := range map[string]string{"xlsx": "PK", "parquet": "PAR1", "arrow": "\xff\xff\xff\xff"} {
			resp, body := st.get("member", path+"&format="+format)
			if resp.StatusCode != http.StatusOK || !strings.HasPrefix(body, start) || resp.Header.Get("X-Protective-Marking") == "" {
				t.Errorf("%s as %s: %d %.40q", path, format, resp.StatusCode, body)
			}
		}
	}
	st.play(t, []scenario{
		{"chair", "/records/concerns?format=xlsx", 403, nil, []string{"SC-"}},
		{"chair", "/records/contracts?format=docx", 200, []string{"Left out:"}, nil},
	})
}
