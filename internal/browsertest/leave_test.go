//go:build browser

package browsertest

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/chromedp/chromedp"
)

// oldPage sends its form when the server lets it, as a browser with much to do takes its time, and looks like the form's answer.
const oldPage = `<!doctype html><title>old</title><form method="post"><button type="button">Go</button></form><footer>The same</footer>
<script>document.querySelector('button').addEventListener('click', async () => { await fetch('/may-i'); document.querySelector('form').submit(); });</script>`

// TestBrowserLeavesAPageThatItsAnswerLooksLike: Leave ends on the new page, however long the old one stays. To wait for what both show ends
// on the old one.
func TestBrowserLeavesAPageThatItsAnswerLooksLike(t *testing.T) {
	asked, let := make(chan struct{}), make(chan struct{})
	web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		switch {
		case r.URL.Path == "/may-i":
			asked <- struct{}{}
			select {
			case <-let:
			case <-r.Context().Done(): // the browser has left
			}
		case r.Method == http.MethodPost:
			_, _ = w.Write([]byte(`<!doctype html><title>new</title><footer>The same</footer>`))
		default:
			_, _ = w.Write([]byte(oldPage))
		}
	}))
	t.Cleanup(web.Close)
	ctx := Open(t)
	Do(t, ctx, chromedp.Navigate(web.URL))
	seen := make(chan error, 1)
	go func() {
		<-asked
		seen <- chromedp.Do(ctx, chromedp.WaitVisible(chromedp.CSS("html[data-left] footer")))
		let <- struct{}{}
	}()
	Do(t, ctx, Click("button", "header, footer"))
	if title := Run(t, ctx, chromedp.Title()); title != "new" {
		t.Errorf("Click ends on the %s page", title)
	}
	if err := <-seen; err != nil {
		t.Errorf("the old page, while its form was held: %v", err)
	}
	Do(t, ctx, chromedp.Navigate(web.URL), Press("button"), chromedp.WaitVisible(chromedp.CSS("footer")))
	<-asked
	if title := Run(t, ctx, chromedp.Title()); title != "old" {
		t.Errorf("what both pages show is found on the %s page first, so this test shows nothing", title)
	}
}
