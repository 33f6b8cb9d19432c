package decode

import (
	"bytes"
	"fmt"
	"io"
	"path"
	"strings"
)

// Format is what a file is, by its bytes.
type Format string

// The formats that are told apart. Their text completes the sentence "the file is …".
const (
	FormatEmpty     Format = "empty"
	FormatText      Format = "text"
	FormatJSON      Format = "JSON"
	FormatXML       Format = "XML"
	FormatHTML      Format = "a web page (HTML)"
	FormatXLSX      Format = "an Excel workbook (.xlsx)"
	FormatXLSB      Format = "a binary Excel workbook (.xlsb)"
	FormatXLS       Format = "an old Excel workbook (.xls)"
	FormatEncrypted Format = "a password-protected Office file"
	FormatODS       Format = "an OpenDocument spreadsheet (.ods)"
	FormatOffice    Format = "an Office document"
	FormatZIP       Format = "a ZIP archive"
	FormatGzip      Format = "a gzip file"
	FormatTar       Format = "a tar archive"
	FormatPDF       Format = "a PDF document"
	FormatRTF       Format = "a rich text document"
	FormatImage     Format = "an image"
	FormatParquet   Format = "a Parquet file"
	FormatDatabase  Format = "a database file"
	FormatArchive   Format = "an archive of a kind that is not read"
	FormatProgram   Format = "a program"
)

var magics = []struct {
	at     int
	bytes  string
	format Format
}{
	{0, "PK\x03\x04", FormatZIP}, {0, "PK\x05\x06", FormatZIP},
	{0, "\x1f\x8b", FormatGzip},
	{0, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", FormatXLS},
	{0, "%PDF-", FormatPDF},
	{0, "{\\rtf", FormatRTF},
	{0, "\x89PNG\r\n", FormatImage}, {0, "\xff\xd8\xff", FormatImage}, {0, "GIF87a", FormatImage}, {0, "GIF89a", FormatImage},
	{0, "PAR1\x15", FormatParquet},
	{0, "SQLite format 3\x00", FormatDatabase}, {8, "DUCK\x40\x00", FormatDatabase}, {8, "DUCK\x43\x00", FormatDatabase},
	{4, "Standard Jet DB\x00", FormatDatabase}, {4, "Standard ACE DB\x00", FormatDatabase},
	{0, "7z\xbc\xaf\x27\x1c", FormatArchive}, {0, "Rar!\x1a\x07", FormatArchive}, {0, "\xfd7zXZ\x00", FormatArchive},
	{4, "1AY&SY", FormatArchive}, {0, "\x28\xb5\x2f\xfd", FormatArchive},
	{257, "ustar\x00", FormatTar}, {257, "ustar  \x00", FormatTar},
	{0, "\x7fELF", FormatProgram}, {0, "MZ\x90\x00", FormatProgram},
}

// Sniff says what a file is by its bytes alone.
func Sniff(r io.ReaderAt, size int64) (Format, error) {
	head := make([]byte, min(size, 4096))
	if n, err := r.ReadAt(head, 0); err != nil && (err != io.EOF || n < len(head)) {
		return "", err
	}
	for _, m := range magics {
		if len(head) >= m.at+len(m.bytes) && string(head[m.at:m.at+len(m.bytes)]) == m.bytes {
			switch m.format {
			case FormatZIP:
				return sniffZip(r, size), nil
			case FormatXLS:
				return sniffOLE(r, size), nil
			}
			return m.format, nil
		}
	}
	if wide, mark, _ := wideOf(head); wide != "" {
		head, _ = io.ReadAll(&wideReader{src: bytes.NewReader(head[mark : len(head)-(len(head)-mark)%2]), big: wide == EncodingUTF16BE})
	}
	length, _ := markOf(head)
	text := bytes.TrimLeft(head[length:], " \t\r\n")
	if len(text) == 0 {
		return FormatEmpty, nil
	}
	return sniffText(text), nil
}

func sniffText(text []byte) Format {
	start := strings.ToLower(string(text[:min(len(text), 64)]))
	for _, tag := range []string{"<!doctype html", "<html", "<table", "<head", "<body"} {
		if strings.HasPrefix(start, tag) {
			return FormatHTML
		}
	}
	switch {
	case strings.HasPrefix(start, "<?xml") && bytes.Contains(bytes.ToLower(text), []byte("<html")):
		return FormatHTML
	case strings.HasPrefix(start, "<?xml"):
		return FormatXML
	}
	squeezed := strings.NewReplacer(" ", "", "\n", "", "\r", "", "\t", "").Replace(start)
	for _, s := range []string{`{"`, `{}`, `[{`, `[]`, `["`} {
		if strings.HasPrefix(squeezed, s) {
			return FormatJSON
		}
	}
	return FormatText
}

// sniffOLE tells a password-protected workbook from an old one: both are the same kind of container.
func sniffOLE(r io.ReaderAt, size int64) Format {
	wanted := wide("EncryptedPackage")
	buf := make([]byte, 64*kib)
	for at := int64(0); at < size; at += int64(len(buf) - len(wanted)) {
		n, err := r.ReadAt(buf, at)
		if bytes.Contains(buf[:n], wanted) {
			return FormatEncrypted
		}
		if err != nil {
			break
		}
	}
	return FormatXLS
}

func wide(s string) []byte {
	var b []byte
	for i := range len(s) {
		b = append(b, s[i], 0)
	}
	return b
}

// expected lists, for each ending of a name, what a file so named may be.
var expected = map[string][]Format{
	".csv": {FormatText}, ".txt": {FormatText}, ".tsv": {FormatText},
	".xlsx": {FormatXLSX}, ".xlsm": {FormatXLSX},
	".ods":  {FormatODS},
	".json": {FormatJSON}, ".jsonl": {FormatJSON}, ".ndjson": {FormatJSON},
	".xml": {FormatXML},
	".zip": {FormatZIP}, ".tar": {FormatTar}, ".gz": {FormatGzip}, ".tgz": {FormatGzip},
}

// CheckName sniffs a file and refuses one that is not what its name says. A name with another ending, or none, says nothing.
func CheckName(name string, r io.ReaderAt, size int64) (Format, error) {
	format, err := Sniff(r, size)
	if err != nil {
		return "", err
	}
	switch format {
	case FormatEmpty:
		return format, &Error{File: name, Code: CodeTruncated, Reason: "the file is empty", NextStep: "Check that the export worked and send the file again"}
	case FormatEncrypted:
		return format, &Error{File: name, Code: CodeWrongType, Reason: "the file is protected by a password", NextStep: "Save it without a password and send it again"}
	}
	ending := strings.ToLower(path.Ext(name))
	want, known := expected[ending]
	if !known {
		return format, nil
	}
	for _, w := range want {
		if format == w {
			return format, nil
		}
	}
	if format == FormatZIP {
		if _, err := openZip(r, size, Limits{}.orDefaults()); err != nil { // a workbook cut short no longer lists what is in it
			return format, withFile(err, name)
		}
	}
	return format, &Error{File: name, Code: CodeWrongType, Reason: fmt.Sprintf("the file is named %s but it is %s", ending, format), NextStep: adviceFor(format, ending)}
}

func adviceFor(format Format, ending string) string {
	switch format {
	case FormatXLS, FormatXLSB, FormatHTML:
		return "Open it in Excel and save it as an Excel workbook (.xlsx) or as CSV UTF-8"
	case FormatXLSX, FormatODS, FormatZIP, FormatGzip, FormatTar, FormatJSON, FormatText:
		return "Rename it, or export it again as " + ending
	}
	return "Export it again as " + ending
}
