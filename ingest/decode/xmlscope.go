package decode

import (
	"bytes"
	"strings"
)

// xmlScope resolves the prefixes of names. The names of a spreadsheet are few and repeat without end, so each is resolved once
// for as long as the declarations in force stay the same.
type xmlScope struct {
	declared []xmlDeclared
	elements map[string]xmlName
	others   map[string]xmlName
}

type xmlDeclared struct {
	prefix, space string
	depth         int
}

const (
	// maxNames and maxNameBytes bound what is remembered of a file whose names do not repeat.
	maxNames     = 4096
	maxNameBytes = 100
	// maxDeclared is many times what any spreadsheet declares.
	maxDeclared = 256
)

func newXMLScope() xmlScope {
	return xmlScope{elements: map[string]xmlName{}, others: map[string]xmlName{}}
}

// resolve looks up a name as written. Only elements take the default name space. A prefix that was never declared stands for
// itself. ok is false for a name with more than one colon.
func (s *xmlScope) resolve(raw []byte, element bool) (name xmlName, ok bool) {
	known := s.others
	if element {
		known = s.elements
	}
	if name, ok := known[string(raw)]; ok {
		return name, true
	}
	if bytes.Count(raw, []byte{':'}) > 1 {
		return xmlName{}, false
	}
	name.local = string(raw)
	prefix, local, found := strings.Cut(name.local, ":")
	switch {
	case found && prefix != "" && local != "":
		name = xmlName{s.space(prefix, prefix), local}
	case element:
		name.space = s.space("", "")
	}
	if len(raw) <= maxNameBytes {
		if len(known) >= maxNames {
			clear(known)
		}
		known[string(raw)] = name
	}
	return name, true
}

func (s *xmlScope) space(prefix, otherwise string) string {
	switch prefix {
	case "xml":
		return "http://www.w3.org/XML/1998/namespace"
	case "xmlns":
		return prefix
	}
	for i := len(s.declared) - 1; i >= 0; i-- {
		if s.declared[i].prefix == prefix {
			return s.declared[i].space
		}
	}
	return otherwise
}

func (s *xmlScope) declare(prefix, space string, depth int) bool {
	if len(s.declared) >= maxDeclared {
		return false
	}
	s.declared = append(s.declared, xmlDeclared{prefix, space, depth})
	s.forget()
	return true
}

// leave drops the declarations of the element at the depth.
func (s *xmlScope) leave(depth int) {
	n := len(s.declared)
	for n > 0 && s.declared[n-1].depth >= depth {
		n--
	}
	if n < len(s.declared) {
		s.declared = s.declared[:n]
		s.forget()
	}
}

func (s *xmlScope) forget() {
	clear(s.elements)
	clear(s.others)
}
