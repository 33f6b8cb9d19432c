package jsonrows

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
)

// Value is one value of a delivery.
type Value struct {
	No    int64  // position in the delivery, from 1
	Raw   []byte // valid until the next value is asked for
	Fault string // why Raw is not whole, "" if it is
	Cut   bool   // the delivery stops inside this value
}

// MaxValue is the most bytes one value may have.
const MaxValue = 64 << 20

// Splitter reads the values of a delivery one after the other.
type Splitter struct {
	r      *bufio.Reader
	lines  bool
	limit  int
	buf    []byte
	no     int64
	begun  bool
	array  bool
	closed bool
}

// NewSplitter reads r, which must be UTF-8. With lines set, every line is one value, so that a broken line does not spoil the
// next one.
func NewSplitter(r io.Reader, lines bool) *Splitter {
	return &Splitter{r: bufio.NewReaderSize(r, 64<<10), lines: lines, limit: MaxValue}
}

// Next returns the next value, or io.EOF. A value with a Fault is broken: after a broken line the next line follows, after any
// other broken value nothing does.
func (s *Splitter) Next() (Value, error) {
	if s.closed {
		return Value{}, io.EOF
	}
	if s.lines {
		return s.nextLine()
	}
	if !s.begun {
		s.begun = true
		c, err := s.peek()
		if err != nil {
			return Value{}, err
		}
		if c == '[' {
			s.array = true
			s.skip()
		}
	}
	c, err := s.peek()
	if errors.Is(err, io.EOF) && s.array {
		return s.broken("the list has no end: the file stops before its closing bracket")
	}
	if err != nil {
		return Value{}, err
	}
	if s.array {
		if c == ',' && s.no > 0 {
			s.skip()
			if c, err = s.peek(); err != nil {
				return s.broken("the list has no end: the file stops after a comma")
			}
		}
		if c == ']' {
			s.closed = true
			s.skip()
			if _, err := s.peek(); err == nil {
				s.no++
				return Value{No: s.no, Fault: "there is more text after the end of the list"}, nil
			}
			return Value{}, io.EOF
		}
	}
	return s.value()
}

func (s *Splitter) nextLine() (Value, error) {
	for {
		s.buf = s.buf[:0]
		tooLong := false
		var err error
		for {
			var part []byte
			part, err = s.r.ReadSlice('\n')
			if len(s.buf)+len(part) > s.limit {
				tooLong = true
			} else {
				s.buf = append(s.buf, part...)
			}
			if !errors.Is(err, bufio.ErrBufferFull) {
				break
			}
		}
		if err != nil && err != io.EOF {
			return Value{}, err
		}
		line := bytes.TrimSpace(s.buf)
		if len(line) == 0 && !tooLong {
			if err == io.EOF {
				return Value{}, io.EOF
			}
			continue
		}
		s.no++
		v := Value{No: s.no, Raw: line}
		if err == io.EOF && !tooLong && !balanced(line) {
			v.Fault, v.Cut = "the last line has no end: the file has been cut short", true
		}
		if tooLong {
			v.Fault = fmt.Sprintf("the line is longer than %d MiB", s.limit>>20)
		}
		return v, nil
	}
}

// balanced says whether every bracket and quote of a line is closed.
func balanced(line []byte) bool {
	depth, quoted, escaped := 0, false, false
	for _, c := range line {
		switch {
		case escaped:
			escaped = false
		case quoted:
			escaped, quoted = c == '\\', c != '"'
		case c == '"':
			quoted = true
		case c == '{' || c == '[':
			depth++
		case c == '}' || c == ']':
			depth--
		}
	}
	return depth == 0 && !quoted
}

// value collects one value by its brackets, or a bare word up to the next comma.
func (s *Splitter) value() (Value, error) {
	s.no++
	s.buf = s.buf[:0]
	if c, err := s.peek(); err == nil && (c == ']' || c == '}' || c == ',' || c == ':') {
		s.closed = true
		return Value{No: s.no, Fault: fmt.Sprintf("a %q stands where a value should", c)}, nil
	}
	depth, quoted, escaped := 0, false, false
	for {
		c, err := s.r.ReadByte()
		if err == io.EOF {
			if depth == 0 && !quoted && len(s.buf) > 0 {
				break
			}
			s.closed = true
			return Value{No: s.no, Raw: s.buf, Fault: "the value has no end: the file has been cut short", Cut: true}, nil
		}
		if err != nil {
			return Value{}, err
		}
		if len(s.buf) >= s.limit {
			s.closed = true
			return Value{No: s.no, Fault: fmt.Sprintf("the value is larger than %d MiB", s.limit>>20)}, nil
		}
		switch {
		case escaped:
			escaped = false
		case quoted:
			escaped, quoted = c == '\\', c != '"'
		case c == '"':
			quoted = true
		case c == '{' || c == '[':
			depth++
		case c == '}' || c == ']':
			depth--
			if depth < 0 {
				return Value{No: s.no, Raw: s.buf}, s.r.UnreadByte()
			}
		case c == ',' && depth == 0:
			return Value{No: s.no, Raw: s.buf}, s.r.UnreadByte()
		case depth == 0 && isSpace(c):
			return Value{No: s.no, Raw: s.buf}, nil
		}
		s.buf = append(s.buf, c)
		if depth == 0 && (c == '}' || c == ']') {
			break
		}
	}
	return Value{No: s.no, Raw: s.buf}, nil
}

func (s *Splitter) broken(why string) (Value, error) {
	s.closed = true
	s.no++
	return Value{No: s.no, Fault: why, Cut: true}, nil
}

// peek returns the next byte that is not a space, without taking it.
func (s *Splitter) peek() (byte, error) {
	for {
		c, err := s.r.ReadByte()
		if err != nil {
			return 0, err
		}
		if !isSpace(c) {
			return c, s.r.UnreadByte()
		}
	}
}

func (s *Splitter) skip() { _, _ = s.r.ReadByte() }

func isSpace(c byte) bool { return c == ' ' || c == '\t' || c == '\n' || c == '\r' }
