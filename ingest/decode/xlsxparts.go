package decode

import (
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strconv"
	"strings"
)

// cellStyle is what a number format says about the kind of a number.
type cellStyle struct {
	date, clock bool
	zeros       int // whole numbers are padded to this many digits
}

// maxStyles is more cell formats than Excel allows.
const maxStyles = 70_000

// eachStart calls fn for every element of a part. path holds the local names from below the root to the element, with slashes between.
func (b *xlsxBook) eachStart(part string, fn func(path string, x *xmlStream) error) error {
	f := zipEntry(b.zip, part)
	if f == nil {
		return &Error{Code: CodeTruncated, Reason: fmt.Sprintf("the workbook lacks its part %q", part), NextStep: "Open the file in Excel and save it again"}
	}
	rc, err := unpack(f)
	if err != nil {
		return err
	}
	defer rc.Close()
	x := newXMLStream(rc, part, b.limits)
	for {
		kind, err := x.next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if kind == xmlStart {
			if err := fn(x.path(), x); err != nil {
				return err
			}
		}
	}
}

type relation struct{ kind, target string }

// relations reads the list of what a part refers to. Targets outside the file are left out.
func (b *xlsxBook) relations(part, base string) (map[string]relation, error) {
	rels := map[string]relation{}
	err := b.eachStart(part, func(at string, x *xmlStream) error {
		if at != "Relationship" || strings.EqualFold(x.attr("", "TargetMode"), "External") {
			return nil
		}
		if len(rels) > b.limits.Entries {
			return tooMany(b.limits.Entries)
		}
		target := strings.ReplaceAll(x.attr("", "Target"), "\\", "/")
		if !strings.HasPrefix(target, "/") {
			target = path.Join(base, target)
		}
		kind := x.attr("", "Type")
		rels[x.attr("", "Id")] = relation{kind: kind[strings.LastIndexByte(kind, '/')+1:], target: strings.TrimPrefix(path.Clean(target), "/")}
		return nil
	})
	return rels, err
}

// readWorkbook reads the list of sheets, the epoch of dates, and the cell formats.
func (b *xlsxBook) readWorkbook() error {
	book := "xl/workbook.xml"
	if zipEntry(b.zip, "_rels/.rels") != nil {
		rels, err := b.relations("_rels/.rels", "")
		if err != nil {
			return err
		}
		for _, r := range rels {
			if r.kind == "officeDocument" {
				book = r.target
			}
		}
	}
	base := path.Dir(book)
	rels, err := b.relations(path.Join(base, "_rels", path.Base(book)+".rels"), base)
	if err != nil {
		return err
	}
	err = b.eachStart(book, func(at string, x *xmlStream) error {
		switch at {
		case "workbookPr":
			b.date1904 = isTrue(x.attr("", "date1904"))
		case "sheets/sheet":
			return b.addSheet(x, rels)
		}
		return nil
	})
	if err != nil {
		return err
	}
	for _, r := range rels {
		switch r.kind {
		case "styles":
			err = b.readStyles(r.target)
		case "sharedStrings":
			b.shared = r.target
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (b *xlsxBook) addSheet(x *xmlStream, rels map[string]relation) error {
	if len(b.sheets) >= b.limits.Sheets {
		return &Error{Code: CodeTooLong, Reason: fmt.Sprintf("the workbook has more than %d sheets", b.limits.Sheets), NextStep: "Send only the sheets that are needed"}
	}
	id := ""
	for _, a := range x.attrs {
		if a.name.local == "id" && a.name.space != "" {
			id = string(a.value)
		}
	}
	// Chart sheets and macro sheets hold no table.
	if r, ok := rels[id]; ok && r.kind == "worksheet" {
		b.sheets = append(b.sheets, xlsxSheet{name: x.attr("", "name"), part: r.target, hidden: x.attr("", "state") != "" && x.attr("", "state") != "visible"})
	} else if !ok {
		return &Error{Code: CodeTruncated, Reason: "the workbook lists a sheet that is not in the file", NextStep: "Open the file in Excel and save it again"}
	}
	return nil
}

func isTrue(s string) bool {
	return s == "1" || strings.EqualFold(s, "true") || strings.EqualFold(s, "on")
}

func (b *xlsxBook) readStyles(part string) error {
	codes := map[int]string{}
	return b.eachStart(part, func(at string, x *xmlStream) error {
		switch at {
		case "numFmts/numFmt":
			if id, err := strconv.Atoi(x.attr("", "numFmtId")); err == nil && len(codes) < maxStyles {
				codes[id] = x.attr("", "formatCode")
			}
		case "cellXfs/xf":
			id, _ := strconv.Atoi(x.attr("", "numFmtId"))
			if len(b.styles) < maxStyles {
				b.styles = append(b.styles, styleOf(id, codes[id]))
			}
		}
		return nil
	})
}

// styleOf reads a number format: one of Excel's own by its number, or a code such as "dd/mm/yyyy".
func styleOf(id int, code string) cellStyle {
	switch {
	case id >= 14 && id <= 17, id >= 27 && id <= 31, id == 36, id >= 50 && id <= 54, id == 57, id == 58:
		return cellStyle{date: true}
	case id >= 18 && id <= 21, id == 45, id == 47:
		return cellStyle{clock: true}
	case id == 22:
		return cellStyle{date: true, clock: true}
	}
	var s cellStyle
	plain := plainFormat(code)
	if strings.Trim(plain, "0") == "" && len(plain) >= 2 && len(plain) <= 20 {
		s.zeros = len(plain)
		return s
	}
	s.clock = strings.ContainsAny(plain, "hs")
	s.date = strings.ContainsAny(plain, "yd") || strings.Contains(plain, "m") && !s.clock
	return s
}

// plainFormat is the first section of a format code in lower case, without quoted text, escapes, fillers, colours and
// elapsed times.
func plainFormat(code string) string {
	var out []byte
	for i := 0; i < len(code) && i < 256; i++ {
		switch c := code[i]; c {
		case ';':
			return generalOr(out)
		case '\\', '_', '*':
			i++
		case '"', '[':
			end := strings.IndexByte(code[i+1:], map[byte]byte{'"': '"', '[': ']'}[c])
			if end < 0 {
				return generalOr(out)
			}
			i += end + 1
		default:
			if c >= 'A' && c <= 'Z' {
				c |= 0x20
			}
			out = append(out, c)
		}
	}
	return generalOr(out)
}

func generalOr(code []byte) string {
	if string(code) == "general" {
		return ""
	}
	return string(code)
}

// readStrings reads the texts that cells share, in large pieces so that many small ones cost little.
func (b *xlsxBook) readStrings(part string) error {
	var pool []byte
	var ends []int
	total := int64(0)
	flush := func() {
		all, from := string(pool), 0
		for _, to := range ends {
			b.strings = append(b.strings, unescape(all[from:to]))
			from = to
		}
		pool, ends = pool[:0], ends[:0]
	}
	f := zipEntry(b.zip, part)
	if f == nil {
		return &Error{Code: CodeTruncated, Reason: "the workbook lacks its shared texts", NextStep: "Open the file in Excel and save it again"}
	}
	rc, err := unpack(f)
	if err != nil {
		return err
	}
	defer rc.Close()
	x := newXMLStream(rc, "the shared texts", b.limits)
	keep := false
	for {
		kind, err := x.next()
		if errors.Is(err, io.EOF) {
			flush()
			b.strings = slices.Clip(b.strings)
			return nil
		}
		if err != nil {
			return err
		}
		switch kind {
		case xmlStart:
			keep = x.name.local == "t"
			if x.name.local == "rPh" {
				err = x.skip()
			}
		case xmlEnd:
			keep = false
			if x.name.local == "si" {
				ends = append(ends, len(pool))
				if len(b.strings)+len(ends) > b.limits.Strings {
					err = &Error{Code: CodeTooLong, Reason: fmt.Sprintf("the workbook has more than %d different texts", b.limits.Strings), NextStep: "Split the workbook, or save the sheet as CSV"}
				}
				if len(pool) >= mib {
					flush()
				}
			}
		case xmlText:
			if keep {
				pool = append(pool, x.text...)
				if total += int64(len(x.text)); total > b.limits.StringBytes {
					err = tooBig("the text of the workbook", b.limits.StringBytes)
				}
			}
		}
		if err != nil {
			return err
		}
	}
}
