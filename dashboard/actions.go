package dashboard

import (
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
	"bellwether/dashboard/words"
	"bellwether/internal/access"
)

// actionRow is one action in the tracker over all cases.
type actionRow struct {
	_        struct{} `class:"B"`
	Case     cases.Case
	Record   cases.Record
	Link     string
	Due      time.Time
	Overdue  bool
	Done     bool
	Duty     string
	Meeting  string
	Complete string
}

// actionsView is the tracker over all cases that the reader may know of.
type actionsView struct {
	Lead         string
	Rows         []actionRow
	State, Owner string
	Owners       []option
	Pager        pager
	Ignored      []string
}

// States are the settings of the state filter.
func (actionsView) States() [][2]string {
	return [][2]string{{"open", "Open"}, {"overdue", "Overdue"}, {"done", "Completed"}, {"all", "All"}}
}

func actionsPage(q *request) error {
	p := q.params()
	v := actionsView{State: p.one("state", "open", "overdue", "done", "all"), Owner: p.text("owner", 80)}
	all, err := q.visible(q.r.Context())
	if err != nil {
		return err
	}
	today := workdays.Day(q.s.cfg.Casework.Now())
	register, _ := cases.Find("actions")
	duty, _ := register.Field("duty")
	owners := map[string]string{}
	var rows []actionRow
	open, late := 0, 0
	for _, c := range all {
		d, err := q.mayCase(access.View, register.Class, register.Kind, c)
		if err != nil {
			return err
		}
		if !d.Allow {
			continue
		}
		for _, r := range c.Records["actions"] {
			row := actionRow{Case: c, Record: r, Link: link.Case(c.ID) + "/actions/" + fmt.Sprint(r.Number), Due: r.Day("due_on"), Done: r.Values["completed_on"] != "", Duty: duty.Words(r.Values["duty"]),
				Meeting: valueOf(c, cases.Field{Kind: cases.Date}, r.Values["meeting_date"]), Complete: valueOf(c, cases.Field{Kind: cases.Date}, r.Values["completed_on"])}
			row.Overdue = !row.Done && today.After(row.Due)
			owners[r.Values["owner"]] = r.Values["owner"]
			if !row.Done {
				open++
			}
			if row.Overdue {
				late++
			}
			if v.State == "open" && row.Done || v.State == "overdue" && !row.Overdue || v.State == "done" && !row.Done || v.Owner != "" && v.Owner != r.Values["owner"] {
				continue
			}
			rows = append(rows, row)
		}
	}
	slices.SortStableFunc(rows, func(a, b actionRow) int {
		if a.Done != b.Done {
			if b.Done {
				return -1
			}
			return 1
		}
		return a.Due.Compare(b.Due)
	})
	page := p.page()
	from := min((page-1)*pageSize, len(rows))
	v.Rows = rows[from:min(from+pageSize, len(rows))]
	v.Pager = q.paging(int64(len(rows)), page, pageSize, len(v.Rows), "action")
	v.Owners, v.Ignored = options(owners), p.Ignored
	v.Lead = words.Capital(words.Spell(open, "action")) + " open, " + words.SpellNumber(late) + " overdue."
	return q.page("actions", "Action tracker", v, step{"Cases", "/cases"})
}

// trackerTable is a case's tracker as rows under the labels of its fields.
func trackerTable(c cases.Case) (head []string, rows [][]string) {
	register, _ := cases.Find("actions")
	for _, f := range register.Fields {
		head = append(head, f.Label)
	}
	for _, r := range c.Records["actions"] {
		var row []string
		for _, f := range register.Fields {
			value := r.Values[f.ID]
			if f.Kind == cases.Choice {
				value = f.Words(value)
			}
			row = append(row, value)
		}
		rows = append(rows, row)
	}
	return head, rows
}

// trackerCase is the case whose tracker the address names, for a reader who may see it.
func (q *request) trackerCase() (cases.Case, error) {
	c, err := q.theCase()
	if err != nil {
		return c, err
	}
	register, _ := cases.Find("actions")
	d, err := q.mayCase(access.View, register.Class, register.Kind, c)
	if err != nil {
		return c, err
	}
	if !d.Allow {
		return c, q.refuse(d, c.ID)
	}
	return c, nil
}

// trackerShown marks a download of a tracker for what it holds.
type trackerShown struct {
	_ struct{} `class:"B"`
	N int
}

func trackerCSV(q *request) error {
	c, err := q.trackerCase()
	if err != nil {
		return err
	}
	head, rows := trackerTable(c)
	return q.csv("actions", head, rows, trackerShown{N: len(rows) + 1})
}

func trackerXLSX(q *request) error {
	c, err := q.trackerCase()
	if err != nil {
		return err
	}
	head, rows := trackerTable(c)
	if err := q.record(access.ClassB, c.ID, true, "shown"); err != nil {
		return err
	}
	f := excelize.NewFile()
	defer f.Close()
	sheet := f.GetSheetName(0)
	mark := q.s.cfg.Words.Markings.Sensitive
	if err := f.SetHeaderFooter(sheet, &excelize.HeaderFooterOptions{OddHeader: "&C" + mark, OddFooter: "&C" + mark}); err != nil {
		return err
	}
	for n, row := range append([][]string{{mark}, head}, rows...) {
		for col, cell := range row {
			at, err := excelize.CoordinatesToCellName(col+1, n+1)
			if err != nil {
				return err
			}
			// A string cell is never read as a formula.
			if err := f.SetCellStr(sheet, at, cell); err != nil {
				return err
			}
		}
	}
	h := q.w.Header()
	h.Set("Content-Type", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
	h.Set("Content-Disposition", `attachment; filename="bellwether_actions_OS.xlsx"`)
	h.Set("X-Protective-Marking", mark)
	return f.Write(q.w)
}

// trackerImport brings a tracker in: every row good, or none recorded.
func trackerImport(q *request) error {
	c, err := q.trackerCase()
	if err != nil {
		return err
	}
	register, _ := cases.Find("actions")
	d, err := q.mayCase(access.Record, register.Class, register.Kind, c)
	if err != nil {
		return err
	}
	if !d.Allow {
		return q.refuse(d, c.ID)
	}
	f, err := q.sent()
	if err != nil {
		return err
	}
	if _, err := q.stale(q.r.Context(), c, f); err != nil {
		return err
	}
	q.r.SetPathValue("register", "actions")
	entries, err := readTracker(register, f.Get("csv"))
	if err == nil {
		act, aerr := q.act(q.r.Context(), c, f)
		if aerr != nil {
			return aerr
		}
		if aerr := q.record(access.ClassB, c.ID, true, d.Reason); aerr != nil {
			return aerr
		}
		_, err = q.s.cfg.Casework.RecordAll(q.r.Context(), act, "actions", entries)
	}
	var input *cases.InputError
	switch {
	case errors.As(err, &input):
		f.refuse("csv", input.Problems[0].Says)
		q.status = http.StatusUnprocessableEntity
		return q.showRegister(f, nil)
	case err != nil:
		return err
	}
	return q.done(words.Capital(words.Spell(len(entries), "action"))+" brought in.", link.Case(c.ID)+"/actions")
}

// readTracker reads rows under the labels of the register's fields; dates as 2026-03-14, 14/03/2026 or 14 Mar 2026.
func readTracker(r cases.Register, text string) ([]map[string]string, error) {
	wrong := func(line int, says string) error {
		return &cases.InputError{Problems: []cases.Problem{{Field: "csv", Says: fmt.Sprintf("line %d: %s", line, says)}}}
	}
	in := csv.NewReader(strings.NewReader(strings.TrimSpace(text)))
	in.TrimLeadingSpace = true
	head, err := in.Read()
	if err != nil {
		return nil, wrong(1, "there are no headings")
	}
	fields := make([]cases.Field, len(head))
	for i, h := range head {
		at := slices.IndexFunc(r.Fields, func(f cases.Field) bool {
			return strings.EqualFold(f.Label, strings.TrimSpace(strings.TrimPrefix(h, "\ufeff")))
		})
		if at < 0 {
			return nil, wrong(1, "a heading is not one of the tracker's: download the tracker to see them")
		}
		fields[i] = r.Fields[at]
	}
	var out []map[string]string
	for line := 2; ; line++ {
		row, err := in.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, wrong(line, "the row has another number of cells than the headings, or a quote is not closed")
		}
		entry := map[string]string{}
		for i, cell := range row {
			// The quote that keeps a spreadsheet from reading a cell as a formula is not part of it.
			cell = strings.TrimSpace(cell)
			if len(cell) > 1 && cell[0] == '\'' && strings.ContainsAny(cell[1:2], "=+-@") {
				cell = cell[1:]
			}
			if entry[fields[i].ID], err = readCell(fields[i], cell); err != nil {
				return nil, wrong(line, err.Error())
			}
		}
		out = append(out, entry)
	}
	if len(out) == 0 {
		return nil, wrong(2, "there are no rows")
	}
	return out, nil
}

func readCell(f cases.Field, cell string) (string, error) {
	if cell == "" {
		return "", nil
	}
	switch f.Kind {
	case cases.Date:
		for _, layout := range []string{time.DateOnly, "02/01/2006", "2 Jan 2006", "2 January 2006"} {
			if at, err := time.Parse(layout, cell); err == nil {
				return at.Format(time.DateOnly), nil
			}
		}
		return "", fmt.Errorf("under %q there is no date such as 2026-03-14", f.Label)
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
