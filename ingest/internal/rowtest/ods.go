package rowtest

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"
)

// ODS makes an OpenDocument spreadsheet with the cells as texts, or as dates where they are times.
func ODS(t testing.TB, sheets ...Sheet) []byte {
	t.Helper()
	var c strings.Builder
	c.WriteString(`<?xml version="1.0" encoding="UTF-8"?><office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" ` +
		`xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:spreadsheet>`)
	for _, s := range sheets {
		fmt.Fprintf(&c, `<table:table table:name="%s">`, s.Name)
		for _, row := range s.Rows {
			c.WriteString("<table:table-row>")
			for _, v := range row {
				if d, ok := v.(time.Time); ok {
					fmt.Fprintf(&c, `<table:table-cell office:value-type="date" office:date-value="%s"><text:p>%s</text:p></table:table-cell>`,
						d.Format("2006-01-02"), d.Format("02/01/06"))
					continue
				}
				c.WriteString(`<table:table-cell office:value-type="string"><text:p>`)
				if err := xml.EscapeText(&c, []byte(fmt.Sprint(v))); err != nil {
					t.Fatal(err)
				}
				c.WriteString(`</text:p></table:table-cell>`)
			}
			c.WriteString(`<table:table-cell table:number-columns-repeated="1000"/></table:table-row>`)
		}
		c.WriteString(`<table:table-row table:number-rows-repeated="1048000"><table:table-cell/></table:table-row></table:table>`)
	}
	c.WriteString(`</office:spreadsheet></office:body></office:document-content>`)

	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, f := range []struct{ name, text string }{
		{"mimetype", "application/vnd.oasis.opendocument.spreadsheet"},
		{"META-INF/manifest.xml", `<?xml version="1.0" encoding="UTF-8"?><manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>`},
		{"content.xml", c.String()},
	} {
		w, err := z.CreateHeader(&zip.FileHeader{Name: f.name, Method: zip.Store})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(w, f.text); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}
