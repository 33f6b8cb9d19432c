// Package words turns values into what a person reads: dates, ages, counts, money and short sentences, in British English.
package words

import (
	"math"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// Unknown is what stands where a value is missing; a missing value never reads as zero.
const Unknown = "not known"

// Date writes "14 Mar 2026"; the zero time is Unknown.
func Date(t time.Time) string {
	if t.IsZero() {
		return Unknown
	}
	return t.Format("2 Jan 2006")
}

// DateOf writes a date that may be missing.
func DateOf(t *time.Time) string {
	if t == nil {
		return Unknown
	}
	return Date(*t)
}

// Moment writes "14 Mar 2026 at 09:30" in UTC, as stored.
func Moment(t *time.Time) string {
	if t == nil || t.IsZero() {
		return Unknown
	}
	return t.Format("2 Jan 2006 at 15:04")
}

// DaysBetween counts whole days from one date to another.
func DaysBetween(from, to time.Time) int {
	return int(math.Round(to.Sub(from).Hours() / 24))
}

// Age writes how long ago a date was, in the largest unit that keeps two figures honest: days, weeks, months or years.
func Age(days int) string {
	switch {
	case days < 0:
		return "in " + Plural(-days, "day")
	case days < 21:
		return Plural(days, "day")
	case days < 12*7:
		return Plural(days/7, "week")
	case days < 730:
		return Plural(int(math.Round(float64(days)/30.44)), "month")
	default:
		return Decimal(float64(days)/365.25, 1) + " years"
	}
}

// Int writes a count with thousands separated: 12,345.
func Int(n int64) string {
	s := strconv.FormatInt(n, 10)
	sign := ""
	if strings.HasPrefix(s, "-") {
		sign, s = "-", s[1:]
	}
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return sign + s
}

// Decimal writes a number to at most the given places, without trailing zeros; a value that isn't finite is Unknown.
func Decimal(f float64, places int) string {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return Unknown
	}
	s := strconv.FormatFloat(f, 'f', places, 64)
	if strings.Contains(s, ".") {
		s = strings.TrimRight(strings.TrimRight(s, "0"), ".")
	}
	if s == "-0" {
		s = "0"
	}
	whole, frac, has := strings.Cut(s, ".")
	n, err := strconv.ParseInt(whole, 10, 64)
	if err != nil {
		return s
	}
	out := Int(n)
	if n == 0 && strings.HasPrefix(whole, "-") {
		out = "-0"
	}
	if has {
		out += "." + frac
	}
	return out
}

// DecimalOf writes a number that may be missing.
func DecimalOf(f *float64, places int) string {
	if f == nil {
		return Unknown
	}
	return Decimal(*f, places)
}

// IntOf writes a whole number that may be missing.
func IntOf(n *int64) string {
	if n == nil {
		return Unknown
	}
	return Int(*n)
}

// AgeOf writes a number of days that may be missing, as [Age] does.
func AgeOf(days *int64) string {
	if days == nil {
		return Unknown
	}
	return Age(int(*days))
}

// Decimals is how many places a number needs to be read as it was set, at most two.
func Decimals(x float64) int {
	switch {
	case x == math.Trunc(x):
		return 0
	case x*10 == math.Trunc(x*10):
		return 1
	}
	return 2
}

// Last gives the last n of a list, or all of a shorter one.
func Last[T any](list []T, n int) []T { return list[max(0, len(list)-n):] }

// Money writes pounds: £950, £12,400, £1.2 million.
func Money(f float64) string {
	switch {
	case math.IsNaN(f) || math.IsInf(f, 0):
		return Unknown
	case f < 0:
		return "-" + Money(-f)
	case f >= 1e9:
		return "£" + Decimal(f/1e9, 1) + " billion"
	case f >= 1e6:
		return "£" + Decimal(f/1e6, 1) + " million"
	default:
		return "£" + Decimal(f, 0)
	}
}

// Percent writes a share of a whole: 12 %. A share of nothing is Unknown.
func Percent(part, whole int64) string {
	if whole <= 0 {
		return Unknown
	}
	return Decimal(100*float64(part)/float64(whole), 0) + "%"
}

// Plural writes "1 day" or "12 days"; irregular plurals are given with a bar: "authority|authorities".
func Plural(n int, noun string) string { return Int(int64(n)) + " " + Noun(n, noun) }

// Noun gives the form of the noun for n without the number.
func Noun(n int, noun string) string {
	one, many, irregular := strings.Cut(noun, "|")
	switch {
	case n == 1:
		return one
	case irregular:
		return many
	default:
		return one + "s"
	}
}

var small = []string{"no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"}

// Spell writes small counts as words, as prose does: "three providers", "12 providers".
func Spell(n int, noun string) string {
	if n >= 0 && n < len(small) {
		return small[n] + " " + Noun(n, noun)
	}
	return Plural(n, noun)
}

// SpellNumber writes a small count as a word without its noun.
func SpellNumber(n int) string {
	if n == 0 {
		return "none"
	}
	if n >= 0 && n < len(small) {
		return small[n]
	}
	return Int(int64(n))
}

// Capital raises the first letter and leaves the rest.
func Capital(s string) string {
	r, size := utf8.DecodeRuneInString(s)
	if size == 0 {
		return s
	}
	return string(unicode.ToUpper(r)) + s[size:]
}

// List joins items as prose does: "a, b and c".
func List(items []string) string {
	switch len(items) {
	case 0:
		return ""
	case 1:
		return items[0]
	default:
		return strings.Join(items[:len(items)-1], ", ") + " and " + items[len(items)-1]
	}
}

// Clip shortens a long text to at most n runes at a word's end, with an ellipsis.
func Clip(s string, n int) string {
	if utf8.RuneCountInString(s) <= n {
		return s
	}
	runes := []rune(s)[:n]
	if i := strings.LastIndexFunc(string(runes), unicode.IsSpace); i > n/2 {
		return string(runes)[:i] + "…"
	}
	return string(runes) + "…"
}

// Cut gives the first n letters of what somebody entered, without saying so.
func Cut(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n])
	}
	return s
}

// NoneOr spells a count inside a sentence, where nought reads as none.
func NoneOr(n int) string {
	if n == 0 {
		return "none"
	}
	return SpellNumber(n)
}

// Took writes how long something lasted, in the two largest units that fit it.
func Took(seconds float64) string {
	whole := int(math.Round(seconds))
	switch {
	case seconds < 0.05:
		return "no time"
	case seconds < 10:
		return Decimal(seconds, 1) + " seconds"
	case whole < 60:
		return Plural(whole, "second")
	case whole < 3600:
		return join(Plural(whole/60, "minute"), whole%60, "second")
	}
	return join(Plural(whole/3600, "hour"), whole%3600/60, "minute")
}

func join(first string, n int, noun string) string {
	if n == 0 {
		return first
	}
	return first + " " + Plural(n, noun)
}
