package pipeline

import (
	"testing"
	"time"

	"bellwether/internal/config"
	"bellwether/internal/instance"
)

// TestTheDayIsEnglands asks for the date of a run at the hours at which clocks differ: summer time, leap days, the turn of a year.
func TestTheDayIsEnglands(t *testing.T) {
	dir := t.TempDir()
	if err := instance.Create(dir, instance.Options{Council: "Larkshire"}); err != nil {
		t.Fatal(err)
	}
	if err := instance.EnsureKeys(dir); err != nil {
		t.Fatal(err)
	}
	cfg, err := config.Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	at := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	p, err := Open(t.Context(), Options{Config: cfg, Doing: "test", Now: func() time.Time { return at }})
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	for _, c := range []struct{ name, now, want string }{
		{"winter, before midnight", "2026-01-31T23:59:59Z", "2026-01-31"},
		{"summer, an hour before midnight in UTC", "2026-06-30T23:30:00Z", "2026-07-01"},
		{"the last second before summer time", "2026-03-29T00:59:59Z", "2026-03-29"},
		{"the first second of summer time", "2026-03-29T01:00:00Z", "2026-03-29"},
		{"the evening of that day", "2026-03-29T23:00:00Z", "2026-03-30"},
		{"the hour that comes twice, first", "2026-10-25T00:30:00Z", "2026-10-25"},
		{"the hour that comes twice, again", "2026-10-25T01:30:00Z", "2026-10-25"},
		{"the evening of that day", "2026-10-25T23:30:00Z", "2026-10-25"},
		{"a leap day", "2028-02-29T12:00:00Z", "2028-02-29"},
		{"the day after it", "2028-03-01T00:00:00Z", "2028-03-01"},
		{"no leap day in 2100", "2100-02-28T23:59:59Z", "2100-02-28"},
		{"the turn of the year", "2026-12-31T23:59:59Z", "2026-12-31"},
		{"and a second later", "2027-01-01T00:00:00Z", "2027-01-01"},
	} {
		at, err = time.Parse(time.RFC3339, c.now)
		if err != nil {
			t.Fatal(err)
		}
		if got := p.AsOf(time.Time{}).Format(time.DateOnly); got != c.want {
			t.Errorf("%s: at %s the run's date is %s, not %s", c.name, c.now, got, c.want)
		}
	}
}

// TestAClockThatJumps publishes while the clock leaps ahead and back: each run gets a date, no time is negative, and the newest is in force.
func TestAClockThatJumps(t *testing.T) {
	dir := t.TempDir()
	if err := instance.Create(dir, instance.Options{Council: "Larkshire"}); err != nil {
		t.Fatal(err)
	}
	if err := instance.EnsureKeys(dir); err != nil {
		t.Fatal(err)
	}
	cfg, err := config.Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	at := time.Date(2026, 10, 25, 0, 30, 0, 0, time.UTC)
	p, err := Open(t.Context(), Options{Config: cfg, Doing: "test", Now: func() time.Time { return at }})
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	for _, jump := range []time.Duration{0, time.Hour, -2 * time.Hour, 366 * 24 * time.Hour, -365 * 24 * time.Hour} {
		at = at.Add(jump)
		out, err := p.Publish(t.Context(), p.AsOf(time.Time{}))
		if err != nil {
			t.Fatalf("after a jump of %s: %v", jump, err)
		}
		if out.Took < 0 {
			t.Errorf("after a jump of %s the run took %s", jump, out.Took)
		}
		newest, err := p.Newest()
		if err != nil || newest == nil || !newest.asOf.Equal(out.AsOf) {
			t.Errorf("after a jump of %s the snapshot in force is %+v, not of %s: %v", jump, newest, out.AsOf, err)
		}
	}
}
