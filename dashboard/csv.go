package dashboard

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

// maxExport is the most rows that one download holds.
const maxExport = 25000

// csv writes a download: marked in its name, recorded like a page, and safe to open in a spreadsheet. An address that asks for another
// format of the same rows gets it.
func (q *request) csv(name string, head []string, rows [][]string, shown ...any) error {
	head, rows = q.withUnmatched(name, head, rows)
	if format := q.r.URL.Query().Get("format"); tables.Formats[format] != "" {
		return q.table(name, format, head, rows, shown...)
	}
	c, err := q.takeAway(len(rows), shown...)
	if err != nil {
		return err
	}
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	if err := w.Write(head); err != nil {
		return fmt.Errorf("dashboard: writing %s: %w", name, err)
	}
	for _, row := range rows {
		for i, cell := range row {
			row[i] = defuse(cell)
		}
		if err := w.Write(row); err != nil {
			return fmt.Errorf("dashboard: writing %s: %w", name, err)
		}
	}
	w.Flush()
	if err := w.Error(); err != nil {
		return fmt.Errorf("dashboard: writing %s: %w", name, err)
	}
	mark := q.cfg.Words.Markings.For(c)
	file := "bellwether_" + name
	if q.snap != nil {
		file += "_" + shortID(q.snap.ID)
	}
	if mark.Sensitive {
		file += "_OS"
	}
	h := q.w.Header()
	h.Set("Content-Type", "text/csv; charset=utf-8")
	h.Set("Content-Disposition", `attachment; filename="`+file+`.csv"`)
	h.Set("X-Protective-Marking", mark.Text)
	if q.snap != nil {
		h.Set("X-Snapshot", q.snap.ID)
		h.Set("X-Unmatched-Records", strconv.FormatInt(q.frame.UnmatchedIn(), 10))
	}
	q.w.WriteHeader(http.StatusOK)
	_, _ = q.w.Write(b.Bytes())
	return nil
}

// events are the feeds whose records make up a provider's weekly counts.
var events = []string{"safeguarding_concerns", "safeguarding_enquiries", "complaints"}

// totals are the downloads that hold totals, with the feeds that these are made from; no feeds means all.
var totals = map[string][]string{"providers": events, "provider_weeks": events, "market_weeks": events, "market_levels": {}, "flags": {}, "closure_list": {"placements", "placement_returns"}}

// withUnmatched ends each row of a download that holds totals with how many records match no provider, and so are in none of them: a file
// is read long after the page that it came from.
func (q *request) withUnmatched(name string, head []string, rows [][]string) ([]string, [][]string) {
	feeds, ok := totals[name]
	if !ok || q.snap == nil {
		return head, rows
	}
	column, n := "records_matching_no_provider", strconv.FormatInt(q.frame.UnmatchedIn(feeds...), 10)
	if name == "market_weeks" { // leaves for anybody, under the disclosure rule
		column, n = column+"_rounded", roundedCell(q.frame.UnmatchedIn(feeds...))
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

// plain writes a whole number for a file; what is missing is an empty cell.
func plain(n *int64) string {
	if n == nil {
		return ""
	}
	return strconv.FormatInt(*n, 10)
}

// plainFloat writes a number for a file; what is missing is an empty cell.
func plainFloat(f *float64) string {
	if f == nil {
		return ""
	}
	return strconv.FormatFloat(*f, 'f', -1, 64)
}

// isoOf writes a date for a file, as 2026-03-14; what is missing is an empty cell.
func isoOf(t *time.Time) string {
	if t == nil || t.IsZero() {
		return ""
	}
	return t.Format(time.DateOnly)
}

// roundedCell writes a count for a file under the disclosure rule.
func roundedCell(n int64) string {
	r, ok := words.Round(n)
	if !ok {
		return words.Hidden
	}
	return strconv.FormatInt(r, 10)
}
