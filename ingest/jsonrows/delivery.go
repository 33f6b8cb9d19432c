package jsonrows

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"

	"bellwether/ingest/decode"
)

// Delivery goes through the values of one delivered file, or of the files in a delivered archive, and holds the broken ones.
type Delivery struct {
	Ctx  context.Context
	Name string // of the delivered file
	// Quarantine holds one value, whose number is given, with a reason that names the file within an archive.
	Quarantine func(no int64, code, reason string) error

	No    int64  // of the value that is read, as a person would count it
	First string // the first reason why something was held
}

// Read hands over every value of the delivery. A file inside an archive that is no JSON is held, and the rest goes on.
func (d *Delivery) Read(body io.ReaderAt, size int64, value func(File, Value) error) error {
	each := func(f File) error { return d.Values(f, NewSplitter(f.Text, f.Lines), value) }
	return Files(d.Name, body, size, each, func(name, code, reason string) error {
		d.No++
		return d.Hold(name, code, reason)
	})
}

// Values hands over the values of one splitter.
func (d *Delivery) Values(f File, s *Splitter, value func(File, Value) error) error {
	for {
		v, err := s.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if err := d.Ctx.Err(); err != nil {
			return err
		}
		if err := value(f, v); err != nil {
			return err
		}
	}
}

// Sound hands over the values that are whole, counted; the others are held, or refuse the delivery.
func (d *Delivery) Sound(value func(File, Value) error) func(File, Value) error {
	return func(f File, v Value) error {
		d.No++
		if v.Fault != "" {
			return d.Broken(f, v)
		}
		return value(f, v)
	}
}

// Broken refuses a delivery that stops in the middle; inside an archive only the file in question is lost, and of a list or of lines
// only the value.
func (d *Delivery) Broken(f File, v Value) error {
	if v.Cut && f.Whole {
		return &decode.Error{Row: d.No, Code: decode.CodeTruncated, Reason: v.Fault, NextStep: "Fetch or copy the file again"}
	}
	return d.Hold(f.Name, decode.CodeTruncated, v.Fault)
}

// Hold puts the value in quarantine under the name of the file it came in.
func (d *Delivery) Hold(name, code, reason string) error {
	if name != d.Name {
		reason = fmt.Sprintf("in %s: %s", name, reason)
	}
	d.First = cmp.Or(d.First, reason)
	return d.Quarantine(d.No, code, reason)
}
