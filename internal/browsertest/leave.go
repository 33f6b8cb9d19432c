//go:build browser

package browsertest

import (
	"context"
	"fmt"

	"github.com/chromedp/chromedp"
)

// mark sets the document that stands in the window apart from the one that comes after it.
const mark = `document.documentElement.setAttribute('data-left', '')`

// Leave does what leads away from a page and waits until the page that comes instead shows what a selector names and is loaded whole. A
// selector alone would not do: what it names may stand on the old page too, which stays in the window until its successor answers, and the
// step after it would then run there or break the answer off.
func Leave(action chromedp.Action[chromedp.Void], then string) chromedp.Action[chromedp.Void] {
	return chromedp.Steps(chromedp.Evaluate[chromedp.Void](mark), action, chromedp.WaitVisible(chromedp.CSS(`html:not([data-left]) :is(`+then+`)`)), loaded)
}

// Press clicks something once it stands still and stays on the page.
func Press(selector string) chromedp.Action[chromedp.Void] {
	return chromedp.Steps(chromedp.WaitVisible(chromedp.CSS(selector)), still(selector), chromedp.Click(chromedp.CSS(selector)))
}

// Click presses what leads away from a page and waits for the page that comes instead, as Leave does.
func Click(selector, then string) chromedp.Action[chromedp.Void] { return Leave(Press(selector), then) }

// Submit submits the form that a field belongs to and waits for the page that comes instead, as Leave does.
func Submit(field, then string) chromedp.Action[chromedp.Void] {
	return Leave(chromedp.Submit(chromedp.CSS(field)), then)
}

// loaded waits until the page's styles, scripts and pictures are there.
func loaded(ctx context.Context, tab *chromedp.Target) (chromedp.Void, error) {
	const whole = `new Promise(done => document.readyState === 'complete' ? done(true) : addEventListener('load', () => done(true), { once: true }))`
	_, err := chromedp.Evaluate[bool](whole, chromedp.EvalAwaitPromise)(ctx, tab)
	return chromedp.Void{}, err
}

// still brings what a selector names into sight and waits until it stands at one place for three frames: a chart or a typeface that is drawn
// only then moves what is below it, and a click is aimed at a place.
func still(selector string) chromedp.Action[chromedp.Void] {
	script := fmt.Sprintf(`(async () => {
		await document.fonts.ready;
		for (let was = '', same = 0; same < 3;) {
			const found = document.querySelector(%q);
			if (!found) return false;
			found.scrollIntoView({ block: 'center', behavior: 'instant' });
			await new Promise(requestAnimationFrame);
			const { x, y, width, height } = found.getBoundingClientRect();
			const at = [x, y, width, height].join();
			same = at === was ? same + 1 : 0;
			was = at;
		}
		return true;
	})()`, selector)
	return func(ctx context.Context, tab *chromedp.Target) (chromedp.Void, error) {
		there, err := chromedp.Evaluate[bool](script, chromedp.EvalAwaitPromise)(ctx, tab)
		if err == nil && !there {
			err = fmt.Errorf("%s went away before it was clicked", selector)
		}
		return chromedp.Void{}, err
	}
}
