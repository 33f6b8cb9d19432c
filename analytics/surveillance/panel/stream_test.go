package panel_test

import (
	"math"
	"testing"

	"bellwether/analytics/surveillance/panel"
	"bellwether/analytics/surveillance/simulate"
)

// late cuts the third stream's records before a week, as if its feed had begun then.
func late(in panel.Input, from int, learn int) panel.Input {
	out := in
	out.Streams = append([]panel.Stream(nil), in.Streams...)
	out.Streams[2].From, out.Streams[2].Learn = from, learn
	out.Events = nil
	for _, e := range in.Events {
		if e.Stream != 2 || e.Week >= from {
			out.Events = append(out.Events, e)
		}
	}
	return out
}

// A feed that begins in the middle of the history is unknown before, not quiet: its rate is that of the weeks it tells of.
func TestAStreamThatBeginsLate(t *testing.T) {
	in, _ := draw(t, simulate.Care(200, 13), 8)
	whole := mustLook(t, in, panel.Defaults(), 200)
	cut := mustLook(t, late(in, 100, 0), panel.Defaults(), 200)
	if a, b := whole.Fits[2].Market.Rate(200), cut.Fits[2].Market.Rate(200); math.Abs(b/a-1) > 0.2 {
		t.Errorf("the rate is %v with a late start and %v without", b, a)
	}
	// Left unsaid, the start looks like a market that explodes.
	unsaid := late(in, 150, 0)
	unsaid.Streams[2].From = 0
	if a, b := whole.Fits[2].Market.Rate(200), mustLook(t, unsaid, panel.Defaults(), 200).Fits[2].Market.Rate(200); math.Abs(b/a-1) < 0.2 {
		t.Errorf("the rate is %v though most of the history is missing, and %v with it", b, a)
	}
	finite(t, cut)
}

// While a stream is only listened to, it adds nothing: scores are those without it.
func TestAStreamIsListenedToBeforeItCounts(t *testing.T) {
	in, _ := draw(t, simulate.Care(120, 13), 9)
	without := in
	without.Streams = in.Streams[:2]
	without.Events = nil
	for _, e := range in.Events {
		if e.Stream < 2 {
			without.Events = append(without.Events, e)
		}
	}
	two := mustLook(t, without, panel.Defaults(), 180)
	listening := mustLook(t, late(in, 150, 52), panel.Defaults(), 180)
	counted := mustLook(t, late(in, 100, 52), panel.Defaults(), 180)
	differ := 0
	for u := range two.Units {
		if math.Abs(two.Units[u].Score-listening.Units[u].Score) > 1e-9 {
			t.Fatalf("home %d scores %v while a stream is listened to, %v without it", u, listening.Units[u].Score, two.Units[u].Score)
		}
		if math.Abs(two.Units[u].Score-counted.Units[u].Score) > 1e-9 {
			differ++
		}
	}
	if differ < 100 {
		t.Errorf("after a year the stream moves only %d of 120 scores", differ)
	}
	finite(t, listening)
}

// A stream that never spoke, or that begins after the look, changes nothing and gives no number that is none.
func TestAStreamThatNeverSpoke(t *testing.T) {
	in, _ := draw(t, simulate.Care(60, 13), 10)
	for name, from := range map[string]int{"after the look": 220, "after the panel": 9999} {
		never := mustLook(t, late(in, from, 0), panel.Defaults(), 180)
		finite(t, never)
		for u, r := range never.Units {
			if s := r.Streams[2]; s.Observed != 0 || s.Expected != 0 {
				t.Fatalf("%s: home %d has %d incidents where %v were expected", name, u, s.Observed, s.Expected)
			}
		}
	}
	bad := late(in, 100, 0)
	bad.Streams[2].Learn = -1
	if _, err := panel.New(bad, panel.Defaults()); err == nil {
		t.Error("a negative time to learn is taken")
	}
}
