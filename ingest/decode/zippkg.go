package decode

import (
	"archive/zip"
	"compress/flate"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"
	"unicode"
)

// directoryBytes bounds the list of contents of a ZIP file for each entry allowed; a longer list is an attack on memory.
const directoryBytes = 512

// openZip reads a ZIP file's list of contents and checks all of it before anything is unpacked.
func openZip(r io.ReaderAt, size int64, limits Limits) (*zip.Reader, error) {
	budget := &budgetReaderAt{src: r, left: int64(limits.Entries)*directoryBytes + 256*kib}
	z, err := zip.NewReader(budget, size)
	if budget.spent {
		return nil, tooMany(limits.Entries)
	}
	if errors.Is(err, io.EOF) {
		err = io.ErrUnexpectedEOF
	}
	if err != nil && !errors.Is(err, zip.ErrInsecurePath) {
		return nil, damagedZip(err)
	}
	budget.left = -1
	if len(z.File) > limits.Entries {
		return nil, tooMany(limits.Entries)
	}
	var total uint64
	seen := make(map[string]bool, len(z.File))
	for i, f := range z.File {
		total += f.UncompressedSize64
		if f.UncompressedSize64 > uint64(limits.UnpackedBytes) || total > uint64(limits.UnpackedBytes) {
			return nil, tooBig("what the file holds, unpacked,", limits.UnpackedBytes)
		}
		if f.Flags&1 != 0 {
			return nil, &Error{Code: CodeWrongType, Reason: "the file is protected by a password", NextStep: "Save it without a password and send it again"}
		}
		if err := checkEntryName(f.Name, i, f.Mode()); err != nil {
			return nil, err
		}
		key := strings.ToLower(f.Name)
		if seen[key] {
			return nil, &Error{Code: CodeOther, Reason: fmt.Sprintf("file %d inside it has the same name as another", i+1), NextStep: "Make the archive again"}
		}
		seen[key] = true
	}
	return z, nil
}

func tooMany(entries int) *Error {
	return &Error{Code: CodeTooLong, Reason: fmt.Sprintf("there are more than %d files inside", entries), NextStep: "Send fewer files at a time"}
}

// checkEntryName refuses names that could reach outside a folder, though nothing is ever written under them, and links.
func checkEntryName(name string, index int, mode fs.FileMode) error {
	bad := func(why string) error {
		return &Error{Code: CodeOther, Reason: fmt.Sprintf("file %d inside it %s", index+1, why), NextStep: "Do not trust the archive; ask for it to be made again"}
	}
	switch {
	case mode&fs.ModeType&^fs.ModeDir != 0:
		return bad("is a link or a device, not a file")
	case name == "" || len(name) > 1024:
		return bad("has no name, or a very long one")
	case strings.ContainsFunc(name, unicode.IsControl):
		return bad("has a control character in its name")
	case strings.HasPrefix(name, "/") || strings.HasPrefix(name, "\\") || len(name) > 1 && name[1] == ':':
		return bad("has a name that starts at the root of a disk")
	}
	for part := range strings.FieldsFuncSeq(name, func(r rune) bool { return r == '/' || r == '\\' }) {
		if part == ".." {
			return bad("has a name that points outside the archive")
		}
	}
	return nil
}

// damagedZip explains an error from reading a ZIP file.
func damagedZip(err error) error {
	var own *Error
	var corrupt flate.CorruptInputError
	switch {
	case err == nil || errors.Is(err, io.EOF) || errors.As(err, &own):
		return err
	case errors.Is(err, zip.ErrAlgorithm):
		return &Error{Code: CodeWrongType, Reason: "the file is compressed in a way that is not read", NextStep: "Save it again with ordinary compression"}
	case errors.Is(err, zip.ErrChecksum) || errors.Is(err, zip.ErrFormat) || errors.Is(err, io.ErrUnexpectedEOF) || errors.As(err, &corrupt):
		return &Error{Code: CodeTruncated, Reason: "the file is damaged or cut short", NextStep: "Send the file again"}
	}
	return err
}

// unpack opens one entry. Reading more than it declares, or a checksum that does not match, ends in an error.
func unpack(f *zip.File) (io.ReadCloser, error) {
	rc, err := f.Open()
	if errors.Is(err, io.EOF) { // the entry is said to lie past the end
		err = io.ErrUnexpectedEOF
	}
	if err != nil {
		return nil, damagedZip(err)
	}
	return &countedReader{src: rc, left: int64(f.UncompressedSize64)}, nil
}

type countedReader struct {
	src  io.ReadCloser
	left int64
}

func (c *countedReader) Read(p []byte) (int, error) {
	n, err := c.src.Read(p)
	c.left -= int64(n)
	if c.left < 0 {
		return 0, &Error{Code: CodeTooLong, Reason: "the file holds more than it declares", NextStep: "Do not trust the file; ask for it to be made again"}
	}
	return n, damagedZip(err)
}

func (c *countedReader) Close() error { return c.src.Close() }

// budgetReaderAt fails once more than left bytes have been read; a negative budget is no limit.
type budgetReaderAt struct {
	src   io.ReaderAt
	left  int64
	spent bool
}

func (b *budgetReaderAt) ReadAt(p []byte, off int64) (int, error) {
	if off < 0 { // a list of contents may place an entry anywhere
		return 0, io.ErrUnexpectedEOF
	}
	if b.left >= 0 {
		if b.left -= int64(len(p)); b.left < 0 {
			b.left, b.spent = 0, true
			return 0, io.ErrUnexpectedEOF
		}
	}
	return b.src.ReadAt(p, off)
}

// zipEntry finds an entry by name, capitals aside.
func zipEntry(z *zip.Reader, name string) *zip.File {
	for _, f := range z.File {
		if strings.EqualFold(strings.ReplaceAll(f.Name, "\\", "/"), name) {
			return f
		}
	}
	return nil
}

// sniffZip tells the formats that are ZIP files underneath.
func sniffZip(r io.ReaderAt, size int64) Format {
	budget := &budgetReaderAt{src: r, left: 6 * mib}
	z, err := zip.NewReader(budget, size)
	if err != nil && !errors.Is(err, zip.ErrInsecurePath) {
		return FormatZIP
	}
	budget.left = -1
	if f := zipEntry(z, "mimetype"); f != nil && f.UncompressedSize64 < 200 {
		if rc, err := f.Open(); err == nil {
			kind, _ := io.ReadAll(io.LimitReader(rc, 200))
			rc.Close()
			switch {
			case strings.HasPrefix(string(kind), "application/vnd.oasis.opendocument.spreadsheet"):
				return FormatODS
			case strings.HasPrefix(string(kind), "application/vnd.oasis.opendocument"):
				return FormatOffice
			}
		}
	}
	if zipEntry(z, "[Content_Types].xml") != nil {
		switch {
		case zipEntry(z, "xl/workbook.bin") != nil:
			return FormatXLSB
		case zipEntry(z, "xl/workbook.xml") != nil:
			return FormatXLSX
		}
		return FormatOffice
	}
	return FormatZIP
}
