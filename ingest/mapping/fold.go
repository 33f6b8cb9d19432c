package mapping

import (
	"strings"
	"unicode"
)

// Fold brings a word to the form in which words are compared: small letters and digits, one space between them, "&" read as
// "and". Apostrophes vanish, all other punctuation separates.
func Fold(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	space := false
	put := func(r rune) {
		if space && b.Len() > 0 {
			b.WriteByte(' ')
		}
		space = false
		b.WriteRune(r)
	}
	for _, r := range s {
		switch {
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			put(unicode.ToLower(r))
		case r == '\'' || r == '’' || r == '‘' || r == '`' || r == '\ufeff':
		case r == '&':
			space = true
			for _, l := range "and" {
				put(l)
			}
			space = true
		default:
			space = true
		}
	}
	return b.String()
}
