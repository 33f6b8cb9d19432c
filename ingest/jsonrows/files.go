package jsonrows

import (
	"errors"
	"io"
	"path"
	"strings"

	"bellwether/ingest/decode"
)

// File is one text file of a delivery, which may be the delivery itself.
type File struct {
	Name  string // within the archive, or of the delivery
	Whole bool   // the delivery is this file and nothing else
	Lines bool   // every line is one value
	Text  io.Reader
}

// limits allow an archive of the whole register, one body a file.
var limits = decode.Limits{Entries: 500_000}

// Files hands over the JSON files of a delivery: the file itself, or what is inside a .gz, .zip, .tar or .tar.gz. A delivery that
// is not JSON is refused; a file inside an archive that is not JSON goes to stray, and the rest goes on.
func Files(name string, body io.ReaderAt, size int64, read func(File) error, stray func(name, code, reason string) error) error {
	return decode.Walk(name, body, size, limits, func(e decode.Entry) error {
		f := File{Name: e.Name, Whole: e.Container == "" || single(e.Container)}
		ending := strings.ToLower(path.Ext(e.Name))
		f.Lines = ending == ".jsonl" || ending == ".ndjson"
		text, err := open(e, f.Whole)
		if err == nil {
			f.Text = text.Reader()
			return read(f)
		}
		var refused *decode.Error
		if f.Whole || !errors.As(err, &refused) {
			return err
		}
		return stray(e.Name, refused.Code, refused.Reason)
	})
}

// single says whether an archive holds one file by its nature.
func single(container string) bool {
	c := strings.ToLower(container)
	return strings.HasSuffix(c, ".gz") && !strings.HasSuffix(c, ".tar.gz")
}

func open(e decode.Entry, whole bool) (*decode.TextFile, error) {
	format, err := decode.CheckName(e.Name, e.Body, e.Size)
	if err != nil {
		return nil, err
	}
	// Text that opens like JSON may still turn out to be broken; anything else is not worth a try.
	if format != decode.FormatJSON && format != decode.FormatText || format == decode.FormatText && !whole {
		return nil, &decode.Error{File: e.Name, Code: decode.CodeWrongType, Reason: "the file is " + string(format) + ", not JSON",
			NextStep: "Send JSON, or an archive of JSON files"}
	}
	return decode.Text(e.Body, e.Size, limits)
}
