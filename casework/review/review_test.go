package review

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
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
func TestTwoDecideAtOnce(t *testing.T) {
	w := newWorld(t)
	w.flag("f1")
	w.must(w.service.Acknowledge(w.ctx, w.act("f1"), "u-ada", ""))
	ada, ben := w.act("f1"), w.act("f1")
	ben.By = "u-ben"
	w.must(w.service.Decide(w.ctx, ada, Visit, "Visit on Monday.", d("16 Mar 2026")))
	_, err := w.service.Decide(w.ctx, ben, NoAction, "Nothing to see here.", d("16 Mar 2026"))
	var conflict *store.ConflictError
	if !errors.As(err, &conflict) || conflict.Expected != 1 || conflict.Actual != 2 || len(conflict.Since) != 1 ||
		conflict.Since[0].Actor != "u-ada" || !strings.Contains(string(conflict.Since[0].Data), "Visit on Monday.") {
		t.Fatalf("the second decision = %v", err)
	}
	if got := w.item("f1").Review.Decision.Outcome; got != Visit {
		t.Errorf("what stands is %s", got)
	}
}

func TestIllegalSteps(t *testing.T) {
	w := newWorld(t)
	w.flag("f1")
	w.flag("held", func(f *Flag) { f.HeldBack = "its source has sent nothing since 2 Feb 2026" })
	for name, tt := range map[string]struct {
		try  func() (Review, error)
		want string
	}{
		"note on new":     {func() (Review, error) { return w.service.Note(w.ctx, w.act("f1"), "a note") }, "cannot note an item that is new: only an item that somebody has taken up"},
		"release new":     {func() (Review, error) { return w.service.Release(w.ctx, w.act("f1"), "a reason") }, "cannot release"},
		"close open flag": {func() (Review, error) { return w.service.Close(w.ctx, w.act("f1"), "a reason") }, "once its flag has cleared"},
		"reopen new":      {func() (Review, error) { return w.service.Reopen(w.ctx, w.act("f1"), "a reason") }, "only a closed item"},
		"decide held back": {func() (Review, error) {
			return w.service.Decide(w.ctx, w.act("held"), Visit, "a reason", d("9 Mar 2026"))
		}, "held back: its source"},
	} {
		_, err := tt.try()
		var step *StepError
		if !errors.As(err, &step) || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s = %v, want %q", name, err, tt.want)
		}
	}
	if n := len(w.reviews()); n != 0 {
		t.Errorf("%d reviews came out of refused steps", n)
	}
}

func TestBadInput(t *testing.T) {
	w := newWorld(t)
	w.flag("f1")
	s, day := w.service, d("9 Mar 2026")
	long := strings.Repeat("x", MaxText+1)
	for name, tt := range map[string]struct {
		try   func(a Act) (Review, error)
		field string
	}{
		"no owner":              {func(a Act) (Review, error) { return s.Acknowledge(w.ctx, a, "", "") }, "owner"},
		"own deputy":            {func(a Act) (Review, error) { return s.Acknowledge(w.ctx, a, "u", "u") }, "deputy"},
		"empty note":            {func(a Act) (Review, error) { return s.Note(w.ctx, a, "  ") }, "note"},
		"unknown outcome":       {func(a Act) (Review, error) { return s.Decide(w.ctx, a, "burn", "reason", day) }, "outcome"},
		"no reason":             {func(a Act) (Review, error) { return s.Decide(w.ctx, a, Visit, " \n", day) }, "reason"},
		"long reason":           {func(a Act) (Review, error) { return s.Decide(w.ctx, a, Visit, long, day) }, "reason"},
		"unreadable reason":     {func(a Act) (Review, error) { return s.Decide(w.ctx, a, Visit, "a\xff\xfe reason", day) }, "reason"},
		"no review date":        {func(a Act) (Review, error) { return s.Decide(w.ctx, a, Visit, "reason", time.Time{}) }, "next_review"},
		"review today":          {func(a Act) (Review, error) { return s.Decide(w.ctx, a, Visit, "reason", d("2 Mar 2026")) }, "next_review"},
		"review in two years":   {func(a Act) (Review, error) { return s.Decide(w.ctx, a, Visit, "reason", d("2 Mar 2028")) }, "next_review"},
		"unknown condition":     {func(a Act) (Review, error) { return s.Park(w.ctx, a, "whenever", day, "reason") }, "condition"},
		"parked without end":    {func(a Act) (Review, error) { return s.Park(w.ctx, a, LevelRises, time.Time{}, "reason") }, "until"},
		"parked too long":       {func(a Act) (Review, error) { return s.Park(w.ctx, a, LevelRises, d("2 Dec 2026"), "reason") }, "until"},
		"parked without reason": {func(a Act) (Review, error) { return s.Park(w.ctx, a, LevelRises, day, "") }, "reason"},
		"unknown doubt":         {func(a Act) (Review, error) { return s.Disagree(w.ctx, a, "mood", "reason") }, "doubt"},
		"doubt without reason":  {func(a Act) (Review, error) { return s.Disagree(w.ctx, a, DataError, "") }, "reason"},
		"released silently":     {func(a Act) (Review, error) { return s.Release(w.ctx, a, "") }, "reason"},
		"closed silently":       {func(a Act) (Review, error) { return s.Close(w.ctx, a, "") }, "reason"},
		"reopened silently":     {func(a Act) (Review, error) { return s.Reopen(w.ctx, a, "") }, "reason"},
		"no item":               {func(Act) (Review, error) { return s.Acknowledge(w.ctx, Act{By: "u"}, "u", "") }, "flag"},
	} {
		_, err := tt.try(w.act("f1"))
		var input *InputError
		if !errors.As(err, &input) || input.Field != tt.field {
			t.Errorf("%s = %v, want an error on %s", name, err, tt.field)
		}
	}
	if _, err := NewService(nil, nil); err == nil {
		t.Error("a service without a store")
	}
}

func TestFoldRefuses(t *testing.T) {
	good := store.Event{Position: 7, Stream: "review/f1", Version: 1, Type: noted, At: d("2 Mar 2026"), Actor: "u", Data: []byte(`{"seen":{}}`)}
	for name, change := range map[string]func(*store.Event){
		"an unknown type":  func(e *store.Event) { e.Type = "review.dreamt" },
		"an unknown field": func(e *store.Event) { e.Data = []byte(`{"seen":{},"mood":"bad"}`) },
		"a gap":            func(e *store.Event) { e.Version = 3 },
		"not an event":     func(e *store.Event) { e.Data = []byte(`[]`) },
	} {
		e := good
		change(&e)
		if _, err := Fold(Review{}, e); err == nil || !strings.Contains(err.Error(), "event 7") {
			t.Errorf("%s = %v", name, err)
		}
		if _, err := FoldAll([]store.Event{e}); err == nil {
			t.Errorf("FoldAll takes %s", name)
		}
	}
	other := good
	other.Stream, other.Data = "case/1", []byte(`"of another package"`)
	if all, err := FoldAll([]store.Event{other, good}); err != nil || len(all) != 1 {
		t.Errorf("FoldAll() = %v, %v", all, err)
	}
}

func TestMissingFlags(t *testing.T) {
	w := newWorld(t)
	w.flag("f1")
	w.must(w.service.Acknowledge(w.ctx, w.act("f1"), "u-ada", ""))
	w.flags = nil
	if n := len(w.queue()); n != 0 {
		t.Errorf("somebody who does not see the flag sees %d items", n)
	}
	w.options.Missing = true
	if i := w.want("f1", Acknowledged, ""); !i.Missing || i.Flag.ProviderID != "p-f1" || !i.Cleared {
		t.Errorf("item = %+v", i)
	}
}

func TestFlagsFromBeforeReviewing(t *testing.T) {
	w := newWorld(t)
	w.flag("old", func(f *Flag) { f.OpenedOn, f.ClearedOn = d("6 Jan 2025"), d("3 Feb 2025") })
	w.flag("open")
	if n := len(w.queue()); n != 1 {
		t.Errorf("%d items before anybody has reviewed, want the open one", n)
	}
	w.must(w.service.Acknowledge(w.ctx, w.act("open"), "u-ada", ""))
	w.days(20)
	w.flag("short", func(f *Flag) { f.OpenedOn, f.ClearedOn = d("9 Mar 2026"), d("16 Mar 2026") })
	i := w.want("short", New, "") // opened and cleared between two meetings: somebody must look
	if !i.Cleared || len(w.queue()) != 2 {
		t.Errorf("item = %+v of %d", i, len(w.queue()))
	}
	w.options.Since = d("17 Mar 2026")
	if n := len(w.queue()); n != 1 {
		t.Errorf("%d items", n)
	}
}

// TestStory prints the queue of a story week by week and compares it with the
// agreed text.
func TestStory(t *testing.T) {
	w := newWorld(t)
	w.flag("harbour", func(f *Flag) { f.BrandID, f.Level, f.Strength = "b1", 2, "hard" })
	w.flag("mill", func(f *Flag) { f.BrandID, f.Evidence = "b1", 9 })
	w.flag("orchard", func(f *Flag) { f.Evidence = 5 })
	w.flag("silent", func(f *Flag) { f.Level, f.HeldBack = 3, "its source has sent nothing since 2 Feb 2026" })
	var b strings.Builder
	show := func(title string) {
		fmt.Fprintf(&b, "%s: %s\n", workdays.Format(workdays.Day(w.now)), title)
		items := w.queue()
		for _, i := range items {
			fmt.Fprintf(&b, "  %-8s level %d, %d records  %-12s", i.Flag.ID, i.Flag.Level, i.Flag.Evidence, i.State)
			for mark, on := range map[string]bool{"overdue": i.Overdue} {
				if on {
					fmt.Fprintf(&b, " [%s]", mark)
				}
			}
			if i.Escalating {
				b.WriteString(" [escalating]")
			}
			if i.Flag.HeldBack != "" {
				b.WriteString(" [held back]")
			}
			if !i.Due.IsZero() {
				fmt.Fprintf(&b, " due %s", workdays.Format(i.Due))
			}
			if i.Why != "" {
				fmt.Fprintf(&b, " %s", i.Why)
			}
			b.WriteString("\n")
		}
		c := Count(items, w.now)
		fmt.Fprintf(&b, "  unreviewed %d, overdue %d, oldest waits %d days, held back %d\n", c.Unreviewed, c.Overdue, c.OldestDays, c.HeldBack)
	}
	show("the first look")
	w.must(w.service.Decide(w.ctx, w.act("harbour"), SuspendPlacements, "Three people came to harm.", d("30 Mar 2026")))
	w.must(w.service.Park(w.ctx, w.act("mill"), EvidenceAdds, d("27 Apr 2026"), "One enquiry explains it."))
	show("after the meeting")
	w.days(7)
	w.flags[1].Evidence = 11
	show("a week later the mill has more evidence")
	if _, err := w.service.Observe(w.ctx, w.queue(), "s2", "rs1"); err != nil {
		t.Fatal(err)
	}
	w.must(w.service.Disagree(w.ctx, w.act("mill"), DataError, "Two records are one incident."))
	w.days(14)
	w.flags[2].Level = 2
	show("two weeks later nobody has taken up the orchard")
	w.must(w.service.Acknowledge(w.ctx, w.act("orchard"), "u-ben", ""))
	w.days(11)
	w.flags[0].ClearedOn = d("30 Mar 2026")
	show("on Good Friday")
	for _, c := range Since(w.queue(), d("9 Mar 2026").Add(9*time.Hour)) {
		fmt.Fprintf(&b, "since 9 Mar: %s %s %s %s\n", workdays.Format(c.At), c.Item.Flag.ID, c.What, c.Text)
	}
	for _, c := range Confirmations(w.reviews()) {
		fmt.Fprintf(&b, "confirmation: %s confirmed %v %s%s\n", c.FlagID, c.Confirmed, c.Outcome, c.Doubt)
	}
	for _, g := range Gather(w.queue()) {
		fmt.Fprintf(&b, "group %q provider %q: %d items, %d providers\n", g.BrandID, g.ProviderID, len(g.Items), g.Providers)
	}
	want, err := os.ReadFile("testdata/story.txt")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), b.String()); diff != "" {
		t.Errorf("(-want +got):\n%s\n%s", diff, b.String())
	}
}

func TestRank(t *testing.T) {
	w := newWorld(t)
	add := func(id string, level, evidence int, opened string) {
		w.flag(id, func(f *Flag) { f.Level, f.Evidence, f.OpenedOn = level, evidence, d(opened) })
	}
	add("d", 1, 3, "16 Feb 2026")
	add("c", 1, 3, "9 Feb 2026")
	add("e", 1, 3, "16 Feb 2026")
	add("b", 1, 9, "23 Feb 2026")
	add("a", 2, 1, "23 Feb 2026")
	w.flag("z", func(f *Flag) { f.Level, f.HeldBack = 3, "stopped" })
	var got []string
	for _, i := range w.queue() {
		got = append(got, i.Flag.ID)
	}
	if strings.Join(got, "") != "abcdez" {
		t.Errorf("order = %v", got)
	}
	slices.Reverse(w.flags)
	if w.queue()[0].Flag.ID != "a" || w.queue()[3].Flag.ID != "d" {
		t.Error("the order depends on the order of the input")
	}
}

func TestCountsByLevel(t *testing.T) {
	w := newWorld(t)
	w.flag("a", func(f *Flag) { f.Level, f.OpenedOn = 2, d("12 Jan 2026") })
	w.flag("b", func(f *Flag) { f.Level = 2 })
	w.flag("c")
	w.must(w.service.Acknowledge(w.ctx, w.act("c"), "u-ada", ""))
	got := Count(w.queue(), w.now)
	want := Counts{ByState: map[State]int{New: 2, Acknowledged: 1, Decided: 0, Parked: 0, Returned: 0, Regressed: 0, Closed: 0},
		Unreviewed: 2, Overdue: 1, Oldest: d("12 Jan 2026"), OldestDays: 49,
		ByLevel: map[int]LevelCounts{2: {Unreviewed: 2, Overdue: 1, Oldest: d("12 Jan 2026")}}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if empty := Count(nil, w.now); empty.OldestDays != 0 || !empty.Oldest.IsZero() || len(empty.ByState) != len(States) {
		t.Errorf("an empty queue counts %+v", empty)
	}
}
