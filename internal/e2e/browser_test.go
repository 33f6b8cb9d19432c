//go:build browser

package e2e

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"bellwether/internal/browsertest"

	"github.com/chromedp/chromedp"
)

// TestBrowserFindsWhoIsDriftingAndWhy signs in as the chair in a real browser, opens every page, follows the strongest flag to its
// evidence, and asks that the browser complained of nothing.
func TestBrowserFindsWhoIsDriftingAndWhy(t *testing.T) {
	ctx, base := browsertest.Open(t), serve(t, demo.dir)
	complaints := browsertest.Complaints(t, ctx)
	browsertest.Do(t, ctx, chromedp.Navigate(base+"/sign-in?next=/market"), chromedp.WaitVisible(chromedp.CSS("#username")), chromedp.SendKeys(chromedp.CSS("#username"), "chair"),
		chromedp.SendKeys(chromedp.CSS("#password"), password(t, "chair")), browsertest.Submit("#password", "footer"))
	doors := browsertest.Run(t, ctx, chromedp.Evaluate[[]string](`[...new Set([...document.querySelectorAll('header nav a[href^="/"], footer a[href^="/"]')].map(a => a.pathname.slice(1)))]`))
	for _, p := range []string{"market", "providers", "flags", "review", "rules", "data", "help"} {
		if !slices.Contains(doors, p) {
			t.Errorf("no door leads to /%s: %v", p, doors)
		}
	}
	for _, p := range doors {
		browsertest.Do(t, ctx, chromedp.Navigate(base+"/"+p), chromedp.WaitVisible(chromedp.CSS("h1")))
		if title := browsertest.Run(t, ctx, chromedp.Title()); !strings.Contains(title, "Bellwether") {
			t.Errorf("%s has the title %q", p, title)
		}
		picture(t, ctx, strings.ReplaceAll(p, "/", "-"))
	}
	const strongest = `main a[href^="/flags/"]`
	browsertest.Do(t, ctx, chromedp.Navigate(base+"/flags"), browsertest.Click(strongest, ".bw-flag, h1"))
	evidence := browsertest.Run(t, ctx, chromedp.Text(chromedp.CSS("main")))
	for _, want := range []string{"would clear", "what it stands on", "known from"} {
		if !strings.Contains(strings.ToLower(evidence), want) {
			t.Errorf("the flag's page does not say %q", want)
		}
	}
	picture(t, ctx, "flag")
	browsertest.Do(t, ctx, chromedp.Navigate(base+"/providers/9-111010097"), chromedp.WaitVisible(chromedp.CSS("h1")))
	picture(t, ctx, "provider")
	for _, said := range complaints() {
		t.Errorf("the browser complained: %s", said)
	}
}

// settle walks down the page, because a chart is drawn when it comes into sight, and back to its top, with two frames for each step.
const settle = `(async () => {
	const frames = () => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
	for (let y = 0; y < document.body.scrollHeight; y += innerHeight) { scrollTo(0, y); await frames(); await frames(); }
	scrollTo(0, 0); await frames();
	return 1;
})()`

// picture keeps a screenshot where BELLWETHER_PICTURES names a folder.
func picture(t *testing.T, ctx context.Context, name string) {
	t.Helper()
	dir := os.Getenv("BELLWETHER_PICTURES")
	if dir == "" {
		return
	}
	browsertest.Run(t, ctx, chromedp.Evaluate[int](settle, chromedp.EvalAwaitPromise))
	png := browsertest.Run(t, ctx, chromedp.FullScreenshot(100))
	if err := os.WriteFile(filepath.Join(dir, name+".png"), png, 0o600); err != nil {
		t.Fatal(err)
	}
}
