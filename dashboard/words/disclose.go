package words

import "bellwether/internal/disclosure"

// Hidden stands where a small count is not shown.
const Hidden = disclosure.Hidden

// Round applies the disclosure rule of the Safeguarding Adults Collection to a count of people's records: 0 to 4 are hidden, anything
// else is rounded to the nearest 5. ok is false for a hidden count.
func Round(n int64) (rounded int64, ok bool) {
	c := disclosure.SAC.Show(max(n, 0))
	return c.Value, !c.Hidden
}

// Disclosed writes a count under the disclosure rule.
func Disclosed(n int64) string {
	r, ok := Round(n)
	if !ok {
		return Hidden
	}
	return Int(r)
}
