package review

import (
	"context"
	"strings"
	"testing"
	"time"

	"bellwether/casework/store"
	"bellwether/casework/store/memory"
	"bellwether/casework/workdays"

	"github.com/google/go-cmp/cmp"
)

// world is a store, a clock and some flags, for telling stories in tests.
type world struct {
	t       testing.TB
	ctx     context.Context
	now     time.Time
	flags   []Flag
	store   *memory.Store
	service *Service
	options Options
}

func d(s string) time.Time {
	day, err := time.Parse("2 Jan 2006", s)
	if err != nil {
		panic(err)
	}
	return day
}

func newWorld(t testing.TB) *world {
	w := &world{t: t, ctx: context.Background(), now: d("2 Mar 2026").Add(10 * time.Hour), store: memory.New()}
	var err error
	if w.service, err = NewService(w.store, func() time.Time { return w.now }); err != nil {
		t.Fatal(err)
	}
	return w
}

// flag adds an open flag.
func (w *world) flag(id string, change ...func(*Flag)) *Flag {
	f := Flag{ID: id, ProviderID: "p-" + id, RuleID: "r1", RuleTitle: "More concerns than expected", Level: 1, Strength: "soft",
		Evidence: 3, OpenedOn: d("23 Feb 2026"), LastMetOn: d("23 Feb 2026")}
	for _, c := range change {
		c(&f)
	}
	w.flags = append(w.flags, f)
	return &w.flags[len(w.flags)-1]
}

func (w *world) reviews() map[string]Review {
	w.t.Helper()
	var events []store.Event
	if err := w.store.Replay(w.ctx, 0, func(e store.Event) error { events = append(events, e); return nil }); err != nil {
		w.t.Fatal(err)
	}
	all, err := FoldAll(events)
	if err != nil {
		w.t.Fatal(err)
	}
	return all
}

func (w *world) queue() []Item { return Queue(w.flags, w.reviews(), w.now, w.options) }

func (w *world) item(id string) Item {
	w.t.Helper()
	for _, i := range w.queue() {
		if i.Flag.ID == id {
			return i
		}
	}
	w.t.Fatalf("no item %s in the queue", id)
	return Item{}
}

func (w *world) act(id string) Act {
	return Act{By: "u-ada", Item: w.item(id), Snapshot: "s1", RuleSet: "rs1"}
}

func (w *world) must(r Review, err error) Review {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
	return r
}

func (w *world) days(n int) { w.now = w.now.AddDate(0, 0, n) }

func (w *world) want(id string, s State, why string) Item {
	w.t.Helper()
	i := w.item(id)
	if i.State != s || !strings.Contains(i.Why, why) {
		w.t.Errorf("%s: %s is %s, %q; want %s, %q", workdays.Format(w.now), id, i.State, i.Why, s, why)
	}
	return i
}

func TestFromNewToDecided(t *testing.T) {
	w := newWorld(t)
	w.flag("f1")
	w.want("f1", New, "")
	w.must(w.service.Acknowledge(w.ctx, w.act("f1"), "u-ada", "u-ben"))
	i := w.want("f1", Acknowledged, "")
	if i.Review.Owner != "u-ada" || i.Review.Deputy != "u-ben" || !i.Due.Equal(d("9 Mar 2026")) {
		t.Errorf("item = %+v", i)
	}
	w.must(w.service.Decide(w.ctx, w.act("f1"), Visit, " Two visits are booked. ", d("16 Mar 2026")))
	i = w.want("f1", Decided, "")
	got := *i.Review.Decision
	want := Decision{Outcome: Visit, Reason: "Two visits are booked.", NextReview: d("16 Mar 2026"), By: "u-ada", At: w.now,
		Seen: Seen{Snapshot: "s1", RuleSet: "rs1", Provider: "p-f1", Rule: "r1", Level: 1, Evidence: 3, Open: true,
			OpenedOn: d("23 Feb 2026"), MetOn: d("23 Feb 2026")}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("decision (-want +got):\n%s", diff)
	}
	if n := len(i.Review.History); n != 2 || i.Review.History[1].What != "decided" {
		t.Errorf("history = %+v", i.Review.History)
	}
}

func TestReturnsAfterDaysWithoutANote(t *testing.T) {
	w := newWorld(t)
	w.now = d("1 Apr 2026").Add(12 * time.Hour) // Easter lies between
	w.flag("f1")
	w.must(w.service.Acknowledge(w.ctx, w.act("f1"), "u-ada", ""))
	w.now = d("10 Apr 2026").Add(12 * time.Hour)
	w.want("f1", Acknowledged, "")
	w.now = d("11 Apr 2026").Add(12 * time.Hour)
	i := w.want("f1", Returned, "no note for 5 working days")
	if !i.Entered.Equal(d("13 Apr 2026")) {
		t.Errorf("entered %v", i.Entered)
	}
	w.now = d("9 Apr 2026").Add(12 * time.Hour)
	w.must(w.service.Note(w.ctx, w.act("f1"), "Spoke to the contract officer."))
	w.now = d("16 Apr 2026").Add(12 * time.Hour)
	w.want("f1", Acknowledged, "")
	w.now = d("17 Apr 2026").Add(12 * time.Hour)
	w.want("f1", Returned, "It was taken up on 9 Apr 2026")
	w.must(w.service.Acknowledge(w.ctx, w.act("f1"), "u-ben", ""))
	w.want("f1", Acknowledged, "")
}

func TestDecisionComesUpForReview(t *testing.T) {
	w := newWorld(t)
	f := w.flag("f1")
	w.must(w.service.Decide(w.ctx, w.act("f1"), Watch, "Watch for a fortnight.", d("16 Mar 2026")))
	if r := w.item("f1").Review; r.Owner != "u-ada" || r.Version != 2 {
		t.Errorf("deciding at once took the item up as %+v", r)
	}
	w.now = d("15 Mar 2026")
	w.want("f1", Decided, "")
	w.now = d("16 Mar 2026")
	w.want("f1", Returned, "due on 16 Mar 2026")
	w.must(w.service.Decide(w.ctx, w.act("f1"), NoAction, "All is well.", d("30 Mar 2026")))
	w.want("f1", Decided, "")
	f.ClearedOn = d("23 Mar 2026")
	w.want("f1", Closed, "has cleared")
	w.now = d("15 Jun 2026")
	w.want("f1", Closed, "has cleared")
	// Once the closing is written down, being met again is a regression.
	if n, err := w.service.Observe(w.ctx, w.queue(), "s2", "rs1"); n != 1 || err != nil {
		t.Fatalf("Observe() = %d, %v", n, err)
	}
	f.ClearedOn, f.LastMetOn = time.Time{}, d("22 Jun 2026")
	w.now = d("29 Jun 2026")
	w.want("f1", Regressed, "closed on 15 Jun 2026")
}

func TestHigherLevelBringsADecisionBack(t *testing.T) {
	w := newWorld(t)
	f := w.flag("f1")
	w.must(w.service.Decide(w.ctx, w.act("f1"), Watch, "Watch for now on.", d("30 Mar 2026")))
	w.days(3)
	f.Level = 2
	i := w.want("f1", Returned, "risen from 1 to 2")
	if !i.Escalating || !i.Changed {
		t.Errorf("marks = %+v", i)
	}
	// Until it is written down the day is not known; afterwards it stays.
	if n, err := w.service.Observe(w.ctx, w.queue(), "s2", "rs1"); n != 1 || err != nil {
		t.Fatalf("Observe() = %d, %v", n, err)
	}
	w.days(4)
	i = w.want("f1", Returned, "risen from 1 to 2")
	if !i.Entered.Equal(d("5 Mar 2026")) || i.Review.History[2].By != Program {
		t.Errorf("item = %+v", i)
	}
	if n, err := w.service.Observe(w.ctx, w.queue(), "s2", "rs1"); n != 0 || err != nil {
		t.Errorf("Observe again = %d, %v", n, err)
	}
	// Disagreeing is not deciding.
	w.must(w.service.Disagree(w.ctx, w.act("f1"), TooHigh, "Two of three records are the same visit."))
	w.want("f1", Returned, "risen")
}

func TestParking(t *testing.T) {
	for _, tt := range []struct {
		name   string
		until  Condition
		change func(w *world)
		want   State
		why    string
	}{
		{"nothing happens", LevelRises, func(*world) {}, Parked, ""},
		{"the level rises", LevelRises, func(w *world) { w.flags[0].Level = 3 }, Returned, "from 1 to 3"},
		{"the level rises under another condition", EvidenceAdds, func(w *world) { w.flags[0].Level = 2 }, Returned, "from 1 to 2"},
		{"more evidence", EvidenceAdds, func(w *world) { w.flags[0].Evidence = 5 }, Returned, "5 pieces of evidence, 3"},
		{"more evidence does not count here", LevelRises, func(w *world) { w.flags[0].Evidence = 5 }, Parked, ""},
		{"less evidence", EvidenceAdds, func(w *world) { w.flags[0].Evidence = 1 }, Parked, ""},
		{"another flag", AnotherFlag, func(w *world) { w.flag("f2", func(f *Flag) { f.ProviderID = "p-f1" }) }, Returned, "1 further flags"},
		{"another flag elsewhere", AnotherFlag, func(w *world) { w.flag("f2") }, Parked, ""},
		{"another flag that has cleared", AnotherFlag, func(w *world) {
			w.flag("f2", func(f *Flag) { f.ProviderID, f.ClearedOn = "p-f1", d("3 Mar 2026") })
		}, Parked, ""},
		{"only the date counts", DateOnly, func(w *world) { w.flags[0].Level = 3 }, Parked, ""},
		{"the date", DateOnly, func(w *world) { w.now = d("31 Mar 2026") }, Returned, "parked until 31 Mar 2026"},
		{"the day before", LevelRises, func(w *world) { w.now = d("30 Mar 2026") }, Parked, ""},
		{"it clears", LevelRises, func(w *world) { w.flags[0].ClearedOn = d("3 Mar 2026"); w.flags[0].Level = 2 }, Parked, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t)
			w.flag("f1")
			w.must(w.service.Park(w.ctx, w.act("f1"), tt.until, d("31 Mar 2026"), "One incident, well handled."))
			w.want("f1", Parked, "")
			tt.change(w)
			w.want("f1", tt.want, tt.why)
		})
	}
}

func TestRegressed(t *testing.T) {
	w := newWorld(t)
	f := w.flag("f1")
	w.must(w.service.Decide(w.ctx, w.act("f1"), Visit, "A visit is booked.", d("30 Mar 2026")))
	f.ClearedOn = d("16 Mar 2026")
	w.now = d("30 Mar 2026")
	w.want("f1", Returned, "due")
	w.must(w.service.Close(w.ctx, w.act("f1"), "The visit found the home in order."))
	w.want("f1", Closed, "")

	// The same story flags again, as a new episode with an id of its own.
	w.days(30)
	w.flag("f9", func(f *Flag) { f.ProviderID = "p-f1"; f.OpenedOn = d("27 Apr 2026") })
	i := w.want("f9", Regressed, "dealt with on 2 Mar 2026 and has flagged again")
	if i.Earlier != "f1" || !i.Entered.Equal(d("27 Apr 2026")) {
		t.Errorf("item = %+v", i)
	}
	w.flag("f8", func(f *Flag) { f.ProviderID, f.RuleID = "p-f1", "r2" })
	w.want("f8", New, "") // another rule is another story
	w.must(w.service.Acknowledge(w.ctx, w.act("f9"), "u-ada", ""))
	w.want("f9", Acknowledged, "")

	// A closed episode that is met again comes back as itself.
	w.flags[0].ClearedOn, w.flags[0].LastMetOn = time.Time{}, d("28 Apr 2026")
	i = w.want("f1", Regressed, "closed on 30 Mar 2026")
	if i.Earlier != "f1" {
		t.Errorf("earlier = %q", i.Earlier)
	}
}

func TestHandBackAndReopen(t *testing.T) {
	w := newWorld(t)
	f := w.flag("f1")
	w.must(w.service.Acknowledge(w.ctx, w.act("f1"), "u-ada", ""))
	w.must(w.service.Release(w.ctx, w.act("f1"), "On leave from tomorrow."))
	w.want("f1", Returned, "handed back: On leave")
	w.must(w.service.Decide(w.ctx, w.act("f1"), NoAction, "Known and dealt with.", d("30 Mar 2026")))
	f.ClearedOn = d("9 Mar 2026")
	w.want("f1", Closed, "")
	w.must(w.service.Reopen(w.ctx, w.act("f1"), "A relative has called."))
	w.want("f1", Returned, "reopened: A relative")
	w.must(w.service.Acknowledge(w.ctx, w.act("f1"), "u-ben", ""))
	w.want("f1", Acknowledged, "")
}

func TestHandOver(t *testing.T) {
	w := newWorld(t)
	w.flag("f1")
	w.must(w.service.Acknowledge(w.ctx, w.act("f1"), "u-ada", ""))
	if _, err := w.service.Acknowledge(w.ctx, w.act("f1"), "u-ada", ""); err == nil {
		t.Error("the same owner again")
	}
	r := w.must(w.service.Acknowledge(w.ctx, w.act("f1"), "u-ben", "u-ada"))
	if r.Owner != "u-ben" || len(r.History) != 2 {
		t.Errorf("review = %+v", r)
	}
}

// TestTwoDecideAtOnce: the second is told what the first decided.
