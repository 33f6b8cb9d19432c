package decode

import (
	"encoding/binary"
	"testing"

	"pgregory.net/rapid"
)

// The short ways past a pattern or a table must give what the long way gives.
func TestShortWaysAgree(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b := rapid.SliceOfN(rapid.Byte(), 8, 8).Draw(t, "bytes")
		if rapid.Bool().Draw(t, "mostly letters") {
			for i := range b {
				if i != int(b[0])%8 {
					b[i] = 'a'
				}
			}
		}
		plain := true
		for _, c := range b {
			plain = plain && c >= ' ' && c < 0x7f
		}
		if got := ordinary(binary.LittleEndian.Uint64(b)); got != plain {
			t.Fatalf("%x: %v", b, got)
		}
		code := rapid.StringMatching(`[A-Z0-9a]{1,4} ?[0-9A-Z]{3}`).Draw(t, "postcode")
		if m := postcode.FindStringSubmatch(PostcodeKey(code)); plainPostcode(code) && (m == nil || m[1]+" "+m[2] != code) {
			t.Fatalf("%q is taken for a postcode in its usual form", code)
		}
		id := rapid.StringMatching(`[+-]?[0-9a-zE]{0,3}[.,]?[0-9]{0,2}[eE]?[+]?[0-9]{0,3}`).Draw(t, "reference")
		if scientific.MatchString(id) && !mayBeNumber(id) {
			t.Fatalf("%q is not looked at", id)
		}
	})
}
