package rules

import (
	"math"
	"strconv"
	"strings"
)

var smallNumbers = [...]string{"no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"}

// Words writes a whole number below ten as a word ("no", "one", … "nine") and
// any other number in figures.
func Words(x float64) string {
	if x == math.Trunc(x) && x >= 0 && x < float64(len(smallNumbers)) {
		return smallNumbers[int(x)]
	}
	return Figures(x)
}

// Figures writes a number with thousands separators and at most two decimals.
func Figures(x float64) string {
	return decimals(x, 2, true)
}

// decimals writes x with at most n decimals, without trailing zeros when trim
// is set.
func decimals(x float64, n int, trim bool) string {
	s := strconv.FormatFloat(x, 'f', n, 64)
	if trim && strings.Contains(s, ".") {
		s = strings.TrimRight(strings.TrimRight(s, "0"), ".")
	}
	if s == "-0" {
		s = "0"
	}
	whole, frac, _ := strings.Cut(s, ".")
	sign := ""
	if strings.HasPrefix(whole, "-") {
		sign, whole = "-", whole[1:]
	}
	for i := len(whole) - 3; i > 0; i -= 3 {
		whole = whole[:i] + "," + whole[i:]
	}
	if frac != "" {
		whole += "." + frac
	}
	return sign + whole
}

// RatingName returns the rating a score stands for, or "not rated" for a number
// that is none.
func RatingName(score float64) string {
	switch score {
	case 1:
		return "Inadequate"
	case 2:
		return "Requires improvement"
	case 3:
		return "Good"
	case 4:
		return "Outstanding"
	}
	return "not rated"
}

// DaysText writes a number of days: days up to four months, then months, then
// years, so that an old rating reads as "3.4 years".
func DaysText(days float64) string {
	switch d := math.Round(days); {
	case d == 1:
		return "1 day"
	case d <= 120:
		return Figures(d) + " days"
	case d < 730:
		return Figures(math.Round(d/30.44)) + " months"
	default:
		return decimals(d/365.25, 1, true) + " years"
	}
}

// Format writes an indicator's value as it reads inside a sentence.
func (i Indicator) Format(x float64) string {
	switch i.Kind {
	case Count:
		return Words(x)
	case Days:
		return DaysText(x)
	case Rating:
		return RatingName(x)
	case Share:
		return decimals(100*x, 0, true) + " %"
	case YesNo:
		if x == 1 {
			return "yes"
		}
		return "no"
	case Step:
		return map[float64]string{-1: "down", 0: "level", 1: "up"}[x]
	}
	return Figures(x)
}

// OneIn turns the chance of a count this high into "once in n such periods",
// rounded to two figures. It returns 0, which means not given, for a
// probability that is not above 0 and below one half.
func OneIn(p float64) int64 {
	if !(p > 0 && p < 0.5) {
		return 0
	}
	n := 1 / p
	if n > 1e9 {
		return 1_000_000_000
	}
	scale := math.Pow(10, math.Floor(math.Log10(n))-1)
	return int64(math.Round(math.Round(n/scale) * scale))
}

// rarest is where counting on tells a panel nothing more: the model's own error
// is larger than the difference between one in a million and one in ten.
const rarest = 1_000_000

// Chance says in words how seldom something comes by chance alone, from the n of
// "once in n": "about once in 290", "less than once in a million".
func Chance(n int64) string {
	if n > rarest {
		return "less than once in a million"
	}
	return "about once in " + Figures(float64(n))
}
