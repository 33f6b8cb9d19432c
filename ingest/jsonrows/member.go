package jsonrows

import "bytes"

// Members lists the names of an object's members with their values, found by brackets and quotes alone. whole is false when
// the object is broken; what was found before the fault is returned all the same.
func Members(object []byte) (names []string, values [][]byte, whole bool) {
	s := scanner{b: object}
	s.space()
	if !s.take('{') {
		return nil, nil, false
	}
	s.space()
	if s.take('}') {
		return nil, nil, true
	}
	for {
		s.space()
		name, ok := s.text()
		if !ok {
			return names, values, false
		}
		s.space()
		if !s.take(':') {
			return names, values, false
		}
		s.space()
		v, ok := s.value()
		names, values = append(names, name), append(values, v)
		if !ok {
			return names, values, false
		}
		s.space()
		if s.take('}') {
			return names, values, true
		}
		if !s.take(',') {
			return names, values, false
		}
	}
}

// Member returns the value of the first member of that name.
func Member(object []byte, name string) (value []byte, found bool) {
	names, values, _ := Members(object)
	for i, n := range names {
		if n == name {
			return values[i], true
		}
	}
	return nil, false
}

// scanner walks over JSON text without judging it.
type scanner struct {
	b []byte
	i int
}

func (s *scanner) space() {
	for s.i < len(s.b) && isSpace(s.b[s.i]) {
		s.i++
	}
}

func (s *scanner) take(c byte) bool {
	if s.i < len(s.b) && s.b[s.i] == c {
		s.i++
		return true
	}
	return false
}

// text reads a quoted name. Escapes in names are left as they are: no name that we look for has any.
func (s *scanner) text() (string, bool) {
	if !s.take('"') {
		return "", false
	}
	from := s.i
	for ; s.i < len(s.b); s.i++ {
		switch s.b[s.i] {
		case '\\':
			s.i++
		case '"':
			s.i++
			return string(s.b[from : s.i-1]), true
		}
	}
	s.i = len(s.b)
	return "", false
}

// value takes everything up to the comma or bracket that ends the value.
func (s *scanner) value() ([]byte, bool) {
	from, depth, quoted := s.i, 0, false
	for ; s.i < len(s.b); s.i++ {
		switch c := s.b[s.i]; {
		case quoted && c == '\\':
			s.i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '{' || c == '[':
			depth++
		case c == '}' || c == ']':
			if depth == 0 {
				return bytes.TrimSpace(s.b[from:s.i]), true
			}
			depth--
		case c == ',' && depth == 0:
			return bytes.TrimSpace(s.b[from:s.i]), true
		}
	}
	s.i = len(s.b)
	return s.b[min(from, s.i):], false
}
