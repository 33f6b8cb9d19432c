package cqc

import (
	"bellwether/ingest"
	"bellwether/ingest/decode"
)

// walk hands the file, or what is inside the archive, to entry.
func (b *bodies) walk(f ingest.File) error {
	if _, err := decode.CheckName(f.Name, f.Body, f.Size); err != nil {
		return err
	}
	t, err := decode.Text(f.Body, f.Size, decode.DefaultLimits())
	if err != nil {
		return err
	}
	return b.entry(f.Name, t.Reader())
}
