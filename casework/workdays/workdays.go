// Package workdays counts working days in England: Monday to Friday except
// bank holidays. Bank holidays are computed from the rules of the Banking and
// Financial Dealings Act 1971 and the yearly proclamations that have kept to
// the same pattern, with the days that were moved or added listed by hand.
//
// A day is a time.Time at midnight UTC; Day makes one from an instant by the
// clock on the wall in London. All functions ignore the time of day.
package workdays

import (
	"fmt"
	"time"
	_ "time/tzdata" // London's clock changes, on machines without their own list
)

// Calendar knows which days are not worked. The zero value is England's.
type Calendar struct {
	extra map[time.Time]string
}

// New returns England's calendar with further days that are not worked, such
// as a bank holiday proclaimed after this program was built.
func New(extra map[time.Time]string) *Calendar {
	c := &Calendar{extra: map[time.Time]string{}}
	for day, name := range extra {
		c.extra[midnight(day)] = name
	}
	return c
}

var london = func() *time.Location {
	l, err := time.LoadLocation("Europe/London")
	if err != nil {
		return time.UTC // cannot happen with the list above linked in
	}
	return l
}()

// Day returns the date on the calendar in London at an instant, as midnight
// UTC.
func Day(instant time.Time) time.Time { return midnight(instant.In(london)) }

func midnight(t time.Time) time.Time { return date(t.Year(), t.Month(), t.Day()) }

func date(y int, m time.Month, d int) time.Time { return time.Date(y, m, d, 0, 0, 0, 0, time.UTC) }

// Working says whether a day is worked.
func (c *Calendar) Working(day time.Time) bool {
	if w := day.Weekday(); w == time.Saturday || w == time.Sunday {
		return false
	}
	return c.Holiday(day) == ""
}

// Holiday names the bank holiday on a day, empty if there is none.
func (c *Calendar) Holiday(day time.Time) string {
	if c != nil && len(c.extra) > 0 {
		if name := c.extra[midnight(day)]; name != "" {
			return name
		}
	}
	year := tableOf(day.Year())
	if place := year.place[day.YearDay()]; place > 0 {
		return year.list[place-1].Name
	}
	return ""
}

// Add returns the n-th working day after a day: five working days after a
// meeting on a Monday is the Monday that follows, when no bank holiday lies
// between. The day itself is never counted, whether it is worked or not. With
// n of 0 it returns the day itself if it is worked, otherwise the next one
// that is. A negative n counts back.
func (c *Calendar) Add(day time.Time, n int) time.Time {
	day = midnight(day)
	step := 1
	if n < 0 {
		step = -1
	}
	if n == 0 {
		for !c.Working(day) {
			day = day.AddDate(0, 0, 1)
		}
		return day
	}
	for left := n * step; left > 0; {
		day = day.AddDate(0, 0, step)
		if c.Working(day) {
			left--
		}
	}
	return day
}

// Between counts the working days after from, up to and including to. It is
// negative when to lies before from.
func (c *Calendar) Between(from, to time.Time) int {
	from, to = midnight(from), midnight(to)
	if to.Before(from) {
		return -c.Between(to, from)
	}
	n := 0
	for day := from.AddDate(0, 0, 1); !day.After(to); day = day.AddDate(0, 0, 1) {
		if c.Working(day) {
			n++
		}
	}
	return n
}

// MinutesDays is how many working days after a meeting its minutes are due, by the strategic group's terms of reference.
const MinutesDays = 5

// MinutesDue is the day by which the minutes of a meeting on a day are with all its members.
func MinutesDue(meeting time.Time) time.Time { return (*Calendar)(nil).Add(meeting, MinutesDays) }

// Format writes a day as it stands on screen: 14 Mar 2026.
func Format(day time.Time) string {
	return fmt.Sprintf("%d %s %d", day.Day(), day.Month().String()[:3], day.Year())
}
