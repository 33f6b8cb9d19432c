package chart

import (
	"html/template"
	"strings"
)

// Body gives the rows as markup, the first cell of each as its heading. A page holds thousands of cells, and a template takes twenty times
// as long over each; what a cell says is escaped here as it would be there.
func (t Table) Body() template.HTML {
	var b strings.Builder
	for _, row := range t.Rows {
		b.WriteString("<tr>")
		for i, c := range row {
			switch {
			case i == 0:
				b.WriteString(`<th scope="row">`)
			case c.Number:
				b.WriteString(`<td class="bw-num">`)
			default:
				b.WriteString("<td>")
			}
			c.write(&b)
			if i == 0 {
				b.WriteString("</th>")
			} else {
				b.WriteString("</td>")
			}
		}
		b.WriteString("</tr>")
	}
	return template.HTML(b.String()) //nolint:gosec // every text and address in it was escaped
}

func (c Cell) write(b *strings.Builder) {
	if c.Link == "" || !within(c.Link) {
		_, _ = escape.WriteString(b, c.Text)
		return
	}
	b.WriteString(`<a href="`)
	_, _ = escape.WriteString(b, c.Link)
	b.WriteString(`">`)
	_, _ = escape.WriteString(b, c.Text)
	b.WriteString("</a>")
}

// escape makes a text safe in an element and in a quoted attribute.
var escape = strings.NewReplacer("\x00", "\uFFFD", "&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&#34;", "'", "&#39;", "+", "&#43;")

// within says that an address leads to a page of this dashboard and is written as addresses are; no other becomes a link.
func within(address string) bool {
	if address[0] != '/' && address[0] != '?' && address[0] != '#' || strings.HasPrefix(address, "//") {
		return false
	}
	for i := range len(address) {
		if c := address[i]; c <= ' ' || c >= 0x7f || strings.IndexByte(`"<>\^{|}`+"`'()", c) >= 0 {
			return false
		}
	}
	return true
}
