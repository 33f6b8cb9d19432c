package tabular

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"sync"

	"bellwether/ingest/mapping"
)

// madeKey is the reference of a row whose file has none: a keyed digest of the fields that the mapping names, so that a person's number
// among them can't be found by trying. The same fields give the same reference in every delivery.
func (r *reader) madeKey() string {
	var parts []string
	some := false
	for _, name := range r.m.Key {
		part := mapping.Fold(r.cells[r.t.Index(name)])
		some = some || part != ""
		parts = append(parts, part)
	}
	if !some {
		return ""
	}
	digest := r.digest
	if digest == nil {
		digest = passing
	}
	return "K-" + digest(strings.Join(parts, "|"))
}

var passingKey = sync.OnceValue(func() []byte {
	key := make([]byte, 32)
	_, _ = rand.Read(key) // it never fails
	return key
})

// passing serves previews, which have no instance and keep nothing: its references hold for one process.
func passing(s string) string {
	mac := hmac.New(sha256.New, passingKey())
	mac.Write([]byte(s))
	return hex.EncodeToString(mac.Sum(nil)[:16])
}
