//go:build browser

package dashboard

import (
	"slices"
	"testing"

	"bellwether/internal/tooltest"

	"github.com/chromedp/chromedp"
)

// interactive gives the milliseconds from asking for a page to the moment at which it can be used: read, its scripts run, its first charts drawn.
const interactive = `(async () => {
  await new Promise((done) => { const seen = () => document.querySelector('.bw-chart[data-drawn]') ? done() : requestAnimationFrame(seen); seen(); });
  return performance.now();
})()`

// panning draws ten thousand points with the page's own library and renderer, moves the window over them forty times and gives the
// milliseconds of each frame.
const panning = `(async () => {
  const box = document.createElement('div');
  box.className = 'bw-chart';
  document.querySelector('main').prepend(box);
  box.style.width = '1100px'; box.style.height = '400px';
  const chart = echarts.init(box, null, { renderer: 'canvas' });
  const data = Array.from({ length: 10000 }, (_, i) => [i, Math.sin(i / 50) * 20 + (i * 7919) % 13]);
  chart.setOption({ animation: false, xAxis: { type: 'value' }, yAxis: { type: 'value' }, dataZoom: [{ type: 'inside' }, { type: 'slider' }], series: [{ type: 'line', data, showSymbol: false }, { type: 'scatter', data, symbolSize: 3 }] });
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
  chart.dispose(); box.remove();
  return took;
})()`

// BenchmarkBrowser measures what a reader waits for in Chromium: a provider's page until it can be used, and each frame while a chart of ten
// thousand points is panned and zoomed.
func BenchmarkBrowser(b *testing.B) {
	ctx := browser(b)
	st := newSite(b, county(b), withPeople)
	if !st.server.AssetsBuilt() {
		tooltest.Missing(b, "front-end assets aren't built: run make assets")
	}
	signInWith(b, ctx, st, "chair")
	do(b, ctx, chromedp.EmulateViewport(1280, 900))
	b.Run("provider page", func(b *testing.B) {
		var took []float64
		for b.Loop() {
			do(b, ctx, chromedp.Navigate(st.web.URL+"/providers/1-9000001"), chromedp.WaitReady(chromedp.CSS("footer")), chromedp.ScrollIntoView(chromedp.CSS("#clock")))
			took = append(took, run(b, ctx, chromedp.Evaluate[float64](interactive, chromedp.EvalAwaitPromise)))
		}
		slices.Sort(took)
		b.ReportMetric(took[len(took)/2], "median-ms")
		b.ReportMetric(took[len(took)*95/100], "p95-ms")
	})
	b.Run("pan and zoom", func(b *testing.B) {
		var took []float64
		for b.Loop() {
			took = append(took, run(b, ctx, chromedp.Evaluate[[]float64](panning, chromedp.EvalAwaitPromise))...)
		}
		slices.Sort(took)
		b.ReportMetric(took[len(took)/2], "median-ms/frame")
		b.ReportMetric(took[len(took)*95/100], "p95-ms/frame")
	})
}
