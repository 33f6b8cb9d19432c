package decode

import (
	"bytes"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// nameByte holds the bytes of names; every letter beyond ASCII passes.
var nameByte = func() (t [256]bool) {
	for b := range t {
		t[b] = b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' || b >= '0' && b <= '9' || b == '_' || b == ':' || b == '-' || b == '.' || b >= 0x80
	}
	return t
}()

func notNameStart(b byte) bool { return b >= '0' && b <= '9' || b == '-' || b == '.' }

func trimSpace(s []byte) []byte {
	n := 0
	for n < len(s) && (s[n] == ' ' || s[n] == '\t' || s[n] == '\n' || s[n] == '\r') {
		n++
	}
	return s[n:]
}

// tagEnd returns where, counted from pos, the ">" of the tag stands that starts there.
func (x *xmlStream) tagEnd() (int, error) {
	// Nearly every tag lies whole in the buffer and has its values in double quotes without a ">" inside.
	if i := bytes.IndexByte(x.buf[x.pos:x.end], '>'); i >= 0 {
		tag := x.buf[x.pos : x.pos+i]
		if bytes.Count(tag, []byte{'"'})%2 == 0 && bytes.IndexByte(tag, '\'') < 0 {
			return i, nil
		}
	}
	quote := byte(0)
	for n := 1; ; {
		for window := x.buf[x.pos:x.end]; n < len(window); n++ {
			switch b := window[n]; {
			case quote != 0:
				i := bytes.IndexByte(window[n:], quote)
				if i < 0 {
					n = len(window) - 1
					continue
				}
				n += i
				quote = 0
			case b == '>':
				return n, nil
			case b == '"' || b == '\'':
				quote = b
			case b == '<':
				return 0, x.damaged()
			}
		}
		if more, err := x.fill(); !more {
			return 0, x.whole(err)
		}
	}
}

func (x *xmlStream) startTag() error {
	n, err := x.tagEnd()
	if err != nil {
		return err
	}
	tag := x.buf[x.pos+1 : x.pos+n]
	if len(tag) > 0 && tag[len(tag)-1] == '/' {
		x.closing, tag = true, tag[:len(tag)-1]
	}
	raw, rest := cutName(tag)
	if len(raw) == 0 {
		return x.damaged()
	}
	if x.depth++; x.depth > x.limits.XMLDepth {
		return &Error{Code: CodeOther, Reason: fmt.Sprintf("the XML of %s is nested more than %d deep", x.what, x.limits.XMLDepth),
			NextStep: "Open the file in a spreadsheet program and save it again"}
	}
	if err := x.attributes(rest); err != nil {
		return err
	}
	name, ok := x.scope.resolve(raw, true)
	if !ok {
		return x.damaged()
	}
	x.name = name
	x.push(raw)
	for i := range x.attrs {
		if x.attrs[i].name, ok = x.scope.resolve(x.attrs[i].raw, false); !ok {
			return x.damaged()
		}
	}
	x.pos += n + 1
	return nil
}

// push remembers an open element by its name as written. The names of all of them lie in one piece of memory.
func (x *xmlStream) push(raw []byte) {
	x.open = append(x.open, openElement{name: x.name, at: len(x.written)})
	x.written = append(x.written, raw...)
}

// attributes cuts up what follows the name in a start tag, noting the name spaces declared there.
func (x *xmlStream) attributes(rest []byte) error {
	for {
		if rest = trimSpace(rest); len(rest) == 0 {
			return nil
		}
		raw, after := cutName(rest)
		after = trimSpace(after)
		if len(raw) == 0 || len(after) == 0 || after[0] != '=' {
			return x.damaged()
		}
		after = trimSpace(after[1:])
		if len(after) == 0 || after[0] != '"' && after[0] != '\'' {
			return x.damaged()
		}
		n := bytes.IndexByte(after[1:], after[0])
		if n < 0 || bytes.IndexByte(after[1:1+n], '<') >= 0 {
			return x.damaged()
		}
		value, ok := x.plain(after[1:1+n], true)
		if !ok {
			return x.damaged()
		}
		rest = after[n+2:]
		if prefix, ok := bytes.CutPrefix(raw, []byte("xmlns")); ok && (len(prefix) == 0 || prefix[0] == ':' && len(prefix) > 1) {
			if !x.scope.declare(strings.TrimPrefix(string(prefix), ":"), string(value), x.depth) {
				return x.damaged()
			}
		}
		x.attrs = append(x.attrs, xmlAttr{raw: raw, value: value})
	}
}

func (x *xmlStream) endTag() error {
	if len(x.open) > 0 {
		name := x.written[x.open[len(x.open)-1].at:]
		if rest, ok := bytes.CutPrefix(x.buf[x.pos+2:x.end], name); ok && len(rest) > 0 && rest[0] == '>' {
			x.pos += len(name) + 3
			x.close()
			return nil
		}
	}
	n, err := x.tagEnd()
	if err != nil {
		return err
	}
	raw, rest := cutName(x.buf[x.pos+2 : x.pos+n])
	if len(trimSpace(rest)) > 0 || len(x.open) == 0 || !bytes.Equal(raw, x.written[x.open[len(x.open)-1].at:]) {
		return x.damaged()
	}
	x.pos += n + 1
	x.close()
	return nil
}

// close ends the innermost element.
func (x *xmlStream) close() {
	last := x.open[len(x.open)-1]
	x.name, x.text = last.name, nil
	x.open, x.written = x.open[:len(x.open)-1], x.written[:last.at]
	x.scope.leave(x.depth)
	x.depth--
}

func cutName(s []byte) (name, rest []byte) {
	n, high := 0, byte(0)
	for n < len(s) && nameByte[s[n]] {
		high |= s[n]
		n++
	}
	if n > 0 && notNameStart(s[0]) || high >= utf8.RuneSelf && !utf8.Valid(s[:n]) {
		n = 0
	}
	return s[:n], s[n:]
}

// plain checks characters, resolves references if asked, and makes line ends line feeds. Text that needs no change is not
// copied.
func (x *xmlStream) plain(raw []byte, references bool) ([]byte, bool) {
	clean := 0
	for clean < len(raw) {
		b := raw[clean]
		if c := byteClass[b]; c == isHigh {
			r, w := utf8.DecodeRune(raw[clean:])
			if r == utf8.RuneError && w == 1 || r == 0xfffe || r == 0xffff {
				return nil, false
			}
			clean += w
			continue
		} else if c >= isNUL && b != 0x7f {
			return nil, false
		} else if c == isReturn || b == '&' && references {
			break
		}
		clean++
	}
	if clean == len(raw) {
		return raw, true
	}
	from := len(x.decoded)
	x.decoded = append(x.decoded, raw[:clean]...)
	for i := clean; i < len(raw); {
		switch b := raw[i]; {
		case b == '\r':
			x.decoded = append(x.decoded, '\n')
			i++
			if i < len(raw) && raw[i] == '\n' {
				i++
			}
		case b == '&' && references:
			r, n := reference(raw[i:])
			if n == 0 {
				return nil, false
			}
			x.decoded = utf8.AppendRune(x.decoded, r)
			i += n
		default:
			end := i + 1
			for end < len(raw) && raw[end] != '\r' && raw[end] != '&' {
				end++
			}
			if _, ok := x.plain(raw[i:end], false); !ok {
				return nil, false
			}
			x.decoded = append(x.decoded, raw[i:end]...)
			i = end
		}
	}
	return slices.Clip(x.decoded[from:]), true
}

// reference reads a reference such as "&amp;" or "&#163;", and how many bytes it takes; none if it is not one.
func reference(s []byte) (rune, int) {
	end := bytes.IndexByte(s[:min(len(s), 16)], ';')
	if end < 2 {
		return 0, 0
	}
	name := string(s[1:end])
	switch name {
	case "amp":
		return '&', end + 1
	case "lt":
		return '<', end + 1
	case "gt":
		return '>', end + 1
	case "quot":
		return '"', end + 1
	case "apos":
		return '\'', end + 1
	}
	digits, ok := strings.CutPrefix(name, "#")
	if !ok {
		return 0, 0
	}
	base := 10
	if hex, ok := strings.CutPrefix(digits, "x"); ok {
		digits, base = hex, 16
	}
	n, err := strconv.ParseUint(digits, base, 32)
	r := rune(n)
	if err != nil || n > utf8.MaxRune || !utf8.ValidRune(r) || r == 0xfffe || r == 0xffff || r < 0x20 && r != '\t' && r != '\n' && r != '\r' {
		return 0, 0
	}
	return r, end + 1
}
