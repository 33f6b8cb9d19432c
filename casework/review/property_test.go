package review

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"bellwether/casework/store"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"
)

// moves are all that can happen to an item: the steps people take, the passing
// of time, and what the flag does.
var moves = map[string]func(w *world) error{
	"acknowledge": func(w *world) error { return second(w.service.Acknowledge(w.ctx, w.act("f1"), "u-ada", "")) },
	"hand over":   func(w *world) error { return second(w.service.Acknowledge(w.ctx, w.act("f1"), "u-ben", "")) },
	"note":        func(w *world) error { return second(w.service.Note(w.ctx, w.act("f1"), "Called again.")) },
	"release":     func(w *world) error { return second(w.service.Release(w.ctx, w.act("f1"), "Not mine.")) },
	"decide visit": func(w *world) error {
		return second(w.service.Decide(w.ctx, w.act("f1"), Visit, "A visit.", w.now.AddDate(0, 0, 28)))
	},
	"decide no action": func(w *world) error {
		return second(w.service.Decide(w.ctx, w.act("f1"), NoAction, "Nothing to do.", w.now.AddDate(0, 0, 28)))
	},
	"park": func(w *world) error {
		return second(w.service.Park(w.ctx, w.act("f1"), LevelRises, w.now.AddDate(0, 0, 60), "Wait and see."))
	},
	"disagree": func(w *world) error {
		return second(w.service.Disagree(w.ctx, w.act("f1"), DataError, "One record twice."))
	},
	"close":            func(w *world) error { return second(w.service.Close(w.ctx, w.act("f1"), "All done.")) },
	"reopen":           func(w *world) error { return second(w.service.Reopen(w.ctx, w.act("f1"), "More to do.")) },
	"a day passes":     func(w *world) error { w.days(1); return nil },
	"a quarter passes": func(w *world) error { w.days(91); return nil },
	"flag clears": func(w *world) error {
		if w.flags[0].Open() {
			w.flags[0].ClearedOn = day(w.now)
		}
		return nil
	},
	"flag is met the next day": func(w *world) error {
		w.days(1)
		w.flags[0].ClearedOn, w.flags[0].LastMetOn = time.Time{}, day(w.now)
		return nil
	},
	"level rises": func(w *world) error { w.flags[0].Level = min(w.flags[0].Level+1, 3); return nil },
	"level falls": func(w *world) error { w.flags[0].Level = max(w.flags[0].Level-1, 0); return nil },
	"a run":       func(w *world) error { return second(w.service.Observe(w.ctx, w.queue(), "s9", "rs1")) },
}

func second[T any](_ T, err error) error { return err }

func day(t time.Time) time.Time { return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC) }

func moveNames() []string {
	var names []string
	for name := range moves {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// stepOf says which step a move is, "" for what is not a person's.
var stepOf = map[string]Step{"acknowledge": StepAcknowledge, "hand over": StepAcknowledge, "note": StepNote, "release": StepRelease,
	"decide visit": StepDecide, "decide no action": StepDecide, "park": StepPark, "disagree": StepDisagree, "close": StepClose, "reopen": StepReopen}

// TestAnythingMayHappen makes random moves and holds every step against what
// must always be true.
func TestAnythingMayHappen(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		w := newWorld(t)
		w.flag("f1")
		w.options.Since = d("1 Jan 2026") // the flag is never left out
		var before []Entry
		for _, name := range rapid.SliceOfN(rapid.SampledFrom(moveNames()), 1, 25).Draw(rt, "moves") {
			from := w.item("f1")
			err := moves[name](w)
			var step *StepError
			var input *InputError
			switch wanted := stepOf[name]; {
			case err == nil:
				if wanted != "" && !slices.Contains(Steps(from.State), wanted) {
					rt.Fatalf("%s from %s was allowed", name, from.State)
				}
			case errors.As(err, &step):
				if slices.Contains(Steps(from.State), wanted) && wanted != StepClose {
					rt.Fatalf("%s from %s was refused: %v", name, from.State, err)
				}
			case errors.As(err, &input): // the same owner again
				if wanted != StepAcknowledge {
					rt.Fatalf("%s: %v", name, err)
				}
			default:
				rt.Fatalf("%s: %v", name, err)
			}
			i := w.item("f1")
			if !slices.Contains(States, i.State) {
				rt.Fatalf("%s led to the state %q", name, i.State)
			}
			// Nothing that was recorded changes or goes.
			if n := len(before); len(i.Review.History) < n || !cmp.Equal(before, i.Review.History[:n], cmpopts.EquateEmpty()) {
				rt.Fatalf("%s changed the history", name)
			}
			if int64(len(i.Review.History)) != i.Review.Version {
				rt.Fatalf("%d entries at version %d", len(i.Review.History), i.Review.Version)
			}
			before = i.Review.History
			switch {
			case i.State == Acknowledged && i.Review.Owner == "":
				rt.Fatalf("%s: taken up by nobody", name)
			case i.State == Decided && (i.Review.Decision == nil || i.Review.Decision.Reason == "" || !i.Review.Decision.NextReview.After(day(w.now))):
				rt.Fatalf("%s: a decision without a reason or with a review that has passed: %+v", name, i.Review.Decision)
			case i.State == Parked && !i.Review.Parking.Until.After(day(w.now)):
				rt.Fatalf("%s: parked beyond its end", name)
			case i.State.Waiting() != !i.Entered.IsZero():
				rt.Fatalf("%s: %s entered %v", name, i.State, i.Entered)
			case i.State == Closed && i.Review.Decision == nil:
				rt.Fatalf("%s: closed without a decision", name)
			case i.State == Closed && i.Flag.Open() && i.Flag.LastMetOn.After(day(i.Review.ClosedAt)):
				rt.Fatalf("%s: closed while the flag is met again", name)
			}
		}
		// A projection that followed along has what a replay gives.
		p := NewProjection(w.store)
		if err := p.Refresh(w.ctx); err != nil {
			rt.Fatal(err)
		}
		if diff := cmp.Diff(w.reviews(), p.All()); diff != "" {
			rt.Fatalf("projection (-replay +projection):\n%s", diff)
		}
	})
}

// situation is what decides about the next move.
type situation struct {
	state, recorded   State
	open, decided, up bool
}

func (w *world) situation() situation {
	i := w.item("f1")
	return situation{i.State, i.Review.State, i.Flag.Open(), i.Review.Decision != nil, i.Escalating}
}

// TestNoDeadEnd explores all situations that moves lead to from a new flag:
// every state is reached, and from every situation the item can be closed.
func TestNoDeadEnd(t *testing.T) {
	run := func(path []string) (*world, bool) {
		w := newWorld(t)
		w.flag("f1")
		w.options.Since = d("1 Jan 2026")
		for _, name := range path {
			if moves[name](w) != nil {
				return nil, false
			}
		}
		return w, true
	}
	start, _ := run(nil)
	first := map[situation][]string{start.situation(): {}}
	for frontier := [][]string{{}}; len(frontier) > 0; frontier = frontier[1:] {
		for _, name := range moveNames() {
			path := append(slices.Clone(frontier[0]), name)
			w, ok := run(path)
			if !ok {
				continue
			}
			if s := w.situation(); first[s] == nil {
				first[s] = path
				frontier = append(frontier, path)
			}
		}
	}
	reached := map[State]bool{}
	for s := range first {
		reached[s.state] = true
	}
	for _, s := range States {
		if !reached[s] {
			t.Errorf("no sequence of moves leads to %s", s)
		}
	}
	t.Logf("%d situations", len(first))
	for s, path := range first {
		w, _ := run(path)
		for _, name := range []string{"flag clears", "decide no action"} {
			if w.item("f1").State == Closed {
				break
			}
			if err := moves[name](w); err != nil {
				t.Errorf("from %+v (by %v) no way to the end: %s: %v", s, path, name, err)
			}
		}
		if got := w.item("f1").State; got != Closed {
			t.Errorf("from %+v (by %v) the end is %s", s, path, got)
		}
	}
}

// TestStepsAgreeWithTheTable: what is offered is what is allowed.
func TestStepsAgreeWithTheTable(t *testing.T) {
	for _, s := range States {
		if len(Steps(s)) < 2 {
			t.Errorf("%s offers only %v", s, Steps(s))
		}
		for step := range allowed {
			if got := checkStep(step, s) == nil; got != slices.Contains(Steps(s), step) {
				t.Errorf("%s from %s: offered %v, allowed %v", step, s, !got, got)
			}
		}
	}
}

func TestProjectionFollows(t *testing.T) {
	w := newWorld(t)
	w.flag("f1")
	p := NewProjection(w.store)
	refresh := func() {
		t.Helper()
		if err := p.Refresh(w.ctx); err != nil {
			t.Fatal(err)
		}
	}
	refresh()
	if p.Get("f1").Version != 0 || p.Position() != 0 {
		t.Error("an empty projection knows something")
	}
	w.must(w.service.Acknowledge(w.ctx, w.act("f1"), "u-ada", ""))
	other := store.NewEvent{Type: "case.opened", At: w.now, Actor: "u", Data: []byte(`{}`)}
	if _, err := w.store.Append(w.ctx, "case/1", 0, other); err != nil {
		t.Fatal(err)
	}
	refresh()
	held := p.All()
	w.must(w.service.Note(w.ctx, w.act("f1"), "A note."))
	refresh()
	if p.Get("f1").Version != 2 || p.Position() != 3 {
		t.Errorf("at %d with version %d", p.Position(), p.Get("f1").Version)
	}
	if held["f1"].Version != 1 || len(held["f1"].History) != 1 {
		t.Error("what was handed out earlier has changed")
	}
	broken := store.NewEvent{Type: "review.dreamt", At: w.now, Actor: "u", Data: []byte(`{}`)}
	if _, err := w.store.Append(w.ctx, "review/f2", 0, broken); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := p.Refresh(w.ctx); err == nil {
			t.Error("an unknown event was passed over")
		}
	}
	if p.Position() != 3 {
		t.Errorf("the projection went beyond what it understood: %d", p.Position())
	}
}

func BenchmarkQueue(b *testing.B) {
	w := newWorld(b)
	for n := range 10_000 {
		w.flag(fmt.Sprint("f", n), func(f *Flag) { f.Level, f.Evidence = n%4, n%17 })
	}
	for n, i := range w.queue() {
		if n%2 == 0 {
			a := Act{By: "u-ada", Item: i}
			if _, err := w.service.Decide(w.ctx, a, Watch, "Watch.", w.now.AddDate(0, 0, 30)); err != nil {
				b.Fatal(err)
			}
		}
	}
	reviews := w.reviews()
	for b.Loop() {
		if n := len(Queue(w.flags, reviews, w.now, w.options)); n != 10_000 {
			b.Fatal(n)
		}
	}
}
