package gen

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"strconv"
	"strings"
)

// cell is one value of a sheet: text, or a date when on is set.
type cell struct {
	text string
	on   Day
}

// sheet is a name and its rows.
type sheet struct {
	name string
	rows [][]cell
}

// workbook writes a small spreadsheet with shared text and real date cells. It is written out
// here because a library would stamp the time of writing into it.
func workbook(sheets []sheet) ([]byte, error) {
	shared, index := []string{}, map[string]int{}
	var parts []File
	for i, s := range sheets {
		var b bytes.Buffer
		b.WriteString(xmlHead + `<worksheet xmlns="` + mainNS + `"><sheetData>`)
		for n, row := range s.rows {
			fmt.Fprintf(&b, `<row r="%d">`, n+1)
			for j, c := range row {
				ref := columnName(j) + strconv.Itoa(n+1)
				switch {
				case c.on != 0:
					fmt.Fprintf(&b, `<c r="%s" s="1"><v>%d</v></c>`, ref, int(c.on)+25569)
				case c.text != "":
					k, ok := index[c.text]
					if !ok {
						k = len(shared)
						index[c.text], shared = k, append(shared, c.text)
					}
					fmt.Fprintf(&b, `<c r="%s" t="s"><v>%d</v></c>`, ref, k)
				}
			}
			b.WriteString(`</row>`)
		}
		b.WriteString(`</sheetData></worksheet>`)
		parts = append(parts, File{fmt.Sprintf("xl/worksheets/sheet%d.xml", i+1), b.Bytes()})
	}
	text, err := sharedStrings(shared)
	if err != nil {
		return nil, err
	}
	parts = append(parts, File{"xl/sharedStrings.xml", text}, File{"xl/styles.xml", []byte(stylesXML)})
	return zipped(append(skeleton(sheets), parts...))
}

const (
	xmlHead = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n"
	mainNS  = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
	relNS   = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
	pkgNS   = "http://schemas.openxmlformats.org/package/2006/"
	typeNS  = "application/vnd.openxmlformats-officedocument.spreadsheetml."

	// Style 1 is the built-in short date.
	stylesXML = xmlHead + `<styleSheet xmlns="` + mainNS + `"><fonts count="1"><font><sz val="11"/><name val="Calibri"/></font></fonts>` +
		`<fills count="1"><fill><patternFill patternType="none"/></fill></fills><borders count="1"><border/></borders>` +
		`<cellStyleXfs count="1"><xf numFmtId="0"/></cellStyleXfs><cellXfs count="2"><xf numFmtId="0" xfId="0"/>` +
		`<xf numFmtId="14" xfId="0" applyNumberFormat="1"/></cellXfs></styleSheet>`
)

// skeleton is the package around the sheets.
func skeleton(sheets []sheet) []File {
	var types, book, rels strings.Builder
	for i, s := range sheets {
		fmt.Fprintf(&types, `<Override PartName="/xl/worksheets/sheet%d.xml" ContentType="%sworksheet+xml"/>`, i+1, typeNS)
		fmt.Fprintf(&book, `<sheet name="%s" sheetId="%d" r:id="rId%d"/>`, s.name, i+1, i+1)
		fmt.Fprintf(&rels, `<Relationship Id="rId%d" Type="%s/worksheet" Target="worksheets/sheet%d.xml"/>`, i+1, relNS, i+1)
	}
	n := len(sheets)
	fmt.Fprintf(&rels, `<Relationship Id="rId%d" Type="%s/styles" Target="styles.xml"/>`, n+1, relNS)
	fmt.Fprintf(&rels, `<Relationship Id="rId%d" Type="%s/sharedStrings" Target="sharedStrings.xml"/>`, n+2, relNS)
	return []File{
		{"[Content_Types].xml", []byte(xmlHead + `<Types xmlns="` + pkgNS + `content-types">` +
			`<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>` +
			`<Override PartName="/xl/workbook.xml" ContentType="` + typeNS + `sheet.main+xml"/>` + types.String() +
			`<Override PartName="/xl/styles.xml" ContentType="` + typeNS + `styles+xml"/>` +
			`<Override PartName="/xl/sharedStrings.xml" ContentType="` + typeNS + `sharedStrings+xml"/></Types>`)},
		{"_rels/.rels", []byte(xmlHead + `<Relationships xmlns="` + pkgNS + `relationships"><Relationship Id="rId1" Type="` + relNS + `/officeDocument" Target="xl/workbook.xml"/></Relationships>`)},
		{"xl/workbook.xml", []byte(xmlHead + `<workbook xmlns="` + mainNS + `" xmlns:r="` + relNS + `"><sheets>` + book.String() + `</sheets></workbook>`)},
		{"xl/_rels/workbook.xml.rels", []byte(xmlHead + `<Relationships xmlns="` + pkgNS + `relationships">` + rels.String() + `</Relationships>`)},
	}
}

func sharedStrings(shared []string) ([]byte, error) {
	var b bytes.Buffer
	fmt.Fprintf(&b, `%s<sst xmlns="%s" count="%d" uniqueCount="%d">`, xmlHead, mainNS, len(shared), len(shared))
	for _, s := range shared {
		b.WriteString(`<si><t xml:space="preserve">`)
		if err := xml.EscapeText(&b, []byte(s)); err != nil {
			return nil, err
		}
		b.WriteString(`</t></si>`)
	}
	b.WriteString(`</sst>`)
	return b.Bytes(), nil
}

func columnName(i int) string {
	if i < 26 {
		return string(rune('A' + i))
	}
	return columnName(i/26-1) + string(rune('A'+i%26))
}
