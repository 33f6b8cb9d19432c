package dashboard

import (
	"fmt"
	"slices"
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
	type light struct {
		c    *cases.Case
		r    *cases.Record
		due  time.Time
		done bool
	}
	var rows []light
	open, late := 0, 0
	for _, s := range all {
		if len(s.Case.Records["actions"]) == 0 {
			continue
		}
		d, err := q.mayStand(access.View, register.Class, register.Kind, s)
		if err != nil {
			return err
		}
		if !d.Allow || access.TenantOnly(q.sub) {
			continue
		}
		list := s.Case.Records["actions"]
		for n := range list {
			r := &list[n]
			row := light{s.Case, r, r.Day("due_on"), r.Values["completed_on"] != ""}
			overdue := !row.done && today.After(row.due)
			for _, field := range []string{"owner", "deputy"} {
				if who := r.Values[field]; who != "" {
					owners[who] = who
				}
			}
			if !row.done {
				open++
			}
			if overdue {
				late++
			}
			if v.State == "open" && row.done || v.State == "overdue" && !overdue || v.State == "done" && !row.done || v.Owner != "" && v.Owner != r.Values["owner"] && v.Owner != r.Values["deputy"] {
				continue
			}
			rows = append(rows, row)
		}
	}
	slices.SortStableFunc(rows, func(a, b light) int {
		if a.done != b.done {
			if b.done {
				return -1
			}
			return 1
		}
		return a.due.Compare(b.due)
	})
	page := p.page()
	from := min((page-1)*pageSize, len(rows))
	for _, x := range rows[from:min(from+pageSize, len(rows))] {
		v.Rows = append(v.Rows, actionRow{Case: *x.c, Record: *x.r, Link: link.Case(x.c.ID) + "/actions/" + fmt.Sprint(x.r.Number), Due: x.due, Done: x.done, Overdue: !x.done && today.After(x.due),
			Duty: duty.Words(x.r.Values["duty"]), Meeting: valueOf(*x.c, cases.Field{Kind: cases.Date}, x.r.Values["meeting_date"]), Complete: valueOf(*x.c, cases.Field{Kind: cases.Date}, x.r.Values["completed_on"])})
	}
	v.Pager = q.paging(int64(len(rows)), page, pageSize, len(v.Rows), "action")
	v.Owners, v.Ignored = options(owners), p.Ignored
	v.Lead = words.Capital(words.Spell(open, "action")) + " open, " + words.SpellNumber(late) + " overdue."
	return q.page("actions", "Action tracker", v, step{"Cases", "/cases"})
}

// trackerTable is a case's tracker as rows under the labels of its fields.
func trackerTable(c cases.Case) (head []string, rows [][]string) {
	register, _ := cases.Find("actions")
	for _, f := range register.Fields {
		// Accounts are of this system and mean nothing in another.
		if f.Kind != cases.Person {
			head = append(head, f.Label)
		}
	}
	for _, r := range c.Records["actions"] {
		var row []string
		for _, f := range register.Fields {
			if f.Kind == cases.Person {
				continue
			}
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
	if err == nil && access.TenantOnly(q.sub) {
		err = errNotFound
	}
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
	return q.xlsx("actions", head, rows, c.ID)
}

// xlsx sends one sheet, marked at its top and in the header and footer of each printed page. Every cell is text, so that none is read
// as a formula.
func (q *request) xlsx(name string, head []string, rows [][]string, id string) error {
	if err := q.record(access.ClassB, id, true, "shown"); err != nil {
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
			if err := f.SetCellStr(sheet, at, cell); err != nil {
				return err
			}
		}
	}
	h := q.w.Header()
	h.Set("Content-Type", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
	h.Set("Content-Disposition", `attachment; filename="bellwether_`+name+`_OS.xlsx"`)
	h.Set("X-Protective-Marking", mark)
	return f.Write(q.w)
}
