package decode

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
)

// xmlKind is what xmlStream.next has read.
type xmlKind uint8

const (
	xmlStart xmlKind = iota + 1
	xmlEnd
	xmlText
)

// xmlName is a name with its prefix resolved to a name space.
type xmlName struct{ space, local string }

type xmlAttr struct {
	name       xmlName
	raw, value []byte
}

type openElement struct {
	name xmlName
	at   int // where its name as written starts
}

// xmlStream reads XML in UTF-8 one token at a time, in bounded memory and without allocating for what repeats: the sheets of
// national files hold a gigabyte of it. It is as strict as the standard decoder, against which it is tested, and stricter in
// one thing: a document type declaration is refused, so that no entity is ever defined or fetched.
type xmlStream struct {
	name  xmlName   // of a start or an end
	attrs []xmlAttr // of a start
	text  []byte    // of a text; like the attributes, good until the next call
	depth int       // elements open; a start is counted, an end no longer

	src     io.Reader
	what    string // for errors
	limits  Limits
	buf     []byte
	pos     int
	end     int
	offset  int64 // in the XML of buf[0]
	eof     bool
	closing bool // the start just read closes itself
	open    []openElement
	written []byte // names of the open elements
	scope   xmlScope
	decoded []byte
	err     error
}

const xmlBuffer = 64 * kib

func newXMLStream(r io.Reader, what string, limits Limits) *xmlStream {
	return &xmlStream{src: r, what: what, limits: limits, buf: make([]byte, xmlBuffer), scope: newXMLScope()}
}

// next reads the next start, end or run of text, or io.EOF after the last. An error stays.
func (x *xmlStream) next() (xmlKind, error) {
	if x.err != nil {
		return 0, x.err
	}
	kind, err := x.read()
	x.err = err
	return kind, err
}

func (x *xmlStream) read() (xmlKind, error) {
	if x.closing {
		x.closing = false
		x.close()
		return xmlEnd, nil
	}
	x.decoded, x.attrs = x.decoded[:0], x.attrs[:0]
	for {
		if ok, err := x.have(1); !ok {
			if err == nil && x.depth > 0 {
				err = x.damaged()
			}
			if err == nil {
				err = io.EOF
			}
			return 0, err
		}
		if x.buf[x.pos] != '<' {
			kind, err := x.characters()
			if kind != 0 || err != nil {
				return kind, err
			}
			continue
		}
		if ok, err := x.have(2); !ok {
			return 0, x.whole(err)
		}
		switch x.buf[x.pos+1] {
		case '/':
			return xmlEnd, x.endTag()
		case '?':
			if err := x.instruction(); err != nil {
				return 0, err
			}
		case '!':
			kind, err := x.declaration()
			if kind != 0 || err != nil {
				return kind, err
			}
		default:
			return xmlStart, x.startTag()
		}
	}
}

// skip passes over the element whose start has just been read.
func (x *xmlStream) skip() error {
	for depth := x.depth; x.depth >= depth; {
		if _, err := x.next(); err != nil {
			return err
		}
	}
	return nil
}

// attr returns an attribute as text. Without a name space it is one written without a prefix.
func (x *xmlStream) attr(space, local string) string {
	for i := range x.attrs {
		if a := &x.attrs[i]; a.name.local == local && a.name.space == space {
			return string(a.value)
		}
	}
	return ""
}

// path returns the local names of the open elements below the root, with slashes between.
func (x *xmlStream) path() string {
	var names []string
	for _, e := range x.open[1:] {
		names = append(names, e.name.local)
	}
	return strings.Join(names, "/")
}

// have makes sure that n more bytes are in the buffer.
func (x *xmlStream) have(n int) (bool, error) {
	for x.end-x.pos < n {
		if more, err := x.fill(); !more {
			return false, err
		}
	}
	return true, nil
}

// find returns where, counted from pos, a mark starts that lies at from or later.
func (x *xmlStream) find(from int, mark string) (int, error) {
	for {
		if x.pos+from < x.end {
			if i := bytes.Index(x.buf[x.pos+from:x.end], []byte(mark)); i >= 0 {
				return from + i, nil
			}
			from = max(from, x.end-x.pos-len(mark)+1)
		}
		if more, err := x.fill(); !more {
			return 0, x.whole(err)
		}
	}
}

// fill reads more behind what is in the buffer, which grows up to the limit for one token. false without an error is the end.
func (x *xmlStream) fill() (bool, error) {
	if x.eof {
		return false, nil
	}
	if x.pos > 0 {
		x.offset += int64(x.pos)
		x.end = copy(x.buf, x.buf[x.pos:x.end])
		x.pos = 0
	}
	if x.end == len(x.buf) {
		if x.end >= x.limits.XMLTokenBytes {
			return false, tooBig("one piece of the XML of "+x.what, int64(x.limits.XMLTokenBytes))
		}
		x.buf = append(x.buf, make([]byte, len(x.buf))...)
	}
	for {
		n, err := x.src.Read(x.buf[x.end:])
		x.end += n
		if err == io.EOF {
			x.eof = true
		} else if err != nil {
			return false, err
		}
		if n > 0 || x.eof {
			return n > 0, nil
		}
	}
}

// whole is for a reader in the middle of something: there the end of the XML is an error too.
func (x *xmlStream) whole(err error) error {
	if err == nil || errors.Is(err, io.EOF) {
		return x.damaged()
	}
	return err
}

func (x *xmlStream) damaged() error {
	return &Error{Code: CodeTruncated, Reason: fmt.Sprintf("the XML of %s is damaged or cut short at byte %d", x.what, x.offset+int64(x.pos)),
		NextStep: "Open the file in a spreadsheet program and save it again"}
}

// characters reads text up to the next tag. Outside the root it is passed over.
func (x *xmlStream) characters() (xmlKind, error) {
	n := 0
	for {
		i := bytes.IndexByte(x.buf[x.pos+n:x.end], '<')
		if i >= 0 {
			n += i
			break
		}
		n = x.end - x.pos
		more, err := x.fill()
		if err != nil {
			return 0, err
		}
		if !more {
			break
		}
	}
	raw := x.buf[x.pos : x.pos+n]
	if bytes.Contains(raw, []byte("]]>")) {
		return 0, x.damaged()
	}
	text, ok := x.plain(raw, true)
	if !ok {
		return 0, x.damaged()
	}
	x.pos += n
	if x.depth == 0 {
		return 0, nil
	}
	x.text = text
	return xmlText, nil
}

// declaration reads what starts with "<!": a comment is passed over, a CDATA section is text, and all else is refused.
func (x *xmlStream) declaration() (xmlKind, error) {
	const comment, cdata = "<!--", "<![CDATA["
	if _, err := x.have(len(cdata)); err != nil {
		return 0, err
	}
	switch here := x.buf[x.pos:x.end]; {
	case bytes.HasPrefix(here, []byte(comment)):
		n, err := x.find(len(comment), "--")
		if err != nil {
			return 0, err
		}
		if ok, err := x.have(n + 3); !ok || x.buf[x.pos+n+2] != '>' {
			return 0, x.whole(err)
		}
		x.pos += n + 3
		return 0, nil
	case bytes.HasPrefix(here, []byte(cdata)):
		n, err := x.find(len(cdata), "]]>")
		if err != nil {
			return 0, err
		}
		text, ok := x.plain(x.buf[x.pos+len(cdata):x.pos+n], false)
		if !ok {
			return 0, x.damaged()
		}
		x.pos += n + 3
		if x.depth == 0 {
			return 0, nil
		}
		x.text = text
		return xmlText, nil
	}
	return 0, &Error{Code: CodeOther, Reason: fmt.Sprintf("the XML of %s has a document type declaration, which no spreadsheet needs", x.what),
		NextStep: "Do not trust the file; ask for it to be made again"}
}

// instruction passes over what starts with "<?". The first line of XML must not state another encoding than UTF-8.
func (x *xmlStream) instruction() error {
	n, err := x.find(2, "?>")
	if err != nil {
		return err
	}
	body := string(x.buf[x.pos+2 : x.pos+n])
	target := 0
	for target < len(body) && nameByte[body[target]] {
		target++
	}
	if target == 0 || notNameStart(body[0]) {
		return x.damaged()
	}
	if body[:target] == "xml" {
		encoding, version := stated(body, "encoding="), stated(body, "version=")
		if encoding != "" && !strings.EqualFold(encoding, "utf-8") || version != "" && version != "1.0" {
			return x.damaged()
		}
	}
	x.pos += n + 2
	return nil
}

func stated(body, param string) string {
	_, rest, ok := strings.Cut(body, param)
	if !ok || rest == "" || rest[0] != '"' && rest[0] != '\'' {
		return ""
	}
	value, _, ok := strings.Cut(rest[1:], rest[:1])
	if !ok {
		return ""
	}
	return value
}
