package gen

import (
	"fmt"
	"time"
)

// Day counts days since 1 January 1970; zero means "no date".
type Day int

const (
	isoLayout = "2006-01-02"
	ukLayout  = "02/01/2006"
)

// day reads a fixed ISO date of this package's own tables; a bad one is a programming error.
func day(iso string) Day {
	t, err := time.Parse(isoLayout, iso)
	if err != nil {
		panic(fmt.Sprintf("gen: bad built-in date %q", iso))
	}
	return Day(t.Unix() / 86400)
}

func (d Day) time() time.Time { return time.Unix(int64(d)*86400, 0).UTC() }

func (d Day) format(layout string) string {
	if d == 0 {
		return ""
	}
	return d.time().Format(layout)
}

// ISO is yyyy-mm-dd, empty for no date.
func (d Day) ISO() string { return d.format(isoLayout) }

func (d Day) uk() string       { return d.format(ukLayout) }
func (d Day) dashed() string   { return d.format("02-Jan-2006") }
func (d Day) compact() string  { return d.format("2006_01") }
func (d Day) year() int        { return d.time().Year() }
func (d Day) weekday() int     { return (int(d) + 3) % 7 } // Monday is 0
func (d Day) monday() Day      { return d - Day(d.weekday()) }
func (d Day) years() float64   { return float64(d-start) / 365.25 }
func (d Day) yearDay() float64 { return float64(d.time().YearDay()) }

// firstOfNext is the first day of the month after d's.
func (d Day) firstOfNext() Day {
	t := d.time()
	return Day(time.Date(t.Year(), t.Month()+1, 1, 0, 0, 0, 0, time.UTC).Unix() / 86400)
}

// The county's clock. Events run from start to end, both included; AsOf is the day on which
// somebody looks at them.
var (
	start = day("2023-04-01")
	end   = day("2026-09-30")
	// AsOf is the date of the look for which the planted stories are written.
	AsOf = day("2026-10-01")

	firstLoad = day("2023-04-03") // the first full CQC load is received
)

// monthEnds lists the last day of each month from the county's first to its last.
func monthEnds() []Day {
	var out []Day
	for d := start; d <= end; d = d.firstOfNext() {
		out = append(out, d.firstOfNext()-1)
	}
	return out
}
