package ingest

import (
	"context"
	"fmt"
	"strings"
	"syscall"
	"testing"
	"time"
)

// steadyReader gives a number of good rows without any decoding, so that what is measured is the loader.
type steadyReader struct{ rows int }

func (r steadyReader) Decode(_ context.Context, _ File, _ Env, out Output) error {
	cells := []string{"", "2026-03-14", "80", "good", "S-1042", "", "", "", "12.50", "council"}
	for i := range r.rows {
		cells[0] = fmt.Sprintf("V%08d", i)
		cells[5] = fmt.Sprintf("P %06d", i%70_000)
		if err := out.Row(Row{Table: "visit", No: int64(i + 1), Cells: cells}); err != nil {
			return err
		}
	}
	return nil
}

// BenchmarkLoad measures contract, pseudonyms, keys, batches and the engine's insert together: rows of ten fields, two of them personal.
func BenchmarkLoad(b *testing.B) {
	const rows = 500_000
	w := newWorld(b)
	w.loader.cfg.BatchRows = defaultBatchRows
	i := w.loader.cfg.Registry.index["visits"]
	w.loader.cfg.Registry.sources[i].Decoder = steadyReader{rows}
	before := processorTime(b)
	n := 0
	for b.Loop() {
		r, err := w.loader.Load(b.Context(), Delivery{Source: "visits", Name: "a.csv", Body: strings.NewReader(fmt.Sprint(n))})
		if err != nil || r.RowsLoaded != rows {
			b.Fatal(r, err)
		}
		n++
	}
	b.ReportMetric(float64(n*rows)/b.Elapsed().Seconds(), "rows/s")
	b.ReportMetric(float64(n*rows)/(processorTime(b)-before).Seconds(), "rows/core-s")
}

// processorTime is what the process has used of the processors: on a busy machine the clock on the wall says little.
func processorTime(b *testing.B) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
