package decode

import (
	"math"
	"strconv"
	"strings"
)

// sheetNumber writes a number of a spreadsheet as the spreadsheet shows it: fifteen digits, so that the noise of binary
// fractions (0.30000000000000004) goes. Very large numbers keep an exponent, and so are never taken for a reference.
func sheetNumber(s string) (string, bool) {
	s = strings.TrimSpace(s)
	if n := strings.TrimPrefix(s, "-"); n != "" && len(n) <= 15 && allDigits(n) && n[0] != '0' {
		return s, true
	}
	if len(s) > 64 {
		return "", false
	}
	f, err := strconv.ParseFloat(s, 64)
	if err != nil || math.IsInf(f, 0) || math.IsNaN(f) || strings.ContainsAny(s, "xXpP_") {
		return "", false
	}
	short := strconv.FormatFloat(f, 'E', 14, 64)
	g, err := strconv.ParseFloat(short, 64)
	if err != nil {
		return "", false
	}
	if a := math.Abs(g); a >= 1e15 && a != 0 || a != 0 && a < 1e-9 {
		return strconv.FormatFloat(g, 'E', -1, 64), true
	}
	if g == 0 {
		return "0", true
	}
	return strconv.FormatFloat(g, 'f', -1, 64), true
}

// paddedNumber reports whether shown is the whole number n with zeros in front, as a reference is formatted.
func paddedNumber(shown, n string) bool {
	return len(shown) > len(n) && len(shown) <= 64 && shown[0] == '0' && allDigits(shown) && allDigits(n) && strings.TrimLeft(shown, "0") == strings.TrimLeft(n, "0")
}
