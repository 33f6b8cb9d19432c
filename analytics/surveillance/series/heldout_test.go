//go:build heldout

package series_test

import (
	"runtime"
	"sync"
	"testing"

	"bellwether/analytics/surveillance/series"
	"bellwether/analytics/surveillance/simulate"
)

// Fresh draws of the 42 published scenarios, from seeds that nothing was tuned on, at the default limit as it is: three rounds of twenty
// replicates, each as large as the reference set, and all of them together.
//
//	go test -tags heldout ./analytics/surveillance/series -run HeldOut -v
func TestHeldOut(t *testing.T) {
	const rounds, replicates, first, weeks = 3, 20, 575, 624
	scenarios := simulate.Benchmark()
	type task struct{ round, scenario, replicate int }
	tasks := make(chan task)
	var each [rounds]simulate.Alarms
	var all simulate.Alarms
	var mu sync.Mutex
	var wg sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for k := range tasks {
				seed := uint64(5_000_000 + 100_000*k.round + 100*k.scenario + k.replicate)
				size := float64(k.replicate%10 + 1)
				quiet, _, err := scenarios[k.scenario].Draw(seed, weeks, []float64{2, 3, 5, 10}, 0)
				if err != nil {
					t.Error(err)
					return
				}
				full, p, err := scenarios[k.scenario].Draw(seed, weeks, []float64{2, 3, 5, 10}, size)
				if err != nil {
					t.Error(err)
					return
				}
				q, f := alarmsOf(t, quiet, first), alarmsOf(t, full, first)
				mu.Lock()
				for _, a := range []*simulate.Alarms{&each[k.round], &all} {
					a.Quiet(q)
					a.Outbreak(f, p.Start-first, p.End-first)
				}
				mu.Unlock()
			}
		}()
	}
	for round := range rounds {
		for s := range scenarios {
			for rep := range replicates {
				tasks <- task{round, s, rep}
			}
		}
	}
	close(tasks)
	wg.Wait()
	for i := range each {
		t.Logf("round %d: false %.2f %%, found %.3f, F1 %.3f", i+1, 100*each[i].FalseRate(), each[i].Found(), each[i].F1())
	}
	t.Logf("all:     false %.2f %%, found %.3f, F1 %.3f", 100*all.FalseRate(), all.Found(), all.F1())
	if all.FalseRate() > 0.0082 || all.Found() < 0.55 || all.F1() < 0.55 {
		t.Errorf("false %.4f (most 0.0082), found %.3f and F1 %.3f (least 0.55)", all.FalseRate(), all.Found(), all.F1())
	}
}

func alarmsOf(t *testing.T, counts []int, first int) []bool {
	w, err := series.Watch(counts, first, len(counts)-1, series.Defaults())
	if err != nil {
		t.Error(err)
		return nil
	}
	out := make([]bool, len(w))
	for i := range w {
		out[i] = w[i].Verdict && w[i].Score >= series.DefaultThreshold
	}
	return out
}
