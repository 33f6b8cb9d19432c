package decode

import (
	"errors"
	"fmt"
	"io"
	"time"
)

// Order is how a file writes dates in numbers.
type Order uint8

// The orders. OrderUnknown is right for a file whose dates cannot be misread.
const (
	OrderUnknown Order = iota
	DayFirst
	MonthFirst
)

// String names the order.
func (o Order) String() string {
	return [...]string{"unknown", "day first", "month first"}[min(int(o), 2)]
}

// DateReader reads the dates of one file, whose order has been decided for the whole file.
type DateReader struct {
	Order    Order
	Date1904 bool // the file's spreadsheet counts days from 1904
	// ShortYears lets a numeric date have a year of two digits. It is right only where a person has said the order: 01/02/03 can
	// be read in six ways.
	ShortYears bool
}

// Date reads a cell as a date in ISO form, "2026-03-14". A time of day after it is checked and left out; the day is the one
// that is written, whatever the zone. It reads ISO dates, dates with the month in letters, numeric dates in the file's order, and
// the day numbers of spreadsheets.
func (d DateReader) Date(s string) (string, Missing, error) {
	t, m, err := d.DateTime(s)
	if m != Present || err != nil {
		return "", m, err
	}
	y, month, day := t.Date()
	iso := [10]byte{byte('0' + y/1000), byte('0' + y/100%10), byte('0' + y/10%10), byte('0' + y%10), '-',
		byte('0' + month/10), byte('0' + month%10), '-', byte('0' + day/10), byte('0' + day%10)}
	return string(iso[:]), Present, nil
}

// DateTime reads a cell as a date with its time of day, in the zone it states or else in UTC.
func (d DateReader) DateTime(s string) (time.Time, Missing, error) {
	s = Trim(s)
	raw, err := parseDate(s)
	if err != nil {
		if m := Marker(s); m != Present {
			return time.Time{}, m, nil
		}
		return time.Time{}, Present, d.refuse(s, err)
	}
	if raw.kind == serialDate {
		t, ok := serialTime(raw.serial, d.Date1904)
		if !ok {
			return time.Time{}, Present, d.refuse(s, errDateShape)
		}
		return t, Present, nil
	}
	day, err := d.day(raw)
	if err != nil {
		return time.Time{}, Present, d.refuse(s, err)
	}
	if raw.zone != nil {
		y, m, dd := day.Date()
		day = time.Date(y, m, dd, 0, 0, 0, 0, raw.zone)
	}
	return day.Add(raw.clock), Present, nil
}

func (d DateReader) day(raw rawDate) (time.Time, error) {
	if raw.kind != numericDate {
		return dayOf(raw.year, raw.month, raw.day)
	}
	if raw.short && !d.ShortYears {
		return time.Time{}, errDateYear
	}
	switch {
	case raw.first == raw.second || d.Order == DayFirst:
		if raw.second > 12 && raw.first <= 12 {
			return time.Time{}, errDateSwapped
		}
		return dayOf(raw.year, raw.second, raw.first)
	case d.Order == MonthFirst:
		if raw.first > 12 && raw.second <= 12 {
			return time.Time{}, errDateSwapped
		}
		return dayOf(raw.year, raw.first, raw.second)
	}
	return time.Time{}, errDateOrder
}

func (d DateReader) refuse(s string, err error) error {
	reason := err.Error()
	if errors.Is(err, errDateSwapped) {
		reason += ", which is " + d.Order.String()
	}
	return valueError(CodeBadDate, s, reason)
}

// Dates collects the date cells of a whole file and decides their order once: never cell by cell.
type Dates struct {
	hint                   Order
	day, month, both       evidence
	dayCount, monthCount   int64
	ambiguousCount, others int64
	shortCount             int64
}

type evidence struct {
	column string
	row    int64
}

// NewDates starts collecting. The hint, from a mapping, settles a file that does not show its order, or shows both.
func NewDates(hint Order) *Dates { return &Dates{hint: hint} }

// Add takes a cell. What is not a date in numbers has no say.
func (d *Dates) Add(column string, row int64, value string) {
	raw, err := parseDate(Trim(value))
	if err != nil || raw.kind != numericDate {
		return
	}
	if raw.short {
		d.shortCount++
		if d.hint == OrderUnknown {
			return
		}
	}
	first, second := raw.first, raw.second
	if first < 1 || second < 1 || first > 31 || second > 31 || (first > 12 && second > 12) {
		return
	}
	here := evidence{column, row}
	switch {
	case first > 12:
		if d.dayCount == 0 {
			d.day = here
		}
		d.dayCount++
	case second > 12:
		if d.monthCount == 0 {
			d.month = here
		}
		d.monthCount++
	case first == second:
		d.others++
	default:
		if d.ambiguousCount == 0 {
			d.both = here
		}
		d.ambiguousCount++
	}
}

// Counts returns how many dates could only be day first, only month first, or either.
func (d *Dates) Counts() (dayFirst, monthFirst, either int64) {
	return d.dayCount, d.monthCount, d.ambiguousCount
}

// ShortYears returns how many dates in numbers had a year of two digits.
func (d *Dates) ShortYears() int64 { return d.shortCount }

// Decide returns the file's order, or an *Error that shows why there is none.
func (d *Dates) Decide() (DateReader, error) {
	next := "Say which with the date order in the source's mapping, or export dates as 2026-03-14"
	refuse := func(at evidence, format string, args ...any) (DateReader, error) {
		return DateReader{}, &Error{Row: at.row, Column: at.column, Code: CodeBadDate, Reason: fmt.Sprintf(format, args...), NextStep: next}
	}
	switch {
	case d.dayCount > 0 && d.monthCount > 0:
		if d.hint != OrderUnknown {
			return d.stated(), nil
		}
		return refuse(d.day, "the file writes dates in two orders: this row can only be day first, and row %d of column %q only month first (%d and %d dates)",
			d.month.row, d.month.column, d.dayCount, d.monthCount)
	case d.dayCount > 0 && d.hint == MonthFirst:
		return refuse(d.day, "the mapping says month first, but this date can only be day first (%d dates)", d.dayCount)
	case d.monthCount > 0 && d.hint == DayFirst:
		return refuse(d.month, "the mapping says day first, but this date can only be month first (%d dates)", d.monthCount)
	case d.dayCount > 0:
		return DateReader{Order: DayFirst, ShortYears: d.hint != OrderUnknown}, nil
	case d.monthCount > 0:
		return DateReader{Order: MonthFirst, ShortYears: d.hint != OrderUnknown}, nil
	case d.ambiguousCount > 0 && d.hint == OrderUnknown:
		return refuse(d.both, "no date in the file shows whether the day or the month comes first (%d dates could be either)", d.ambiguousCount)
	}
	return d.stated(), nil
}

// stated is the reader for an order that a person gave, or for a file without dates in numbers.
func (d *Dates) stated() DateReader {
	return DateReader{Order: d.hint, ShortYears: d.hint != OrderUnknown}
}

// ReadDates goes through a table once and decides the order of its dates from the named fields together. Fields that the
// header lacks have no say.
func ReadDates(name string, r io.ReaderAt, size int64, opts Options, hint Order, fields ...string) (DateReader, error) {
	t, err := Open(name, r, size, opts)
	if err != nil {
		return DateReader{}, err
	}
	defer t.Close()
	dates := NewDates(hint)
	for {
		row, err := t.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return DateReader{}, err
		}
		if row.Problem != nil {
			continue
		}
		for _, f := range fields {
			if i, ok := t.Binding.Columns[f]; ok {
				dates.Add(t.Header[i], row.No, row.Cells[i])
			}
		}
	}
	reader, err := dates.Decide()
	reader.Date1904 = t.Date1904
	return reader, withFile(err, name)
}
