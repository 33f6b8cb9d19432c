package review

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"bellwether/casework/store"
	"bellwether/casework/store/memory"
)

func (w *world) desk(o Options) *Desk {
	w.t.Helper()
	d, err := NewDesk(w.store, func() time.Time { return w.now }, o)
	if err != nil {
		w.t.Fatal(err)
	}
	return d
}

// TestDeskFollowsWhatOthersRecord: two desks over one store, as two processes have, never disagree.
func TestDeskFollowsWhatOthersRecord(t *testing.T) {
	w := newWorld(t)
	w.flag("f1")
	here, there := w.desk(Options{}), w.desk(Options{})
	before, err := here.Queue(w.ctx, w.flags, false)
	if err != nil || before[0].State != New {
		t.Fatalf("queue = %+v, %v", before, err)
	}
	if _, err := there.Decide(w.ctx, Act{By: "u-ben", Item: before[0], Snapshot: "s1", RuleSet: "rs1"}, Visit, "A visit.", d("16 Mar 2026")); err != nil {
		t.Fatal(err)
	}
	after, err := here.Queue(w.ctx, w.flags, false)
	if err != nil || after[0].State != Decided || after[0].Review.Decision.By != "u-ben" {
		t.Errorf("queue = %+v, %v", after, err)
	}
	reviews, err := here.Reviews(w.ctx)
	if err != nil || reviews["f1"].Version != 2 {
		t.Errorf("reviews = %+v, %v", reviews, err)
	}
	if !here.Now().Equal(w.now) {
		t.Error("the desk has another clock")
	}
}

func TestDeskNeedsItsParts(t *testing.T) {
	if _, err := NewDesk(nil, time.Now, Options{}); err == nil {
		t.Error("a desk without a store")
	}
	if _, err := NewDesk(memory.New(), nil, Options{}); err == nil {
		t.Error("a desk without a clock")
	}
}

// TestSweepWritesDownWhatMoved, once, and again only when it moves again.
func TestSweepWritesDownWhatMoved(t *testing.T) {
	w := newWorld(t)
	f := w.flag("f1")
	desk := w.desk(Options{})
	w.must(w.service.Decide(w.ctx, w.act("f1"), Watch, "Watch it.", d("30 Mar 2026")))
	for _, step := range []struct {
		level, recorded int
	}{{1, 0}, {2, 1}, {2, 0}} {
		f.Level = step.level
		if n, err := desk.Sweep(w.ctx, w.flags, "s2", "rs1"); n != step.recorded || err != nil {
			t.Errorf("at level %d: %d recorded, %v", step.level, n, err)
		}
	}
	gone, err := desk.Queue(w.ctx, nil, true)
	if err != nil || len(gone) != 1 || !gone[0].Missing {
		t.Errorf("without its flag: %+v, %v", gone, err)
	}
	if hidden, err := desk.Queue(w.ctx, nil, false); err != nil || len(hidden) != 0 {
		t.Errorf("to whoever does not see every flag: %+v, %v", hidden, err)
	}
}

func TestMeetingsOfTheGroup(t *testing.T) {
	w := newWorld(t)
	desk := w.desk(Options{})
	for _, day := range []string{"2 Feb 2026", "2 Mar 2026", "16 Feb 2026"} {
		if err := desk.RecordMeeting(w.ctx, "u-ada", d(day).Add(9*time.Hour)); err != nil {
			t.Fatal(err)
		}
	}
	met, err := desk.Meetings(w.ctx)
	if err != nil || len(met) != 3 || !met[0].On.Equal(d("2 Mar 2026")) || !met[2].On.Equal(d("2 Feb 2026")) || met[0].By != "u-ada" || !met[0].At.Equal(w.now) {
		t.Errorf("meetings = %+v, %v", met, err)
	}
	for _, tc := range []struct {
		on   time.Time
		want string
	}{{time.Time{}, "enter the day"}, {d("3 Mar 2026"), "after today"}, {d("1 Mar 2025"), "more than a year"}} {
		var input *InputError
		if err := desk.RecordMeeting(w.ctx, "u-ada", tc.on); !errors.As(err, &input) || input.Field != "met_on" || !strings.Contains(input.Says, tc.want) {
			t.Errorf("%v: %v", tc.on, err)
		}
	}
	// Meetings are no reviews.
	if reviews, err := desk.Reviews(w.ctx); err != nil || len(reviews) != 0 {
		t.Errorf("reviews = %+v, %v", reviews, err)
	}
	if _, err := w.store.Append(w.ctx, groupStream, 3, store.NewEvent{Type: groupMet, At: w.now, Actor: "u-ada", Data: json.RawMessage(`{"when":1}`)}); err != nil {
		t.Fatal(err)
	}
	if _, err := desk.Meetings(w.ctx); err == nil || !strings.Contains(err.Error(), "event 4 cannot be read") {
		t.Errorf("a damaged meeting: %v", err)
	}
}

func TestAClosedStoreIsSaid(t *testing.T) {
	w := newWorld(t)
	desk := w.desk(Options{})
	if err := w.store.Close(); err != nil {
		t.Fatal(err)
	}
	_, queue := desk.Queue(w.ctx, nil, true)
	_, sweep := desk.Sweep(w.ctx, nil, "s", "r")
	_, reviews := desk.Reviews(w.ctx)
	_, meetings := desk.Meetings(w.ctx)
	for name, err := range map[string]error{"queue": queue, "sweep": sweep, "reviews": reviews, "meetings": meetings, "record": desk.RecordMeeting(w.ctx, "u", w.now)} {
		if !errors.Is(err, store.ErrClosed) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
