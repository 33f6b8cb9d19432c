package dashboard

import (
	"database/sql"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"bellwether/dashboard/internal/larkshire"
)

// inEveryTable runs a statement for each column of a table that fits; TABLE and COLUMN stand for the two.
func inEveryTable(t *testing.T, db *sql.DB, which, stmt string) {
	t.Helper()
	rows, err := db.QueryContext(t.Context(), "SELECT table_schema || '.' || table_name, column_name FROM information_schema.columns WHERE table_schema IN ('core', 'mart', 'analytics') AND "+which)
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for rows.Next() {
		var table, column string
		if err := rows.Scan(&table, &column); err != nil {
			t.Fatal(err)
		}
		all = append(all, strings.NewReplacer("TABLE", table, "COLUMN", column).Replace(stmt))
	}
	if err := rows.Close(); err != nil || len(all) == 0 {
		t.Fatalf("%d columns fit, %v", len(all), err)
	}
	for _, s := range all {
		if _, err := db.ExecContext(t.Context(), s); err != nil {
			t.Fatalf("%s: %v", s, err)
		}
	}
}

// TestEveryPageOfAnOddWorld opens every page over warehouses as they hardly ever are: nothing in it, one provider alone, fifty flags on one
// provider, dates in the year one and in the year 9999. Names of any length and direction are in TestHostileTextComesOutAsText.
func TestEveryPageOfAnOddWorld(t *testing.T) {
	for name, w := range map[string]struct {
		make func(db *sql.DB)
		has  map[string][]string
	}{
		"nothing": {func(db *sql.DB) {}, map[string][]string{
			"/market": {"Nothing has been loaded yet"}, "/trends": {"Nothing to compare"}, "/map": {"No location fits"}, "/contingency": {"Add a provider"}, "/review": {"Nothing here"}, "/data/runs/0a1b2c3d4e5f": {"Published what was known"},
			"/records/capacity": {"No record fits"}, "/data/matches": {"bw-empty"}, "/api/v1/flags": {`"data":[]`}}},
		"one provider with fifty flags": {func(db *sql.DB) {
			inEveryTable(t, db, "column_name = 'provider_id'", "DELETE FROM TABLE WHERE provider_id IS DISTINCT FROM '1-9000001'")
			inEveryTable(t, db, "column_name = 'location_id' AND table_name NOT IN ('location', 'flag')", "DELETE FROM TABLE WHERE location_id IS NOT NULL AND location_id NOT IN (SELECT location_id FROM core.location)")
			for i := range 48 {
				if _, err := db.ExecContext(t.Context(), "INSERT INTO analytics.flag SELECT * REPLACE (? AS flag_id, ? AS rule_id, ? AS sentence) FROM analytics.flag WHERE flag_id = 'F1a2b3c4d5e6f708'",
					fmt.Sprintf("Fee%014d", i), fmt.Sprintf("rule-%02d", i), fmt.Sprintf("Flag number %d of many.", i)); err != nil {
					t.Fatal(err)
				}
			}
		}, map[string][]string{
			"/providers": {"1 provider.", "Saltmarsh"}, "/flags?state=all&sort=newest": {"Saltmarsh"}, "/providers/1-9000001": {"more open flags", "Flag number"}, "/review": {"50 to review", "more at this provider"},
			"/map": {"Saltmarsh"}, "/market": {"provider"}, "/trends": {"compared"}, "/api/v1/flags": {`"total":50`}, "/review/pack?p=1-9000001": {"Flag number"}}},
		"dates in the year one and in the year 9999": {func(db *sql.DB) {
			inEveryTable(t, db, "data_type = 'DATE' AND column_name NOT IN ('week', 'as_of', 'from_week', 'first_week', 'ends_on')",
				"UPDATE TABLE SET COLUMN = CASE hash(rowid) % 3 WHEN 0 THEN DATE '0001-01-01' WHEN 1 THEN DATE '9999-12-31' ELSE COLUMN END WHERE COLUMN IS NOT NULL")
		}, map[string][]string{"/providers": {"Saltmarsh"}, "/flags": {"17 concerns in 12 weeks"}, "/providers/1-9000001": {"On one clock"}, "/contingency?provider=1-9000003&miles=any": {"provisional"}}},
	} {
		t.Run(name, func(t *testing.T) {
			began, db := time.Now(), larkshire.Empty(t)
			if name != "nothing" {
				db = larkshire.County(t)
			}
			w.make(db)
			st := newSite(t, db, allowAll, withPeople, withCalendars, withLimits, withRuns)
			pages := append(slices.Clone(everyPage), "/review", "/review/changes", "/review/pack", "/review/pack?p=1-9000001", "/review/interests", "/cases", "/cases/new", "/actions", "/data/matches", "/data/lineage", "/data/dictionary", "/data/snapshots", "/rules/try?rule=concerns-above-usual",
				"/rules/backtest", "/market?places=district", "/map?draw=hexagons", "/flags.csv", "/account", "/restrictions", "/emergency")
			for path := range w.has {
				if !slices.Contains(pages, path) {
					pages = append(pages, path)
				}
			}
			for _, path := range pages {
				if strings.HasPrefix(name, "dates") && strings.Contains(path, "?") && w.has[path] == nil {
					continue // the same pages as without their choices, and the largest world
				}
				resp, body := st.get("chair", path)
				if resp.StatusCode >= http.StatusInternalServerError {
					t.Errorf("%s: status %d\n%.300s", path, resp.StatusCode, body)
				}
				for _, bad := range []string{"<no value>", "%!", "NaN", "+Inf", "-Inf", "null,null", "<nil>", "ZgotmplZ"} {
					if at := strings.Index(body, bad); at >= 0 {
						t.Errorf("%s: holds %q: %.120s", path, bad, body[max(0, at-60):])
					}
				}
				if strings.HasPrefix(resp.Header.Get("Content-Type"), "text/html") && resp.StatusCode != http.StatusSeeOther && !strings.Contains(body, "<h1") {
					t.Errorf("%s: no heading", path)
				}
				for _, want := range w.has[path] {
					if !strings.Contains(body, want) {
						t.Errorf("%s (%d) lacks %q", path, resp.StatusCode, want)
					}
				}
			}
			t.Logf("%d pages: %s", len(pages), time.Since(began).Round(time.Millisecond))
		})
	}
}

// TestAFilterThatFitsNothingSaysSo asks each list for what nothing has, by each kind of filter, and looks for the way back.
func TestAFilterThatFitsNothingSaysSo(t *testing.T) {
	newSite(t, county(t), withPeople, withLimits, withRuns).play(t, []scenario{
		{"chair", "/providers?q=zzz", 200, []string{"No provider fits"}, []string{"Saltmarsh"}},
		{"chair", "/providers?area=Nowhere", 200, []string{"No provider fits"}, []string{"Saltmarsh"}},
		{"chair", "/flags?provider=1-0", 200, []string{"No flag here"}, []string{"Saltmarsh"}},
		{"chair", "/flags?area=Nowhere", 200, []string{"No flag here"}, []string{"Saltmarsh"}},
		{"chair", "/review?area=Nowhere", 200, []string{"Nothing here", "See every item"}, []string{"What is to be done?"}},
		{"chair", "/map?area=Nowhere", 200, []string{"No location fits"}, []string{"Lark Rise"}},
		{"chair", "/trends?area=Nowhere", 200, []string{"Nothing to compare"}, nil},
		{"chair", "/contingency?area=Nowhere", 200, []string{"No service of that choice is in your view"}, []string{"people would need"}},
		{"chair", "/data/quarantine?reason=none", 200, []string{"No row is held back here"}, nil},
		{"chair", "/data/dictionary?q=zzz", 200, []string{"No field fits"}, nil},
		{"chair", "/data/runs?page=50", 200, []string{"No run here"}, nil},
		{"chair", "/records/contracts?from=2199-01-01", 200, []string{"No record fits"}, nil},
		{"chair", "/records/locations?rating=1&area=Nowhere", 200, []string{"No record fits"}, nil},
		{"chair", "/actions?owner=nobody", 200, []string{"bw-empty"}, nil},
		{"chair", "/providers/1-9000001?feed=none", 200, []string{"Timeline"}, nil},
		{"chair", "/rules/try?rule=none", 404, []string{"No such rule"}, nil},
	})
}
