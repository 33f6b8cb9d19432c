package audit

import (
	"testing"
	"time"
)

func TestTakingsAreAddedUpFromTheLog(t *testing.T) {
	p := newPlace(t)
	takings := NewTakings(p.path)
	if n, err := takings.Since("u1", p.clock.now); err != nil || n != 0 {
		t.Fatalf("without a log: %d, %v", n, err)
	}
	l := p.open()
	defer l.Close()
	from := p.clock.now
	for _, r := range []struct {
		actor, reason string
		allow         bool
	}{{"u1", "rows:100", true}, {"u2", "rows:7", true}, {"u1", "shown", true}, {"u1", "rows:1000", false}, {"u1", "rows:x", true}} {
		if err := l.Append(Record{Actor: r.actor, Action: "export", Class: "B", Kind: "provider", Allow: r.allow, Reason: r.reason}); err != nil {
			t.Fatal(err)
		}
	}
	if n, err := takings.Since("u1", from.Add(-time.Hour)); err != nil || n != 100 {
		t.Errorf("u1 took %d, %v", n, err)
	}
	if n, _ := takings.Since("u1", p.clock.now.Add(time.Hour)); n != 0 {
		t.Errorf("later than anything: %d", n)
	}
	p.clock.now = p.clock.now.Add(23 * time.Hour)
	if err := l.Append(Record{Actor: "u1", Action: "export", Class: "B", Kind: "provider", Allow: true, Reason: "rows:5"}); err != nil {
		t.Fatal(err)
	}
	if n, _ := takings.Since("u1", p.clock.now.Add(-24*time.Hour)); n != 105 {
		t.Errorf("within a day: %d", n)
	}
	p.clock.now = p.clock.now.Add(2 * time.Hour)
	if n, _ := takings.Since("u1", p.clock.now.Add(-24*time.Hour)); n != 5 {
		t.Errorf("a day later: %d", n)
	}
	if n, _ := takings.Total(); n != 112 {
		t.Errorf("over the life of the log: %d", n)
	}
	// Another process reads the same.
	if n, err := NewTakings(p.path).Total(); err != nil || n != 112 {
		t.Errorf("read anew: %d, %v", n, err)
	}
}
