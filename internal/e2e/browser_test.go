//go:build browser

package e2e

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"bellwether/internal/tooltest"

	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// TestBrowserFindsWhoIsDriftingAndWhy signs in as the chair in a real browser, opens every page, follows the strongest flag to its
// evidence, and asks that the browser complained of nothing.
func TestBrowserFindsWhoIsDriftingAndWhy(t *testing.T) {
	chromium := tooltest.Find(t, "chromium")
	base := serve(t, demo.dir)
	opts := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(chromium), chromedp.NoSandbox, chromedp.DisableGPU, chromedp.NoFirstRun,
		chromedp.WindowSize(1280, 900), chromedp.Flag("disable-background-networking", true), chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-sync", true))
	alloc, stop := chromedp.NewExecAllocator(context.Background(), opts...)
	defer stop()
	ctx, cancel := chromedp.NewContext(alloc)
	defer cancel()
	if err := chromedp.Do(ctx, chromedp.Navigate("about:blank")); err != nil {
		t.Fatalf("start Chromium: %v", err)
	}
	ctx, late := context.WithTimeout(ctx, 8*time.Minute)
	defer late()
	var mu sync.Mutex
	var complaints []string
	err := chromedp.Listen(ctx, func(ev any) {
		mu.Lock()
		defer mu.Unlock()
		switch e := ev.(type) {
		case *log.EventEntryAdded:
			if e.Entry.Level == "error" || e.Entry.Source == "security" {
				complaints = append(complaints, e.Entry.Text)
			}
		case *runtime.EventExceptionThrown:
			complaints = append(complaints, e.ExceptionDetails.Text)
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	do(t, ctx, "sign in", chromedp.Navigate(base+"/sign-in?next=/market"), chromedp.WaitVisible(chromedp.CSS("#username")), chromedp.SendKeys(chromedp.CSS("#username"), "chair"),
		chromedp.SendKeys(chromedp.CSS("#password"), password(t, "chair")), chromedp.Submit(chromedp.CSS("#password")), chromedp.WaitVisible(chromedp.CSS("footer")))
	doors, err := chromedp.Run(ctx, chromedp.Evaluate[[]string](`[...new Set([...document.querySelectorAll('header nav a[href^="/"], footer a[href^="/"]')].map(a => a.pathname.slice(1)))]`))
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range []string{"market", "providers", "flags", "review", "rules", "data", "help"} {
		if !slices.Contains(doors, p) {
			t.Errorf("no door leads to /%s: %v", p, doors)
		}
	}
	for _, p := range doors {
		do(t, ctx, p, chromedp.Navigate(base+"/"+p), chromedp.WaitVisible(chromedp.CSS("h1")))
		title, err := chromedp.Run(ctx, chromedp.Title())
		if err != nil || !strings.Contains(title, "Bellwether") {
			t.Errorf("%s has the title %q, %v", p, title, err)
		}
		picture(t, ctx, strings.ReplaceAll(p, "/", "-"))
	}
	const first = `main a[href^="/flags/"]`
	do(t, ctx, "follow the strongest flag", chromedp.Navigate(base+"/flags"), chromedp.WaitVisible(chromedp.CSS(first)), chromedp.Click(chromedp.CSS(first)), chromedp.WaitVisible(chromedp.CSS(".bw-flag, h1")))
	evidence, err := chromedp.Run(ctx, chromedp.Text(chromedp.CSS("main")))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"would clear", "what it stands on", "known from"} {
		if !strings.Contains(strings.ToLower(evidence), want) {
			t.Errorf("the flag's page does not say %q", want)
		}
	}
	picture(t, ctx, "flag")
	do(t, ctx, "the provider", chromedp.Navigate(base+"/providers/9-111010097"), chromedp.WaitVisible(chromedp.CSS("h1")))
	picture(t, ctx, "provider")
	mu.Lock()
	defer mu.Unlock()
	for _, c := range complaints {
		t.Errorf("the browser complained: %s", c)
	}
}

func do(t *testing.T, ctx context.Context, what string, steps ...chromedp.Action[chromedp.Void]) {
	t.Helper()
	if err := chromedp.Do(ctx, steps...); err != nil {
		t.Fatalf("%s: %v", what, err)
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
	if _, err := chromedp.Run(ctx, chromedp.Evaluate[int](settle, chromedp.EvalAwaitPromise)); err != nil {
		t.Fatalf("settle %s: %v", name, err)
	}
	png, err := chromedp.Run(ctx, chromedp.FullScreenshot(100))
	if err != nil {
		t.Fatalf("picture of %s: %v", name, err)
	}
	if err := os.WriteFile(filepath.Join(dir, name+".png"), png, 0o600); err != nil {
		t.Fatal(err)
	}
}
