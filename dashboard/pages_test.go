package dashboard

import (
	"net/http"
	"strings"
	"testing"

	"bellwether/dashboard/internal/larkshire"
	"bellwether/dashboard/page"
)

// scenario is one request with what its answer must and must not say.
type scenario struct {
	as, path string
	status   int
	has      []string
	not      []string
}

func (st *site) play(t *testing.T, list []scenario) {
	t.Helper()
	for _, sc := range list {
		t.Run(sc.as+" "+sc.path, func(t *testing.T) {
			resp, body := st.get(sc.as, sc.path)
			if resp.StatusCode != sc.status {
				t.Errorf("status %d, want %d\n%.600s", resp.StatusCode, sc.status, body)
			}
			for _, s := range sc.has {
				if !strings.Contains(body, s) {
					t.Errorf("misses %q", s)
				}
			}
			for _, s := range sc.not {
				if strings.Contains(body, s) {
					t.Errorf("holds %q", s)
				}
			}
		})
	}
}

func TestPages(t *testing.T) {
	st := newSite(t, county(t))
	const sensitive, open = "bw-marked-sensitive", "bw-marked-open"
	st.play(t, []scenario{
		{"", "/market", 303, nil, []string{"Larkshire"}},
		{"", "/", 303, nil, nil},
		{"", "/sign-in", 200, []string{"User name", "OFFICIAL"}, []string{"snapshot", "Saltmarsh"}},

		{"chair", "/market", 200, []string{"Two providers moved up in the last four weeks and one moved down.", "As known on", "Thu 1 Oct 2026", "7 of 8 sources fresh", "Complaints 65 days late", "snapshot 7f3a", "rules default@2b91",
			"OFFICIAL-SENSITIVE", sensitive, "Brackwater Residential", "data-option=", "The figures as a table", "What this can't show", "/providers?level=1&amp;level=2&amp;level=3"}, []string{"<no value>", "%!", "failing provider"}},
		{"everywhere", "/market", 200, []string{"Brackwater", "Counts under 5 are hidden"}, []string{"Mean of 4 weeks"}},
		{"north", "/market", 200, []string{"Levels and moves are those of the providers in your portfolio"}, nil},
		{"governance", "/market", 200, []string{"The market as its registers and contracts show it.", open, ">OFFICIAL</p>"}, []string{"Brackwater Residential moved", "OFFICIAL-SENSITIVE", "Levels and movement", "Flagged</a>"}},
		{"admin", "/market", 403, []string{"Your role doesn&#39;t show this", "Reference"}, []string{"Larkshire North"}},
		{"nobody", "/market", 403, []string{"no role yet"}, nil},

		{"chair", "/providers", 200, []string{"41 providers", "Saltmarsh Homes", "17 concerns in 12 weeks", "1 to 41", "outside"}[:3], []string{"Orchard Homes Deregistered"}},
		{"chair", "/providers?q=saltmarsh", 200, []string{"1 provider.", "Saltmarsh Homes"}, []string{"Brackwater"}},
		{"chair", "/providers?level=3", 200, []string{"1 provider.", "Brackwater"}, []string{"Saltmarsh"}},
		{"chair", "/providers?level=9&sort=;drop&rating=x&moved=31/12/2026&page=-4", 200, []string{"Left out:", "isn&#39;t known here", "41 providers"}, nil},
		{"chair", "/providers?q=%3Cscript%3Ealert(1)%3C/script%3E", 200, []string{"No provider fits", "&lt;script&gt;"}, []string{"<script>alert"}},
		{"chair", "/providers?page=99", 200, []string{"No provider fits"}, nil},
		{"chair", "/providers?q=%zz&level=2", 200, []string{"could not be read"}, nil},
		{"governance", "/providers", 200, []string{"outside your portfolio", open}, []string{"17 concerns in 12 weeks", "OFFICIAL-SENSITIVE"}},
		{"governance", "/providers?level=2", 200, []string{"No provider fits"}, []string{"Saltmarsh"}},
		{"north", "/providers?sort=level", 200, []string{"Levels are shown for those in your portfolio"}, nil},

		{"chair", "/providers/1-9000001", 200, []string{"Saltmarsh Homes", "Proposed at provider concern since 7 Sep 2026", "Why it stands here", "On one clock", "with: ", "Which sources have spoken", "Timeline", sensitive}[:5], []string{"<no value>", "%!"}},
		{"chair", "/providers/1-9000002", 200, []string{"earlier registration 1-7999001", "has had no registered manager since 9 Feb 2026", "waiting for a second source"}, nil},
		{"chair", "/providers/1-9000003", 200, []string{"Administration recorded on 14 Sep 2026", "Provider failure"}, nil},
		{"chair", "/providers/1-9000099", 404, []string{"Nothing here"}, nil},
		{"chair", "/providers/..%2f..%2fetc%2fpasswd", 404, nil, []string{"root:"}},
		{"governance", "/providers/1-9000001", 200, []string{"Public facts only", open, "Requires improvement"}, []string{"17 concerns", "Timeline</h2>", "OFFICIAL-SENSITIVE", "provider concern since"}},
		{"officer", "/providers/1-9000002", 200, []string{"No registered manager for 234 days"}, nil},
		{"officer", "/providers/1-9000001", 200, []string{"outside the areas and providers in your portfolio"}, []string{"17 concerns"}},
		{"conflicted", "/providers/1-9000001", 200, []string{"declared an interest"}, []string{"17 concerns"}},
		{"conflicted", "/flags", 200, []string{"Brackwater"}, []string{"Saltmarsh"}},

		{"chair", "/flags", 200, []string{"Six flags are open: one at provider failure, one at provider concern and four at pre-provider concern.", "One signal waits for a second source.", "17 concerns in 12 weeks where 2.1 were expected"}, []string{"4 complaints about staffing"}},
		{"chair", "/flags?state=waiting", 200, []string{"4 complaints about staffing"}, []string{"17 concerns"}},
		{"chair", "/flags?state=cleared", 200, []string{"cleared 14 Sep 2026"}, nil},
		{"chair", "/flags?source=finance", 200, []string{"Administration recorded"}, []string{"17 concerns"}},
		{"chair", "/flags?rule=none-such", 200, []string{"No flag here"}, nil},
		{"officer", "/flags", 200, []string{"No registered manager for 234 days"}, []string{"Saltmarsh", "Brackwater"}},
		{"governance", "/flags", 403, nil, []string{"17 concerns"}},

		{"chair", "/flags/F1a2b3c4d5e6f708", 200, []string{"17 concerns in 12 weeks where 2.1 were expected", "about once in 290 such periods", "Local setting", "What would clear it", "Would clear at 5 or fewer", "Dated facts without references", "Flags like this before: 1. The panel agreed with none; one has no decision.", sensitive},
			[]string{"SC-000010", "concerns_2026_09.csv", "<no value>"}},
		{"chair", "/flags/F5e6f70819203142", 200, []string{"SI 2015/301", "events.csv, row 5", "no comparison with other services"}[:2], nil},
		{"chair", "/flags/nope", 404, []string{"Nothing here"}, nil},
		{"officer", "/flags/F1a2b3c4d5e6f708", 403, nil, []string{"17 concerns"}},
		{"conflicted", "/flags/F1a2b3c4d5e6f708", 403, nil, []string{"17 concerns"}},

		{"chair", "/records/concerns", 403, []string{"part in the case"}, []string{"SC-"}},
		{"chair", "/records/contracts", 200, []string{"Care contracts", "Larkshire Council", open}, nil},
		{"chair", "/records/locations?rating=2", 200, []string{"Requires improvement"}, []string{"· Good ·"}},
		{"chair", "/records/contracts?from=yesterday", 200, []string{"Left out:"}, nil},
		{"chair", "/data", 200, []string{"One source is late; three rows wait in quarantine.", "A year of deliveries", "No file in inbox/complaints", "The Willows (old)", "Every registered care home has a number of beds"}, nil},
		{"admin", "/data", 200, []string{"One source is late", open}, []string{"The Willows (old)"}},
		{"admin", "/data/quarantine?source=safeguarding_concerns&reason=bad_date", 200, []string{"2 rows", "concerns_2026_09.csv", "day 31 in a month of 30 days"}, []string{"value map"}},
		{"chair", "/rules", 200, []string{"3 rules in the set default@2b91", "SI 2015/301", "2 flags</a> in 12 months", "2 flags"}[:2], nil},
		{"admin", "/help", 200, []string{"The levels", "What it can"}, nil},
		{"chair", "/nothing", 404, []string{"Nothing here", "Reference"}, nil},
	})
}

func TestNoSnapshotTeaches(t *testing.T) {
	st := newSite(t, nil)
	st.play(t, []scenario{
		{"chair", "/market", 503, []string{"No snapshot yet", "bellwether run"}, nil},
		{"chair", "/api/v1/market", 503, []string{`"error":"No snapshot yet"`}, nil},
		{"chair", "/help", 200, []string{"The levels"}, nil},
	})
}

func TestEmptyWarehouseTeaches(t *testing.T) {
	st := newSite(t, larkshire.Empty(t))
	st.play(t, []scenario{
		{"chair", "/market", 200, []string{"Nothing has been loaded yet"}, nil},
		{"chair", "/providers", 200, []string{"No provider fits", "inbox/cqc_api"}, nil},
		{"chair", "/flags", 200, []string{"No flag here", "Before reading that as calm"}, nil},
		{"chair", "/data", 200, []string{"No run has finished yet"}, nil},
		{"chair", "/rules", 200, []string{"3 rules"}, nil},
		{"chair", "/records/contracts", 200, []string{"No record fits"}, nil},
		{"chair", "/data/quarantine", 200, []string{"No row is held back"}, nil},
		{"chair", "/api/v1/providers", 200, []string{`"data":[]`}, nil},
	})
}

// everyPage lists an address of every page, for crawls.
var everyPage = []string{
	"/locations/1-8000010", "/locations/1-8000060", "/providers/compare?id=1-9000001&id=1-9000003", "/providers/suggest?q=house", "/records/capacity", "/records/placements", "/records/openings", "/records/closures", "/market?places=district", "/providers?col=people&col=taken&col=brand&col=services", "/sign-in", "/market", "/providers", "/providers?q=a", "/providers?sort=moved", "/providers/1-9000001", "/providers/1-9000002", "/providers/1-9000003", "/providers/1-9000004", "/providers/1-9000040",
	"/flags", "/flags?state=all&sort=newest", "/flags/F1a2b3c4d5e6f708", "/flags/F3c4d5e6f7081920", "/flags/F5e6f70819203142", "/flags/F6f7081920314253", "/records/contracts", "/records/locations",
	"/records/concerns", "/records/enquiries", "/records/complaints", "/data", "/data/runs", "/data/runs?show=trouble", "/data/runs/0a1b2c3d4e5f", "/data/runs/run-0001", "/data/quarantine", "/rules", "/help", "/nothing", "/map", "/map?level=2&page=2", "/trends", "/trends?by=brand&stream=complaints", "/trends?what=manager_absent_days&by=brand", "/trends?what=concerns_12w", "/market?figure=groups&format=csv", "/contingency", "/contingency?provider=1-9000003&miles=any", "/contingency?area=Larkmouth&find=a", "/contingency/clear?provider=1-9000003&miles=any", "/contingency/list.csv?provider=1-9000003",
	"/api/v1/market", "/api/v1/providers", "/api/v1/providers/1-9000001", "/api/v1/flags", "/api/v1/flags/F1a2b3c4d5e6f708", "/api/v1/sources", "/api/v1/openapi.json",
	"/providers.csv", "/market/weeks.csv", "/market/ratings.csv", "/records/contracts?format=csv"}

// allowAll is an authorise function for tests of what pages do with what they are given.
func allowAll(c *page.Config) {
	c.Authorise = allowEverything
}

func TestHostileTextComesOutAsText(t *testing.T) {
	for name, text := range map[string]string{
		"markup":        `</script><script>alert(1)</script><img src=x onerror=alert(1)>"' onmouseover="alert(1)`,
		"template":      `{{.}} __f__alert(1)__f__ ${alert(1)} token:ink fn:int`,
		"right to left": "بيت الرعاية \u202e evil \u202c",
		"long":          strings.Repeat("Very Long Name of a Home ", 12),
	} {
		t.Run(name, func(t *testing.T) {
			db := larkshire.County(t)
			larkshire.Overwrite(t, db, text)
			st := newSite(t, db, allowAll)
			for _, path := range everyPage {
				resp, body := st.get("chair", path)
				if resp.StatusCode >= 500 {
					t.Errorf("%s: status %d\n%.300s", path, resp.StatusCode, body)
				}
				if strings.HasSuffix(strings.SplitN(path, "?", 2)[0], ".csv") || strings.Contains(path, "format=csv") {
					continue
				}
				for _, bad := range []string{"<script>alert", "<img src=x", `" onmouseover=`, "onerror=alert(1)>", "ZgotmplZ"} {
					if strings.Contains(body, bad) {
						i := strings.Index(body, bad)
						t.Errorf("%s: %q comes out as markup: %.160s", path, bad, body[max(0, i-80):])
					}
				}
				if strings.HasPrefix(path, "/api/") && !strings.HasPrefix(resp.Header.Get("Content-Type"), "application/json") {
					t.Errorf("%s: type %s", path, resp.Header.Get("Content-Type"))
				}
			}
		})
	}
}

func TestEveryAnswerCarriesTheHeaders(t *testing.T) {
	st := newSite(t, county(t))
	want := map[string]string{
		"Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; font-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'",
		"X-Content-Type-Options":  "nosniff", "X-Frame-Options": "DENY", "Referrer-Policy": "same-origin", "Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Resource-Policy": "same-origin",
	}
	for _, path := range append(everyPage, "/static/none.css") {
		resp, body := st.get("chair", path)
		for k, v := range want {
			if got := resp.Header.Get(k); got != v {
				t.Errorf("%s: %s is %q", path, k, got)
			}
		}
		if cc := resp.Header.Get("Cache-Control"); !strings.HasPrefix(path, "/static/") && cc != "no-store" && cc != "private, no-cache" {
			t.Errorf("%s: Cache-Control %q", path, cc)
		}
		if strings.Contains(body, " style=") || strings.Contains(body, "<style") || strings.Contains(body, "javascript:") || strings.Contains(body, " onclick=") {
			t.Errorf("%s: has inline style or script", path)
		}
		if resp.Header.Get("Strict-Transport-Security") != "" {
			t.Errorf("%s: announces transport security without TLS", path)
		}
	}
}

func TestMethodsAreRefused(t *testing.T) {
	st := newSite(t, county(t))
	for _, method := range []string{http.MethodPost, http.MethodPut, http.MethodDelete, http.MethodPatch} {
		resp, _ := st.send("chair", method, "/market", nil, nil)
		if resp.StatusCode != http.StatusMethodNotAllowed {
			t.Errorf("%s: %d", method, resp.StatusCode)
		}
	}
}
