package pseudonym

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Size is the length of a pseudonym in characters: 128 bits in hexadecimal.
const Size = 32

// Hasher makes the pseudonyms of one domain. It serves one goroutine.
type Hasher struct {
	mac hash.Hash
	in  []byte
	sum [sha256.Size]byte
	out [Size]byte
}

// Hasher gives a maker of pseudonyms for a domain.
func (k *Keyring) Hasher(domain string) (*Hasher, error) {
	key, ok := k.keys[domain]
	if !ok {
		return nil, fmt.Errorf("there is no pseudonym key for the domain %q: use %s, %s or %s", domain, Person, Staff, Origin)
	}
	return &Hasher{mac: hmac.New(sha256.New, key)}, nil
}

// Pseudonym gives the pseudonym of an identifier, or "" if nothing of it is left after normalising.
func (h *Hasher) Pseudonym(id string) string {
	h.in = appendNormal(h.in[:0], id)
	if len(h.in) == 0 {
		return ""
	}
	h.mac.Reset()
	h.mac.Write(h.in)
	sum := h.mac.Sum(h.sum[:0])
	hex.Encode(h.out[:], sum[:Size/2])
	return string(h.out[:])
}

// Normal is the form in which identifiers are compared: compatibility forms unified, capitals folded, white space and invisible
// characters removed. "943 476 5919" and "9434765919" are one person.
func Normal(id string) string { return string(appendNormal(nil, id)) }

func appendNormal(to []byte, id string) []byte {
	for i := range len(id) {
		b := id[i]
		switch {
		case b >= 0x80:
			return appendNormalWide(to[:0], id)
		case b <= ' ' || b == 0x7f:
		case b >= 'A' && b <= 'Z':
			to = append(to, b+'a'-'A')
		default:
			to = append(to, b)
		}
	}
	return to
}

func appendNormalWide(to []byte, id string) []byte {
	for _, r := range strings.ToLower(norm.NFKC.String(id)) {
		if unicode.IsSpace(r) || unicode.IsControl(r) || unicode.Is(unicode.Cf, r) {
			continue
		}
		to = append(to, string(r)...)
	}
	// Lowering can leave a form that composes again; a second pass makes the result a fixed point.
	return norm.NFKC.Append(nil, to...)
}
