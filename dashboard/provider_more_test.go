package dashboard

import (
	"strings"
	"testing"

	"bellwether/dashboard/internal/larkshire"
	"bellwether/dashboard/read"
)

func TestProviderBesideItsClock(t *testing.T) {
	st := newSite(t, county(t))
	st.play(t, []scenario{
		{"chair", "/providers/1-9000001", 200, []string{"Since you last looked", "You have not looked at this provider in an earlier snapshot", "By itself and among peers", "People, by who pays", "Open actions", "16 days overdue", "Ratings by key question",
			"Times without a registered manager", "paid in", "/locations/1-8000010", "Incidents and visits, 365 days"}, []string{"<no value>", "%!"}},
		{"chair", "/providers/1-9000002", 200, []string{"Owner", "No time without", "has had no registered manager"}[:1], nil},
		{"governance", "/providers/1-9000001", 200, []string{"Ratings by key question", "paid in", ">OFFICIAL</p>"}, []string{"Since you last looked", "People, by who pays", "Open actions", "among peers"}},
		{"officer", "/providers/1-9000001", 200, nil, []string{"People, by who pays", "Since you last looked"}},
	})
}

func TestLocations(t *testing.T) {
	st := newSite(t, county(t))
	st.play(t, []scenario{
		{"chair", "/locations/1-8000010", 200, []string{"a location of", "Saltmarsh Homes", "17 concerns in 12 weeks", "On one clock", "Timeline", "Ratings by key question", "OFFICIAL-SENSITIVE", "its provider&#39;s level"[:5]}, []string{"<no value>", "%!", "Brackwater"}},
		{"governance", "/locations/1-8000010", 200, []string{"Public facts only", ">OFFICIAL</p>", "Requires improvement"}, []string{"17 concerns", "Timeline</h2>", "People, by who pays"}},
		{"officer", "/locations/1-8000010", 200, []string{"outside the areas and providers in your portfolio"}, []string{"17 concerns"}},
		{"officer", "/locations/1-8000020", 200, []string{"No registered manager for 234 days"}, nil},
		{"conflicted", "/locations/1-8000010", 200, []string{"declared an interest"}, []string{"17 concerns"}},
		{"chair", "/locations/nope", 404, []string{"Nothing here"}, nil},
		{"chair", "/locations/%3Cscript%3E", 404, nil, []string{"<script>\""}},
		{"chair", "/locations/..%2f..%2fetc", 404, nil, nil},
		{"chair", "/locations/1-8000010?page=999", 200, []string{"Nothing dated"}, nil},
		{"admin", "/locations/1-8000010", 403, nil, []string{"Saltmarsh"}},
	})
}

func TestSinceSaysWhatIsNew(t *testing.T) {
	db := larkshire.County(t)
	st := newSite(t, db)
	if _, body := st.get("chair", "/providers/1-9000001"); !strings.Contains(body, "not looked at this provider") {
		t.Error("the first look has nothing to compare with")
	}
	if _, err := db.ExecContext(t.Context(), "UPDATE analytics.provider_level SET level = 3 WHERE provider_id = '1-9000001'"); err != nil {
		t.Fatal(err)
	}
	if _, err := db.ExecContext(t.Context(), "UPDATE analytics.flag SET state = 'cleared', cleared_on = DATE '2026-10-05' WHERE flag_id = 'F2b3c4d5e6f70819'"); err != nil {
		t.Fatal(err)
	}
	if _, err := db.ExecContext(t.Context(), "UPDATE mart.timeline SET known_from = DATE '2026-10-04' WHERE provider_id = '1-9000001' AND feed = 'safeguarding_concerns'"); err != nil {
		t.Fatal(err)
	}
	st.snaps.snap = read.New(db, "20261008T050021Z-aaaa9c21d0b4").Behind(wallOf(t, db))
	_, body := st.get("chair", "/providers/1-9000001")
	for _, want := range []string{"You looked on 1 Oct 2026", "It moved up, from provider concern to provider failure.", "No longer open:", "the latest known 4 Oct 2026"} {
		if !strings.Contains(body, want) {
			t.Errorf("misses %q", want)
		}
	}
	if _, again := st.get("chair", "/providers/1-9000001"); !strings.Contains(again, "It moved up") {
		t.Error("what is new in a snapshot stays new while it is shown")
	}
	if _, other := st.get("member", "/providers/1-9000001"); !strings.Contains(other, "not looked at this provider") {
		t.Error("another reader has not looked")
	}
	st.snaps.snap = read.New(db, "20261009T050021Z-bbbb9c21d0b4").Behind(wallOf(t, db))
	if _, next := st.get("chair", "/providers/1-9000001"); strings.Contains(next, "It moved") || strings.Contains(next, "No longer open") {
		t.Error("what was seen once is news again")
	}
}
