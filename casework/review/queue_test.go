package review

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"bellwether/casework/workdays"

	"github.com/google/go-cmp/cmp"
)

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
	w.options.Since = d("5 Jan 2026")
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
	w.options.Since = d("5 Jan 2026")
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
