package decode

import (
	"strconv"
	"strings"
)

// Amount reads money and other decimals as plain decimal text such as "-1234.50": thousands may be parted by commas or spaces
// in threes, a pound sign may stand in front, and a negative may wear brackets or a minus on either side. The digits are never
// turned into a binary number. "12k" is twelve thousand, "£1.2m" 1200000.
func Amount(s string) (string, Missing, error) {
	if m := Marker(s); m != Present {
		return "", m, nil
	}
	if v, ok := decimal(Trim(s)); ok {
		return v, Present, nil
	}
	if v, ok := scaled(Trim(s)); ok {
		return v, Present, nil
	}
	return "", Present, valueError(CodeBadNumber, s, "the cell is not a number")
}

// scales are endings of amounts as registers write them, and how many places each moves the point.
var scales = []struct {
	ends   string
	places int
}{{"thousand", 3}, {"k", 3}, {"million", 6}, {"mn", 6}, {"m", 6}}

// scaled reads a number that ends with its scale.
func scaled(s string) (string, bool) {
	closed := strings.HasSuffix(s, ")")
	s = strings.TrimSuffix(s, ")")
	for _, scale := range scales {
		n := len(s) - len(scale.ends)
		if n <= 0 || !strings.EqualFold(s[n:], scale.ends) {
			continue
		}
		number := Trim(s[:n])
		if number == "" || !isDigit(number[len(number)-1]) {
			return "", false
		}
		if closed {
			number += ")"
		}
		v, ok := decimal(number)
		if !ok {
			return "", false
		}
		v, negative := strings.CutPrefix(v, "-")
		whole, fraction, _ := strings.Cut(v, ".")
		whole, fraction = shift(whole, fraction, scale.places)
		if whole = strings.TrimLeft(whole, "0"); whole == "" {
			whole = "0"
		}
		if fraction != "" {
			whole += "." + fraction
		}
		if negative {
			whole = "-" + whole
		}
		return whole, true
	}
	return "", false
}

// Integer reads a whole number. "12.0", which spreadsheets write, is twelve; "12.5" is refused.
func Integer(s string) (string, Missing, error) {
	if m := Marker(s); m != Present {
		return "", m, nil
	}
	v, ok := decimal(Trim(s))
	whole, fraction, _ := strings.Cut(v, ".")
	if !ok || strings.Trim(fraction, "0") != "" {
		return "", Present, valueError(CodeBadNumber, s, "the cell is not a whole number")
	}
	if whole == "-0" {
		whole = "0"
	}
	return whole, Present, nil
}

// decimal brings a number to plain form.
func decimal(s string) (string, bool) {
	if len(s) > 64 {
		return "", false
	}
	negative := false
	if strings.HasPrefix(s, "(") && strings.HasSuffix(s, ")") {
		negative, s = true, Trim(s[1:len(s)-1])
		if strings.ContainsAny(s, "+-") {
			return "", false
		}
	}
	signs := 0
	sign := func(at string) {
		switch {
		case at == "-":
			negative = true
			signs++
		case at == "+":
			signs++
		}
	}
	head := func() {
		if s != "" && (s[0] == '-' || s[0] == '+') {
			sign(s[:1])
			s = Trim(s[1:])
		}
	}
	if strings.Contains(s, "\u2212") {
		s = strings.ReplaceAll(s, "\u2212", "-") // the typographic minus
	}
	head()
	if t, ok := strings.CutPrefix(s, "£"); ok {
		s = Trim(t)
		head()
	}
	if strings.HasSuffix(s, "-") {
		sign("-")
		s = Trim(s[:len(s)-1])
	}
	if signs > 1 {
		return "", false
	}
	whole, fraction, ok := digits(s)
	if !ok {
		return "", false
	}
	whole = strings.TrimLeft(whole, "0")
	if whole == "" {
		whole = "0"
	}
	v := whole
	if fraction != "" {
		v += "." + fraction
	}
	if negative && strings.Trim(v, "0.") != "" {
		v = "-" + v
	}
	return v, true
}

// digits splits an unsigned number into its whole digits and its fraction.
func digits(s string) (whole, fraction string, ok bool) {
	mantissa, exponent := s, ""
	if i := strings.IndexAny(s, "eE"); i > 0 {
		mantissa, exponent = s[:i], s[i+1:]
	}
	whole, fraction, _ = strings.Cut(mantissa, ".")
	if whole, ok = ungroup(whole); !ok || !allDigits(fraction) || whole+fraction == "" {
		return "", "", false
	}
	if exponent == "" && mantissa != s {
		return "", "", false
	}
	if exponent != "" {
		e, err := strconv.Atoi(exponent)
		if err != nil || e > 40 || e < -40 {
			return "", "", false
		}
		whole, fraction = shift(whole, fraction, e)
	}
	return whole, fraction, true
}

// shift moves the decimal point e places to the right.
func shift(whole, fraction string, e int) (string, string) {
	if e >= 0 {
		fraction += strings.Repeat("0", max(e-len(fraction), 0))
		whole, fraction = whole+fraction[:e], fraction[e:]
	} else {
		whole = strings.Repeat("0", max(-e-len(whole), 0)) + whole
		at := len(whole) + e
		whole, fraction = whole[:at], whole[at:]+fraction
	}
	return whole, strings.TrimRight(fraction, "0")
}

var thinSpaces = strings.NewReplacer("\u00a0", " ", "\u202f", " ", "\u2009", " ")

// ungroup removes the marks between groups of three digits. A comma anywhere else may be a decimal comma, and is refused.
func ungroup(s string) (string, bool) {
	if allDigits(s) {
		return s, true
	}
	s = thinSpaces.Replace(s)
	mark := ","
	if strings.IndexByte(s, ',') < 0 {
		mark = " "
	}
	plain := make([]byte, 0, len(s))
	for first, more := true, true; more; first = false {
		var group string
		group, s, more = strings.Cut(s, mark)
		if !allDigits(group) || group == "" || len(group) > 3 || !first && len(group) != 3 {
			return "", false
		}
		plain = append(plain, group...)
	}
	return string(plain), true
}

func allDigits[T string | []byte](s T) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return true
}
