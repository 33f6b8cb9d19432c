package workdays

import (
	"regexp"
	"strconv"
	"strings"
	"time"
)

var (
	dayFirst  = regexp.MustCompile(`^(\d{1,2})(?:st|nd|rd|th)?[ ./-]+(\d{1,2}|[a-z]{3,9})\.?,?[ ./-]+(\d{4}|\d{2})$`)
	yearFirst = regexp.MustCompile(`^(\d{4})[ ./-](\d{1,2})[ ./-](\d{1,2})$`)
	leadDay   = regexp.MustCompile(`^(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*,? +`)
)

// Parse reads a day as people here write it: 14/3/2026, 14.3.26, 14 Mar 2026, Saturday 14th March 2026, or 2026-03-14. The day comes
// before the month; two digits of a year are of this century. What is no day that exists is refused.
func Parse(text string) (time.Time, bool) {
	s := leadDay.ReplaceAllString(strings.ToLower(strings.TrimSpace(text)), "")
	var day, month, year string
	if m := yearFirst.FindStringSubmatch(s); m != nil {
		year, month, day = m[1], m[2], m[3]
	} else if m := dayFirst.FindStringSubmatch(s); m != nil {
		day, month, year = m[1], m[2], m[3]
	} else {
		return time.Time{}, false
	}
	d, _ := strconv.Atoi(day)
	y, _ := strconv.Atoi(year)
	if len(year) == 2 {
		y += 2000
	}
	m := Month(month)
	at := time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
	if m == 0 || y < 1900 || y > 2200 || at.Day() != d || at.Month() != m {
		return time.Time{}, false
	}
	return at, true
}

// Month reads a month as a number or by the start of its name; zero for anything else.
func Month(s string) time.Month {
	if n, err := strconv.Atoi(s); err == nil && n >= 1 && n <= 12 {
		return time.Month(n)
	}
	if len(s) >= 3 {
		for m := time.January; m <= time.December; m++ {
			if len(s) <= len(m.String()) && strings.EqualFold(s, m.String()[:len(s)]) || strings.EqualFold(s, "sept") && m == time.September {
				return m
			}
		}
	}
	return 0
}
