package workdays

import (
	"slices"
	"sync"
	"time"
)

// BankHoliday is one bank holiday in England.
type BankHoliday struct {
	Day  time.Time
	Name string
}

// change is what one year did differently from the rules.
type change struct {
	moved map[time.Time]time.Time // from the day of the rule to the day it was
	added []BankHoliday
}

// changes lists the known years that differ. Later ones are given to New.
var changes = map[int]change{
	// 75 years since the end of the war in Europe.
	2020: {moved: map[time.Time]time.Time{date(2020, time.May, 4): date(2020, time.May, 8)}},
	// The Queen's Platinum Jubilee, and her state funeral.
	2022: {
		moved: map[time.Time]time.Time{date(2022, time.May, 30): date(2022, time.June, 2)},
		added: []BankHoliday{
			{date(2022, time.June, 3), "Platinum Jubilee bank holiday"},
			{date(2022, time.September, 19), "State Funeral of Queen Elizabeth II"},
		},
	},
	// The coronation of King Charles III.
	2023: {added: []BankHoliday{{date(2023, time.May, 8), "Coronation of King Charles III"}}},
}

// yearly is what is known of one year: the list, and by the day of the year
// the place in the list, counted from one.
type yearly struct {
	list  []BankHoliday
	place [367]uint8
}

var years sync.Map // int to *yearly

func tableOf(year int) *yearly {
	if known, ok := years.Load(year); ok {
		return known.(*yearly)
	}
	y := &yearly{list: compute(year)}
	for i, h := range y.list {
		y.place[h.Day.YearDay()] = uint8(i + 1)
	}
	known, _ := years.LoadOrStore(year, y)
	return known.(*yearly)
}

// BankHolidays lists the bank holidays of a year in England, in order.
func BankHolidays(year int) []BankHoliday { return slices.Clone(tableOf(year).list) }

func compute(year int) []BankHoliday {
	easter := Easter(year)
	list := []BankHoliday{
		weekday(BankHoliday{date(year, time.January, 1), "New Year's Day"}),
		{easter.AddDate(0, 0, -2), "Good Friday"},
		{easter.AddDate(0, 0, 1), "Easter Monday"},
		{firstMonday(year, time.May), "Early May bank holiday"},
		{lastMonday(year, time.May), "Spring bank holiday"},
		{lastMonday(year, time.August), "Summer bank holiday"},
	}
	list = append(list, christmas(year)...)
	for i, h := range list {
		if day, moved := changes[year].moved[h.Day]; moved {
			list[i].Day = day
		}
	}
	list = append(list, changes[year].added...)
	slices.SortFunc(list, func(a, b BankHoliday) int { return a.Day.Compare(b.Day) })
	return list
}

// weekday moves a holiday that falls on a weekend to the Monday after it.
func weekday(h BankHoliday) BankHoliday {
	switch h.Day.Weekday() {
	case time.Saturday:
		return BankHoliday{h.Day.AddDate(0, 0, 2), h.Name + " (substitute day)"}
	case time.Sunday:
		return BankHoliday{h.Day.AddDate(0, 0, 1), h.Name + " (substitute day)"}
	}
	return h
}

// christmas returns the two days of Christmas. When one or both fall on a
// weekend the substitutes are the first weekdays that are free.
func christmas(year int) []BankHoliday {
	day, boxing := date(year, time.December, 25), date(year, time.December, 26)
	const c, b = "Christmas Day", "Boxing Day"
	const sub = " (substitute day)"
	switch day.Weekday() {
	case time.Friday: // Boxing Day on Saturday
		return []BankHoliday{{day, c}, {date(year, time.December, 28), b + sub}}
	case time.Saturday:
		return []BankHoliday{{date(year, time.December, 27), c + sub}, {date(year, time.December, 28), b + sub}}
	case time.Sunday: // Boxing Day is the Monday, so Christmas Day moves to Tuesday
		return []BankHoliday{{boxing, b}, {date(year, time.December, 27), c + sub}}
	}
	return []BankHoliday{{day, c}, {boxing, b}}
}

func firstMonday(year int, m time.Month) time.Time {
	first := date(year, m, 1)
	return first.AddDate(0, 0, (int(time.Monday)-int(first.Weekday())+7)%7)
}

func lastMonday(year int, m time.Month) time.Time {
	last := date(year, m+1, 0)
	return last.AddDate(0, 0, -(int(last.Weekday())-int(time.Monday)+7)%7)
}

// Easter returns Easter Sunday by the Gregorian calendar. It follows the
// almanac's definition, the first Sunday after the paschal full moon, with the
// moon's age found from the golden number and the two corrections that the
// calendar of 1582 makes in century years.
func Easter(year int) time.Time {
	golden := year%19 + 1
	century := year/100 + 1
	skippedLeaps := 3*century/4 - 12
	moonCorrection := (8*century+5)/25 - 5
	epact := (11*golden + 20 + moonCorrection - skippedLeaps) % 30
	if epact < 0 {
		epact += 30
	}
	if epact == 25 && golden > 11 || epact == 24 {
		epact++
	}
	fullMoon := 44 - epact // as a day of March
	if fullMoon < 21 {
		fullMoon += 30
	}
	moon := date(year, time.March, fullMoon)
	return moon.AddDate(0, 0, 7-int(moon.Weekday()))
}
