package flags

import (
	"time"
)

// day counts civil days, so that time zones and clock changes cannot move one.
type day int32

const never day = 1 << 30

func dayOf(t time.Time) day {
	y, m, d := t.Date()
	return day(time.Date(y, m, d, 0, 0, 0, 0, time.UTC).Unix() / 86400)
}

// date returns the day as UTC midnight; the zero time for day 0.
func (d day) date() time.Time {
	if d == 0 || d == never {
		return time.Time{}
	}
	return time.Unix(int64(d)*86400, 0).UTC()
}

func (d day) iso() string { return d.date().Format(time.DateOnly) }

// long writes a date as it is read on a page, for example "14 Mar 2026".
func (d day) long() string { return d.date().Format("2 Jan 2006") }

// span is a run of looks in consecutive weeks, from the end of the first to the
// end of the last.
type span struct{ from, to day }

// meet returns the earliest day on which both a look of a and a look of b, at
// most window days apart, have been seen; ok is false if there is none.
func meet(a, b []span, window day) (day, bool) {
	best := never
	for _, x := range a {
		for _, y := range b {
			if y.from <= x.to+window && x.from <= y.to+window {
				best = min(best, max(x.from, y.from))
			}
		}
	}
	return best, best != never
}
