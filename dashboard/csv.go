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
	"bellwether/internal/access"
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
	mark := q.s.cfg.Words.Markings.For(c)
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

func plain(n *int64) string {
	if n == nil {
		return ""
	}
	return strconv.FormatInt(*n, 10)
}

func plainFloat(f *float64) string {
	if f == nil {
		return ""
	}
	return strconv.FormatFloat(*f, 'f', -1, 64)
}

func isoOf(t *time.Time) string {
	if t == nil || t.IsZero() {
		return ""
	}
	return t.Format(time.DateOnly)
}

// marketWeeksCSV goes through the disclosure rule whoever asks: what leaves the page has no role.
func marketWeeksCSV(q *request) error {
	weeks, err := q.snap.Weekly(q.r.Context(), q.frame)
	if err != nil {
		return err
	}
	var out [][]string
	for _, w := range weeks {
		out = append(out, []string{w.Week.Format(time.DateOnly), plain(w.Providers), plain(w.Locations), plain(w.Beds), roundedCell(w.Concerns), roundedCell(w.Enquiries), roundedCell(w.Complaints)})
	}
	return q.csv("market_weeks", []string{"week", "providers", "locations", "beds", "concerns_rounded", "enquiries_rounded", "complaints_rounded"}, out, weeks)
}

func roundedCell(n int64) string {
	r, ok := words.Round(n)
	if !ok {
		return words.Hidden
	}
	return strconv.FormatInt(r, 10)
}

func marketRatingsCSV(q *request) error {
	ages, err := q.snap.RatingAges(q.r.Context())
	if err != nil {
		return err
	}
	var out [][]string
	for _, a := range ages {
		out = append(out, []string{[]string{"under 1 year", "1 to 2 years", "2 to 4 years", "over 4 years", "never rated"}[min(max(a.Band, 0), 4)], a.Rating, plain(&a.Locations), plain(&a.Beds)})
	}
	return q.csv("market_ratings", []string{"age_of_rating", "rating", "locations", "beds"}, out, ages)
}

func marketLevelsCSV(q *request) error {
	scope, err := q.scopeOf(access.Export, access.ClassB, access.Provider)
	if err != nil {
		return err
	}
	weeks, err := q.snap.LevelWeeks(q.r.Context(), q.frame, scope)
	if err != nil {
		return err
	}
	var out [][]string
	for _, w := range weeks {
		out = append(out, []string{w.Week.Format(time.DateOnly), plain(&w.PreConcern), plain(&w.Concern), plain(&w.Failure)})
	}
	return q.csv("market_levels", []string{"week", "pre_provider_concern", "provider_concern", "provider_failure"}, out, weeks)
}
