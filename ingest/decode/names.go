package decode

import (
	"regexp"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

var companyLetters = regexp.MustCompile(`^([A-Z]{2}|R)(\d{1,7})([A-Z]?)$`)

// CompanyNumber brings a company number as typed to the eight characters of the register: spaces go, letters become capitals,
// and zeros lost by a spreadsheet are put back. ok is false when it cannot be a company number.
func CompanyNumber(s string) (number string, ok bool) {
	if Marker(s) != Present {
		return "", false
	}
	s = strings.ToUpper(strings.Map(func(r rune) rune {
		if isSpace(r) || r == '-' || r == '.' {
			return -1
		}
		return r
	}, s))
	if s != "" && len(s) <= 8 && allDigits(s) && strings.Trim(s, "0") != "" {
		return strings.Repeat("0", 8-len(s)) + s, true
	}
	m := companyLetters.FindStringSubmatch(s)
	if m == nil || len(s) > 8 || strings.Trim(m[2], "0") == "" {
		return "", false
	}
	return m[1] + strings.Repeat("0", 8-len(s)) + m[2] + m[3], true
}

var postcode = regexp.MustCompile(`^(GIR|[A-Z]{1,2}[0-9][A-Z0-9]?)([0-9][A-Z]{2})$`)

// Postcode writes a postcode in its usual form, "M35 9BG". ok is false when it is not shaped like one.
func Postcode(s string) (code string, ok bool) {
	if plainPostcode(s) {
		return s, true
	}
	m := postcode.FindStringSubmatch(PostcodeKey(s))
	if m == nil {
		return "", false
	}
	return m[1] + " " + m[2], true
}

// plainPostcode reports whether s is in the usual form already, as most are.
func plainPostcode(s string) bool {
	n := len(s)
	if n < 6 || n > 8 || s[n-4] != ' ' || !isDigit(s[n-3]) || !isCapital(s[n-2]) || !isCapital(s[n-1]) || !isCapital(s[0]) {
		return false
	}
	outward := s[1 : n-4]
	if isCapital(outward[0]) {
		outward = outward[1:]
	}
	switch len(outward) {
	case 1:
		return isDigit(outward[0])
	case 2:
		return isDigit(outward[0]) && (isDigit(outward[1]) || isCapital(outward[1]))
	}
	return false
}

func isDigit(b byte) bool   { return b >= '0' && b <= '9' }
func isCapital(b byte) bool { return b >= 'A' && b <= 'Z' }

// PostcodeKey is a postcode without spaces in capitals, the form in which two postcodes are compared.
func PostcodeKey(s string) string {
	if len(s) > 40 {
		return ""
	}
	return strings.ToUpper(strings.Map(func(r rune) rune {
		if isSpace(r) {
			return -1
		}
		return r
	}, s))
}

var companyForms = map[string]bool{"ltd": true, "limited": true, "plc": true, "llp": true}

// NameKey is the form in which names of organisations are compared: lower case, without accents, punctuation, doubled spaces
// and the company form at its end; "&" reads "and".
func NameKey(s string) string {
	var b strings.Builder
	for _, r := range norm.NFKD.String(strings.ToValidUTF8(s, " ")) {
		switch {
		case unicode.IsMark(r) || r == '\'' || r == '’' || r == '‘' || r == '`' || r == '.':
			// Dropped without a gap: "St. Mary's" is "st marys", "P.L.C." is "plc".
		case r == '&':
			b.WriteString(" and ")
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			b.WriteRune(unicode.ToLower(r))
		default:
			b.WriteByte(' ')
		}
	}
	words := strings.Fields(b.String())
	for len(words) > 1 && companyForms[words[len(words)-1]] {
		words = words[:len(words)-1]
	}
	return strings.Join(words, " ")
}
