package decode

import (
	"encoding/binary"
	"errors"
	"io"
	"unicode/utf8"
)

// stats is what one pass over a text counts.
type stats struct {
	bytes, controls, lost, multibyte, invalid, unassigned int64
	feeds, returns                                        int64 // line feeds; carriage returns without one
	nulLine, invalidLine                                  int64
}

var errNotLayered = errors.New("the text was not encoded over again")

// class of a byte below 0x80; zero is an ordinary character.
const (
	isFeed = iota + 1
	isReturn
	isNUL
	isControl
	isHigh
)

var byteClass = func() (t [256]uint8) {
	for b := range 0x20 {
		t[b] = isControl
	}
	t[0x7f], t['\t'], t['\n'], t['\r'], t[0] = isControl, 0, isFeed, isReturn, isNUL
	for b := 0x80; b < 0x100; b++ {
		t[b] = isHigh
	}
	return t
}()

// ordinary reports whether none of eight bytes needs a closer look: each is from the space to the tilde.
func ordinary(eight uint64) bool {
	const ones, highs = 0x0101010101010101, 0x8080808080808080
	return (eight|(eight+ones)|(eight-0x20*ones))&highs == 0
}

// scan reads a text once. It stops at the first NUL, which no text holds.
func scan(r io.Reader) (stats, error) {
	var s stats
	buf := make([]byte, 64*kib)
	kept, line := 0, int64(1)
	afterReturn := false
	for {
		n, err := r.Read(buf[kept:])
		end := err != nil
		if end && err != io.EOF {
			return s, err
		}
		data := buf[:kept+n]
		i := 0
		for i < len(data) {
			if i+8 <= len(data) && ordinary(binary.LittleEndian.Uint64(data[i:])) {
				afterReturn = false
				i += 8
				continue
			}
			c := byteClass[data[i]]
			if c == 0 {
				afterReturn = false
				i++
				continue
			}
			if c == isHigh {
				if !end && !utf8.FullRune(data[i:]) {
					break
				}
				w := s.high(data[i:], line)
				i += w
				afterReturn = false
				continue
			}
			switch c {
			case isFeed:
				s.feeds++
				line++
				if afterReturn {
					s.returns--
				}
			case isReturn:
				s.returns++
			case isNUL:
				s.nulLine = line
				s.bytes += int64(i)
				return s, nil
			case isControl:
				s.controls++
			}
			afterReturn = c == isReturn
			i++
		}
		s.bytes += int64(i)
		if end {
			return s, nil
		}
		kept = copy(buf, data[i:])
	}
}

func (s *stats) high(b []byte, line int64) int {
	r, w := utf8.DecodeRune(b)
	if r == utf8.RuneError && w == 1 {
		if s.invalid == 0 {
			s.invalidLine = line
		}
		s.invalid++
		if cp1252[b[0]] < 0xa0 {
			s.unassigned++
		}
		return 1
	}
	if r < 0xa0 {
		s.lost++
	}
	s.multibyte++
	return w
}

// badCharacter says what is wrong with a text that must be clean, or "" when nothing is. The upper control characters, which
// stand where a dash or an apostrophe was lost on the way, are harmless in UTF-8; a Windows-1252 text has them (strict) only
// for bytes that are no letter at all.
func badCharacter(s string, strict bool) string {
	for i := 0; i < len(s); {
		c := byteClass[s[i]]
		if c < isNUL {
			i++
			continue
		}
		if c != isHigh {
			return "holds a control character"
		}
		r, w := utf8.DecodeRuneInString(s[i:])
		if r == utf8.RuneError && w == 1 {
			return "holds bytes that are not UTF-8"
		}
		if r < 0xa0 && strict {
			return "holds a byte that is no letter in Windows-1252"
		}
		i += w
	}
	return ""
}
