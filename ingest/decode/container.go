package decode

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"strings"
)

// Entry is one file handed over by Walk: the delivered file itself, or a file inside it.
type Entry struct {
	Name      string // as the container gives it; a label for people, never a place to write to
	Size      int64
	Body      io.ReaderAt
	Container string // name of the container, or "" for the delivered file itself
}

// Walk calls fn for each file inside a .gz, .zip, .tar or .tar.gz, in its order, and once for any other file. Entries are
// unpacked in memory one at a time; an entry's body is good only until fn returns. Folders and the side files of desktop
// programs are passed over. A container inside a container is refused, as are links, passwords, names that point outside,
// and more than the limits allow.
//
// Files before a damaged one have been handed over by the time the damage shows: a caller keeps nothing until Walk returns.
func Walk(name string, r io.ReaderAt, size int64, limits Limits, fn func(Entry) error) error {
	limits = limits.orDefaults()
	if size > limits.FileBytes {
		return withFile(tooBig("the file", limits.FileBytes), name)
	}
	format, err := CheckName(name, r, size)
	if err != nil {
		return withFile(err, name)
	}
	w := &walker{name: name, limits: limits, left: limits.UnpackedBytes, fn: fn}
	switch format {
	case FormatZIP:
		err = w.zip(r, size)
	case FormatTar:
		err = w.tar(io.NewSectionReader(r, 0, size))
	case FormatGzip:
		err = w.gzip(r, size)
	default:
		return fn(Entry{Name: name, Size: size, Body: r})
	}
	var refused callbackError
	if errors.As(err, &refused) {
		return refused.error
	}
	return withFile(err, name)
}

// callbackError carries an error of the caller's own past the explanations meant for a damaged container.
type callbackError struct{ error }

type walker struct {
	name   string
	limits Limits
	left   int64 // bytes that may still be unpacked
	files  int
	fn     func(Entry) error
	body   chunks
}

func (w *walker) zip(r io.ReaderAt, size int64) error {
	z, err := openZip(r, size, w.limits)
	if err != nil {
		return err
	}
	for _, f := range z.File {
		if f.FileInfo().IsDir() {
			continue
		}
		part, err := unpack(f)
		if err != nil {
			return err
		}
		err = w.hand(f.Name, part, w.name)
		part.Close()
		if err != nil {
			return damagedZip(err)
		}
	}
	return w.done()
}

func (w *walker) tar(r io.Reader) error {
	// A run of headers without end is an attack too, so all that is read is capped.
	t := tar.NewReader(&cappedReader{src: r, left: w.limits.UnpackedBytes + int64(w.limits.Entries)*kib + 64*kib})
	for index := 0; ; index++ {
		h, err := t.Next()
		if err == io.EOF {
			return w.done()
		}
		if err != nil && !errors.Is(err, tar.ErrInsecurePath) {
			return damagedTar(err)
		}
		if index >= w.limits.Entries {
			return tooMany(w.limits.Entries)
		}
		switch h.Typeflag {
		case tar.TypeXGlobalHeader:
			continue
		case tar.TypeReg, tar.TypeDir:
		default:
			return checkEntryName(h.Name, index, h.FileInfo().Mode()|fs.ModeIrregular) // a link or a device
		}
		if err := checkEntryName(h.Name, index, h.FileInfo().Mode()); err != nil {
			return err
		}
		if h.Typeflag == tar.TypeDir {
			continue
		}
		if err := w.hand(h.Name, t, w.name); err != nil {
			return damagedTar(err)
		}
	}
}

func damagedTar(err error) error {
	var own *Error
	var refused callbackError
	if errors.As(err, &own) || errors.As(err, &refused) {
		return err
	}
	if errors.Is(err, tar.ErrHeader) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, tar.ErrFieldTooLong) || errors.Is(err, io.EOF) {
		return &Error{Code: CodeTruncated, Reason: "the archive is damaged or cut short", NextStep: "Send the file again"}
	}
	return damagedGzip(err)
}

// gzip unpacks one file, or walks the tar archive inside it.
func (w *walker) gzip(r io.ReaderAt, size int64) error {
	g, err := gzip.NewReader(io.NewSectionReader(r, 0, size))
	if err != nil {
		return damagedGzip(err)
	}
	defer g.Close()
	head := make([]byte, 512)
	n, err := io.ReadFull(g, head)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return damagedGzip(err)
	}
	whole := io.MultiReader(bytes.NewReader(head[:n]), g)
	format, _ := Sniff(bytes.NewReader(head[:n]), int64(n))
	if format == FormatTar {
		return w.tar(whole)
	}
	inner := path.Base(strings.ReplaceAll(w.name, "\\", "/"))
	if ext := path.Ext(inner); strings.EqualFold(ext, ".gz") {
		inner = strings.TrimSuffix(inner, ext)
	}
	return damagedGzip(w.hand(inner, whole, w.name))
}

func damagedGzip(err error) error {
	if errors.Is(err, gzip.ErrChecksum) || errors.Is(err, gzip.ErrHeader) {
		return &Error{Code: CodeTruncated, Reason: "the file is damaged or cut short", NextStep: "Send the file again"}
	}
	return damagedZip(err)
}

// hand unpacks one file into memory and gives it to the caller.
func (w *walker) hand(name string, r io.Reader, container string) error {
	base := path.Base(strings.ReplaceAll(name, "\\", "/"))
	if strings.HasPrefix(name, "__MACOSX/") || base == ".DS_Store" || base == "Thumbs.db" || strings.HasPrefix(base, "._") {
		return nil
	}
	allowed := min(w.limits.EntryBytes, w.left)
	more, err := w.body.fill(r, allowed)
	if err != nil {
		return err
	}
	if more {
		if allowed < w.limits.EntryBytes {
			return tooBig("what the file holds, unpacked,", w.limits.UnpackedBytes)
		}
		return tooBig("a file inside it", w.limits.EntryBytes)
	}
	w.left -= w.body.size
	label := container + " > " + name
	format, err := CheckName(name, &w.body, w.body.size)
	if err != nil {
		return relabel(err, label)
	}
	switch format {
	case FormatZIP, FormatTar, FormatGzip, FormatArchive:
		return &Error{File: label, Code: CodeWrongType, Reason: fmt.Sprintf("%s stands inside another", format), NextStep: "Unpack it once and send what is inside"}
	}
	w.files++
	if err := w.fn(Entry{Name: name, Size: w.body.size, Body: &w.body, Container: container}); err != nil {
		return callbackError{err}
	}
	return nil
}

func relabel(err error, label string) error {
	var e *Error
	if errors.As(err, &e) {
		e.File = label
	}
	return err
}

func (w *walker) done() error {
	if w.files == 0 {
		return &Error{Code: CodeTruncated, Reason: "there are no files inside", NextStep: "Check that the archive was made of the right folder"}
	}
	return nil
}

// cappedReader ends in an error after so many bytes.
type cappedReader struct {
	src  io.Reader
	left int64
}

func (c *cappedReader) Read(p []byte) (int, error) {
	n, err := c.src.Read(p)
	if c.left -= int64(n); c.left < 0 {
		return 0, &Error{Code: CodeTooLong, Reason: "the archive unpacks to more than is allowed", NextStep: "Send fewer files at a time"}
	}
	return n, err
}
