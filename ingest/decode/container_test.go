package decode

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
)

// walk lists what Walk hands over as "name=content".
func walk(name string, data []byte, limits Limits) ([]string, error) {
	var got []string
	err := Walk(name, bytes.NewReader(data), int64(len(data)), limits, func(e Entry) error {
		body, err := io.ReadAll(io.NewSectionReader(e.Body, 0, e.Size))
		if err != nil {
			return err
		}
		label := e.Name
		if e.Container != "" {
			label = e.Container + ":" + label
		}
		got = append(got, label+"="+string(body))
		return nil
	})
	return got, err
}

func TestWalk(t *testing.T) {
	two := []part{{"a.csv", "x,1"}, {"b/c.json", `{"k":1}`}}
	inside := func(name string) []string { return []string{name + ":a.csv=x,1", name + `:b/c.json={"k":1}`} }
	tests := []struct {
		name string
		data []byte
		want []string
	}{
		{"plain.csv", []byte("a,b"), []string{"plain.csv=a,b"}},
		{"one.csv.gz", gzipOf([]byte("a,b")), []string{"one.csv.gz:one.csv=a,b"}},
		{"two.csv.gz", append(gzipOf([]byte("a,")), gzipOf([]byte("b"))...), []string{"two.csv.gz:two.csv=a,b"}},
		{"two.zip", zipOf(two...), inside("two.zip")},
		{"two.tar", tarOf(two...), inside("two.tar")},
		{"two.tar.gz", gzipOf(tarOf(two...)), inside("two.tar.gz")},
		{"two.tgz", gzipOf(tarOf(two...)), inside("two.tgz")},
		{"desktop.zip", zipOf(append([]part{{"__MACOSX/._a.csv", "\x00"}, {".DS_Store", "\x00"}, {"b/", ""}, {"._x", "\x00"}, {"Thumbs.db", "\x00"}}, two...)...), inside("desktop.zip")},
		{"book.xlsx", xlsxParts{sheet: "<worksheet/>"}.file(), nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := walk(tt.name, tt.data, Limits{})
			if tt.want == nil {
				tt.want = []string{tt.name + "=" + string(tt.data)}
			}
			if err != nil || !slices.Equal(got, tt.want) {
				t.Errorf("got %.200q, %v", got, err)
			}
		})
	}
	// A spreadsheet inside an archive is a file like any other.
	data := zipOf(part{"book.xlsx", string(xlsxParts{sheet: xlsxSheetOf(xlsxHeader + `<row><c><v>1</v></c><c><v>2</v></c></row>`)}.file())})
	err := Walk("x.zip", bytes.NewReader(data), int64(len(data)), Limits{}, func(e Entry) error {
		table, err := Open(e.Name, e.Body, e.Size, Options{Fields: twoFields})
		if err != nil {
			return err
		}
		row, err := table.Read()
		if err != nil || !slices.Equal(row.Cells, []string{"1", "2"}) {
			t.Errorf("got %v, %v", row, err)
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}

func zipWith(h *zip.FileHeader, body string) []byte {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	w, err := z.CreateHeader(h)
	if err != nil {
		panic(err)
	}
	w.Write([]byte(body))
	z.Close()
	return b.Bytes()
}

func tarWith(h *tar.Header) []byte {
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	if err := w.WriteHeader(h); err != nil {
		panic(err)
	}
	w.Write(make([]byte, h.Size))
	w.Close()
	return b.Bytes()
}

func linkHeader() *zip.FileHeader {
	h := &zip.FileHeader{Name: "a.csv"}
	h.SetMode(0o777 | 1<<27) // a symbolic link
	return h
}

func flip(data []byte, at int) []byte {
	out := slices.Clone(data)
	out[at] ^= 0x55
	return out
}

func TestWalkRefused(t *testing.T) {
	plain := part{"a.csv", strings.Repeat("x,1\n", 100)}
	good := zipOf(plain)
	stored := zipWith(&zip.FileHeader{Name: "a.csv", Method: zip.Store}, plain.body)
	many := func(n int) (parts []part) {
		for i := range n {
			parts = append(parts, part{fmt.Sprintf("%d.csv", i), "a"})
		}
		return parts
	}
	tests := []struct {
		name string
		file string
		data []byte
		code string
		says string
	}{
		{"parent in a zip", "x.zip", zipOf(part{"../a.csv", "x"}), CodeOther, "points outside"},
		{"parent further down", "x.zip", zipOf(part{"b/../../a.csv", "x"}), CodeOther, "points outside"},
		{"parent the other way", "x.zip", zipOf(part{`b\..\a.csv`, "x"}), CodeOther, "points outside"},
		{"root in a zip", "x.zip", zipOf(part{"/etc/a.csv", "x"}), CodeOther, "root of a disk"},
		{"disk in a zip", "x.zip", zipOf(part{`C:\a.csv`, "x"}), CodeOther, "root of a disk"},
		{"control in a name", "x.zip", zipOf(part{"a\x1b[31m.csv", "x"}), CodeOther, "control character"},
		{"no name", "x.zip", zipOf(part{"", "x"}), CodeOther, "no name"},
		{"long name", "x.zip", zipOf(part{strings.Repeat("a", 2000), "x"}), CodeOther, "very long"},
		{"same name twice", "x.zip", zipOf(plain, part{"A.CSV", "x"}), CodeOther, "same name as another"},
		{"link in a zip", "x.zip", zipWith(linkHeader(), "/etc/passwd"), CodeOther, "link or a device"},
		{"password in a zip", "x.zip", zipWith(&zip.FileHeader{Name: "a.csv", Flags: 1}, "x"), CodeWrongType, "protected by a password"},
		{"nested zip", "x.zip", zipOf(part{"inner.zip", string(good)}), CodeWrongType, "stands inside another"},
		{"nested gzip in a tar", "x.tar", tarOf(part{"a.csv.gz", string(gzipOf([]byte("x")))}), CodeWrongType, "stands inside another"},
		{"wrong name inside", "x.zip", zipOf(part{"a.csv", "%PDF-1.7"}), CodeWrongType, "it is a PDF document"},
		{"empty file inside", "x.zip", zipOf(part{"a.csv", ""}), CodeTruncated, "the file is empty"},
		{"empty zip", "x.zip", zipOf(), CodeTruncated, "no files inside"},
		{"only folders", "x.zip", zipOf(part{"b/", ""}), CodeTruncated, "no files inside"},
		{"too many in a zip", "x.zip", zipOf(many(11)...), CodeTooLong, "more than 10 files"},
		{"too many in a tar", "x.tar", tarOf(many(11)...), CodeTooLong, "more than 10 files"},
		{"file too large", "x.zip", zipOf(part{"a.csv", strings.Repeat("a", 3000)}), CodeTooLong, "a file inside it is larger than the limit of 2000 bytes"},
		{"too large together", "x.zip", zipOf(part{"a.csv", strings.Repeat("a", 1900)}, part{"b.csv", strings.Repeat("a", 1900)}, part{"c.csv", strings.Repeat("a", 1900)}), CodeTooLong, "unpacked, is larger than the limit of 5000 bytes"},
		{"gzip bomb", "x.csv.gz", gzipOf(make([]byte, 3000)), CodeTooLong, "larger than the limit of 2000 bytes"},
		{"tar bomb", "x.tar.gz", gzipOf(tarOf(part{"a.csv", strings.Repeat("a", 1900)}, part{"b.csv", strings.Repeat("a", 1900)}, part{"c.csv", strings.Repeat("a", 1900)})), CodeTooLong, "unpacked, is larger than the limit of 5000 bytes"},
		{"zip cut short", "x.zip", good[:len(good)-30], CodeTruncated, "damaged or cut short"},
		{"zip damaged", "x.zip", flip(stored, 60), CodeTruncated, "damaged or cut short"},
		{"zip of an unknown method", "x.zip", flip(flip(good, 8), bytes.LastIndex(good, []byte("PK\x01\x02"))+10), CodeWrongType, "compressed in a way"},
		{"gzip cut short", "x.csv.gz", gzipOf([]byte(plain.body))[:20], CodeTruncated, "damaged or cut short"},
		{"gzip damaged", "x.csv.gz", flip(gzipOf([]byte("a,b")), len(gzipOf([]byte("a,b")))-8), CodeTruncated, "damaged or cut short"},
		{"tar cut short", "x.tar", tarOf(plain)[:700], CodeTruncated, "damaged or cut short"},
		{"tar damaged", "x.tar", flip(tarOf(plain, plain), 1025), CodeTruncated, "damaged or cut short"},
		{"parent in a tar", "x.tar", tarOf(part{"../a.csv", "x"}), CodeOther, "points outside"},
		{"root in a tar", "x.tar", tarOf(part{"/a.csv", "x"}), CodeOther, "root of a disk"},
		{"link in a tar", "x.tar", tarWith(&tar.Header{Name: "a.csv", Typeflag: tar.TypeSymlink, Linkname: "/etc/passwd"}), CodeOther, "link or a device"},
		{"hard link in a tar", "x.tar", tarWith(&tar.Header{Name: "a.csv", Typeflag: tar.TypeLink, Linkname: "b"}), CodeOther, "link or a device"},
		{"device in a tar", "x.tar", tarWith(&tar.Header{Name: "a.csv", Typeflag: tar.TypeChar}), CodeOther, "link or a device"},
		{"not a zip", "x.zip", []byte("a,b\n"), CodeWrongType, "named .zip but it is text"},
		{"not a gzip", "x.gz", []byte("a,b\n"), CodeWrongType, "named .gz but it is text"},
		{"nothing", "x.zip", nil, CodeTruncated, "the file is empty"},
		{"too large", "x.csv", bytes.Repeat([]byte("a"), 20_001), CodeTooLong, "the file is larger than the limit of 20000 bytes"},
	}
	limits := Limits{FileBytes: 20_000, Entries: 10, EntryBytes: 2000, UnpackedBytes: 5000}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := walk(tt.file, tt.data, limits)
			wantError(t, err, tt.code, tt.says)
		})
	}
}

func TestChunks(t *testing.T) {
	data := noise(2*chunkBytes + 7)
	var c chunks
	for _, n := range []int{len(data), chunkBytes, 0, 5} {
		more, err := c.fill(iotest.HalfReader(bytes.NewReader(data[:n])), int64(n))
		if more || err != nil || c.size != int64(n) {
			t.Fatalf("%d bytes: held %d, more %v, %v", n, c.size, more, err)
		}
		got, err := io.ReadAll(io.NewSectionReader(&c, 0, c.size))
		if err != nil || !bytes.Equal(got, data[:n]) {
			t.Fatalf("%d bytes: read %d, %v", n, len(got), err)
		}
		p := make([]byte, 10)
		if m, err := c.ReadAt(p, int64(max(n-3, 0))); err != io.EOF || m != min(3, n) {
			t.Errorf("%d bytes: the last three are %d, %v", n, m, err)
		}
		if _, err := c.ReadAt(p, int64(n)+1); err != io.EOF {
			t.Errorf("%d bytes: past the end: %v", n, err)
		}
	}
	if more, err := c.fill(bytes.NewReader(data), 100); !more || err != nil {
		t.Errorf("past the limit: %v, %v", more, err)
	}
	boom := errors.New("boom")
	if _, err := c.fill(iotest.ErrReader(boom), 100); err != boom {
		t.Errorf("the reader's error came back as %v", err)
	}
}

// A header that goes on without end is stopped though no file ever comes of it.
func TestTarHeadersAreBounded(t *testing.T) {
	long := tarWith(&tar.Header{Name: "a.csv", Typeflag: tar.TypeReg, Format: tar.FormatPAX, PAXRecords: map[string]string{"LARKSHIRE.x": strings.Repeat("y", 900_000)}})
	_, err := walk("x.tar.gz", gzipOf(long), Limits{UnpackedBytes: 1000, Entries: 1})
	wantError(t, err, CodeTooLong, "unpacks to more than is allowed")
}

func TestWalkKeepsTheCallersError(t *testing.T) {
	boom := errors.New("boom")
	for name, data := range map[string][]byte{"x.zip": zipOf(part{"a.csv", "x"}), "x.tar": tarOf(part{"a.csv", "x"}), "x.csv.gz": gzipOf([]byte("x")), "x.csv": []byte("x")} {
		err := Walk(name, bytes.NewReader(data), int64(len(data)), Limits{}, func(Entry) error { return boom })
		if err != boom {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

// A list of contents that is itself huge is refused before it is held in memory.
func TestZipListOfContentsIsBounded(t *testing.T) {
	var parts []part
	for i := range 5000 {
		parts = append(parts, part{fmt.Sprintf("%d-%s.csv", i, strings.Repeat("n", 200)), ""})
	}
	data := zipOf(parts...)
	_, err := openZip(bytes.NewReader(data), int64(len(data)), Limits{Entries: 100}.orDefaults())
	wantError(t, err, CodeTooLong, "more than 100 files")
}

// An entry that holds more than it declares ends in an error, whatever its checksum says.
func TestUnpackCountsWhileReading(t *testing.T) {
	r := &countedReader{src: io.NopCloser(strings.NewReader("more than four")), left: 4}
	_, err := io.ReadAll(r)
	wantError(t, err, CodeTooLong, "holds more than it declares")
}
