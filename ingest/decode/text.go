package decode

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
)

// Encodings that a TextFile may have.
const (
	EncodingUTF8   = "UTF-8"
	EncodingCP1252 = "cp1252"
)

// TextFile is a text file whose encoding has been decided by reading all of it once.
type TextFile struct {
	Encoding string
	// Layers counts how many times the text had been encoded over again by mistake. A byte order mark that shows as "ï»¿"
	// proves it, and the layers are taken off when the whole file allows it.
	Layers int
	// Suspect says that some rows hold control characters or bytes that no letter has. Their readers refuse those rows.
	Suspect bool
	// Lost counts characters that no longer mean anything, such as what is left of a dash that an earlier program broke.
	Lost int64

	src      io.ReaderAt
	start    int64 // bytes of byte order mark
	size     int64
	crBreaks bool // lines end with a lone carriage return
}

// Text decides the encoding of a file: UTF-16 when its mark or its empty bytes show it, UTF-8 when its bytes are UTF-8, else
// Windows-1252. It refuses files that are not text.
func Text(r io.ReaderAt, size int64, limits Limits) (*TextFile, error) {
	limits = limits.orDefaults()
	if size > limits.FileBytes {
		return nil, tooBig("the file", limits.FileBytes)
	}
	head := make([]byte, min(size, wideSample))
	if _, err := r.ReadAt(head, 0); err != nil && err != io.EOF {
		return nil, err
	}
	wide, mark, err := wideOf(head)
	if err != nil {
		return nil, err
	}
	if wide != "" {
		f := &TextFile{Encoding: wide, src: r, start: int64(mark), size: size}
		s, err := scan(f.decoded())
		if err != nil {
			return nil, err
		}
		return f, f.settle(s, true)
	}
	bom, layers := markOf(head[:min(len(head), 64)])
	for ; ; layers-- {
		f := &TextFile{Encoding: EncodingUTF8, Layers: layers, src: r, start: int64(bom), size: size}
		s, err := scan(f.decoded())
		if errors.Is(err, errNotLayered) && layers > 0 {
			continue
		}
		if err != nil {
			return nil, err
		}
		if s.invalid > 0 && layers > 0 {
			continue
		}
		return f, f.settle(s, bom > 0)
	}
}

// settle decides between UTF-8 and Windows-1252 from what the scan counted.
func (f *TextFile) settle(s stats, marked bool) error {
	if s.nulLine > 0 {
		return notText(fmt.Sprintf("line %d holds a NUL character, so this is not plain text", s.nulLine))
	}
	if s.controls*100 > s.bytes {
		return notText(fmt.Sprintf("%d of %d bytes are control characters, so this is not plain text", s.controls, s.bytes))
	}
	switch {
	case s.invalid == 0 || s.multibyte >= 10*s.invalid || marked:
		// A few bad bytes in a UTF-8 file spoil their own rows only.
		f.Suspect = s.controls > 0 || s.invalid > 0
	case s.multibyte == 0 || s.invalid >= 10*s.multibyte:
		f.Encoding = EncodingCP1252
		f.Suspect = s.controls > 0 || s.unassigned > 0
	default:
		return &Error{Code: CodeBadEncoding, NextStep: saveAgain,
			Reason: fmt.Sprintf("the file mixes two encodings: line %d is not UTF-8, and other lines are nothing else", s.invalidLine)}
	}
	f.Lost = s.lost
	f.crBreaks = s.feeds == 0 && s.returns > 0
	return nil
}

// Reader reads the text from its start as UTF-8, without a byte order mark. It may be called again for another pass.
func (f *TextFile) Reader() io.Reader {
	r := f.decoded()
	if f.Encoding == EncodingCP1252 {
		r = &cp1252Reader{src: r}
	}
	if f.crBreaks {
		r = &breakReader{src: r}
	}
	return r
}

func (f *TextFile) decoded() io.Reader {
	var r io.Reader = io.NewSectionReader(f.src, f.start, max(f.size-f.start, 0))
	if f.Encoding == EncodingUTF16LE || f.Encoding == EncodingUTF16BE {
		return &wideReader{src: r, big: f.Encoding == EncodingUTF16BE}
	}
	for range f.Layers {
		r = &peelReader{src: r}
	}
	return r
}

func notText(reason string) *Error {
	return &Error{Code: CodeBadEncoding, Reason: reason, NextStep: saveAgain}
}

// markOf returns how many bytes of byte order mark a file starts with, and how many times that mark was encoded over again.
func markOf(head []byte) (length, layers int) {
	const mark = "\xef\xbb\xbf"
	plain := 0
	if bytes.HasPrefix(head, []byte(mark)) {
		plain = len(mark)
	}
	levels := []string{mark}
	for depth := 1; depth <= 3; depth++ {
		var next []string
		for _, s := range levels {
			next = append(next, encodeOver(s, false), encodeOver(s, true))
		}
		for _, s := range next {
			if bytes.HasPrefix(head[plain:], []byte(s)) {
				length, layers = plain+len(s), depth
			}
		}
		levels = next
	}
	return max(length, plain), layers
}

// encodeOver does what a program does that takes UTF-8 bytes for single letters and encodes them again.
func encodeOver(s string, windows bool) string {
	var b strings.Builder
	for i := range len(s) {
		r := rune(s[i])
		if windows {
			r = cp1252[s[i]]
		}
		b.WriteRune(r)
	}
	return b.String()
}
