//go:build browser

package dashboard

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"bellwether/internal/browsertest"
	"bellwether/internal/tooltest"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	cdpage "github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// visits are the pages that a browser opens, with a name for each picture.
var visits = []struct{ name, path string }{
	{"market", "/market"}, {"providers", "/providers"}, {"provider-cluster", "/providers/1-9000001"}, {"provider-many", "/providers/1-9000004"}, {"flags", "/flags"}, {"review", "/review"}, {"review-item", "/review/F1a2b3c4d5e6f708"}, {"review-changes", "/review/changes"},
	{"flag", "/flags/F1a2b3c4d5e6f708"}, {"flag-event", "/flags/F5e6f70819203142"}, {"records", "/records/contracts"}, {"data", "/data"}, {"snapshots", "/data/snapshots"}, {"runs", "/data/runs"}, {"run", "/data/runs/0a1b2c3d4e5f"}, {"lineage", "/data/lineage"},
	{"quarantine", "/data/quarantine"}, {"trends", "/trends"}, {"location", "/locations/1-8000010"}, {"compare", "/providers/compare?id=1-9000001&id=1-9000003&id=1-9000004"}, {"capacity", "/records/capacity"}, {"map", "/map"}, {"contingency", "/contingency?provider=1-9000003&miles=any"},
	{"contingency-none", "/contingency"}, {"rules", "/rules"}, {"help", "/help"},
	{"review-pack", "/review/pack?on=2026-10-08&p=1-9000001"}, {"dictionary", "/data/dictionary?q=date"}, {"map-hexagons", "/map?draw=hexagons"}, {"case-new", "/cases/new"}, {"actions", "/actions"}, {"rules-try", "/rules/try?rule=concerns-above-usual"},
	{"account", "/account"}, {"access", "/account/access"}, {"confirm", "/account/confirm"}, {"restrictions", "/restrictions"},
	{"nothing", "/nothing"}, {"empty", "/providers?q=zzz"},
}

// pictures is the folder in which screenshots are kept, BELLWETHER_PICTURES; without one none are taken.
func pictures(t *testing.T) string {
	t.Helper()
	dir := os.Getenv("BELLWETHER_PICTURES")
	if dir == "" {
		return ""
	}
	if err := os.MkdirAll(dir, 0o750); err != nil {
		t.Fatal(err)
	}
	return dir
}

func signInWith(t testing.TB, ctx context.Context, st *site, user string) {
	t.Helper()
	browsertest.Do(t, ctx, chromedp.Navigate(st.web.URL+"/flags"), chromedp.WaitVisible(chromedp.CSS("#username")), chromedp.SendKeys(chromedp.CSS("#username"), user),
		chromedp.SendKeys(chromedp.CSS("#password"), "pass-"+user), browsertest.Submit("#password", ".bw-flags"))
}

// media makes the browser show a page as for a medium and a colour scheme.
func media(medium, scheme string) chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Media: medium, Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}})
		return err
	})
}

// settle scrolls through the page so that every chart is drawn, and waits for it.
const settle = `(async () => {
  for (let y = 0; y < document.body.scrollHeight; y += 500) { scrollTo(0, y); await new Promise(requestAnimationFrame); }
  for (let i = 0; i < 200 && document.querySelector('.bw-chart:not([data-drawn])'); i++) await new Promise(requestAnimationFrame);
  scrollTo(0, 0);
  await document.fonts.ready;
  await new Promise(requestAnimationFrame); await new Promise(requestAnimationFrame);
  return document.querySelectorAll('.bw-chart:not([data-drawn])').length;
})()`

func axe(t *testing.T) string {
	t.Helper()
	body, err := os.ReadFile(filepath.Join("..", "node_modules", "axe-core", "axe.min.js"))
	if err != nil {
		tooltest.Missing(t, "axe-core isn't installed: run npm ci")
	}
	return string(body)
}

// axeAll asks all rules of WCAG 2.2 AA. axeColours are those that a colour scheme or paper can change, axeShapes those that a width can, for
// a page that was asked all of them in another look: -whole asks all of them in each.
var (
	axeAll     = axeRun(`runOnly: ['wcag2a','wcag2aa','wcag21a','wcag21aa','wcag22aa']`)
	axeColours = axeRun(`runOnly: { type: 'rule', values: ['color-contrast', 'link-in-text-block'] }`)
	axeShapes  = axeRun(`runOnly: ['wcag2a','wcag2aa','wcag21a','wcag21aa','wcag22aa'], rules: { 'color-contrast': { enabled: false } }`)
)

func axeRun(only string) string { return strings.Replace(axeScript, "ONLY", only, 1) }

const axeScript = `(async () => {
  const r = await axe.run(document, { ONLY, resultTypes: ['violations'] });
  return JSON.stringify(r.violations.map(v => v.id + ': ' + v.help + ' -> ' + v.nodes.slice(0, 3).map(n => n.target.join(' ') + ' ' + (n.any[0] ? n.any[0].message : '')).join(' | ')));
})()`

// looks are the ways in which a page is looked at, by the width at which it is fetched: a window's size changes before a page comes, so that
// no page is drawn at a size at which nobody looks at it. Colours change on the loaded page, as they do for a reader. 320 pixels are 1280 at 400 %.
var looks = []struct {
	width, height int64
	each          []look
}{
	{1280, 900, []look{{"light", "light", "", axeAll}, {"dark", "dark", "", axeColours}}},
	{1000, 1200, []look{{"print", "light", "print", axeColours}}},
	{320, 800, []look{{"narrow", "light", "", axeShapes}}},
}

type look struct{ name, scheme, media, rules string }

// TestBrowserOpensEveryPage opens each page in one browser and one session and gives it to axe in every look.
func TestBrowserOpensEveryPage(t *testing.T) {
	ctx, script, dir := browsertest.Open(t), axe(t), pictures(t)
	st := newSite(t, county(t), withPeople, withCalendars, withLimits, withRuns)
	withEarlier(t, st)
	if !st.server.AssetsBuilt() {
		tooltest.Missing(t, "front-end assets aren't built: run make assets")
	}
	complaints := browsertest.Complaints(t, ctx)
	signInWith(t, ctx, st, "chair")
	if said := complaints(); len(said) > 0 {
		t.Errorf("signing in: %v", said)
	}
	began := time.Now()
	for _, size := range looks {
		browsertest.Do(t, ctx, chromedp.Navigate("about:blank"), chromedp.EmulateViewport(size.width, size.height))
		for _, v := range visits {
			t.Run(fmt.Sprintf("%s/%d", v.name, size.width), func(t *testing.T) {
				first := size.each[0]
				browsertest.Do(t, ctx, media(first.media, first.scheme), chromedp.Navigate(st.web.URL+v.path), chromedp.WaitReady(chromedp.CSS("footer")))
				browsertest.Run(t, ctx, chromedp.Evaluate[chromedp.Void](script))
				for _, look := range size.each {
					browsertest.Do(t, ctx, media(look.media, look.scheme))
					looksRight(t, ctx, look)
					if dir != "" {
						picture := browsertest.Run(t, ctx, chromedp.FullScreenshot(100))
						if err := os.WriteFile(filepath.Join(dir, look.name+"-"+v.name+".png"), picture, 0o600); err != nil {
							t.Fatal(err)
						}
					}
				}
				for _, said := range complaints() {
					if v.name == "nothing" && strings.Contains(said, "404") {
						continue
					}
					t.Error(said)
				}
			})
		}
	}
	t.Logf("%d pages in four looks: %s", len(visits), time.Since(began).Round(time.Second))
}

// looksRight draws what is to be drawn on the page that the browser shows, and gives it to axe.
func looksRight(t *testing.T, ctx context.Context, look look) {
	t.Helper()
	undrawn := browsertest.Run(t, ctx, chromedp.Evaluate[int](settle, chromedp.EvalAwaitPromise))
	wider := browsertest.Run(t, ctx, chromedp.Evaluate[int](`document.documentElement.scrollWidth - document.documentElement.clientWidth`))
	rules := look.rules
	if *whole {
		rules = axeAll
	}
	var violations []string
	if err := json.Unmarshal([]byte(browsertest.Run(t, ctx, chromedp.Evaluate[string](rules, chromedp.EvalAwaitPromise))), &violations); err != nil {
		t.Fatal(err)
	}
	for _, violation := range violations {
		// Nobody touches paper.
		if look.media != "print" || !strings.HasPrefix(violation, "target-size") {
			t.Errorf("%s: %s", look.name, violation)
		}
	}
	if undrawn > 0 {
		t.Errorf("%s: %d charts are not drawn", look.name, undrawn)
	}
	if wider > 0 {
		t.Errorf("%s: the page is %d px wider than the window", look.name, wider)
	}
}

func TestBrowserHoverAndKeys(t *testing.T) {
	ctx := browsertest.Open(t)
	st := newSite(t, county(t))
	if !st.server.AssetsBuilt() {
		tooltest.Missing(t, "front-end assets aren't built: run make assets")
	}
	complaints := browsertest.Complaints(t, ctx)
	signInWith(t, ctx, st, "chair")
	browsertest.Do(t, ctx, chromedp.EmulateViewport(1280, 1000), chromedp.Navigate(st.web.URL+"/providers/1-9000001"), chromedp.WaitReady(chromedp.CSS("footer")))
	browsertest.Run(t, ctx, chromedp.Evaluate[int](settle, chromedp.EvalAwaitPromise))
	browsertest.Do(t, ctx, chromedp.ScrollIntoView(chromedp.CSS("#clock .bw-chart")))
	for x := 200.0; x < 1000; x += 90 {
		browsertest.Do(t, ctx, chromedp.MouseEvent(chromedp.MouseMoved, x, 400))
	}
	browsertest.Do(t, ctx, chromedp.KeyEvent("/"))
	focused := browsertest.Run(t, ctx, chromedp.Evaluate[string](`document.activeElement.id`))
	browsertest.Do(t, ctx, chromedp.Navigate(st.web.URL+"/flags"), chromedp.WaitReady(chromedp.CSS("footer")), chromedp.KeyEvent("j"), chromedp.KeyEvent("j"))
	here := browsertest.Run(t, ctx, chromedp.Evaluate[string](`document.querySelector('[data-here] a').textContent`))
	browsertest.Do(t, ctx, chromedp.KeyEvent("?"))
	open := browsertest.Run(t, ctx, chromedp.Evaluate[string](`String(document.querySelector('dialog[data-keys]').open)`))
	if focused != "search" || here == "" || open != "true" {
		t.Errorf("focus %q, row %q, keys %q", focused, here, open)
	}
	for _, said := range complaints() {
		t.Error(said)
	}
}

func TestBrowserReadsWithoutScripts(t *testing.T) {
	ctx := browsertest.Open(t)
	st := newSite(t, county(t))
	signInWith(t, ctx, st, "chair")
	browsertest.Do(t, ctx, chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
		return err
	}), chromedp.Navigate(st.web.URL+"/flags/F1a2b3c4d5e6f708"), chromedp.WaitReady(chromedp.CSS("footer")))
	text := browsertest.Run(t, ctx, chromedp.Text(chromedp.CSS("main")))
	for _, want := range []string{"17 concerns in 12 weeks where 2.1 were expected", "once in 290", "The figures as a table"} {
		if !strings.Contains(text, want) {
			t.Errorf("misses %q", want)
		}
	}
}

func TestBrowserPrintsMarkedPaper(t *testing.T) {
	ctx, dir := browsertest.Open(t), t.TempDir()
	st := newSite(t, county(t))
	signInWith(t, ctx, st, "chair")
	browsertest.Do(t, ctx, chromedp.Navigate(st.web.URL+"/flags/F1a2b3c4d5e6f708"), chromedp.WaitReady(chromedp.CSS("footer")))
	yes := true
	pdf := browsertest.Run(t, ctx, chromedp.PrintToPDF(func(p *cdpage.PrintToPDFParams) { p.PreferCSSPageSize, p.PrintBackground = &yes, &yes }))
	file := filepath.Join(dir, "flag.pdf")
	if err := os.WriteFile(file, pdf, 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.CommandContext(t.Context(), tooltest.Find(t, "pdftotext"), file, "-").Output()
	if err != nil {
		t.Fatal(err)
	}
	pages := strings.Count(string(out), "\f")
	if marks := strings.Count(string(out), "OFFICIAL-SENSITIVE"); marks < 2*pages {
		t.Errorf("%d marks on %d pages", marks, pages)
	}
}
