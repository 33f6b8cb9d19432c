package flags

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"
)

// A market folded in parts gives what it gives in one piece, wherever it is cut: homes of one provider may lie in different parts.
func TestPartsGiveWhatTheWholeGives(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		n := rapid.IntRange(1, 12).Draw(rt, "weeks")
		var units []Unit
		for i := range rapid.IntRange(1, 6).Draw(rt, "homes") {
			units = append(units, home(t, fmt.Sprint("H", i), rapid.SampledFrom([]string{"P1", "P2"}).Draw(rt, "provider"), drawHome(rt, n)...))
		}
		whole := NewBuilder(trialSet(t), week(300))
		part := NewBuilder(whole.set, week(300))
		joined := NewBuilder(whole.set, week(300))
		for _, u := range units {
			if err := errors.Join(whole.Add(u), part.Add(u)); err != nil {
				rt.Fatal(err)
			}
			if rapid.Bool().Draw(rt, "cut here") {
				if err := joined.Join(part); err != nil {
					rt.Fatal(err)
				}
				part = NewBuilder(whole.set, week(300))
			}
		}
		if err := joined.Join(part); err != nil {
			rt.Fatal(err)
		}
		want, err := whole.Result(nil)
		if err != nil {
			rt.Fatal(err)
		}
		got, err := joined.Result(nil)
		if err != nil {
			rt.Fatal(err)
		}
		if d := cmp.Diff(want, got, cmpopts.IgnoreUnexported(Flag{}), cmpopts.EquateEmpty()); d != "" {
			rt.Fatalf("in parts it came out otherwise (-whole +parts):\n%s", d)
		}
	})
}

func TestJoinRefuses(t *testing.T) {
	set := trialSet(t)
	u := home(t, "H1", "P1", times(3, vals{"concerns_12w": 4})...)
	with := func(b *Builder) *Builder {
		if err := b.Add(u); err != nil {
			t.Fatal(err)
		}
		return b
	}
	if err := with(NewBuilder(set, week(300))).Join(with(NewBuilder(set, week(300)))); err == nil || !strings.Contains(err.Error(), "location H1 is given twice") {
		t.Errorf("one home in two parts: %v", err)
	}
	if err := NewBuilder(set, week(300)).Join(NewBuilder(set, week(301))); err == nil || !strings.Contains(err.Error(), "one date") {
		t.Errorf("another date: %v", err)
	}
}

// What takes the providers one by one may stop the work, and hears of each once.
func TestEachStops(t *testing.T) {
	b := NewBuilder(trialSet(t), week(300))
	for _, p := range []string{"P2", "P1", "P3"} {
		if err := b.Add(home(t, "H"+p, p, times(3, vals{"concerns_12w": 4})...)); err != nil {
			t.Fatal(err)
		}
	}
	full := errors.New("the disk is full")
	var seen []string
	_, err := b.Each(nil, func(p ProviderResult) error {
		if seen = append(seen, p.Level.ProviderID); len(seen) == 2 {
			return full
		}
		return nil
	})
	if !errors.Is(err, full) || strings.Join(seen, " ") != "P1 P2" {
		t.Errorf("%v after %v", err, seen)
	}
}
