package jsonrows

import "regexp"

var soundNumber = regexp.MustCompile(`^-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]{1,2})?$`)

// Repair replaces by null every number that JSON does not know or that no sum of money can be, and returns how many there were.
// The bytes of raw are not changed.
func Repair(raw []byte) (fixed []byte, count int) {
	quoted := false
	for i := 0; i < len(raw); i++ {
		c := raw[i]
		switch {
		case quoted:
			if c == '\\' && i+1 < len(raw) {
				fixed = append(fixed, c)
				i++
				c = raw[i]
			} else if c == '"' {
				quoted = false
			}
		case c == '"':
			quoted = true
		case c == '-' || c == '+' || c == '.' || c >= '0' && c <= '9':
			end := endOfNumber(raw, i)
			if !soundNumber.Match(raw[i:end]) {
				fixed = append(fixed, "null"...)
				count++
			} else {
				fixed = append(fixed, raw[i:end]...)
			}
			i = end - 1
			continue
		}
		fixed = append(fixed, c)
	}
	return fixed, count
}

// endOfNumber finds where a run of digits, signs, points and exponents ends. Spaces belong to it only between digits.
func endOfNumber(raw []byte, from int) int {
	end := from
	for i := from; i < len(raw); i++ {
		switch c := raw[i]; {
		case c >= '0' && c <= '9', c == '-', c == '+', c == '.', c == 'e', c == 'E':
			end = i + 1
		case c == ' ':
		default:
			return end
		}
	}
	return end
}
