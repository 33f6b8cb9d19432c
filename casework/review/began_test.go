package review

import (
	"testing"
	"time"
)

// TestNothingIsLateBeforeReviewingBegan: a council's first run brings years of history; what was raised in them waits from the day on
// which the group could first see it.
func TestNothingIsLateBeforeReviewingBegan(t *testing.T) {
	w := newWorld(t) // it is 2 March 2026
	w.flag("old", func(f *Flag) { f.OpenedOn = d("20 Aug 2024") })
	w.flag("gone", func(f *Flag) { f.OpenedOn, f.ClearedOn = d("1 Feb 2025"), d("1 Jun 2025") })
	desk := w.desk(Options{})
	at := func() Item {
		t.Helper()
		items, err := desk.Queue(w.ctx, w.flags, false)
		if err != nil || len(items) == 0 || items[0].Flag.ID != "old" {
			t.Fatalf("queue = %+v, %v", items, err)
		}
		return items[0]
	}
	if began, err := desk.Began(w.ctx); err != nil || !began.IsZero() {
		t.Errorf("began %v, %v", began, err)
	}
	if i := at(); i.Overdue || !i.Entered.Equal(d("2 Mar 2026")) {
		t.Errorf("before anybody could see it, it waits since %v", i.Entered)
	}
	for range 2 {
		if _, err := desk.Sweep(w.ctx, w.flags, "s1", "rs1"); err != nil {
			t.Fatal(err)
		}
	}
	if events, err := w.store.Load(w.ctx, groupStream); err != nil || len(events) != 1 {
		t.Errorf("the beginning is recorded %d times, %v", len(events), err)
	}
	for _, c := range []struct {
		on      string
		overdue bool
	}{{"13 Mar 2026", false}, {"16 Mar 2026", false}, {"17 Mar 2026", true}} {
		w.now = d(c.on).Add(9 * time.Hour)
		if i := at(); i.Overdue != c.overdue || !i.Entered.Equal(d("2 Mar 2026")) || !i.Due.Equal(d("16 Mar 2026")) {
			t.Errorf("on %s: waits since %v, due %v, overdue %v", c.on, i.Entered, i.Due, i.Overdue)
		}
	}
	w.flag("fresh", func(f *Flag) { f.Level, f.OpenedOn = 3, d("12 Mar 2026") })
	items, err := desk.Queue(w.ctx, w.flags, false)
	if err != nil || items[0].Flag.ID != "fresh" || !items[0].Entered.Equal(d("12 Mar 2026")) {
		t.Errorf("what is raised later waits since %v, %v", items[0].Entered, err)
	}
	if len(items) != 2 {
		t.Errorf("%d items: what cleared before reviewing began does not come before the group", len(items))
	}
}
