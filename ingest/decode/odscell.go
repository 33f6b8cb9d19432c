package decode

import (
	"strconv"
	"strings"
)

// typed is the kind of value that a cell says it has.
type typed uint8

const (
	notTyped typed = iota
	typedText
	typedNumber
	typedDate
	typedBoolean
)

var (
	valueKinds = map[string]typed{"string": typedText, "float": typedNumber, "percentage": typedNumber, "currency": typedNumber,
		"date": typedDate, "boolean": typedBoolean}
	// A cell has one of these at most, by its kind. The value of a time is shown better than it is stored.
	valueAttrs = map[string]bool{"value": true, "date-value": true, "boolean-value": true, "string-value": true}
)

// cell reads a cell and puts its value into the row. A covered cell lies under a merged one: it counts but shows nothing.
func (b *odsBook) cell() error {
	repeat, err := b.repeated(b.x.attr(nsTable, "number-columns-repeated"))
	if err != nil {
		return err
	}
	// The name of the kind is compared, not kept: nearly every cell of a large file has it.
	kind, value, isError := notTyped, "", false
	for i := range b.x.attrs {
		a := &b.x.attrs[i]
		switch {
		case a.name.space == nsOffice && a.name.local == "value-type":
			kind = valueKinds[string(a.value)]
		case a.name.space == nsOffice && valueAttrs[a.name.local]:
			value = string(a.value)
		case a.name.space == nsCalcExt && a.name.local == "value-type":
			isError = string(a.value) == "error"
		}
	}
	if b.x.name.local == "covered-table-cell" {
		b.put("", repeat)
		return b.x.skip()
	}
	if err := b.cellText(); err != nil {
		return err
	}
	text := b.text.String()
	switch {
	case isError || Marker(text) == SheetError:
	case kind == typedNumber:
		n, ok := sheetNumber(value)
		switch {
		case !ok:
			b.spoil(CodeBadNumber, "the cell says it is a number but holds none")
		case !paddedNumber(text, n):
			text = n
		}
	case kind == typedDate && value != "":
		text = strings.TrimSuffix(strings.TrimSuffix(value, ".000000000"), "T00:00:00")
	case kind == typedBoolean && value != "":
		text = strings.ToUpper(value)
	case kind == typedText && value != "":
		text = value
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
		kind, err := b.x.next()
		if err != nil {
			return err
		}
		switch name := b.x.name.local; {
		case kind == xmlStart:
			if err := b.inCell(); err != nil {
				return err
			}
		case kind == xmlText:
			b.text.write(b.x.text)
		case name == "p" || name == "h":
			b.text.endParagraph()
		}
	}
	return nil
}

func (b *odsBook) inCell() error {
	if b.x.name.space == nsDraw {
		return b.x.skip()
	}
	switch b.x.name.local {
	case "p", "h":
		b.text.startParagraph()
	case "s":
		n := 1
		if c := b.x.attr(nsText, "c"); c != "" {
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
