//go:build browser

package dashboard

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"bellwether/internal/browsertest"
	"bellwether/internal/tooltest"

	"github.com/chromedp/chromedp"
)

// interactive gives the milliseconds from asking for a page to the moment at which it can be used: read, its scripts run, its first charts drawn.
const interactive = `(async () => {
  await new Promise((done) => { const seen = () => document.querySelector('.bw-chart[data-drawn]') ? done() : requestAnimationFrame(seen); seen(); });
  return performance.now();
})()`

// crowded puts a chart of ten thousand points, as a line and again as marks, on the page in place of its own; the page's script then draws it.
const crowded = `(() => {
  document.querySelectorAll('.bw-chart').forEach((el) => el.remove());
  const box = document.createElement('div');
  box.className = 'bw-chart'; box.id = 'crowded'; box.dataset.height = '400';
  const data = Array.from({ length: 10000 }, (_, i) => [i, Math.sin(i / 50) * 20 + (i * 7919) % 13]);
  box.dataset.option = JSON.stringify({ xAxis: [{ type: 'value' }], yAxis: [{ type: 'value' }], grid: [{}], dataZoom: [{ type: 'inside' }, { type: 'slider' }], series: [{ type: 'line', data, showSymbol: false }, { type: 'scatter', data, symbolSize: 3 }] });
  document.querySelector('main').prepend(box);
  scrollTo(0, 0);
})()`

// panning moves the window over the crowded chart forty times and gives the milliseconds of each frame.
const panning = `(async () => {
  const box = document.getElementById('crowded');
  while (!box.dataset.drawn) await new Promise(requestAnimationFrame);
  const chart = echarts.getInstanceByDom(box);
  const frame = () => new Promise(requestAnimationFrame);
  await frame(); await frame();
  const took = [];
  for (let i = 0; i < 40; i++) {
    const width = i % 2 ? 20 : 60;
    const began = performance.now();
    chart.dispatchAction({ type: 'dataZoom', start: i, end: i + width });
    chart.getZr().flush();
    took.push(performance.now() - began);
    await frame();
  }
  return took;
})()`

// BenchmarkBrowser measures what a reader waits for in Chromium: a provider's page until it can be used, and each frame while a chart of ten
// thousand points is panned and zoomed.
func BenchmarkBrowser(b *testing.B) {
	ctx := browsertest.Open(b)
	st := newSite(b, county(b), withPeople)
	if !st.server.AssetsBuilt() {
		tooltest.Missing(b, "front-end assets aren't built: run make assets")
	}
	signInWith(b, ctx, st, "chair")
	browsertest.Do(b, ctx, chromedp.EmulateViewport(1280, 900))
	b.Run("provider page", func(b *testing.B) {
		var took []float64
		for b.Loop() {
			browsertest.Do(b, ctx, chromedp.Navigate(st.web.URL+"/providers/1-9000001"), chromedp.WaitReady(chromedp.CSS("footer")), chromedp.ScrollIntoView(chromedp.CSS("#clock")))
			took = append(took, browsertest.Run(b, ctx, chromedp.Evaluate[float64](interactive, chromedp.EvalAwaitPromise)))
		}
		slices.Sort(took)
		b.ReportMetric(took[len(took)/2], "median-ms")
		b.ReportMetric(took[len(took)*95/100], "p95-ms")
	})
	b.Run("pan and zoom", func(b *testing.B) {
		script, err := os.ReadFile(filepath.Join("static", "charts.js"))
		if err != nil {
			b.Fatal(err)
		}
		browsertest.Do(b, ctx, chromedp.Navigate(st.web.URL+"/providers/1-9000001"), chromedp.WaitReady(chromedp.CSS("footer")))
		browsertest.Run(b, ctx, chromedp.Evaluate[chromedp.Void](crowded))
		browsertest.Run(b, ctx, chromedp.Evaluate[chromedp.Void](string(script)))
		var took []float64
		for b.Loop() {
			took = append(took, browsertest.Run(b, ctx, chromedp.Evaluate[[]float64](panning, chromedp.EvalAwaitPromise))...)
		}
		slices.Sort(took)
		b.ReportMetric(took[len(took)/2], "median-ms/frame")
		b.ReportMetric(took[len(took)*95/100], "p95-ms/frame")
	})
}
