package tabular

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"bellwether/ingest"
	"bellwether/ingest/decode"
	"bellwether/ingest/mapping"
)

// leftOut counts the rows that are none of the table's, by reason.
type leftOut struct {
	why  []string
	rows map[string]*counted
}

type counted struct{ n, first int64 }

func (l *leftOut) add(why string, no int64) {
	c := l.rows[why]
	if c == nil {
		if l.rows == nil {
			l.rows = map[string]*counted{}
		}
		c = &counted{first: no}
		l.rows[why], l.why = c, append(l.why, why)
	}
	c.n++
}

func (l *leftOut) note(out ingest.Output) {
	for _, why := range l.why {
		c := l.rows[why]
		out.Note(fmt.Sprintf("%s left out: %s (first in row %d)", plural(c.n, "row was", "rows were"), why, c.first))
	}
}

const (
	totals = "a total, not a record"
	again  = "the headings once more"
)

var totalWord = regexp.MustCompile(`^(grand |sub ?|overall |report )?(total|totals|sum)( (rows?|records?|count|amount|number|cases|of .*))?( \d+)?$`)

// isHeader tells the headings that reports repeat on every page.
func isHeader(cells, header []string) bool {
	if len(cells) != len(header) || len(cells) < 2 || decode.Trim(cells[0]) != decode.Trim(header[0]) {
		return false
	}
	for i, c := range cells {
		if decode.Trim(c) != decode.Trim(header[i]) {
			return false
		}
	}
	return true
}

// isTotal tells the totals that reports put below their rows: the first filled cell says so, and most of the row is empty or all others
// are numbers.
func isTotal(cells []string) bool {
	at := slices.IndexFunc(cells, func(c string) bool { return c != "" })
	if at < 0 || len(cells[at]) > 60 || !strings.ContainsAny(cells[at][:1], "TtGgSsOoRr ") || !totalWord.MatchString(mapping.Fold(cells[at])) {
		return false
	}
	filled, plain := 1, true
	for _, c := range cells[at+1:] {
		if c == "" {
			continue
		}
		filled++
		_, missing, err := decode.Amount(c)
		plain = plain && (err == nil || missing != decode.Present)
	}
	return filled < len(cells) && (plain || filled <= 1+len(cells)/3)
}
