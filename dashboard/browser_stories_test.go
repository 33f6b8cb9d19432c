//go:build browser

package dashboard

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"bellwether/internal/browsertest"
	"bellwether/internal/tooltest"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// keep draws everything that is on the page, and keeps a picture of it where a folder for pictures is set.
func keep(t *testing.T, ctx context.Context, name string) {
	t.Helper()
	browsertest.Run(t, ctx, chromedp.Evaluate[int](settle, chromedp.EvalAwaitPromise))
	shoot(t, ctx, name)
}

// tabTo presses Tab until what the selector names has the focus, as somebody without a mouse would, and asks that the focus is seen.
func tabTo(t *testing.T, ctx context.Context, selector string) {
	t.Helper()
	here := fmt.Sprintf(`(() => { const e = document.activeElement; if (!e || !e.matches(%q)) return ''; const s = getComputedStyle(e); return s.outlineStyle !== 'none' || s.boxShadow !== 'none' ? 'seen' : 'unseen'; })()`, selector)
	for range 200 {
		browsertest.Do(t, ctx, chromedp.KeyEvent(kb.Tab))
		switch browsertest.Run(t, ctx, chromedp.Evaluate[string](here)) {
		case "seen":
			return
		case "unseen":
			t.Fatalf("the focus on %s can't be seen", selector)
		}
	}
	t.Fatalf("two hundred steps of the tab key do not reach %s on %s", selector, browsertest.Run(t, ctx, chromedp.Evaluate[string](`location.pathname`)))
}

// follow goes to a link by the keyboard, presses Enter and waits for what the next page must show.
func follow(t *testing.T, ctx context.Context, selector, then string) {
	t.Helper()
	tabTo(t, ctx, selector)
	browsertest.Do(t, ctx, browsertest.Leave(chromedp.KeyEvent(kb.Enter), then))
}

// reads asks that the page says all of these.
func reads(t *testing.T, ctx context.Context, want ...string) {
	t.Helper()
	text := browsertest.Run(t, ctx, chromedp.Text(chromedp.CSS("body")))
	for _, w := range want {
		if !strings.Contains(strings.ToLower(text), strings.ToLower(w)) {
			t.Errorf("%s does not say %q", browsertest.Run(t, ctx, chromedp.Evaluate[string](`location.pathname`)), w)
		}
	}
}

// TestBrowserStories follows four questions through the pages by the keyboard alone, in one browser and one session.
func TestBrowserStories(t *testing.T) {
	ctx := browsertest.Open(t)
	st := newSite(t, county(t), withPeople)
	withEarlier(t, st)
	if !st.server.AssetsBuilt() {
		tooltest.Missing(t, "front-end assets aren't built: run make assets")
	}
	complaints := browsertest.Complaints(t, ctx)
	signInWith(t, ctx, st, "chair")
	at := func(path, then string) {
		browsertest.Do(t, ctx, chromedp.Navigate(st.web.URL+path), chromedp.WaitVisible(chromedp.CSS(then)))
	}
	browsertest.Do(t, ctx, chromedp.EmulateViewport(1280, 900))
	t.Run("find who is drifting in my area and why", func(t *testing.T) {
		at("/market", "h1")
		reads(t, ctx, "moved up", "above market management", "what this can't show")
		keep(t, ctx, "drifting-1-market")
		follow(t, ctx, `.bw-tile__value a[href^="/providers?level="]`, ".bw-list")
		keep(t, ctx, "drifting-2-list")
		follow(t, ctx, `.bw-list a[href="/providers/1-9000001"]`, "#why")
		reads(t, ctx, "why it stands here", "since you last looked", "on one clock", "which sources have spoken")
		keep(t, ctx, "drifting-3-provider")
		follow(t, ctx, `.bw-why a[href="/flags/F1a2b3c4d5e6f708"]`, "#unusual-title")
		reads(t, ctx, "17 concerns in 12 weeks where 2.1 were expected", "how unusual", "what would clear it", "what it stands on", "flags like this")
		keep(t, ctx, "drifting-4-flag")
	})
	t.Run("what if this group fails", func(t *testing.T) {
		at("/contingency?miles=any&nursing=yes", "#brand")
		tabTo(t, ctx, "#brand")
		group := browsertest.Run(t, ctx, chromedp.Evaluate[string](`[...document.querySelector('#brand').options].find(o => o.value === 'BD900').text`))
		browsertest.Do(t, ctx, chromedp.KeyEvent(group[:min(len(group), 8)])) // a list is searched by typing
		if got := browsertest.Run(t, ctx, chromedp.Evaluate[string](`document.querySelector('#brand').value`)); got != "BD900" {
			t.Fatalf("typing %q chose %q", group, got)
		}
		follow(t, ctx, `main form button[type=submit]`, ".bw-tiles")
		reads(t, ctx, "if these 4 providers stopped", "provisional", "does not mean that it is safe to place there", "without a place", "section 48")
		keep(t, ctx, "group-fails")
	})
	t.Run("export for the board", func(t *testing.T) {
		at("/review/pack?on=2026-10-08&p=1-9000001", "#recipients")
		reads(t, ctx, "papers for the meeting of 8 oct 2026", "OFFICIAL-SENSITIVE", "17 concerns in 12 weeks")
		keep(t, ctx, "board-1-pack")
		tabTo(t, ctx, "#recipients")
		browsertest.Do(t, ctx, chromedp.KeyEvent("Director of adult social care, Larkshire Council"))
		follow(t, ctx, `section[aria-labelledby=issue] button`, ".bw-secret")
		reads(t, ctx, "the paper is sealed", "its password is shown this once", "copies issued", "Director of adult social care")
		keep(t, ctx, "board-2-sealed")
		tabTo(t, ctx, `a[href^="/papers/"]`)
		size := browsertest.Run(t, ctx, chromedp.Evaluate[string](`fetch(document.activeElement.href).then(r => r.headers.get('Content-Type') + ' ' + r.headers.get('Cache-Control'))`, chromedp.EvalAwaitPromise))
		if !strings.HasPrefix(size, "application/pdf no-store") {
			t.Errorf("the paper comes as %s", size)
		}
	})
	t.Run("why was this flagged last March", func(t *testing.T) {
		at("/flags/F1a2b3c4d5e6f708", "#rule")
		follow(t, ctx, `a[href="/data/snapshots"]`, ".bw-table")
		keep(t, ctx, "march-1-runs")
		follow(t, ctx, `form[action="/look-back"] button`, ".bw-back")
		at("/flags/F1a2b3c4d5e6f708", "#rule")
		reads(t, ctx, "you are looking back", "14 Mar 2026", marchSentence)
		keep(t, ctx, "march-2-flag")
		follow(t, ctx, ".bw-back button", ".bw-flash")
		reads(t, ctx, "this is what is known now", "moved up")
	})
	t.Run("without colour and without motion", func(t *testing.T) {
		browsertest.Do(t, ctx, chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
			_, err := cdp.Call(ctx, t, emulation.SetEmulatedVisionDeficiency, emulation.SetEmulatedVisionDeficiencyParams{Type: emulation.SetEmulatedVisionDeficiencyTypeAchromatopsia})
			return err
		}), chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
			_, err := cdp.Call(ctx, t, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-reduced-motion", Value: "reduce"}}})
			return err
		}))
		at("/providers/1-9000001", "#why")
		keep(t, ctx, "grey-provider")
		if moving := browsertest.Run(t, ctx, chromedp.Evaluate[int](`document.getAnimations().length + [...document.querySelectorAll('*')].filter(e => parseFloat(getComputedStyle(e).transitionDuration) > 0.001).length`)); moving > 0 {
			t.Errorf("%d things move for somebody who asked for none", moving)
		}
		at("/market", "h1")
		keep(t, ctx, "grey-market")
	})
	for _, said := range complaints() {
		t.Error(said)
	}
}
