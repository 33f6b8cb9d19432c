package ingest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/apache/arrow-go/v18/arrow/array"
	"go.uber.org/goleak"
	"pgregory.net/rapid"
)

// Rows pass to the checking side in blocks; what comes first in the file must still decide, and no goroutine may stay behind.
func TestRelayKeepsTheFilesOrder(t *testing.T) {
	const many = 5*blockRows + 7
	bad := map[int]string{9: "elsewhere"} // of the mode reject_file
	for _, c := range []struct {
		name   string
		decode func(ctx context.Context, out Output) error
		want   string
	}{
		{"a bad row before the decoder's own refusal", func(_ context.Context, out Output) error {
			err := out.Row(Row{Table: "visit", No: 3, Cells: cells("V3", bad)})
			return errors.Join(err, &FileError{Row: 4, Code: "truncated", Reason: "the file was cut short"})
		}, "row 3"},
		{"the decoder's own refusal after good rows", func(_ context.Context, out Output) error {
			err := out.Row(Row{Table: "visit", No: 3, Cells: cells("V3", nil)})
			return errors.Join(err, &FileError{Row: 4, Code: "truncated", Reason: "the file was cut short"})
		}, "row 4"},
		{"a bad row far before the end, its error taken for the decoder's own", func(_ context.Context, out Output) error {
			for n := int64(1); n <= many; n++ {
				var change map[int]string
				if n == 11 || n == 700 {
					change = bad
				}
				if err := out.Row(Row{Table: "visit", No: n, Cells: cells(fmt.Sprintf("V%d", n), change)}); err != nil {
					return fmt.Errorf("while reading: %w", err)
				}
			}
			return nil
		}, "row 11"},
		{"a decoder that goes on all the same", func(_ context.Context, out Output) error {
			for n := int64(1); n <= many; n++ {
				_ = out.Row(Row{Table: "visit", No: n, Cells: cells(fmt.Sprintf("V%d", n), bad)})
			}
			return nil
		}, "row 1"},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t)
			before := goleak.IgnoreCurrent()
			r, err := w.run(func(ctx context.Context, _ File, _ Env, out Output) error { return c.decode(ctx, out) })
			if err != nil || r.Rejection == nil || !strings.Contains(strings.ReplaceAll(r.Rejection.Error(), ":", ","), c.want+",") {
				t.Errorf("got %v and %v, want a rejection at %s", r.Rejection, err, c.want)
			}
			goleak.VerifyNone(t, before)
		})
	}
}

func TestRelayKeepsRowsNumbersAndProblems(t *testing.T) {
	const many = 3*blockRows + 5
	w := newWorld(t)
	w.loader.cfg.MaxBadShare = 1
	one := make([]string, 10) // the decoder uses its cells again
	r, err := w.run(func(_ context.Context, _ File, _ Env, out Output) error {
		for n := int64(1); n <= many; n++ {
			if n%3 == 0 {
				if err := out.Quarantine(Problem{Row: n, Code: "shifted_row", Reason: "the row has too few cells"}); err != nil {
					return err
				}
				continue
			}
			copy(one, cells(fmt.Sprintf("V%d", n), nil))
			if err := out.Row(Row{Table: "visit", No: n, Cells: one}); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil || r.RowsRead != many || r.RowsQuarantined != many/3 || r.RowsLoaded != many-many/3 {
		t.Fatalf("%+v %v", r, err)
	}
	wrong := w.query("SELECT count(*) FROM raw.visit WHERE visit_ref <> 'V' || row_no OR row_no % 3 = 0")
	held := w.query("SELECT count(DISTINCT row_no) FROM raw.quarantine WHERE row_no % 3 = 0")
	if !slices.Equal(wrong, []string{"0"}) || !slices.Equal(held, []string{fmt.Sprint(many / 3)}) {
		t.Errorf("%v rows under another number, %v problems", wrong, held)
	}
}

func TestRelayEndsWithItsContext(t *testing.T) {
	w := newWorld(t)
	before := goleak.IgnoreCurrent()
	ctx, cancel := context.WithCancelCause(t.Context())
	why := errors.New("Ctrl-C")
	i := w.loader.cfg.Registry.index["visits"]
	w.loader.cfg.Registry.sources[i].Decoder = script(func(ctx context.Context, _ File, _ Env, out Output) error {
		for n := int64(1); ; n++ {
			if n == 2*progressEvery {
				cancel(why)
			}
			if err := out.Row(Row{Table: "visit", No: n, Cells: cells(fmt.Sprintf("V%d", n), nil)}); err != nil {
				return err
			}
		}
	})
	_, err := w.loader.Load(ctx, Delivery{Source: "visits", Name: "a.csv", Body: bytes.NewReader([]byte("x")), Received: time.Time{}})
	if !errors.Is(err, context.Canceled) && !errors.Is(err, why) {
		t.Fatal(err)
	}
	if n := w.query("SELECT count(*) FROM raw.visit"); !slices.Equal(n, []string{"0"}) {
		t.Errorf("%v rows stayed of a load that was broken off", n)
	}
	goleak.VerifyNone(t, before)
}

func TestTextBuilderIsArrows(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b := &textBuilder{}
		for range rapid.IntRange(1, 3).Draw(t, "batches") {
			var want []string
			for range rapid.IntRange(0, 40).Draw(t, "texts") {
				b.Reserve(1)
				if rapid.Bool().Draw(t, "missing") {
					b.AppendNull()
					want = append(want, array.NullValueStr)
					continue
				}
				s := rapid.String().Draw(t, "text")
				b.Append(s)
				want = append(want, s)
			}
			a := b.NewArray().(*array.String)
			var got []string
			nulls := 0
			for i := range a.Len() {
				if a.IsNull(i) {
					nulls++
				}
				got = append(got, a.ValueStr(i))
			}
			if !slices.Equal(got, want) || nulls != a.NullN() {
				t.Fatalf("got %q, want %q, %d missing of %d", got, want, a.NullN(), nulls)
			}
			a.Release()
		}
	})
}
