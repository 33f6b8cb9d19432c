package decode

import (
	"bytes"
	"errors"
	"io"
	"unicode/utf16"
	"unicode/utf8"
)

// Encodings of two bytes for most letters, which Excel calls "Unicode text".
const (
	EncodingUTF16LE = "UTF-16 (low byte first)"
	EncodingUTF16BE = "UTF-16 (high byte first)"
)

// wideSample is how much of a file without a mark is looked at for the empty bytes that show UTF-16.
const wideSample = 512

// wideOf tells a text of two bytes a letter by its byte order mark, or by every other byte of its start being empty, and returns
// the mark's length. The encoding is "" for any other text.
func wideOf(head []byte) (encoding string, mark int, err error) {
	switch {
	case bytes.HasPrefix(head, []byte("\xff\xfe\x00\x00")), bytes.HasPrefix(head, []byte("\x00\x00\xfe\xff")):
		return "", 0, &Error{Code: CodeBadEncoding, Reason: "the file is encoded as UTF-32, four bytes a letter", NextStep: saveAgain}
	case bytes.HasPrefix(head, []byte("\xff\xfe")):
		return EncodingUTF16LE, 2, nil
	case bytes.HasPrefix(head, []byte("\xfe\xff")):
		return EncodingUTF16BE, 2, nil
	}
	head = head[:min(len(head), wideSample)&^1]
	var empty [2]int // at even and at odd places
	for i, b := range head {
		if b == 0 {
			empty[i%2]++
		}
	}
	// A letter of another script or an emoji may have an empty byte on the other side.
	letters := len(head) / 2
	switch {
	case letters < 4:
	case empty[1] >= letters*2/3 && empty[0] <= letters/10:
		return EncodingUTF16LE, 0, nil
	case empty[0] >= letters*2/3 && empty[1] <= letters/10:
		return EncodingUTF16BE, 0, nil
	}
	return "", 0, nil
}

// wideReader turns UTF-16 into UTF-8. Half of a pair becomes a byte that is no letter, so that its row is refused; half of a letter
// at the end refuses the file, which was cut.
type wideReader struct {
	src  io.Reader
	big  bool
	buf  [16 * kib]byte
	kept int
	out  []byte
	next int
	err  error
}

func (w *wideReader) Read(p []byte) (int, error) {
	for w.next == len(w.out) {
		if w.err != nil {
			return 0, w.err
		}
		n, err := w.src.Read(w.buf[w.kept:])
		w.err = err
		w.turn(w.buf[:w.kept+n], err != nil)
	}
	n := copy(p, w.out[w.next:])
	w.next += n
	return n, nil
}

// unit is one number of two bytes.
func (w *wideReader) unit(b []byte) rune {
	if w.big {
		return rune(b[0])<<8 | rune(b[1])
	}
	return rune(b[1])<<8 | rune(b[0])
}

func (w *wideReader) turn(data []byte, end bool) {
	w.out, w.next = w.out[:0], 0
	i := 0
	for ; i+1 < len(data); i += 2 {
		r := w.unit(data[i:])
		switch {
		case !utf16.IsSurrogate(r):
			w.out = utf8.AppendRune(w.out, r)
		case i+3 >= len(data) && !end:
			w.kept = copy(w.buf[:], data[i:])
			return
		default:
			pair := rune(utf8.RuneError)
			if i+3 < len(data) {
				pair = utf16.DecodeRune(r, w.unit(data[i+2:]))
			}
			if pair == utf8.RuneError {
				w.out = append(w.out, 0xff)
				continue
			}
			w.out = utf8.AppendRune(w.out, pair)
			i += 2
		}
	}
	w.kept = copy(w.buf[:], data[i:])
	if end && w.kept > 0 && errors.Is(w.err, io.EOF) {
		w.err = &Error{Code: CodeTruncated, Reason: "the file ends in the middle of a letter, so it was cut short", NextStep: "Have the extract made again; nothing of this one is loaded"}
	}
}
