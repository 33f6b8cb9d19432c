package decode

import (
	"encoding/xml"
	"strconv"
	"strings"
)

// cell reads a cell and puts its value into the row. A covered cell lies under a merged one: it counts but shows nothing.
func (b *odsBook) cell(e xml.StartElement) error {
	repeat, covered := 1, e.Name.Local == "covered-table-cell"
	var kind, value, date, boolean, str string
	hasStr, isError := false, false
	for _, a := range e.Attr {
		switch a.Name.Space {
		case nsTable:
			if a.Name.Local == "number-columns-repeated" {
				n, err := b.repeated(e, a.Name.Local)
				if err != nil {
					return err
				}
				repeat = n
			}
		case nsOffice:
			switch a.Name.Local {
			case "value-type":
				kind = a.Value
			case "value":
				value = a.Value
			case "date-value":
				date = a.Value
			case "boolean-value":
				boolean = a.Value
			case "string-value":
				str, hasStr = a.Value, true
			}
		case nsCalcExt:
			isError = isError || a.Name.Local == "value-type" && a.Value == "error"
		}
	}
	if covered {
		b.put("", repeat)
		return b.x.skip()
	}
	if err := b.cellText(); err != nil {
		return err
	}
	text := b.text.String()
	switch {
	case isError || Marker(text) == SheetError:
	case kind == "float" || kind == "percentage" || kind == "currency":
		n, ok := sheetNumber(value)
		switch {
		case !ok:
			b.spoil(CodeBadNumber, "the cell says it is a number but holds none")
		case !paddedNumber(text, n):
			text = n
		}
	case kind == "date" && date != "":
		text = strings.TrimSuffix(strings.TrimSuffix(date, ".000000000"), "T00:00:00")
	case kind == "boolean" && boolean != "":
		text = strings.ToUpper(boolean)
	case kind == "string" && hasStr && str != "":
		text = str
	}
	switch {
	case len(text) > b.limits.FieldBytes || b.text.long:
		b.spoil(CodeTooLong, "the cell is longer than the limit of "+sizeInWords(int64(b.limits.FieldBytes)))
		text = ""
	case badCharacter(text, false) != "":
		b.spoil(CodeBadEncoding, "the cell "+badCharacter(text, false))
	}
	b.put(text, repeat)
	return nil
}

// cellText gathers the paragraphs of the cell whose start has just been read, leaving out comments and drawings.
func (b *odsBook) cellText() error {
	b.text.reset(b.limits.FieldBytes)
	for depth := b.x.depth; b.x.depth >= depth; {
		tok, err := b.x.next()
		if err != nil {
			return err
		}
		switch e := tok.(type) {
		case xml.StartElement:
			if err := b.inCell(e); err != nil {
				return err
			}
		case xml.CharData:
			b.text.write(e)
		case xml.EndElement:
			if e.Name.Local == "p" || e.Name.Local == "h" {
				b.text.endParagraph()
			}
		}
	}
	return nil
}

func (b *odsBook) inCell(e xml.StartElement) error {
	if e.Name.Space == nsDraw {
		return b.x.skip()
	}
	switch e.Name.Local {
	case "p", "h":
		b.text.startParagraph()
	case "s":
		n := 1
		if c := attr(e, "c", nsText); c != "" {
			n, _ = strconv.Atoi(c)
		}
		b.text.spaces(n)
	case "tab":
		b.text.literal("\t")
	case "line-break":
		b.text.literal("\n")
	case "annotation", "note", "ruby-text", "table":
		return b.x.skip()
	}
	return nil
}

// cellText is the text of a cell as a person sees it: white space inside a paragraph counts once, spaces that are meant are
// marked as such, and paragraphs are divided by line feeds.
type cellText struct {
	buf        []byte
	limit      int
	long       bool
	inside     int  // paragraphs open
	paragraphs int  // paragraphs begun
	gap        bool // the last byte is white space that was collapsed
}

func (c *cellText) reset(limit int) {
	*c = cellText{buf: c.buf[:0], limit: limit}
}

func (c *cellText) String() string { return string(c.buf) }

func (c *cellText) startParagraph() {
	if c.paragraphs > 0 {
		c.buf = append(c.buf, '\n')
	}
	c.paragraphs++
	c.inside++
	c.gap = true
	c.cap()
}

func (c *cellText) endParagraph() {
	c.inside--
	c.gap = false
}

func (c *cellText) write(data []byte) {
	if c.inside <= 0 || c.long {
		return
	}
	for _, b := range data {
		if b == ' ' || b == '\t' || b == '\n' || b == '\r' {
			if !c.gap {
				c.buf = append(c.buf, ' ')
			}
			c.gap = true
			continue
		}
		c.gap = false
		c.buf = append(c.buf, b)
	}
	c.cap()
}

func (c *cellText) literal(s string) {
	if c.inside > 0 && !c.long {
		c.buf = append(c.buf, s...)
		c.gap = false
		c.cap()
	}
}

func (c *cellText) spaces(n int) {
	if n > c.limit {
		c.long = true
		return
	}
	c.literal(strings.Repeat(" ", max(n, 0)))
}

func (c *cellText) cap() {
	if len(c.buf) > c.limit {
		c.long = true
		c.buf = c.buf[:0]
	}
}
