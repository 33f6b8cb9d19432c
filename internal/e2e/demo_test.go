package e2e

import (
	"strings"
	"testing"
	"time"

	sampledata "bellwether/sample-data"
)

func TestDemoPreparesEverything(t *testing.T) {
	if demo.code != 0 {
		t.Fatalf("exit code %d:\n%s", demo.code, demo.out)
	}
	for _, want := range []string{"Made a demonstration", "Ingest …", "Transform …", "Analyse …", "Check …", "Publish …", "Published snapshot", "agreed share 5 %", "sign in as chair", "/metrics/business", "Everything here is invented"} {
		if !strings.Contains(demo.out, want) {
			t.Errorf("the output lacks %q", want)
		}
	}
}

func TestSecondDemoReusesWhatIsThere(t *testing.T) {
	out, code := command("demo", "--dir", demo.dir, "--no-serve")
	if code != 0 || !strings.Contains(out, "already in") || !strings.Contains(out, "stays in force") || !strings.Contains(out, password(t, "chair")) {
		t.Errorf("exit code %d:\n%s", code, out)
	}
}

// TestPlantedStories holds the flags against the truth that the county was made with.
func TestPlantedStories(t *testing.T) {
	truth, err := sampledata.Truth()
	if err != nil {
		t.Fatal(err)
	}
	db := snapshot(t).DB()
	level := func(provider string) (n int, kind, headline string) {
		row := db.QueryRow("SELECT level, coalesce(failure_kind, ''), coalesce(headline, '') FROM analytics.provider_level WHERE provider_id = ?", provider)
		if err := row.Scan(&n, &kind, &headline); err != nil {
			t.Errorf("provider %s: %v", provider, err)
		}
		return n, kind, headline
	}
	for _, s := range truth.Stories {
		t.Run(s.ID, func(t *testing.T) {
			if s.MustFlag {
				providers := []string{s.ProviderID}
				if len(s.ProviderIDs) > 0 {
					providers = s.ProviderIDs
				}
				for _, p := range providers {
					n, kind, headline := level(p)
					t.Logf("%s stands at level %d %s: %s", p, n, kind, headline)
					if n < s.MinLevel {
						t.Errorf("provider %s stands at level %d, below %d: %s", p, n, s.MinLevel, s.Sees)
					}
					if s.FailureKind != "" && kind != s.FailureKind {
						t.Errorf("provider %s: failure kind %q, want %q", p, kind, s.FailureKind)
					}
				}
				if s.BrandID != "" {
					var n int
					if err := db.QueryRow("SELECT count(*) FROM analytics.flag WHERE brand_id = ? AND evidence_source = 'group' AND state = 'open'", s.BrandID).Scan(&n); err != nil || n == 0 {
						t.Errorf("no flag says that the group is in trouble (%v)", err)
					}
				}
				var opened time.Time
				if by, err := time.Parse(time.DateOnly, s.ByWhen); err == nil && len(s.LocationIDs) > 0 && s.MinLevel < 3 {
					row := db.QueryRow("SELECT min(coalesce(counts_from, opened_on)) FROM analytics.flag WHERE state = 'open' AND location_id IN (SELECT unnest(string_split(?, ',')))", strings.Join(s.LocationIDs, ","))
					if err := row.Scan(&opened); err == nil && opened.After(by) {
						t.Errorf("first flagged on %s, its story asks for %s", opened.Format("2 Jan 2006"), by.Format("2 Jan 2006"))
					}
				}
			}
			if s.MustNotFlag {
				if s.ProviderID != "" && s.MaxLevel != nil {
					if n, _, headline := level(s.ProviderID); n > *s.MaxLevel {
						t.Errorf("provider %s must not stand above level %d, but stands at %d: %s", s.ProviderID, *s.MaxLevel, n, headline)
					}
				}
				for _, l := range s.LocationIDs {
					var n int
					var says string
					// Nothing may be open there now, and no rule about volume may have counted since the story began.
					row := db.QueryRow("SELECT count(*), coalesce(min(rule_id || ': ' || sentence), '') FROM analytics.flag WHERE location_id = ? AND (state = 'open' OR counts_from IS NOT NULL AND cleared_on > ? AND (rule_id LIKE 'rise%' OR rule_id LIKE 'concerns_%'))", l, s.StartsOn)
					if err := row.Scan(&n, &says); err != nil {
						t.Fatal(err)
					}
					if n > 0 {
						t.Errorf("location %s must not be flagged, but is: %s", l, says)
					}
				}
			}
		})
	}
}

func TestStoppedFeedIsShownAsLate(t *testing.T) {
	var state string
	if err := snapshot(t).DB().QueryRow("SELECT state FROM ops.source WHERE source = 'complaints'").Scan(&state); err != nil || state != "late" {
		t.Errorf("complaints are %q, %v", state, err)
	}
}

func TestQueryAndStatusAndLineage(t *testing.T) {
	for _, c := range []struct {
		args []string
		want string
		code int
	}{
		{[]string{"query", "SELECT count(*) AS n FROM core.location", "--format", "csv", "--dir", demo.dir}, "n\n", 0},
		{[]string{"query", "SELECT stream, counts_from - first_week AS days FROM analytics.stream WHERE stream = 'incidents'", "--format", "csv", "--dir", demo.dir}, "incidents,364\n", 0},
		{[]string{"query", "SELECT count(*) AS n FROM core.location", "--format", "json", "--dir", demo.dir}, `"n":`, 0},
		{[]string{"query", "DROP TABLE core.location", "--dir", demo.dir}, "can't be changed", 2},
		{[]string{"query", "SELECT * FROM nowhere", "--dir", demo.dir}, "can't be answered", 2},
		{[]string{"query", "SELECT 1", "--format", "parquet", "--dir", demo.dir}, "needs a file", 2},
		{[]string{"query", "SELECT 1 AS one", "--format", "parquet", "--out", t.TempDir() + "/one.parquet", "--dir", demo.dir}, "", 0},
		{[]string{"query", "SELECT 1 AS one", "--format", "arrow", "--out", t.TempDir() + "/one.arrow", "--dir", demo.dir}, "", 0},
		{[]string{"status", "--dir", demo.dir}, "complaints", 0},
		{[]string{"snapshots", "--dir", demo.dir}, "in force", 0},
		{[]string{"lineage", "core.concern"}, "raw.safeguarding_concern", 0},
		{[]string{"rules", "lint"}, "rules", 0},
		{[]string{"quarantine", "list", "--dir", demo.dir}, "safeguarding_concerns", 0},
		{[]string{"version", "--json"}, `"version"`, 0},
		{[]string{"completion", "bash"}, "complete", 0},
		{[]string{"status", "--dir", t.TempDir()}, "bellwether init", 2},
		{[]string{"ingest", "nothing", "--dir", demo.dir}, "the sources are", 2},
		{[]string{"sing"}, "Try `bellwether --help`", 2},
		{[]string{"run", "--as-of", "yesterday", "--dir", demo.dir}, "write it as 2026-03-14", 2},
	} {
		out, code := command(c.args...)
		if code != c.code || !strings.Contains(out, c.want) {
			t.Errorf("bellwether %s: exit code %d (want %d), printed:\n%s\nwant %q", strings.Join(c.args, " "), code, c.code, out, c.want)
		}
	}
}

func TestHelpOfEveryVerbHasAnExample(t *testing.T) {
	for _, verb := range []string{"init", "demo", "run", "serve", "ingest", "quarantine list", "quarantine show", "quarantine replay", "status", "snapshots", "query", "user list", "user add",
		"user disable", "user reset", "user sign-out", "sample", "explain", "backtest", "rules lint", "rules test", "rules show", "rules simulate", "casework move", "detect panel", "detect series", "map suggest", "map check", "lineage", "verify", "backup", "restore", "doctor", "audit verify", "audit checkpoint", "relink ask", "relink confirm", "relink list", "relink show", "check-person", "retention propose", "retention list", "retention appraise", "retention hold", "retention release", "retention destroy", "publish parquet", "publish ducklake", "publish verify", "release", "rollup", "version", "completion"} {
		out, code := command(append(strings.Fields(verb), "--help")...)
		if code != 0 || !strings.Contains(out, "Example:") {
			t.Errorf("%s: exit code %d, no example in:\n%s", verb, code, out)
		}
	}
}
