//go:build browser

package browsertest

import (
	"context"
	"os/exec"
	"testing"
	"time"

	"bellwether/internal/tooltest"

	"github.com/chromedp/chromedp"
)

// patience is how long one call of Do or Run may take. It is never waited out unless something is wrong: a page is drawn in a second, and in
// half a minute on a machine with twenty other things to do.
const patience = 3 * time.Minute

// Open starts Chromium with an empty window of 1280 by 900 pixels, which closes with the test. Where there is none the test is left out, and
// in CI it fails.
func Open(t testing.TB) context.Context {
	t.Helper()
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(chromium(t)), chromedp.NoSandbox, chromedp.DisableGPU, chromedp.NoFirstRun, chromedp.WindowSize(1280, 900),
		chromedp.Flag("disable-background-networking", true), chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-sync", true))
	allocator, stop := chromedp.NewExecAllocator(context.Background(), options...)
	t.Cleanup(stop)
	ctx, cancel := chromedp.NewContext(allocator)
	t.Cleanup(cancel)
	// The first run starts the browser, which would end with a time limit of its own.
	if err := chromedp.Do(ctx, chromedp.Navigate("about:blank")); err != nil {
		t.Fatalf("starting Chromium: %v", err)
	}
	return ctx
}

func chromium(t testing.TB) string {
	t.Helper()
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	tooltest.Missing(t, "no Chromium found: `make test-tools` installs it")
	return ""
}

// Run runs an action and gives what it found; a failure names the page that the browser stood on.
func Run[T any](t testing.TB, ctx context.Context, action chromedp.Action[T]) T {
	t.Helper()
	limited, done := context.WithTimeout(ctx, patience)
	defer done()
	found, err := chromedp.Run(limited, action)
	if err != nil {
		t.Fatalf("%v, on the page %s", err, where(ctx))
	}
	return found
}

// Do runs steps one after the other; a failure names the page that the browser stood on.
func Do(t testing.TB, ctx context.Context, steps ...chromedp.Action[chromedp.Void]) {
	t.Helper()
	Run(t, ctx, chromedp.Steps(steps...))
}

// where gives the address, the title and the beginning of the page for a failure's message.
func where(ctx context.Context) string {
	limited, done := context.WithTimeout(ctx, 10*time.Second)
	defer done()
	page, err := chromedp.Run(limited, chromedp.Evaluate[string](`location.href + ' (' + document.title + '): ' + (document.querySelector('main') || document.body).innerText.slice(0, 400)`))
	if err != nil {
		return "that doesn't answer: " + err.Error()
	}
	return page
}
