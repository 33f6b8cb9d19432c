package decode

import (
	"bytes"
	"strings"
	"testing"
)

func TestSniff(t *testing.T) {
	docx := zipOf(part{"[Content_Types].xml", "<Types/>"}, part{"word/document.xml", "<x/>"})
	tests := []struct {
		name string
		data []byte
		want Format
	}{
		{"csv", []byte("a,b\n1,2\n"), FormatText},
		{"marked csv", []byte("\ufeffa,b\n"), FormatText},
		{"empty", nil, FormatEmpty},
		{"blank", []byte(" \r\n\t\n"), FormatEmpty},
		{"only a mark", []byte("\ufeff\r\n"), FormatEmpty},
		{"json object", []byte("{\"total\": 1}"), FormatJSON},
		{"json array", []byte("\n [ {\n\"a\":1}]"), FormatJSON},
		{"marked json", []byte("\ufeff{\"a\":1}"), FormatJSON},
		{"empty json", []byte("[]"), FormatJSON},
		{"bracket in a heading", []byte("[a],b\n"), FormatText},
		{"html", []byte("\n<!DOCTYPE HTML><html>"), FormatHTML},
		{"table only", []byte("<table><tr>"), FormatHTML},
		{"xhtml", []byte("<?xml version=\"1.0\"?><HTML>"), FormatHTML},
		{"xml", []byte("<?xml version=\"1.0\"?><a/>"), FormatXML},
		{"pdf", []byte("%PDF-1.7\n"), FormatPDF},
		{"rtf", []byte(`{\rtf1 x}`), FormatRTF},
		{"png", []byte("\x89PNG\r\n\x1a\n"), FormatImage},
		{"parquet", []byte("PAR1\x15\x04..."), FormatParquet},
		{"sqlite", []byte("SQLite format 3\x00..."), FormatDatabase},
		{"heading like a database", []byte("Supplier DUCK,PAR1\n"), FormatText},
		{"bzip2", []byte("BZh91AY&SY"), FormatArchive},
		{"gif", []byte("GIF89a.."), FormatImage},
		{"duckdb", []byte("12345678DUCK\x40\x00\x00"), FormatDatabase},
		{"gzip", gzipOf([]byte("x")), FormatGzip},
		{"tar", tarOf(part{"a", "x"}), FormatTar},
		{"zip", zipOf(part{"a", "x"}), FormatZIP},
		{"empty zip", zipOf(), FormatZIP},
		{"broken zip", []byte("PK\x03\x04...."), FormatZIP},
		{"7z", []byte("7z\xbc\xaf\x27\x1c"), FormatArchive},
		{"xz", []byte("\xfd7zXZ\x00"), FormatArchive},
		{"program", []byte("\x7fELF"), FormatProgram},
		{"xlsx", xlsxParts{}.file(), FormatXLSX},
		{"xlsb", zipOf(part{"[Content_Types].xml", ""}, part{"xl/workbook.bin", ""}), FormatXLSB},
		{"docx", docx, FormatOffice},
		{"ods", odsFile(""), FormatODS},
		{"odt", zipOf(part{"mimetype", "application/vnd.oasis.opendocument.text"}), FormatOffice},
		{"xls", append([]byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), bytes.Repeat([]byte{0}, 1000)...), FormatXLS},
		{"protected", append(append([]byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), bytes.Repeat([]byte{0}, 64*kib-20)...), wide("EncryptedPackage")...), FormatEncrypted},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := Sniff(bytes.NewReader(tt.data), int64(len(tt.data)))
			if err != nil || got != tt.want {
				t.Errorf("got %q, %v; want %q", got, err, tt.want)
			}
		})
	}
}

func TestCheckName(t *testing.T) {
	good := map[string][]byte{
		"a.csv": []byte("a,b"), "A.CSV": []byte("a,b"), "a.txt": []byte("a,b"), "a.xlsx": xlsxParts{}.file(), "a.xlsm": xlsxParts{}.file(), "a.ods": odsFile(""),
		"a.json": []byte(`{"a":1}`), "a.zip": zipOf(part{"a", "x"}), "extract": xlsxParts{}.file(), "a.dat": []byte("a,b"),
	}
	for name, data := range good {
		if _, err := CheckName(name, bytes.NewReader(data), int64(len(data))); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	bad := []struct {
		name string
		data []byte
		says string
	}{
		{"a.csv", xlsxParts{}.file(), "named .csv but it is an Excel workbook (.xlsx). Rename it, or export it again as .csv"},
		{"a.xlsx", []byte("a,b\n1,2\n"), "named .xlsx but it is text"},
		{"a.xlsx", odsFile(""), "named .xlsx but it is an OpenDocument spreadsheet"},
		{"a.ods", xlsxParts{}.file(), "named .ods but it is an Excel workbook"},
		{"a.xlsx", []byte("<html><table>"), "it is a web page (HTML). Open it in Excel and save it as an Excel workbook"},
		{"a.csv", []byte("%PDF-1.4"), "it is a PDF document. Export it again as .csv"},
		{"a.csv", []byte(`{"a":1}`), "it is JSON"},
		{"a.json", []byte("<!doctype html>"), "it is a web page"},
		{"a.xlsx", append([]byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), 0), "it is an old Excel workbook"},
		{"a.csv", nil, "the file is empty"},
		{"a", []byte("\n"), "the file is empty"},
	}
	for _, tt := range bad {
		_, err := CheckName(tt.name, bytes.NewReader(tt.data), int64(len(tt.data)))
		if err == nil || !strings.Contains(err.Error(), tt.says) || !strings.HasPrefix(err.Error(), tt.name+": ") {
			t.Errorf("%s: got %v, want %q", tt.name, err, tt.says)
		}
	}
	for name, data := range map[string][]byte{"a.json": []byte(`{"a":1}`), "a.zip": zipOf(part{"a", "x"}), "a.pdf": []byte("%PDF-1.4")} {
		_, err := Open(name, bytes.NewReader(data), int64(len(data)), Options{})
		wantError(t, err, CodeWrongType, "not a table", name)
	}
}
