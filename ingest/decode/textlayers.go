package decode

import (
	"io"
	"unicode/utf8"
)

// cp1252 maps Windows-1252 bytes to letters. The five bytes it leaves unassigned stay control characters, so that the rows
// holding them are refused rather than guessed.
var cp1252 = func() (t [256]rune) {
	for b := range t {
		t[b] = rune(b)
	}
	for i, r := range [32]rune{'€', 0x81, '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', 0x8d, 'Ž', 0x8f,
		0x90, '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', 0x9d, 'ž', 'Ÿ'} {
		t[0x80+i] = r
	}
	return t
}()

var fromCP1252 = func() map[rune]byte {
	m := map[rune]byte{}
	for b, r := range cp1252 {
		if r != rune(b) {
			m[r] = byte(b)
		}
	}
	return m
}()

// cp1252Reader turns Windows-1252 into UTF-8.
type cp1252Reader struct {
	src  io.Reader
	buf  [16 * kib]byte
	out  []byte
	next int
	err  error
}

func (c *cp1252Reader) Read(p []byte) (int, error) {
	for c.next == len(c.out) {
		if c.err != nil {
			return 0, c.err
		}
		var n int
		n, c.err = c.src.Read(c.buf[:])
		c.out, c.next = c.out[:0], 0
		for _, b := range c.buf[:n] {
			if b < utf8.RuneSelf {
				c.out = append(c.out, b)
			} else {
				c.out = utf8.AppendRune(c.out, cp1252[b])
			}
		}
	}
	n := copy(p, c.out[c.next:])
	c.next += n
	return n, nil
}

// peelReader takes off one layer of mistaken encoding: each letter becomes the single byte it was made from.
type peelReader struct {
	src  io.Reader
	buf  [16 * kib]byte
	kept int
	out  []byte
	next int
	err  error
}

func (p *peelReader) Read(dst []byte) (int, error) {
	for p.next == len(p.out) {
		if p.err != nil {
			return 0, p.err
		}
		n, err := p.src.Read(p.buf[p.kept:])
		p.err = err
		if err := p.peel(p.buf[:p.kept+n], err != nil); err != nil {
			p.err = err
		}
	}
	n := copy(dst, p.out[p.next:])
	p.next += n
	return n, nil
}

func (p *peelReader) peel(data []byte, end bool) error {
	p.out, p.next = p.out[:0], 0
	i := 0
	for i < len(data) && (end || utf8.FullRune(data[i:])) {
		r, w := utf8.DecodeRune(data[i:])
		b, ok := fromCP1252[r]
		if !ok {
			if r > 0xff || (r == utf8.RuneError && w == 1) {
				return errNotLayered
			}
			b = byte(r)
		}
		p.out = append(p.out, b)
		i += w
	}
	p.kept = copy(p.buf[:], data[i:])
	return nil
}

// breakReader turns lone carriage returns into line feeds.
type breakReader struct{ src io.Reader }

func (b *breakReader) Read(p []byte) (int, error) {
	n, err := b.src.Read(p)
	for i := range p[:n] {
		if p[i] == '\r' {
			p[i] = '\n'
		}
	}
	return n, err
}
