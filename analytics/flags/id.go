package flags

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
)

// flagID is the first half of a SHA-256 over provider, location, rule and the
// start of the episode. In the place of the location, a flag about a group has
// the brand and a provider-wide flag has nothing.
func flagID(provider, place, rule string, start day) string {
	sum := sha256.Sum256([]byte(strings.Join([]string{provider, place, rule, start.iso()}, "\x1f")))
	return hex.EncodeToString(sum[:16])
}
