package decode

import (
	"bufio"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"slices"
)

// xmlStream reads XML a token at a time in bounded memory. Document type declarations are refused, so no entity is ever defined
// or fetched; so are elements nested deeper, and pieces longer, than the limits.
type xmlStream struct {
	dec    *xml.Decoder
	src    *meter
	limits Limits
	what   string
	depth  int
}

func newXMLStream(r io.Reader, what string, limits Limits) *xmlStream {
	src := &meter{src: r}
	x := &xmlStream{src: src, limits: limits, what: what}
	x.dec = xml.NewDecoder(bufio.NewReaderSize(src, xmlBuffer))
	return x
}

const xmlBuffer = 64 * kib

// next returns the next start, end or run of text; io.EOF after the last.
func (x *xmlStream) next() (xml.Token, error) {
	for {
		x.src.left = int64(x.limits.XMLTokenBytes) + xmlBuffer
		tok, err := x.dec.Token()
		if err != nil {
			return nil, x.explain(err)
		}
		switch tok.(type) {
		case xml.StartElement:
			if x.depth++; x.depth > x.limits.XMLDepth {
				return nil, &Error{Code: CodeOther, Reason: fmt.Sprintf("the XML of %s is nested more than %d deep", x.what, x.limits.XMLDepth),
					NextStep: "Open the file in a spreadsheet program and save it again"}
			}
			return tok, nil
		case xml.EndElement:
			x.depth--
			return tok, nil
		case xml.CharData:
			return tok, nil
		case xml.Directive:
			return nil, &Error{Code: CodeOther, Reason: fmt.Sprintf("the XML of %s has a document type declaration, which no spreadsheet needs", x.what),
				NextStep: "Do not trust the file; ask for it to be made again"}
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

// whole is for a reader in the middle of something: there the end of the XML is an error too.
func (x *xmlStream) whole(err error) error {
	if err == io.EOF {
		return x.explain(io.ErrUnexpectedEOF)
	}
	return err
}

func (x *xmlStream) explain(err error) error {
	switch {
	case err == io.EOF:
		return err
	case errors.Is(err, errTokenTooLong):
		return tooBig("one piece of the XML of "+x.what, int64(x.limits.XMLTokenBytes))
	case x.src.failed != nil:
		return x.src.failed
	}
	line, _ := x.dec.InputPos()
	return &Error{Code: CodeTruncated, Reason: fmt.Sprintf("the XML of %s is damaged or cut short on its line %d", x.what, line),
		NextStep: "Open the file in a spreadsheet program and save it again"}
}

var errTokenTooLong = errors.New("one piece of XML is too long")

// meter stops a decoder that asks for more than its allowance while it makes one token.
type meter struct {
	src    io.Reader
	left   int64
	failed error // of src
}

func (m *meter) Read(p []byte) (int, error) {
	if m.left <= 0 {
		return 0, errTokenTooLong
	}
	if int64(len(p)) > m.left {
		p = p[:m.left]
	}
	n, err := m.src.Read(p)
	m.left -= int64(n)
	if err != nil && err != io.EOF {
		m.failed = err
	}
	return n, err
}

// attr returns an attribute of any of the name spaces by its local name.
func attr(e xml.StartElement, local string, spaces ...string) string {
	for _, a := range e.Attr {
		if a.Name.Local == local && slices.Contains(spaces, a.Name.Space) {
			return a.Value
		}
	}
	return ""
}
