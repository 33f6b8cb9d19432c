package ingest

import (
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"bellwether/ingest/contract"
	"bellwether/ingest/mapping"
)

// File is one delivered file, read from the landing zone.
type File struct {
	Name     string    // as delivered, without folders
	Size     int64     // in bytes; Body holds no more
	Received time.Time // the day it reached us, as midnight UTC
	Body     io.ReaderAt
}

// Row is one row for a raw table. The receiver copies what it keeps, so a decoder may use Cells and their memory again.
type Row struct {
	Table string
	No    int64    // data row or array index in the file, from 1, as a person would count it
	Cells []string // in the order of the contract's fields; "" means missing
}

// Problem is one reason why a row is held in quarantine. It never carries a value of a table that has personal fields.
type Problem struct {
	Table      string
	Row        int64
	Column     string
	Code       string // one of contract.Codes
	Reason     string // a sentence
	ValueClass string // "8 letters", "date-like"
}

// Output takes what a decoder finds in a file. An error from any of its methods must be returned by the decoder at once.
type Output interface {
	// Row offers one row to its contract.
	Row(Row) error
	// Quarantine holds a row that the decoder itself can't make into cells.
	Quarantine(Problem) error
	// Note records something a person should know and that holds nothing back.
	Note(text string)
	// AsAt records the date which the source itself states for the file.
	AsAt(time.Time)
}

// Env is what a decoder may know beside the file.
type Env struct {
	Tables  map[string]*contract.Table
	Mapping *mapping.Mapping // the council's column and value map; nil if there is none
	// Digest makes a reference of fields that identify a record, by the instance's key; nil where nothing is kept.
	Digest func(string) string
}

// Decoder turns one file into rows. Returning a *FileError rejects the whole file: nothing of it is loaded. Any other error is a
// fault of the machine, after which the file is tried again.
type Decoder interface {
	Decode(ctx context.Context, f File, env Env, out Output) error
}

// Source is one feed: which files it takes, who reads them, which tables they fill.
type Source struct {
	Name                string // as in configuration, ledger and metrics
	Title               string
	Tables              []string
	Decoder             Decoder
	Extensions          []string // with the dot, small letters: ".csv"; none means any
	DefaultIntervalDays int      // how often a delivery is expected
	Steady              bool     // deliveries have about as many rows as those before: one that has not is held until somebody accepts it
	Family              string   // independent kinds of evidence have different families
}

// FileError rejects a whole file.
type FileError struct {
	File     string
	Row      int64 // 0 if no row is to blame
	Column   string
	Code     string
	Reason   string
	NextStep string
}

// Error says what, where, why and what to do.
func (e *FileError) Error() string {
	var b strings.Builder
	b.WriteString(e.File)
	if e.Row > 0 {
		fmt.Fprintf(&b, ", row %d", e.Row)
	}
	if e.Column != "" {
		fmt.Fprintf(&b, ", column %q", e.Column)
	}
	if b.Len() > 0 {
		b.WriteString(": ")
	}
	b.WriteString(e.Reason)
	if e.NextStep != "" {
		b.WriteString(". ")
		b.WriteString(e.NextStep)
	}
	return b.String()
}
