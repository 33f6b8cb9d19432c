package contract

import (
	"math"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Value is one checked cell. Which member holds it depends on the field's type: S for texts; I for whole numbers, booleans (0 or
// 1), dates (days since 1970), date-times (microseconds since 1970) and decimals (hundredths); F for numbers.
type Value struct {
	S    string
	I    int64
	F    float64
	Null bool
}

// Codes that stand for several public ones while a breach is worded.
const (
	tooShort  = "too_short"
	wrongForm = "wrong_form"
	tooSmall  = "too_small"
	tooLarge  = "too_large"
	rounded   = "rounded"
)

// scan reads a trimmed, non-empty cell by type alone; it answers a code if the cell is not of the type.
func (c *check) scan(cell string, v *Value) string {
	switch c.kind {
	case kindString:
		v.S = cell
	case kindInteger:
		n, rest, ok := decimal(cell, 0)
		if !ok || rest {
			return BadNumber
		}
		v.I = n
	case kindDecimal:
		n, rest, ok := decimal(cell, 2)
		if !ok || n >= 1e18 || n <= -1e18 {
			return BadNumber
		}
		v.I = n
		if rest {
			return rounded
		}
	case kindNumber:
		if !plainNumber(cell) {
			return BadNumber
		}
		n, err := strconv.ParseFloat(cell, 64)
		if err != nil || math.IsInf(n, 0) || math.IsNaN(n) {
			return BadNumber
		}
		v.F = n
	case kindBoolean:
		truth, ok := c.truths[fold(cell)]
		if !ok {
			return WrongType
		}
		v.I = 0
		if truth {
			v.I = 1
		}
	case kindDate:
		days, ok := date(cell)
		if !ok || len(cell) != 10 {
			return BadDate
		}
		v.I = days
	case kindDatetime:
		us, ok := datetime(cell)
		if !ok {
			return BadDate
		}
		v.I = us
	}
	return ""
}

// plainNumber keeps out what strconv would accept and no source writes: hexadecimal, underscores, "inf" and "nan".
func plainNumber(s string) bool {
	for i := range len(s) {
		switch b := s[i]; {
		case b >= '0' && b <= '9', b == '-', b == '+', b == '.', b == 'e', b == 'E':
		default:
			return false
		}
	}
	return len(s) <= 64
}

// decimal reads a plain decimal number exactly, scaled by ten to the power of places, rounding half away from zero; rest says
// that digits other than zero were rounded off. Exponents are bounded, so that a short cell can't ask for a huge number.
func decimal(s string, places int) (n int64, rest, ok bool) {
	if n, ok := shortDecimal(s, places); ok {
		return n, false, true
	}
	neg := false
	if s != "" && (s[0] == '-' || s[0] == '+') {
		neg, s = s[0] == '-', s[1:]
	}
	exp := 0
	if i := strings.IndexAny(s, "eE"); i >= 0 {
		e, err := strconv.Atoi(s[i+1:])
		if err != nil || e > 40 || e < -40 {
			return 0, false, false
		}
		exp, s = e, s[:i]
	}
	whole, fraction, _ := strings.Cut(s, ".")
	if len(whole)+len(fraction) == 0 || len(whole)+len(fraction) > 64 {
		return 0, false, false
	}
	keep := len(whole) + exp + places // how many of the digits stand before the scaled point
	up := false
	at := 0
	for _, part := range [2]string{whole, fraction} {
		for i := range len(part) {
			d := part[i] - '0'
			if d > 9 {
				return 0, false, false
			}
			switch {
			case at < keep:
				if n > (math.MaxInt64-9)/10 {
					return 0, false, false
				}
				n = n*10 + int64(d)
			case d != 0:
				rest = true
				up = up || (at == keep && d >= 5)
			}
			at++
		}
	}
	for ; at < keep && n != 0; at++ {
		if n > (math.MaxInt64-9)/10 {
			return 0, false, false
		}
		n *= 10
	}
	if up {
		n++
	}
	if neg {
		n = -n
	}
	return n, rest, true
}

// shortDecimal reads the common case, up to sixteen digits of which none need rounding, in one pass; it answers false for all others.
func shortDecimal(s string, places int) (n int64, ok bool) {
	neg := s != "" && s[0] == '-'
	if neg {
		s = s[1:]
	}
	if s == "" || len(s) > 17 {
		return 0, false
	}
	point := -1
	for i := range len(s) {
		d := s[i] - '0'
		if d > 9 {
			if s[i] != '.' || point >= 0 || len(s) == 1 {
				return 0, false
			}
			point = i
			continue
		}
		n = n*10 + int64(d)
	}
	missing := places
	if point >= 0 {
		missing -= len(s) - point - 1
	}
	if missing < 0 || point < 0 && len(s) > 16 {
		return 0, false
	}
	for range missing {
		n *= 10
	}
	if neg {
		n = -n
	}
	return n, true
}

func digits(s string) (n int, ok bool) {
	for i := range len(s) {
		d := s[i] - '0'
		if d > 9 {
			return 0, false
		}
		n = n*10 + int(d)
	}
	return n, s != ""
}

var monthLengths = [13]int{0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31}

// date reads the first ten characters as yyyy-mm-dd and gives the days since 1970.
func date(s string) (days int64, ok bool) {
	if len(s) < 10 || s[4] != '-' || s[7] != '-' {
		return 0, false
	}
	y, ok1 := digits(s[:4])
	m, ok2 := digits(s[5:7])
	d, ok3 := digits(s[8:10])
	if !ok1 || !ok2 || !ok3 || y < 1900 || y > 2199 || m < 1 || m > 12 || d < 1 {
		return 0, false
	}
	longest := monthLengths[m]
	leap := y%4 == 0 && (y%100 != 0 || y%400 == 0)
	if m == 2 && leap {
		longest = 29
	}
	if d > longest {
		return 0, false
	}
	return civilDays(y, m, d), true
}

// civilDays counts the days from 1 January 1970, with years that begin in March so that the leap day comes last.
func civilDays(y, m, d int) int64 {
	if m <= 2 {
		y, m = y-1, m+12
	}
	yearDay := (153*(m-3) + 2) / 5
	return int64(365*y+y/4-y/100+y/400+yearDay+d-1) - 719468
}

// datetime reads yyyy-mm-dd, optionally followed by T or a space, hh:mm[:ss[.fraction]] and Z or an offset; without an offset the time is
// taken as UTC.
func datetime(s string) (us int64, ok bool) {
	days, ok := date(s)
	if !ok {
		return 0, false
	}
	us = days * 86_400_000_000
	s = s[10:]
	if s == "" {
		return us, true
	}
	if (s[0] != 'T' && s[0] != ' ') || len(s) < 6 || s[3] != ':' {
		return 0, false
	}
	h, ok1 := digits(s[1:3])
	m, ok2 := digits(s[4:6])
	if !ok1 || !ok2 || h > 23 || m > 59 {
		return 0, false
	}
	us += int64(h*60+m) * 60_000_000
	s = s[6:]
	if len(s) >= 3 && s[0] == ':' {
		sec, ok := digits(s[1:3])
		if !ok || sec > 59 {
			return 0, false
		}
		us += int64(sec) * 1_000_000
		s = s[3:]
		if s != "" && s[0] == '.' {
			unit := int64(100_000)
			i := 1
			for ; i < len(s) && s[i] >= '0' && s[i] <= '9'; i++ {
				us += int64(s[i]-'0') * unit
				unit /= 10
			}
			if i == 1 || i > 10 {
				return 0, false
			}
			s = s[i:]
		}
	}
	offset, ok := zone(s)
	return us - offset, ok
}

// zone reads "", "Z", "+hh:mm", "+hhmm" or "+hh" and gives the offset in microseconds.
func zone(s string) (us int64, ok bool) {
	if s == "" || s == "Z" || s == "z" {
		return 0, true
	}
	sign := int64(1)
	switch s[0] {
	case '-':
		sign = -1
	case '+':
	default:
		return 0, false
	}
	s = s[1:]
	minutes := "00"
	switch {
	case len(s) == 5 && s[2] == ':':
		s, minutes = s[:2], s[3:]
	case len(s) == 4:
		s, minutes = s[:2], s[2:]
	case len(s) != 2:
		return 0, false
	}
	h, ok1 := digits(s)
	m, ok2 := digits(minutes)
	if !ok1 || !ok2 || h > 14 || m > 59 {
		return 0, false
	}
	return sign * int64(h*60+m) * 60_000_000, true
}

// clean says whether the text is valid UTF-8 without control characters (tab and line ends are text), and how many characters
// it has.
func clean(s string) (length int, ok bool) {
	for i := range len(s) {
		b := s[i]
		if b >= utf8.RuneSelf {
			return cleanWide(s)
		}
		if (b < ' ' && b != '\t' && b != '\n' && b != '\r') || b == 0x7f {
			return 0, false
		}
	}
	return len(s), true
}

func cleanWide(s string) (length int, ok bool) {
	for i := 0; i < len(s); length++ {
		if b := s[i]; b < utf8.RuneSelf {
			if (b < ' ' && b != '\t' && b != '\n' && b != '\r') || b == 0x7f {
				return 0, false
			}
			i++
			continue
		}
		r, n := utf8.DecodeRuneInString(s[i:])
		if r == utf8.RuneError && n == 1 {
			return 0, false
		}
		i += n
	}
	return length, true
}
