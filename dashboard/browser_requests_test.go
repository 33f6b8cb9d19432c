//go:build browser

package dashboard

import (
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"testing"

	"github.com/chromedp/chromedp"

	"bellwether/casework/requests"
)

// TestBrowserRequests opens the pages of requests as information governance and as the chair, and the page that takes a one-time link, and
// gives each to axe, wide and narrow.
func TestBrowserRequests(t *testing.T) {
	ctx, script, dir := browser(t), axe(t), pictures(t)
	st := newSite(t, county(t), withPeople, withRequests(t, county(t)))
	foi := "/requests/" + st.firstRequest(requests.FOI)
	if resp, _ := st.send("governance", http.MethodPost, foi+"/build", span(), nil); resp.StatusCode != http.StatusSeeOther {
		t.Fatalf("making an answer: %d", resp.StatusCode)
	}
	complaints := watch(t, ctx)
	looksRight := func(name, path string) {
		for _, width := range []int{1280, 320} {
			do(t, ctx, chromedp.EmulateViewport(int64(width), 900), chromedp.Navigate(st.web.URL+path), chromedp.WaitReady(chromedp.CSS("footer")))
			do(t, ctx, chromedp.Evaluate[chromedp.Void](script))
			var violations []string
			if err := json.Unmarshal([]byte(run(t, ctx, chromedp.Evaluate[string](axeAll, chromedp.EvalAwaitPromise))), &violations); err != nil {
				t.Fatal(err)
			}
			for _, v := range violations {
				t.Errorf("%s at %d: %s", name, width, v)
			}
			if wider := run(t, ctx, chromedp.Evaluate[int](`document.documentElement.scrollWidth - document.documentElement.clientWidth`)); wider > 0 {
				t.Errorf("%s: %d px wider than %d", name, wider, width)
			}
			if dir != "" && width == 1280 {
				if err := os.WriteFile(filepath.Join(dir, "requests-"+name+".png"), run(t, ctx, chromedp.FullScreenshot(100)), 0o600); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	signIn := func(user string) {
		do(t, ctx, chromedp.Navigate(st.web.URL+"/requests"), chromedp.WaitVisible(chromedp.CSS("#username")), chromedp.SendKeys(chromedp.CSS("#username"), user),
			chromedp.SendKeys(chromedp.CSS("#password"), "pass-"+user), chromedp.Submit(chromedp.CSS("#password")), chromedp.WaitVisible(chromedp.CSS("#foi")))
	}
	signIn("governance")
	looksRight("list", "/requests")
	looksRight("made", foi)
	looksRight("person", "/requests/"+st.firstRequest(requests.SubjectAccess))
	do(t, ctx, chromedp.Click(chromedp.CSS(`form[action="/sign-out"] button`)), chromedp.WaitVisible(chromedp.CSS("#username")))
	signIn("chair")
	looksRight("to sign", foi)
	for _, said := range complaints() {
		t.Error(said)
	}
}

// TestBrowserTakesAOneTimeLink: a script hands the token over and it leaves the address, so that no history keeps it.
func TestBrowserTakesAOneTimeLink(t *testing.T) {
	ctx, script := browser(t), axe(t)
	st, b := newBookSite(t)
	account, err := b.local.ByUsername(t.Context(), "member")
	if err != nil {
		t.Fatal(err)
	}
	token, err := b.local.Reset(t.Context(), "test", account.ID)
	if err != nil {
		t.Fatal(err)
	}
	do(t, ctx, chromedp.Navigate(st.web.URL+"/welcome#"+token), chromedp.WaitVisible(chromedp.CSS("#password")))
	do(t, ctx, chromedp.Evaluate[chromedp.Void](script))
	if found := run(t, ctx, chromedp.Evaluate[string](axeAll, chromedp.EvalAwaitPromise)); found != "[]" {
		t.Error(found)
	}
	if at := run(t, ctx, chromedp.Evaluate[string](`location.href`)); at != st.web.URL+"/welcome" {
		t.Errorf("the browser stands at %s", at)
	}
	do(t, ctx, chromedp.SendKeys(chromedp.CSS("#password"), "nine herons over the weir"), chromedp.Submit(chromedp.CSS("#password")), chromedp.WaitVisible(chromedp.CSS("#username")))
	do(t, ctx, chromedp.SendKeys(chromedp.CSS("#username"), "member"), chromedp.SendKeys(chromedp.CSS("#password"), "nine herons over the weir"), chromedp.Submit(chromedp.CSS("#password")), chromedp.WaitVisible(chromedp.CSS(`form[action="/sign-out"]`)))
	do(t, ctx, chromedp.Navigate(st.web.URL+"/account/password"), chromedp.WaitVisible(chromedp.CSS("#present")))
	do(t, ctx, chromedp.Evaluate[chromedp.Void](script))
	if found := run(t, ctx, chromedp.Evaluate[string](axeAll, chromedp.EvalAwaitPromise)); found != "[]" {
		t.Error(found)
	}
}
