package decode

import (
	"errors"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestDates(t *testing.T) {
	tests := []struct {
		in    string
		order Order
		want  string
	}{
		{"2026-03-14", OrderUnknown, "2026-03-14"},
		{" 2026-03-14\u00a0", OrderUnknown, "2026-03-14"},
		{"2026/3/4", OrderUnknown, "2026-03-04"},
		{"2019-01-02 00:00:00", OrderUnknown, "2019-01-02"},
		{"2019-01-02T23:59:59.999", OrderUnknown, "2019-01-02"},
		{"2024-11-05T16:33:54Z", OrderUnknown, "2024-11-05"},
		{"2028-07-31T23:59:59+01:00", OrderUnknown, "2028-07-31"},
		{"2028-07-31 23:59:59 +0100", OrderUnknown, "2028-07-31"},
		{"2024-06-30T23:59:60Z", OrderUnknown, "2024-06-30"},
		{"14/03/2026", DayFirst, "2026-03-14"},
		{"1/2/2026", DayFirst, "2026-02-01"},
		{"1/2/2026", MonthFirst, "2026-01-02"},
		{"03/14/2026", MonthFirst, "2026-03-14"},
		{"14.03.2026", DayFirst, "2026-03-14"},
		{"14-03-2026", DayFirst, "2026-03-14"},
		{"05/05/2026", OrderUnknown, "2026-05-05"},
		{"01/01/2024 - 00:00", OrderUnknown, "2024-01-01"},
		{"01/Jan/2024 - 00:00", OrderUnknown, "2024-01-01"},
		{"14/03/2026 10:22", DayFirst, "2026-03-14"},
		{"3/14/2026 1:05:00 PM", MonthFirst, "2026-03-14"},
		{"3/14/2026 12:00:00 am", MonthFirst, "2026-03-14"},
		{"30-Oct-13", OrderUnknown, "2013-10-30"},
		{"30-Oct-71", OrderUnknown, "1971-10-30"},
		{"27-Apr-2026", OrderUnknown, "2026-04-27"},
		{"27 April 2026", OrderUnknown, "2026-04-27"},
		{"1-SEPT-2026", OrderUnknown, "2026-09-01"},
		{"29/02/2024", DayFirst, "2024-02-29"},
		{"45000", OrderUnknown, "2023-03-15"},
		{"45000.75", OrderUnknown, "2023-03-15"},
		{"7306", OrderUnknown, "1920-01-01"},
	}
	for _, tt := range tests {
		got, missing, err := DateReader{Order: tt.order}.Date(tt.in)
		if err != nil || missing != Present || got != tt.want {
			t.Errorf("Date(%q) %s = %q, %v, %v; want %q", tt.in, tt.order, got, missing, err, tt.want)
		}
	}
	if got, _, _ := (DateReader{Date1904: true}).Date("45000"); got != "2027-03-16" {
		t.Errorf("45000 counted from 1904 is %s", got)
	}
	for in, want := range map[string]Missing{"": Blank, "  ": Blank, "-": Dash, "#N/A": SheetError, "[x]": NotSupplied} {
		if got, m, err := (DateReader{}).Date(in); got != "" || m != want || err != nil {
			t.Errorf("Date(%q) = %q, %v, %v; want %v", in, got, m, err, want)
		}
	}
}

func TestDatesRefused(t *testing.T) {
	tests := []struct {
		in    string
		order Order
		says  error
	}{
		{"03/04/2026", OrderUnknown, errDateOrder},
		{"14/03/2026", OrderUnknown, errDateOrder},
		{"03/14/2026", DayFirst, errDateSwapped},
		{"14/03/2026", MonthFirst, errDateSwapped},
		{"31/02/2026", DayFirst, errDateDay},
		{"29/02/2023", DayFirst, errDateDay},
		{"32/13/2026", DayFirst, errDateDay},
		{"0/1/2026", DayFirst, errDateDay},
		{"2026-13-01", OrderUnknown, errDateDay},
		{"2026-00-10", OrderUnknown, errDateDay},
		{"14/03/0226", DayFirst, errDateYears},
		{"1899-12-31", OrderUnknown, errDateYears},
		{"2101-01-01", OrderUnknown, errDateYears},
		{"14/03/26", DayFirst, errDateYear},
		{"14/03/2026 25:00", DayFirst, errDateClock},
		{"14/03/2026 10:61", DayFirst, errDateClock},
		{"14/03/2026 13:00 PM", DayFirst, errDateClock},
		{"14/03/2026 10", DayFirst, errDateClock},
		{"2026-03-14T10:00:00+99:00", OrderUnknown, errDateClock},
		{"2026-03-14T10:00:00 BST", OrderUnknown, errDateClock},
		{"14/03/2026x", DayFirst, errDateShape},
		{"14/03-2026", DayFirst, errDateShape},
		{"14 03 2026", DayFirst, errDateShape},
		{"14-Foo-2026", DayFirst, errDateShape},
		{"14-Mar", DayFirst, errDateShape},
		{"14-Mar-202", DayFirst, errDateShape},
		{"2026", OrderUnknown, errDateShape},
		{"20260314", OrderUnknown, errDateShape},
		{"99999", OrderUnknown, errDateShape},
		{"March 2026", OrderUnknown, errDateShape},
		{"yesterday", OrderUnknown, errDateShape},
		{strings.Repeat("1", 100), OrderUnknown, errDateShape},
	}
	for _, tt := range tests {
		_, missing, err := DateReader{Order: tt.order}.Date(tt.in)
		var v *ValueError
		if !errors.As(err, &v) || v.Code != CodeBadDate || !strings.HasPrefix(v.Reason, tt.says.Error()) || missing != Present {
			t.Errorf("Date(%q) %s = %v, want %q", tt.in, tt.order, err, tt.says)
		}
		if v != nil && strings.Contains(v.Reason, tt.in) {
			t.Errorf("the reason %q quotes the cell", v.Reason)
		}
	}
}

func TestDateTime(t *testing.T) {
	tests := []struct{ in, want string }{
		{"2026-03-14", "2026-03-14T00:00:00Z"},
		{"2026-03-14 10:22", "2026-03-14T10:22:00Z"},
		{"2028-07-31T23:59:59+01:00", "2028-07-31T23:59:59+01:00"},
		{"2028-07-31T23:59:59-0530", "2028-07-31T23:59:59-05:30"},
		{"3/4/2026 1:05:09 PM", "2026-04-03T13:05:09Z"},
		{"3/4/2026 12:30 AM", "2026-04-03T00:30:00Z"},
		{"45000.75", "2023-03-15T18:00:00Z"},
	}
	for _, tt := range tests {
		got, _, err := DateReader{Order: DayFirst}.DateTime(tt.in)
		if err != nil || got.Format(time.RFC3339) != tt.want {
			t.Errorf("DateTime(%q) = %s, %v; want %s", tt.in, got.Format(time.RFC3339), err, tt.want)
		}
	}
}

// Every day written in any of the forms is read back as that day, once the file's order is decided.
func TestDatesReadBack(t *testing.T) {
	start := time.Date(1920, 1, 1, 0, 0, 0, 0, time.UTC)
	forms := []string{"2006-01-02", "02/01/2006", "2/1/2006", "02-Jan-2006", "2 January 2006", "2006-01-02 15:04:05", time.RFC3339, "02/Jan/2006 - 15:04"}
	rapid.Check(t, func(t *rapid.T) {
		day := start.AddDate(0, 0, rapid.IntRange(0, 65_000).Draw(t, "day"))
		form := rapid.SampledFrom(forms).Draw(t, "form")
		got, _, err := DateReader{Order: DayFirst}.Date(day.Format(form))
		if err != nil || got != day.Format("2006-01-02") {
			t.Fatalf("%s is read as %q, %v", day.Format(form), got, err)
		}
	})
}

func TestDateOrder(t *testing.T) {
	tests := []struct {
		name   string
		values []string
		hint   Order
		want   Order
		says   string
	}{
		{name: "nothing", values: nil},
		{name: "iso only", values: []string{"2026-03-04", "30-Oct-13", "45000", "", "x"}},
		{name: "day first", values: []string{"03/04/2026", "14/03/2026", "01/02/2026"}, want: DayFirst},
		{name: "month first", values: []string{"03/04/2026", "03/14/2026"}, want: MonthFirst},
		{name: "with times", values: []string{"1/2/2026 10:00:00 AM", "1/31/2026 10:00:00 AM"}, want: MonthFirst},
		{name: "both", values: []string{"14/03/2026", "03/14/2026"},
			says: `row 1: column "Date": the file writes dates in two orders: this row can only be day first, and row 2 of column "Date" only month first (1 and 1 dates)`},
		{name: "both, settled", values: []string{"14/03/2026", "03/14/2026"}, hint: DayFirst, want: DayFirst},
		{name: "neither", values: []string{"", "03/04/2026", "05/06/2026"},
			says: `row 2: column "Date": no date in the file shows whether the day or the month comes first (2 dates could be either)`},
		{name: "neither, settled", values: []string{"03/04/2026"}, hint: MonthFirst, want: MonthFirst},
		{name: "same day and month", values: []string{"04/04/2026"}},
		{name: "hint fits", values: []string{"14/03/2026"}, hint: DayFirst, want: DayFirst},
		{name: "hint denied", values: []string{"14/03/2026"}, hint: MonthFirst, says: "the mapping says month first, but this date can only be day first"},
		{name: "hint denied the other way", values: []string{"03/14/2026"}, hint: DayFirst, says: "the mapping says day first, but this date can only be month first"},
		{name: "impossible numbers have no say", values: []string{"14/13/2026", "99/01/2026", "0/14/2026"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d := NewDates(tt.hint)
			for i, v := range tt.values {
				d.Add("Date", int64(i+1), v)
			}
			got, err := d.Decide()
			if tt.says != "" {
				wantError(t, err, CodeBadDate, tt.says)
				return
			}
			if err != nil || got.Order != tt.want {
				t.Errorf("got %s, %v", got.Order, err)
			}
		})
	}
	d := NewDates(OrderUnknown)
	for _, v := range []string{"14/03/2026", "03/14/2026", "01/02/2026", "01/03/2026"} {
		d.Add("Date", 1, v)
	}
	if day, month, either := d.Counts(); day != 1 || month != 1 || either != 2 {
		t.Errorf("counted %d, %d, %d", day, month, either)
	}
}

func TestReadDates(t *testing.T) {
	fields := []Field{{Name: "received"}, {Name: "closed"}, {Name: "absent"}}
	data := "Received,Closed\n01/02/2026,03/04/2026\nspoiled\n05/06/2026,14/06/2026\n"
	opts := Options{Fields: fields}
	got, err := ReadDates("x.csv", strings.NewReader(data), int64(len(data)), opts, OrderUnknown, "received", "closed", "absent")
	if err != nil || got.Order != DayFirst {
		t.Errorf("got %v, %v", got, err)
	}
	_, err = ReadDates("x.csv", strings.NewReader(data), int64(len(data)), opts, OrderUnknown, "received")
	wantError(t, err, CodeBadDate, `x.csv: row 1: column "Received": no date in the file shows`)
	_, err = ReadDates("x.csv", strings.NewReader("x"), 1, Options{Fields: twoFields}, OrderUnknown, "received")
	wantError(t, err, CodeBadHeader)
	_, err = ReadDates("x.csv", strings.NewReader(data+"\""), int64(len(data))+1, opts, OrderUnknown, "received")
	wantError(t, err, CodeTruncated)
}
