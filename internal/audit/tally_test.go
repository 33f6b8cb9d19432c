package audit

import (
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func tallied(p *place) (t *Tally, seen *[]string) {
	seen = &[]string{}
	return NewTally(p.path, func(e Entry) { *seen = append(*seen, e.Action+" "+e.Kind) }, "break_glass"), seen
}

func (p *place) add(l *Log, action, kind string) {
	p.t.Helper()
	if err := l.Append(Record{Actor: "u1", Action: action, Class: "C", Kind: kind, ID: "c1", Allow: true}); err != nil {
		p.t.Fatal(err)
	}
}

func TestTallyReadsOnlyWhatWasAdded(t *testing.T) {
	p := newPlace(t)
	tally, seen := tallied(p)
	if err := tally.Update(); err != nil {
		t.Fatalf("a log that is not there yet: %v", err)
	}
	l := p.open()
	defer l.Close()
	p.add(l, "view", "case")
	p.add(l, "break_glass", "case")
	for range 2 { // the second look finds nothing new
		if err := tally.Update(); err != nil {
			t.Fatal(err)
		}
	}
	p.add(l, "review", "break_glass")
	p.add(l, "view", "provider")
	if err := tally.Update(); err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff([]string{"break_glass case", "review break_glass"}, *seen); d != "" {
		t.Error(d)
	}
}

func TestTallyWaitsForAnUnfinishedLine(t *testing.T) {
	p := newPlace(t)
	l := p.open()
	p.add(l, "break_glass", "case")
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	whole := p.bytes()
	p.put(whole[:len(whole)-10])
	tally, seen := tallied(p)
	if err := tally.Update(); err != nil || len(*seen) != 0 {
		t.Fatalf("%v, %v", *seen, err)
	}
	p.put(whole)
	if err := tally.Update(); err != nil || len(*seen) != 1 {
		t.Errorf("%v, %v", *seen, err)
	}
}

func TestTallyNoticesAShorterLog(t *testing.T) {
	p := newPlace(t)
	l := p.open()
	p.add(l, "view", "case")
	p.add(l, "view", "case")
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	tally, _ := tallied(p)
	if err := tally.Update(); err != nil {
		t.Fatal(err)
	}
	p.put(p.bytes()[:100])
	if err := tally.Update(); err == nil || !strings.Contains(err.Error(), "audit verify") {
		t.Errorf("got %v", err)
	}
	if err := os.Remove(p.path); err != nil {
		t.Fatal(err)
	}
	if err := tally.Update(); err == nil {
		t.Error("a log that is gone was taken for an empty one")
	}
}

func TestTallyRefusesALineThatIsNoEntry(t *testing.T) {
	p := newPlace(t)
	p.put([]byte(`{"action":"break_glass" broken` + "\n"))
	tally, _ := tallied(p)
	if err := tally.Update(); err == nil {
		t.Error("a broken line passed")
	}
}

func TestLastCheckpoint(t *testing.T) {
	p := newPlace(t)
	if _, ok, err := LastCheckpoint(p.marks); ok || err != nil {
		t.Fatalf("%v, %v", ok, err)
	}
	l := p.open()
	p.add(l, "view", "case")
	if err := l.Checkpoint(); err != nil {
		t.Fatal(err)
	}
	p.add(l, "view", "case")
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	c, ok, err := LastCheckpoint(p.marks)
	if err != nil || !ok || c.Seq != 2 {
		t.Errorf("%+v %v %v", c, ok, err)
	}
}
