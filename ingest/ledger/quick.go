package ledger

import "strings"

// quick reads a line as encode writes it, about ten times faster than a general JSON decoder: a manifest of 100,000 loads is read at every
// start. The texts share the memory of s. Whatever is not exactly of that form (an escaped character, another order, an unknown
// property) answers false and is left to the general decoder, which has the last word.
func quick(s string) (l line, ok bool) {
	if s == "" || s[0] != '{' {
		return l, false
	}
	r := quickReader{rest: s[1:]}
	for _, f := range [...]struct {
		name   string
		text   *string
		number *int64
	}{
		{name: `"at":`, text: &l.At},
		{name: `"state":`, text: (*string)(&l.State)},
		{name: `"load":`, text: &l.Load},
		{name: `"source":`, text: &l.Source},
		{name: `"window":`, text: &l.Window},
		{name: `"sha256":`, text: &l.SHA256},
		{name: `"bytes":`, number: &l.Bytes},
		{name: `"file":`, text: &l.File},
		{name: `"received":`, text: &l.Received},
		{name: `"path":`, text: &l.Path},
		{name: `"modified":`, number: &l.Modified},
		{name: `"reading":`, text: &l.Reading},
		{name: `"contracts":`, text: &l.Contracts},
		{name: `"rows_read":`, number: &l.RowsRead},
		{name: `"rows_loaded":`, number: &l.RowsLoaded},
		{name: `"rows_quarantined":`, number: &l.RowsQuarantined},
		{name: `"reason":`, text: &l.Reason},
	} {
		rest, found := strings.CutPrefix(r.rest, f.name)
		if !found {
			continue
		}
		r.rest = rest
		if f.text != nil {
			*f.text = r.text()
		} else {
			*f.number = r.number()
		}
		switch {
		case r.failed:
			return l, false
		case r.rest == "}":
			return l, true
		case r.rest[0] != ',':
			return l, false
		}
		r.rest = r.rest[1:]
	}
	return l, false
}

type quickReader struct {
	rest   string
	failed bool
}

// text reads a quoted text of plain ASCII without escapes.
func (r *quickReader) text() string {
	s := r.rest
	if s == "" || s[0] != '"' {
		r.failed = true
		return ""
	}
	for i := 1; i < len(s); i++ {
		switch b := s[i]; {
		case b == '"':
			r.rest = s[i+1:]
			r.failed = r.rest == ""
			return s[1:i]
		case b == '\\' || b < ' ' || b >= 0x80:
			r.failed = true
			return ""
		}
	}
	r.failed = true
	return ""
}

// number reads a whole number from 1 up to eighteen digits, which can't overflow; zero is never written.
func (r *quickReader) number() (n int64) {
	i := 0
	for ; i < len(r.rest) && r.rest[i] >= '0' && r.rest[i] <= '9'; i++ {
		if i == 18 {
			r.failed = true
			return 0
		}
		n = n*10 + int64(r.rest[i]-'0')
	}
	r.failed = i == 0 || i == len(r.rest) || r.rest[0] == '0'
	r.rest = r.rest[i:]
	return n
}
