package accounts

import (
	"bufio"
	"bytes"
	"crypto/sha1" //nolint:gosec // the published lists of leaked passwords name them by this digest; nothing is protected by it here
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"slices"
	"strings"
	"unicode"

	"github.com/trustelem/zxcvbn"
	"golang.org/x/text/unicode/norm"
)

// leastGuesses is how many guesses a chosen password must withstand by the estimate of zxcvbn, which knows the passwords, words, names,
// dates and keyboard walks that people take first. It is the third of that estimate's four marks: safe while guesses are slow, and every
// guess at the door is.
const leastGuesses = 1e8

// contextWords are what somebody who knows where a password is used tries first, whatever the instance.
var contextWords = []string{"bellwether", "password", "safeguarding", "council", "care", "commissioner", "quality", "qsig", "admin", "administrator", "welcome", "letmein"}

// guessable says that a password would be found by whoever knows the account, the instance's own words and what people choose. The estimate
// knows letters without marks only: of the rest each different one counts for ten guesses.
func guessable(password, username, name string, words []string) bool {
	about := slices.Concat(strings.Fields(username), strings.Fields(name), contextWords, words)
	var plain strings.Builder
	other := map[rune]bool{}
	for _, r := range norm.NFKD.String(password) {
		switch {
		case r < unicode.MaxASCII:
			plain.WriteRune(r)
		case !unicode.Is(unicode.Mn, r):
			other[r] = true
		}
	}
	return max(1, zxcvbn.PasswordStrength(plain.String(), about).Guesses)*math.Pow(10, float64(len(other))) < leastGuesses
}

// Leaked is a list of passwords that were published somewhere, in one of two forms: one password a line, or the sorted lines of upper-case
// SHA-1 digests with counts ("DIGEST:COUNT") in which the largest public collection is given out. The second is searched where it lies.
type Leaked struct {
	path    string
	plain   map[string]bool // nil for a list of digests
	digests *os.File
	size    int64
}

// maxPlainList is the largest list of plain passwords that is read into memory.
const maxPlainList = 64 << 20

// OpenLeaked opens a list; errors name the file and what to do, never a line of it.
func OpenLeaked(path string) (*Leaked, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("the list of leaked passwords can't be read: %w", err)
	}
	info, err := f.Stat()
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	l := &Leaked{path: path, size: info.Size()}
	first, err := bufio.NewReader(io.NewSectionReader(f, 0, 256)).ReadBytes('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, errors.Join(err, f.Close())
	}
	if _, ok := digestOf(first); ok {
		l.digests = f
		return l, nil
	}
	defer f.Close()
	if l.size > maxPlainList {
		return nil, fmt.Errorf("%s is larger than %d MiB: give the list as sorted SHA-1 digests (DIGEST:COUNT), which is searched on the disk", path, maxPlainList>>20)
	}
	l.plain = map[string]bool{}
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 64<<10)
	for lines.Scan() {
		if word := spelling(lines.Text()); word != "" {
			l.plain[word] = true
		}
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("%s: %w: it holds one password a line", path, err)
	}
	if len(l.plain) == 0 {
		return nil, fmt.Errorf("%s is empty: it holds one password a line, or DIGEST:COUNT", path)
	}
	return l, nil
}

// spelling is how a password is compared with a list: one spelling of each letter, in small letters, since a capital is what people add.
func spelling(s string) string { return strings.ToLower(norm.NFC.String(strings.TrimRight(s, "\r\n"))) }

// digestOf gives the SHA-1 digest at the beginning of a line.
func digestOf(line []byte) (digest []byte, ok bool) {
	if len(line) < 40 || len(line) > 40 && !bytes.ContainsAny(line[40:41], ":\r\n") {
		return nil, false
	}
	digest, err := hex.DecodeString(string(line[:40]))
	return digest, err == nil
}

// Holds says whether a password is in the list.
func (l *Leaked) Holds(password string) (bool, error) {
	if l == nil {
		return false, nil
	}
	if l.plain != nil {
		return l.plain[spelling(password)], nil
	}
	sum := sha1.Sum([]byte(norm.NFC.String(password))) //nolint:gosec // see above
	// Between lo and hi lies the line, if there is one: each step reads the first whole line after the middle.
	lo, hi := int64(0), l.size
	for lo < hi {
		middle := lo + (hi-lo)/2
		begin, line, err := l.lineAfter(middle)
		if err != nil {
			return false, err
		}
		if begin >= hi || line == nil {
			hi = middle
			continue
		}
		digest, ok := digestOf(line)
		if !ok {
			return false, fmt.Errorf("%s holds a line that is no digest, near byte %d: get the list anew", l.path, begin)
		}
		switch c := bytes.Compare(digest, sum[:]); {
		case c == 0:
			return true, nil
		case c < 0:
			lo = begin + int64(len(line))
		default:
			hi = middle
		}
	}
	return false, nil
}

// lineAfter gives the first line that begins at or after a place, and where; nil at the end.
func (l *Leaked) lineAfter(at int64) (begin int64, line []byte, err error) {
	begin = at
	if at > 0 {
		skipped, err := l.read(at - 1)
		if err != nil {
			return 0, nil, err
		}
		begin = at - 1 + int64(len(skipped))
	}
	if begin >= l.size {
		return begin, nil, nil
	}
	line, err = l.read(begin)
	return begin, line, err
}

// read gives what stands from a place to the end of its line.
func (l *Leaked) read(at int64) ([]byte, error) {
	line, err := bufio.NewReaderSize(io.NewSectionReader(l.digests, at, 256), 256).ReadBytes('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	return line, nil
}

// Close closes the list.
func (l *Leaked) Close() error {
	if l == nil || l.digests == nil {
		return nil
	}
	return l.digests.Close()
}
