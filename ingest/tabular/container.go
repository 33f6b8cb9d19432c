package tabular

import (
	"path"

	"bellwether/ingest"
	"bellwether/ingest/decode"
)

// unpacked hands on the one table inside a .gz or .zip, and any other file as it is. A second table inside refuses the file: which
// of the two is meant would be a guess.
func unpacked(f ingest.File, read func(ingest.File) error) error {
	format, err := decode.Sniff(f.Body, f.Size)
	if err != nil {
		return err
	}
	if format != decode.FormatZIP && format != decode.FormatGzip {
		return read(f)
	}
	tables := 0
	return decode.Walk(f.Name, f.Body, f.Size, decode.Limits{}, func(e decode.Entry) error {
		if tables++; tables > 1 {
			return &ingest.FileError{File: f.Name, Code: decode.CodeWrongType, Reason: "there is more than one file inside",
				NextStep: "Send each table as a file of its own"}
		}
		inner := f
		inner.Name, inner.Size, inner.Body = path.Base(e.Name), e.Size, e.Body
		return read(inner)
	})
}
