package ingest

import (
	"flag"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// fewer lowers the number of checks for a property that makes a whole instance each time.
func fewer(t *testing.T, checks string) {
	t.Helper()
	f := flag.Lookup("rapid.checks")
	was := f.Value.String()
	if err := f.Value.Set(checks); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.Value.Set(was) })
}

type parcel struct {
	source, name, content string
	received              time.Time
}

func parcels() *rapid.Generator[[]parcel] {
	cell := rapid.SampledFrom([]string{"2026-03-14", "2026-03-15", "x", "", "50", "500", "good", "poor", "P1", "P 2", "0.005"})
	one := rapid.Custom(func(t *rapid.T) parcel {
		p := parcel{received: clock.AddDate(0, 0, -rapid.IntRange(0, 30).Draw(t, "days ago"))}
		n := rapid.IntRange(0, 6).Draw(t, "rows")
		var rows []string
		if rapid.Bool().Draw(t, "beds") {
			p.source, p.name = "beds", "homes.txt"
			for range n + 1 {
				rows = append(rows, fmt.Sprintf("%s,,yes,1,nursing:%s", rapid.SampledFrom([]string{"A", "B", ""}).Draw(t, "home"), cell.Draw(t, "beds")))
			}
			p.content = strings.Join(rows, "\n")
			return p
		}
		p.source, p.name = "visits", "visits.csv"
		for range n {
			change := map[int]string{}
			for i := 1; i < 9; i++ {
				if rapid.IntRange(0, 5).Draw(t, "change") == 0 {
					change[i] = cell.Draw(t, "cell")
				}
			}
			rows = append(rows, visit(fmt.Sprint("V", rapid.IntRange(1, 4).Draw(t, "ref")), change))
		}
		p.content = visits(rows...)
		return p
	})
	return rapid.SliceOfNDistinct(one, 1, 6, func(p parcel) string { return p.source + p.content })
}

// The raw tables hold the same rows whatever the order of delivery, however often each file comes, and wherever runs are interrupted.
func TestContentDoesNotDependOnOrder(t *testing.T) {
	fewer(t, "8")
	rapid.Check(t, func(rt *rapid.T) {
		all := parcels().Draw(rt, "files")
		shuffled := rapid.Permutation(all).Draw(rt, "order")
		deliver := func(list []parcel, disturbed bool) []string {
			w := newWorld(t)
			for i, p := range list {
				if disturbed && rapid.Bool().Draw(rt, "stop") {
					w.loader.cfg.Failpoint = stopAt(rapid.SampledFrom(Failpoints()).Draw(rt, "at"), 1)
				}
				_, _ = w.loader.Load(t.Context(), Delivery{Source: p.source, Name: p.name, Received: p.received, Body: strings.NewReader(p.content)})
				w.loader.cfg.Failpoint = nil
				if disturbed {
					if again := list[rapid.IntRange(0, i).Draw(rt, "again")]; again.source != "" {
						_, err := w.loader.Load(t.Context(), Delivery{Source: again.source, Name: again.name, Received: again.received, Body: strings.NewReader(again.content)})
						w.must(err)
					}
					// A stop before the manifest's first line leaves nothing to go on from: the sender delivers again.
					_, err := w.loader.Load(t.Context(), Delivery{Source: p.source, Name: p.name, Received: p.received, Body: strings.NewReader(p.content)})
					w.must(err)
				}
			}
			rec, err := w.loader.Reconcile(t.Context())
			w.must(err)
			if len(rec.Failed) > 0 {
				rt.Fatalf("%v", rec.Failed)
			}
			return w.content()
		}
		if d := cmp.Diff(deliver(all, false), deliver(shuffled, true)); d != "" {
			rt.Fatal(d)
		}
	})
}

// Every row read is loaded, held or a repetition, and the database holds what the result says.
func TestCountsAddUp(t *testing.T) {
	fewer(t, "15")
	w := newWorld(t)
	w.loader.cfg.MaxBadShare = 1
	rapid.Check(t, func(rt *rapid.T) {
		for _, p := range parcels().Draw(rt, "files") {
			r := w.load(p.source, p.name, p.content)
			if r.Status == StatusAlreadyLoaded {
				continue
			}
			if r.Status != StatusLoaded || r.RowsRead != r.RowsLoaded+r.RowsQuarantined+r.RowsRepeated {
				rt.Fatalf("%+v", r)
			}
			var sum int64
			for table, n := range r.Tables {
				sum += n
				if got := w.query("SELECT count(*) FROM raw."+table+" WHERE load_id = ?", r.LoadID)[0]; got != fmt.Sprint(n) {
					rt.Fatalf("%s rows of %s, the result says %d", got, table, n)
				}
			}
			if sum != r.RowsLoaded {
				rt.Fatalf("%+v", r)
			}
		}
	})
}
