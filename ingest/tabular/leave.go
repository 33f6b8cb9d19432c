package tabular

import (
	"fmt"
	"regexp"

	"bellwether/ingest"
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

const totals = "a total, not a record"

var totalWord = regexp.MustCompile(`^(grand |sub ?|overall |report )?(total|totals|sum)( (rows?|records?|count|amount|number|cases|of .*))?( \d+)?$`)

// isTotal tells the totals that reports put below their rows: the first filled cell says so, and most of the row is empty.
func isTotal(cells []string) bool {
	filled, first := 0, ""
	for _, c := range cells {
		if c == "" {
			continue
		}
		if filled++; filled == 1 {
			if len(c) > 60 {
				return false
			}
			first = c
		}
		if filled > 1+len(cells)/3 {
			return false
		}
	}
	return filled > 0 && filled < len(cells) && totalWord.MatchString(mapping.Fold(first))
}
