//go:build browser

package dashboard

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"bellwether/internal/browsertest"
	"bellwether/internal/tooltest"

	"github.com/chromedp/chromedp"
)

// shoot keeps a picture of the page where a folder for pictures is set.
func shoot(t *testing.T, ctx context.Context, name string) {
	t.Helper()
	dir := pictures(t)
	if dir == "" {
		return
	}
	browsertest.Run(t, ctx, chromedp.Evaluate[int](settle, chromedp.EvalAwaitPromise))
	picture := browsertest.Run(t, ctx, chromedp.FullScreenshot(100))
	if err := os.WriteFile(filepath.Join(dir, name+".png"), picture, 0o600); err != nil {
		t.Fatal(err)
	}
}

// sound gives the page to axe and asks that nothing is wider than the window.
func sound(t *testing.T, ctx context.Context, script, name string) {
	t.Helper()
	browsertest.Run(t, ctx, chromedp.Evaluate[chromedp.Void](script))
	var violations []string
	if err := json.Unmarshal([]byte(browsertest.Run(t, ctx, chromedp.Evaluate[string](axeAll, chromedp.EvalAwaitPromise))), &violations); err != nil {
		t.Fatal(err)
	}
	for _, v := range violations {
		t.Errorf("%s: %s", name, v)
	}
	if wider := browsertest.Run(t, ctx, chromedp.Evaluate[int](`document.documentElement.scrollWidth - document.documentElement.clientWidth`)); wider > 0 {
		t.Errorf("%s is %d px wider than the window", name, wider)
	}
}

// TestBrowserAMemberTakesUpAndDecides: a member of the group signs in, takes an item up, decides it and finds the decision on the flag.
func TestBrowserAMemberTakesUpAndDecides(t *testing.T) {
	ctx, script := browsertest.Open(t), axe(t)
	st := newSite(t, county(t), withPeople)
	if !st.server.AssetsBuilt() {
		tooltest.Missing(t, "front-end assets aren't built: run make assets")
	}
	complaints := browsertest.Complaints(t, ctx)
	signInWith(t, ctx, st, "member")
	browsertest.Do(t, ctx, chromedp.EmulateViewport(1280, 1000), chromedp.Navigate(st.web.URL+"/review"), chromedp.WaitVisible(chromedp.CSS(".bw-queue")))
	shoot(t, ctx, "review-queue")
	sound(t, ctx, script, "the queue")
	browsertest.Do(t, ctx, browsertest.Click(`#i-F1a2b3c4d5e6f708 .bw-queue__who a`, "#acknowledge_owner"))
	shoot(t, ctx, "review-item")
	sound(t, ctx, script, "an item")
	browsertest.Do(t, ctx, chromedp.SetValue(chromedp.CSS("#acknowledge_owner"), "u-member"), browsertest.Submit("#acknowledge_owner", ".bw-flash"))
	// A decision without its reason does not leave the browser; without a date it comes back with the draft.
	browsertest.Do(t, ctx, browsertest.Press(`input[name=decide_outcome][value=visit]`), chromedp.SendKeys(chromedp.CSS("#decide_reason"), "Two visits are booked."),
		browsertest.Submit("#decide_reason", ".govuk-error-summary"))
	shoot(t, ctx, "review-error")
	sound(t, ctx, script, "an item with an error")
	for box, value := range map[string]string{"day": "29", "month": "10", "year": "2026"} {
		browsertest.Do(t, ctx, chromedp.SendKeys(chromedp.CSS("#decide_next_review-"+box), value))
	}
	browsertest.Do(t, ctx, browsertest.Submit("#decide_reason", ".bw-flash"))
	text := browsertest.Run(t, ctx, chromedp.Text(chromedp.CSS("main")))
	for _, want := range []string{"Decided for Saltmarsh Homes: Visit", "Two visits are booked.", "Mo Member", "next review 29 Oct 2026"} {
		if !strings.Contains(text, want) {
			t.Errorf("misses %q", want)
		}
	}
	shoot(t, ctx, "review-decided")
	browsertest.Do(t, ctx, chromedp.Navigate(st.web.URL+"/flags/F1a2b3c4d5e6f708"), chromedp.WaitVisible(chromedp.CSS(".bw-standing")))
	shoot(t, ctx, "review-flag")
	browsertest.Do(t, ctx, chromedp.EmulateViewport(320, 800), chromedp.Navigate(st.web.URL+"/review/F1a2b3c4d5e6f708"), chromedp.WaitVisible(chromedp.CSS(".bw-item__say")))
	sound(t, ctx, script, "an item on a narrow screen")
	shoot(t, ctx, "review-narrow")
	for _, said := range complaints() {
		if !strings.Contains(said, "422") {
			t.Error(said)
		}
	}
}
