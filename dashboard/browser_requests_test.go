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
	"bellwether/internal/browsertest"
)

// TestBrowserRequests opens the pages of requests as information governance and as the chair, and the page that takes a one-time link, and
// gives each to axe, wide and narrow.
func TestBrowserRequests(t *testing.T) {
	ctx, script, dir := browsertest.Open(t), axe(t), pictures(t)
	st := newSite(t, county(t), withPeople, withRequests(t, county(t)))
	foi := "/requests/" + st.firstRequest(requests.FOI)
	if resp, _ := st.send("governance", http.MethodPost, foi+"/build", span(), nil); resp.StatusCode != http.StatusSeeOther {
		t.Fatalf("making an answer: %d", resp.StatusCode)
	}
	complaints := browsertest.Complaints(t, ctx)
	looksRight := func(name, path string) {
		for _, width := range []int{1280, 320} {
			browsertest.Do(t, ctx, chromedp.EmulateViewport(int64(width), 900), chromedp.Navigate(st.web.URL+path), chromedp.WaitReady(chromedp.CSS("footer")))
			browsertest.Do(t, ctx, chromedp.Evaluate[chromedp.Void](script))
			var violations []string
			if err := json.Unmarshal([]byte(browsertest.Run(t, ctx, chromedp.Evaluate[string](axeAll, chromedp.EvalAwaitPromise))), &violations); err != nil {
				t.Fatal(err)
			}
			for _, v := range violations {
				t.Errorf("%s at %d: %s", name, width, v)
			}
			if wider := browsertest.Run(t, ctx, chromedp.Evaluate[int](`document.documentElement.scrollWidth - document.documentElement.clientWidth`)); wider > 0 {
				t.Errorf("%s: %d px wider than %d", name, wider, width)
			}
			if dir != "" && width == 1280 {
				if err := os.WriteFile(filepath.Join(dir, "requests-"+name+".png"), browsertest.Run(t, ctx, chromedp.FullScreenshot(100)), 0o600); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	signIn := func(user string) {
		browsertest.Do(t, ctx, chromedp.Navigate(st.web.URL+"/requests"), chromedp.WaitVisible(chromedp.CSS("#username")), chromedp.SendKeys(chromedp.CSS("#username"), user),
			chromedp.SendKeys(chromedp.CSS("#password"), "pass-"+user), browsertest.Submit("#password", "#foi"))
	}
	signIn("governance")
	looksRight("list", "/requests")
	looksRight("made", foi)
	looksRight("person", "/requests/"+st.firstRequest(requests.SubjectAccess))
	browsertest.Do(t, ctx, browsertest.Click(`form[action="/sign-out"] button`, "#username"))
	signIn("chair")
	looksRight("to sign", foi)
	for _, said := range complaints() {
		t.Error(said)
	}
}

// TestBrowserTakesAOneTimeLink: a script hands the token over and it leaves the address, so that no history keeps it.
func TestBrowserTakesAOneTimeLink(t *testing.T) {
	ctx, script := browsertest.Open(t), axe(t)
	st, b := newBookSite(t)
	account, err := b.local.ByUsername(t.Context(), "member")
	if err != nil {
		t.Fatal(err)
	}
	token, err := b.local.Reset(t.Context(), "test", account.ID)
	if err != nil {
		t.Fatal(err)
	}
	browsertest.Do(t, ctx, chromedp.Navigate(st.web.URL+"/welcome#"+token), chromedp.WaitVisible(chromedp.CSS("#password")))
	browsertest.Do(t, ctx, chromedp.Evaluate[chromedp.Void](script))
	if found := browsertest.Run(t, ctx, chromedp.Evaluate[string](axeAll, chromedp.EvalAwaitPromise)); found != "[]" {
		t.Error(found)
	}
	if at := browsertest.Run(t, ctx, chromedp.Evaluate[string](`location.href`)); at != st.web.URL+"/welcome" {
		t.Errorf("the browser stands at %s", at)
	}
	browsertest.Do(t, ctx, chromedp.SendKeys(chromedp.CSS("#password"), "nine herons over the weir"), browsertest.Submit("#password", "#username"))
	browsertest.Do(t, ctx, chromedp.SendKeys(chromedp.CSS("#username"), "member"), chromedp.SendKeys(chromedp.CSS("#password"), "nine herons over the weir"), browsertest.Submit("#password", `form[action="/sign-out"]`))
	browsertest.Do(t, ctx, chromedp.Navigate(st.web.URL+"/account/password"), chromedp.WaitVisible(chromedp.CSS("#present")))
	browsertest.Do(t, ctx, chromedp.Evaluate[chromedp.Void](script))
	if found := browsertest.Run(t, ctx, chromedp.Evaluate[string](axeAll, chromedp.EvalAwaitPromise)); found != "[]" {
		t.Error(found)
	}
}
