package casepages

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"

	"bellwether/casework/cases"
	"bellwether/casework/workdays"
	"bellwether/dashboard/link"
	"bellwether/dashboard/page"
	"bellwether/dashboard/words"
	"bellwether/internal/access"
)

// maxTrackerRows bounds a tracker that is brought in, beside the size of its file.
const maxTrackerRows = 500

// trackerPreview is what a file holds before anything is recorded: each row as it was read, and what is wrong with it.
type trackerPreview struct {
	Heads     []string
	Rows      []previewRow
	Good, Bad int
	// CSV is the file again, for the form that confirms it.
	CSV string
}

type previewRow struct {
	Line  int
	Cells []string
	Wrong []string
}

// ImportTracker brings a tracker in from a file or from pasted rows: first a page that shows every row with its mistakes, then, once it
// is confirmed, all rows or none.
func ImportTracker(q *page.Request) error {
	c, err := trackerCase(q)
	if err != nil {
		return err
	}
	register, _ := cases.Find("actions")
	d, err := q.MayCase(access.Record, register.Class, register.Kind, c)
	if err != nil {
		return err
	}
	if !d.Allow {
		return q.Refuse(d, c.ID)
	}
	q.R.SetPathValue("register", "actions")
	f, rows, err := trackerFile(q)
	if err != nil {
		return err
	}
	preview, entries := readTracker(register, rows)
	if preview == nil {
		f.Refuse("csv", "there is no row under a line of headings: download the tracker to see them")
		q.Status = http.StatusUnprocessableEntity
		return showRegister(q, f, nil)
	}
	_, bad := q.Config.Casework.CheckAll(c, register, entries)
	preview.blame(bad)
	if f.Get("confirm") != "yes" || preview.Bad > 0 {
		return showPreview(q, f, preview)
	}
	return Try(q, Attempt{Case: c, Form: f, Class: access.ClassB, Reason: d.Reason, Show: showRegister, Clashes: func(l Line) bool { return l.Register == register.ID },
		Do: func(act cases.Act) (string, string, error) {
			_, err := q.Config.Casework.RecordAll(q.R.Context(), act, register.ID, entries)
			return words.Capital(words.Spell(len(entries), "action")) + " brought in.", link.Case(c.ID) + "/actions", err
		}})
}

// showPreview shows what a file holds, with the form that brings it in where every row is good.
func showPreview(q *page.Request, f *page.Form, p *trackerPreview) error {
	if p.Bad > 0 {
		q.Status = http.StatusUnprocessableEntity
		f.Refuse("preview", words.Spell(p.Bad, "row")+" cannot be brought in; nothing was recorded")
	}
	return showRegisterWith(q, f, nil, p)
}

// trackerFile reads the form, with the rows of its file or of its text.
func trackerFile(q *page.Request) (*page.Form, [][]string, error) {
	if !strings.HasPrefix(q.R.Header.Get("Content-Type"), "multipart/form-data") {
		f, err := q.Sent()
		if err != nil {
			return nil, nil, err
		}
		return f, readCSV(f.Values.Get("csv")), nil
	}
	unread := &page.Problem{Status: http.StatusBadRequest, Title: "The file can't be read", Says: "A tracker is a CSV or XLSX file of at most 2 MB. Nothing was recorded; go back and choose it again."}
	if err := q.R.ParseMultipartForm(page.MaxFile); err != nil {
		return nil, nil, unread
	}
	f := &page.Form{Values: q.R.MultipartForm.Value}
	file, _, err := q.R.FormFile("file")
	if errors.Is(err, http.ErrMissingFile) {
		return f, readCSV(f.Values["csv"][0:min(1, len(f.Values["csv"]))]...), nil
	}
	if err != nil {
		return nil, nil, unread
	}
	defer file.Close()
	body, err := io.ReadAll(io.LimitReader(file, page.MaxFile+1))
	if err != nil || len(body) > page.MaxFile {
		return nil, nil, unread
	}
	if bytes.HasPrefix(body, []byte("PK")) {
		rows, err := readXLSX(body)
		if err != nil {
			return nil, nil, unread
		}
		return f, rows, nil
	}
	return f, readCSV(strings.ToValidUTF8(string(body), "\uFFFD")), nil
}

// readCSV reads rows whatever their lengths; a row that cannot be read ends the table.
func readCSV(text ...string) [][]string {
	in := csv.NewReader(strings.NewReader(strings.TrimPrefix(strings.TrimSpace(strings.Join(text, "")), "\ufeff")))
	in.TrimLeadingSpace, in.FieldsPerRecord, in.LazyQuotes = true, -1, true
	var rows [][]string
	for {
		row, err := in.Read()
		if err != nil {
			return rows
		}
		rows = append(rows, row)
	}
}

// readXLSX reads the first sheet of a workbook within bounds.
func readXLSX(body []byte) ([][]string, error) {
	book, err := excelize.OpenReader(bytes.NewReader(body), excelize.Options{UnzipSizeLimit: 32 << 20, UnzipXMLSizeLimit: 16 << 20})
	if err != nil {
		return nil, err
	}
	defer book.Close()
	sheet := book.GetSheetList()
	if len(sheet) == 0 {
		return nil, errors.New("no sheet")
	}
	return book.GetRows(sheet[0])
}

// readTracker reads rows under the labels of the register's fields, past a line with a marking; nil where there are no headings with rows
// under them. Mistakes are noted row by row.
func readTracker(r cases.Register, rows [][]string) (*trackerPreview, []map[string]string) {
	match := func(h string) int {
		return slices.IndexFunc(r.Fields, func(f cases.Field) bool {
			h := strings.TrimSpace(strings.TrimPrefix(h, "\ufeff"))
			return h != "" && (strings.EqualFold(f.Label, h) || strings.EqualFold(f.ID, h)) && f.Kind != cases.Person
		})
	}
	for len(rows) > 0 && !slices.ContainsFunc(rows[0], func(h string) bool { return match(h) >= 0 }) {
		rows = rows[1:]
	}
	rows = slices.DeleteFunc(rows, func(row []string) bool { return strings.TrimSpace(strings.Join(row, "")) == "" })
	if len(rows) < 2 {
		return nil, nil
	}
	p := &trackerPreview{Heads: rows[0], CSV: writeCSV(rows)}
	var entries []map[string]string
	for n, row := range rows[1:] {
		shown := previewRow{Line: n + 2}
		entry := map[string]string{}
		for i, cell := range row {
			cell = strings.TrimSpace(cell)
			// The quote that keeps a spreadsheet from reading a cell as a formula is not part of it.
			if len(cell) > 1 && cell[0] == '\'' && strings.ContainsAny(cell[1:2], "=+-@") {
				cell = cell[1:]
			}
			shown.Cells = append(shown.Cells, words.Clip(cell, 120))
			switch {
			case i < len(rows[0]):
				at := match(rows[0][i])
				if at < 0 {
					if n == 0 {
						shown.Wrong = append(shown.Wrong, fmt.Sprintf("the heading %q is none of the tracker's", words.Clip(rows[0][i], 40)))
					}
					continue
				}
				value, err := readCell(r.Fields[at], cell)
				if err != nil {
					shown.Wrong = append(shown.Wrong, err.Error())
				}
				entry[r.Fields[at].ID] = value
			case cell != "":
				shown.Wrong = append(shown.Wrong, "the row has more cells than there are headings")
			}
		}
		if n >= maxTrackerRows {
			shown.Wrong = append(shown.Wrong, fmt.Sprintf("at most %d rows are brought in at once", maxTrackerRows))
		}
		p.Rows = append(p.Rows, shown)
		entries = append(entries, entry)
		if n > maxTrackerRows {
			break
		}
	}
	p.count()
	return p, entries
}

// blame adds what the rules of the register say to the rows; a cell that could not be read is not blamed twice.
func (p *trackerPreview) blame(bad *cases.InputError) {
	unread := map[int]bool{}
	for n, row := range p.Rows {
		unread[n] = len(row.Wrong) > 0
	}
	for _, problem := range bad.Problems {
		var line int
		says := problem.Says
		if _, err := fmt.Sscanf(says, "line %d:", &line); err != nil || line-2 < 0 || line-2 >= len(p.Rows) || unread[line-2] {
			continue
		}
		_, says, _ = strings.Cut(says, ": ")
		p.Rows[line-2].Wrong = append(p.Rows[line-2].Wrong, says)
	}
	p.count()
}

func (p *trackerPreview) count() {
	p.Good, p.Bad = 0, 0
	for _, row := range p.Rows {
		if len(row.Wrong) > 0 {
			p.Bad++
		} else {
			p.Good++
		}
	}
}

func writeCSV(rows [][]string) string {
	var out strings.Builder
	w := csv.NewWriter(&out)
	_ = w.WriteAll(rows) // a strings.Builder never fails
	return out.String()
}

func readCell(f cases.Field, cell string) (string, error) {
	if cell == "" {
		return "", nil
	}
	switch f.Kind {
	case cases.Date:
		if at, ok := workdays.Parse(cell); ok {
			return at.Format(time.DateOnly), nil
		}
		return "", fmt.Errorf("under %q there is no date such as 14/03/2026", f.Label)
	case cases.Choice:
		for _, o := range f.Options {
			if v, text := cases.Option(o); strings.EqualFold(text, cell) || strings.EqualFold(v, cell) {
				return v, nil
			}
		}
		return "", fmt.Errorf("under %q there is none of its answers", f.Label)
	}
	return cell, nil
}
