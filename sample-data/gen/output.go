package gen

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sort"
	"time"

	"github.com/klauspost/compress/flate"
	"github.com/klauspost/compress/gzip"
)

// File is one file of the county; Path is relative to the county's folder, with slashes.
type File struct {
	Path string
	Data []byte
}

// Output collects the county's files.
type Output struct{ files []File }

// add puts a file into a source's drop folder under the day on which it is received.
func (o *Output) add(source string, received Day, name string, data []byte) {
	o.put(fmt.Sprintf("inbox/%s/received=%s/%s", source, received.ISO(), name), data)
}

func (o *Output) put(path string, data []byte) {
	o.files = append(o.files, File{Path: path, Data: data})
}

// sorted returns the files in the order of their paths.
func (o *Output) sorted() []File {
	sort.Slice(o.files, func(i, j int) bool { return o.files[i].Path < o.files[j].Path })
	return o.files
}

// write stores the files below a folder.
func (o *Output) write(dir string) error {
	for _, f := range o.sorted() {
		path := filepath.Join(dir, filepath.FromSlash(f.Path))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return fmt.Errorf("making the folder of %s: %w", f.Path, err)
		}
		if err := os.WriteFile(path, f.Data, 0o644); err != nil {
			return fmt.Errorf("writing %s: %w", f.Path, err)
		}
	}
	return nil
}

// tarball packs entries into a .tar.gz whose bytes depend on nothing but its arguments.
func tarball(received Day, entries []File) ([]byte, error) {
	var b bytes.Buffer
	z, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	t := tar.NewWriter(z)
	for _, e := range entries {
		h := &tar.Header{Name: e.Path, Mode: 0o644, Size: int64(len(e.Data)), ModTime: received.time(), Typeflag: tar.TypeReg, Format: tar.FormatUSTAR}
		if err := t.WriteHeader(h); err != nil {
			return nil, err
		}
		if _, err := t.Write(e.Data); err != nil {
			return nil, err
		}
	}
	if err := t.Close(); err != nil {
		return nil, err
	}
	if err := z.Close(); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// zipped packs entries into a zip archive with a fixed time on each.
func zipped(entries []File) ([]byte, error) {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	z.RegisterCompressor(zip.Deflate, func(w io.Writer) (io.WriteCloser, error) { return flate.NewWriter(w, flate.BestCompression) })
	for _, e := range entries {
		h := &zip.FileHeader{Name: e.Path, Method: zip.Deflate, Modified: time.Date(2023, 4, 1, 0, 0, 0, 0, time.UTC)}
		w, err := z.CreateHeader(h)
		if err != nil {
			return nil, err
		}
		if _, err := w.Write(e.Data); err != nil {
			return nil, err
		}
	}
	if err := z.Close(); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}
