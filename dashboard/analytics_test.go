package dashboard

import (
	"net/http"
	"strings"
	"testing"
)

// How far the analytics reach is said on the page where it matters, to those who may know.
func TestThePagesSayHowFarTheAnalyticsReach(t *testing.T) {
	st := newSite(t, county(t))
	st.play(t, []scenario{
		{"chair", "/flags", 200, []string{"Three of 42 providers at provider concern or above, where 2 were agreed; six at any level, where 10 were agreed.",
			"Capacity binds: one item is below the line and still listed.", "It hides no hard rule and no named event"}, []string{"<no value>", "%!"}},
		{"north", "/flags", 200, nil, []string{"Capacity binds", "of 42 providers"}},
		{"chair", "/rules", 200, []string{"What these rules can't speak about", "neither good news nor bad", "More concerns than usual", ">31<", ">120<"}, []string{"<td class=\"bw-num\">0</td><td class=\"bw-num\">120</td>"}},
		{"chair", "/data", 200, []string{"Changes of recording practice", "Ambulance service", "2 Mar 2026", "7.4", "raises and clears no flag"}, nil},
		{"north", "/data", 200, nil, []string{"Ambulance service", "Changes of recording practice"}},
		{"admin", "/data", 200, nil, []string{"Ambulance service"}},
	})
}

func TestAProvidersReasonsStandInOrder(t *testing.T) {
	st := newSite(t, county(t))
	st.play(t, []scenario{
		{"chair", "/providers/1-9000001", 200, []string{"The reasons in order", "Place 2 of 3 on the work list, within the agreed share."}, nil},
		{"chair", "/providers/1-9000002", 200, []string{"Place 3 of 3 on the work list, below the line of the agreed share and listed all the same.", "waiting for a second source"}, nil},
		{"chair", "/providers/1-9000003", 200, []string{"above the line whatever the agreed share"}, nil},
		{"chair", "/providers/1-9000010", 200, nil, []string{"The reasons in order"}},
		{"officer", "/providers/1-9000001", 200, []string{"Public facts only"}, []string{"The reasons in order", "Against its own past"}},
	})
	_, body := st.get("chair", "/providers/1-9000001")
	first, second := strings.Index(body, `<li><a href="/flags/F1a2b3c4d5e6f708">`), strings.Index(body, `<li><a href="/flags/F2b3c4d5e6f70819">`)
	if first < 0 || second < first {
		t.Errorf("the reasons stand at %d and %d", first, second)
	}
}

// Each stream is drawn in the chart that suits it, with an icon whose words say what it shows, and comes alone as the page's other figures do.
func TestAProviderAgainstItsOwnPast(t *testing.T) {
	st := newSite(t, county(t))
	_, body := st.get("chair", "/providers/1-9000001")
	for _, want := range []string{"Against its own past", `id="usual-concerns"`, `id="usual-enquiries"`, `id="usual-complaints"`, `id="usual-incidents"`, "few can be few, or few told", "Incidents a week, as the provider told; counting as evidence since 4 May 2026", "Incidents in 12 weeks against the usual range", "counting as evidence since 4 May 2026.", "four-week periods hold", "no flag rests on this picture", `alt="`} {
		if !strings.Contains(body, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	if n := strings.Count(body, ";base64,"); n < 3 {
		t.Errorf("%d icons", n)
	}
	// Its rows leave the page only with those who may export signals, as the clock's do.
	if resp, _ := st.get("everywhere", "/providers/1-9000001?figure=usual-concerns&format=csv"); resp.StatusCode != http.StatusForbidden {
		t.Errorf("the figure's rows: %d", resp.StatusCode)
	}
	resp, svg := st.get("chair", "/providers/1-9000001?figure=usual-concerns")
	if resp.StatusCode != http.StatusOK || !strings.Contains(svg, "<svg") || strings.Contains(svg, "<script") {
		t.Errorf("the drawing: %d %.200s", resp.StatusCode, svg)
	}
	if resp, _ := st.get("officer", "/providers/1-9000001?figure=usual-concerns&format=csv"); resp.StatusCode == http.StatusOK {
		t.Error("an officer of another provider takes the figure away")
	}
}
