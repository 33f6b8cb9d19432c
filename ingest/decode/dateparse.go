package decode

import (
	"errors"
	"math"
	"strconv"
	"strings"
	"time"
)

type dateKind uint8

const (
	notDate dateKind = iota
	isoDate
	namedDate   // 14-Mar-2026
	numericDate // 14/03/2026 or 03/14/2026
	serialDate  // days since a spreadsheet's epoch
)

// rawDate is a date cell taken apart, before the order of its numbers is known.
type rawDate struct {
	kind          dateKind
	year, month   int
	day           int
	first, second int     // of a numeric date
	serial        float64 // of a serial date
	clock         time.Duration
	hasClock      bool
	zone          *time.Location
	short         bool // a numeric date whose year has two digits
}

var (
	errDateShape   = errors.New("the cell is not a date")
	errDateYear    = errors.New("the year of the date has two digits")
	errDateClock   = errors.New("the time after the date cannot be read")
	errDateDay     = errors.New("there is no such day")
	errDateYears   = errors.New("the date is outside the years 1900 to 2100")
	errDateOrder   = errors.New("the day and the month cannot be told apart")
	errDateSwapped = errors.New("the date's order differs from the rest of the file")
)

// parseDate takes a trimmed cell apart.
func parseDate(s string) (rawDate, error) {
	if len(s) < 4 || len(s) > 40 || s[0] < '0' || s[0] > '9' {
		return rawDate{}, errDateShape
	}
	a, rest := number(s)
	if rest == "" || rest[0] == '.' && len(a) > 2 {
		return parseSerial(s)
	}
	sep := rest[0]
	switch sep {
	case '-', '/', '.', ' ':
	default:
		return rawDate{}, errDateShape
	}
	rest = rest[1:]
	b, tail := number(rest)
	if b == "" {
		return parseNamed(a, sep, rest)
	}
	if sep == ' ' || len(tail) < 2 || tail[0] != sep || len(b) > 2 {
		return rawDate{}, errDateShape
	}
	c, tail := number(tail[1:])
	var d rawDate
	switch {
	case len(a) == 4 && len(c) > 0 && len(c) <= 2:
		d = rawDate{kind: isoDate, year: atoi(a), month: atoi(b), day: atoi(c)}
	case len(a) <= 2 && len(c) == 4:
		d = rawDate{kind: numericDate, year: atoi(c), first: atoi(a), second: atoi(b)}
	case len(a) <= 2 && len(c) == 2:
		d = rawDate{kind: numericDate, year: longYear(atoi(c)), first: atoi(a), second: atoi(b), short: true}
	default:
		return rawDate{}, errDateShape
	}
	return d, d.parseClock(tail)
}

// parseNamed reads the rest of a date whose month is a word.
func parseNamed(day string, sep byte, rest string) (rawDate, error) {
	n := 0
	for n < len(rest) && (rest[n]|0x20) >= 'a' && (rest[n]|0x20) <= 'z' {
		n++
	}
	month := monthNumber(rest[:n])
	if month == "" || len(day) > 2 || n == len(rest) || rest[n] != sep {
		return rawDate{}, errDateShape
	}
	year, tail := number(rest[n+1:])
	d := rawDate{kind: namedDate, year: atoi(year), month: atoi(month), day: atoi(day)}
	switch {
	case len(year) == 2:
		d.year = longYear(d.year)
	case len(year) != 4:
		return rawDate{}, errDateShape
	}
	return d, d.parseClock(tail)
}

// longYear gives a year of two digits its century.
func longYear(y int) int {
	if y < 70 {
		return 2000 + y
	}
	return 1900 + y
}

// firstSerial and lastSerial bound what is taken for a spreadsheet's day number: 1920 to 2099. A bare year is not in between.
const (
	firstSerial = 7306
	lastSerial  = 73051
)

func parseSerial(s string) (rawDate, error) {
	f, err := strconv.ParseFloat(s, 64)
	if err != nil || f < firstSerial || f >= lastSerial {
		return rawDate{}, errDateShape
	}
	return rawDate{kind: serialDate, serial: f}, nil
}

// parseClock reads what follows a date: nothing, or a time of day with an optional AM or PM and an optional zone.
func (d *rawDate) parseClock(s string) error {
	if s == "" {
		return nil
	}
	t, ok := strings.CutPrefix(s, "T")
	if !ok {
		t = strings.TrimLeft(s, " ")
		if t == s {
			return errDateShape
		}
		if u, dash := strings.CutPrefix(t, "-"); dash {
			t = strings.TrimLeft(u, " ")
		}
	}
	hour, t := number(t)
	if len(hour) == 0 || len(hour) > 2 || !strings.HasPrefix(t, ":") {
		return errDateClock
	}
	minute, t := number(t[1:])
	second, fraction := "0", ""
	if strings.HasPrefix(t, ":") {
		second, t = number(t[1:])
		if strings.HasPrefix(t, ".") || strings.HasPrefix(t, ",") {
			fraction, t = number(t[1:])
		}
	}
	h, m, sec := atoi(hour), atoi(minute), atoi(second)
	if len(minute) != 2 || m > 59 || len(second) > 2 || sec > 60 || len(fraction) > 9 {
		return errDateClock
	}
	sec = min(sec, 59) // a leap second belongs to the same minute
	t = strings.TrimLeft(t, " ")
	switch half := strings.ToUpper(t); half {
	case "AM", "PM":
		if h < 1 || h > 12 {
			return errDateClock
		}
		h %= 12
		if half == "PM" {
			h += 12
		}
		t = ""
	}
	if h > 23 {
		return errDateClock
	}
	d.hasClock = true
	d.clock = time.Duration(h)*time.Hour + time.Duration(m)*time.Minute + time.Duration(sec)*time.Second
	return d.parseZone(t)
}

func (d *rawDate) parseZone(s string) error {
	switch {
	case s == "":
		return nil
	case s == "Z" || s == "z" || s == "UTC" || s == "GMT":
		d.zone = time.UTC
		return nil
	case s[0] != '+' && s[0] != '-':
		return errDateClock
	}
	digits := strings.Replace(s[1:], ":", "", 1)
	if len(digits) != 4 || !allDigits(digits) {
		return errDateClock
	}
	h, m := atoi(digits[:2]), atoi(digits[2:])
	if h > 14 || m > 59 {
		return errDateClock
	}
	seconds := h*3600 + m*60
	if s[0] == '-' {
		seconds = -seconds
	}
	d.zone = time.FixedZone("", seconds)
	return nil
}

// number cuts the digits off the front of s.
func number(s string) (digits, rest string) {
	n := 0
	for n < len(s) && s[n] >= '0' && s[n] <= '9' {
		n++
	}
	return s[:n], s[n:]
}

func atoi(s string) int {
	n := 0
	for i := 0; i < len(s) && i < 9; i++ {
		n = n*10 + int(s[i]-'0')
	}
	return n
}

var months = func() map[string]string {
	m := map[string]string{"sept": "9"}
	for month := time.January; month <= time.December; month++ {
		full := strings.ToLower(month.String())
		m[full], m[full[:3]] = strconv.Itoa(int(month)), strconv.Itoa(int(month))
	}
	return m
}()

// monthNumber returns "1" to "12" for a month's English name or its first letters, or "".
func monthNumber(name string) string {
	if len(name) > len("september") {
		return ""
	}
	return months[strings.ToLower(name)]
}

func civil(year, month, day string) (time.Time, error) {
	return dayOf(atoi(year), atoi(month), atoi(day))
}

// dayOf returns midnight UTC of a day that exists, within the years a care record can have.
func dayOf(year, month, day int) (time.Time, error) {
	if month < 1 || month > 12 || day < 1 || day > 31 {
		return time.Time{}, errDateDay
	}
	if year < 1900 || year > 2100 {
		return time.Time{}, errDateYears
	}
	t := time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC)
	if t.Day() != day {
		return time.Time{}, errDateDay
	}
	return t, nil
}

// serialTime turns a spreadsheet's day number into a time. In the 1900 system day 60 is 29 February 1900, which never was.
func serialTime(serial float64, date1904 bool) (time.Time, bool) {
	if math.IsNaN(serial) || serial < 0 || serial >= 2_958_466 {
		return time.Time{}, false
	}
	days, part := math.Modf(serial)
	epoch := time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)
	switch {
	case date1904:
		epoch = time.Date(1904, 1, 1, 0, 0, 0, 0, time.UTC)
	case days == 60:
		return time.Time{}, false
	case days < 60:
		epoch = epoch.AddDate(0, 0, 1)
	}
	seconds := math.Round(part * 86400)
	return epoch.AddDate(0, 0, int(days)).Add(time.Duration(seconds) * time.Second), true
}
