package tabular

import (
	"context"
	"errors"
	"io"
	"regexp"
	"time"

	"bellwether/ingest/decode"
	"bellwether/ingest/mapping"
)

// dates reads the dates of one file in one order, and goes on collecting evidence while it does, so that a date at the end of the
// file can still show that the order was wrong.
type dates struct {
	reader decode.DateReader
	seen   *decode.Dates
	known  map[string]string // cells read before: most files repeat their dates
}

// maxKnown bounds the memory of dates read before.
const maxKnown = 1 << 16

// dateOrder decides the order of the file's dates: by the mapping, or by the first date that shows it. A file that nowhere
// shows it is refused, because half of its dates would be read wrongly.
func (r *reader) dateOrder(ctx context.Context) (dates, error) {
	d := dates{known: map[string]string{}}
	hint := decode.OrderUnknown // without a mapping a single date that contradicts the others refuses the file
	switch r.m.Dates {
	case mapping.DatesDayFirst:
		hint = decode.DayFirst
	case mapping.DatesMonthFirst:
		hint = decode.MonthFirst
	}
	d.reader.Order, d.seen = hint, decode.NewDates(hint)
	d.reader.ShortYears = hint != decode.OrderUnknown
	if hint == decode.OrderUnknown {
		var err error
		if d.reader.Order, err = r.shownOrder(ctx); err != nil {
			return d, err
		}
	}
	return d, nil
}

func (r *reader) shownOrder(ctx context.Context) (decode.Order, error) {
	fields := r.layout.dateFields()
	t, err := decode.Open(r.f.Name, r.f.Body, r.f.Size, r.options())
	if err != nil {
		return decode.OrderUnknown, err
	}
	defer t.Close()
	seen := decode.NewDates(decode.OrderUnknown)
	for n := 0; ; n++ {
		if n%1024 == 0 && ctx.Err() != nil {
			return decode.OrderUnknown, ctx.Err()
		}
		row, err := t.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return decode.OrderUnknown, err
		}
		if row.Problem != nil {
			continue
		}
		for _, f := range fields {
			if i, ok := t.Binding.Columns[f]; ok {
				seen.Add(t.Header[i], row.No, row.Cells[i])
			}
		}
		if day, month, _ := seen.Counts(); day+month > 0 {
			break
		}
	}
	reader, err := seen.Decide()
	return reader.Order, err
}

// date reads a cell as yyyy-mm-dd.
func (d *dates) date(heading string, no int64, raw string) (string, error) {
	if raw == "" {
		return "", nil
	}
	if iso, ok := d.known[raw]; ok {
		return iso, nil
	}
	d.seen.Add(heading, no, raw)
	iso, _, err := d.reader.Date(raw)
	if err != nil && noValue[mapping.Fold(raw)] {
		return "", nil
	}
	if err == nil && len(d.known) < maxKnown {
		d.known[raw] = iso
	}
	return iso, err
}

// noValue are the words that stand in columns of dates and numbers for "none yet".
var noValue = map[string]bool{"tbc": true, "to be confirmed": true, "tba": true, "to be advised": true, "n a": true, "na": true, "none": true,
	"not applicable": true, "not known": true, "unknown": true, "not recorded": true, "pending": true, "ongoing": true, "rolling": true, "tbd": true, "not stated": true, "not provided": true, "open ended": true}

// settle refuses the file if a date in it contradicts the order in which all were read.
func (d *dates) settle() error {
	_, err := d.seen.Decide()
	return err
}

var stated = regexp.MustCompile(`(?i)\b(?:extract(?:ed)?|report|run|snapshot|as at|as of|produced|data)\b(?:\s+(?:date|on|at|as at))*\s*[:=]?\s*(\d{1,4}[-/.]\d{1,2}[-/.]\d{2,4}|\d{1,2}[ -][A-Za-z]{3,9}[ -]\d{2,4})\b`)

// statedDate finds the date which a file states for itself above its header.
func statedDate(lines []string, reader decode.DateReader) (time.Time, bool) {
	if d, ok := decode.AsAt(lines); ok {
		return d, true
	}
	for _, l := range lines {
		m := stated.FindStringSubmatch(l)
		if m == nil {
			continue
		}
		if d, missing, err := reader.DateTime(m[1]); err == nil && missing == decode.Present {
			return d, true
		}
	}
	return time.Time{}, false
}
