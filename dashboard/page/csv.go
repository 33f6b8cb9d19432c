package page

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	tables "bellwether/dashboard/export"
	"bellwether/dashboard/words"
)

// MaxExport is the most rows that one download holds.
const MaxExport = 25000

// CSV writes a download: marked in its name, recorded like a page, and safe to open in a spreadsheet. An address that asks for another
// format of the same rows gets it.
func (q *Request) CSV(name string, head []string, rows [][]string, shown ...any) error {
	head, rows = q.withUnmatched(name, head, rows)
	if format := q.R.URL.Query().Get("format"); tables.Formats[format] != "" {
		return q.table(name, format, head, rows, shown...)
	}
	c, err := q.TakeAway(len(rows), shown...)
	if err != nil {
		return err
	}
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	if err := w.Write(head); err != nil {
		return fmt.Errorf("page: writing %s: %w", name, err)
	}
	for _, row := range rows {
		for i, cell := range row {
			row[i] = defuse(cell)
		}
		if err := w.Write(row); err != nil {
			return fmt.Errorf("page: writing %s: %w", name, err)
		}
	}
	w.Flush()
	if err := w.Error(); err != nil {
		return fmt.Errorf("page: writing %s: %w", name, err)
	}
	mark := q.Config.Words.Markings.For(c)
	file := "bellwether_" + name
	if q.Snapshot != nil {
		file += "_" + ShortID(q.Snapshot.ID)
	}
	if mark.Sensitive {
		file += "_OS"
	}
	h := q.W.Header()
	h.Set("Content-Type", "text/csv; charset=utf-8")
	h.Set("Content-Disposition", `attachment; filename="`+file+`.csv"`)
	h.Set("X-Protective-Marking", mark.Text)
	if q.Snapshot != nil {
		h.Set("X-Snapshot", q.Snapshot.ID)
		h.Set("X-Unmatched-Records", strconv.FormatInt(q.Frame.UnmatchedIn(), 10))
	}
	q.W.WriteHeader(http.StatusOK)
	_, _ = q.W.Write(b.Bytes())
	return nil
}

// Events are the feeds whose records make up a provider's weekly counts.
var Events = []string{"safeguarding_concerns", "safeguarding_enquiries", "complaints"}

// totals are the downloads that hold totals, with the feeds that these are made from; no feeds means all.
var totals = map[string][]string{"providers": Events, "provider_weeks": Events, "market_weeks": Events, "market_levels": {}, "flags": {}, "closure_list": {"placements", "placement_returns"}}

// withUnmatched ends each row of a download that holds totals with how many records match no provider, and so are in none of them: a file
// is read long after the page that it came from.
func (q *Request) withUnmatched(name string, head []string, rows [][]string) ([]string, [][]string) {
	feeds, ok := totals[name]
	if !ok || q.Snapshot == nil {
		return head, rows
	}
	column, n := "records_matching_no_provider", strconv.FormatInt(q.Frame.UnmatchedIn(feeds...), 10)
	if name == "market_weeks" { // leaves for anybody, under the disclosure rule
		column, n = column+"_rounded", RoundedCell(q.Frame.UnmatchedIn(feeds...))
	}
	for i := range rows {
		rows[i] = append(rows[i], n)
	}
	return append(head, column), rows
}

// defuse keeps a spreadsheet from running a cell as a formula. Numbers keep their sign.
func defuse(cell string) string {
	if cell == "" || !strings.ContainsAny(cell[:utf8Len(cell)], "=+-@\t\r＝＋－＠") {
		return cell
	}
	if _, err := strconv.ParseFloat(cell, 64); err == nil {
		return cell
	}
	return "'" + cell
}

// utf8Len is the length of a text's first letter: some programs read the full-width signs like the plain ones.
func utf8Len(s string) int {
	_, n := utf8.DecodeRuneInString(s)
	return n
}

// Plain writes a whole number for a file; what is missing is an empty cell.
func Plain(n *int64) string {
	if n == nil {
		return ""
	}
	return strconv.FormatInt(*n, 10)
}

// PlainFloat writes a number for a file; what is missing is an empty cell.
func PlainFloat(f *float64) string {
	if f == nil {
		return ""
	}
	return strconv.FormatFloat(*f, 'f', -1, 64)
}

// ISO writes a date for a file, as 2026-03-14; what is missing is an empty cell.
func ISO(t *time.Time) string {
	if t == nil || t.IsZero() {
		return ""
	}
	return t.Format(time.DateOnly)
}

// RoundedCell writes a count for a file under the disclosure rule.
func RoundedCell(n int64) string {
	r, ok := words.Round(n)
	if !ok {
		return words.Hidden
	}
	return strconv.FormatInt(r, 10)
}
