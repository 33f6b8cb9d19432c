// Package passphrase makes passwords out of common English words, for people
// who have to read one out over the telephone or type it from paper. Homophones
// are left out of the list, and so are most words one letter apart.
package passphrase

import (
	"crypto/rand"
	_ "embed"
	"fmt"
	"io"
	"math"
	"math/big"
	"strings"
)

// MinWords is the smallest number of words that New accepts: with the list of
// 2,048 words, 11 bits each, six words carry 66 bits.
const MinWords = 6

//go:embed words.txt
var list string

var words = strings.Fields(list)

// New returns count words chosen independently and evenly, joined by hyphens.
// Random is crypto/rand.Reader when nil; a reader that fails gives an error and
// never a weaker password.
func New(random io.Reader, count int) (string, error) {
	if count < MinWords {
		return "", fmt.Errorf("passphrase: %d words are too few: use at least %d", count, MinWords)
	}
	if random == nil {
		random = rand.Reader
	}
	chosen := make([]string, count)
	size := big.NewInt(int64(len(words)))
	for i := range chosen {
		n, err := rand.Int(random, size)
		if err != nil {
			return "", fmt.Errorf("passphrase: no random numbers: %w", err)
		}
		chosen[i] = words[n.Int64()]
	}
	return strings.Join(chosen, "-"), nil
}

// Bits returns how many bits of chance a password of count words holds: the
// logarithm to base two of the number of passwords that are equally likely.
func Bits(count int) float64 {
	return float64(count) * math.Log2(float64(len(words)))
}
