package casepages

import (
	"cmp"
	"container/heap"
	"fmt"
	"slices"
	"time"

	"github.com/xuri/excelize/v2"

	"bellwether/casework/cases"
	"bellwether/dashboard/link"
	"bellwether/dashboard/page"
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
	Owners       []page.Option
	Pager        page.Pager
	Ignored      []string
}

// States are the settings of the state filter.
func (actionsView) States() [][2]string {
	return [][2]string{{"open", "Open"}, {"overdue", "Overdue"}, {"done", "Completed"}, {"all", "All"}}
}

// Actions lists the actions of every case that the reader may see, in the order in which they fall due.
func Actions(q *page.Request) error {
	p := q.Params()
	v := actionsView{State: p.One("state", "open", "overdue", "done", "all"), Owner: p.Text("owner", 80)}
	all, err := q.Visible(q.R.Context())
	if err != nil {
		return err
	}
	register, _ := cases.Find("actions")
	duty, _ := register.Field("duty")
	owners := map[string]string{}
	var front actionFront
	open, late, total := 0, 0, 0
	for at, s := range all {
		if len(s.Actions) == 0 {
			continue
		}
		d, err := q.MayStand(access.View, register.Class, register.Kind, s)
		if err != nil {
			return err
		}
		if !d.Allow || access.TenantOnly(q.Subject) {
			continue
		}
		for _, who := range s.Owners {
			owners[who] = who
		}
		open, late = open+s.ActionsOpen, late+s.ActionsLate
		if lines := actionsIn(s, v.State, v.Owner); len(lines) > 0 {
			total += len(lines)
			front = append(front, actionRun{at, lines})
		}
	}
	nth := p.Page()
	heap.Init(&front)
	for n := 0; n < nth*page.Size && len(front) > 0; n++ {
		at, a := front.next()
		if n < (nth-1)*page.Size {
			continue
		}
		s := all[at]
		v.Rows = append(v.Rows, actionRow{Case: *s.Case, Record: *a.Record, Link: link.Case(s.Case.ID) + "/actions/" + fmt.Sprint(a.Record.Number), Due: a.Due, Done: a.Done, Overdue: a.Overdue,
			Duty: duty.Words(a.Record.Values["duty"]), Meeting: ValueOf(*s.Case, cases.Field{Kind: cases.Date}, a.Record.Values["meeting_date"]), Complete: ValueOf(*s.Case, cases.Field{Kind: cases.Date}, a.Record.Values["completed_on"])})
	}
	v.Pager = q.Paging(int64(total), nth, page.Size, len(v.Rows), "action")
	v.Owners, v.Ignored = page.Options(owners), p.Ignored
	v.Lead = words.Capital(words.Spell(open, "action")) + " open, " + words.SpellNumber(late) + " overdue."
	return q.Page("actions", "Action tracker", v, page.To("Cases", "/cases"))
}

// actionsIn are the actions of a case in a state, of one owner or deputy where one is named, in the order of the page.
func actionsIn(s *cases.Standing, state, owner string) []cases.ActionLine {
	lines := s.Actions
	switch state {
	case "open":
		lines = lines[:s.ActionsOpen]
	case "overdue":
		lines = lines[:s.ActionsLate]
	case "done":
		lines = lines[s.ActionsOpen:]
	}
	if owner == "" {
		return lines
	}
	if !slices.Contains(s.Owners, owner) {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(lines), func(a cases.ActionLine) bool {
		return owner != a.Record.Values["owner"] && owner != a.Record.Values["deputy"]
	})
}

// actionRun is what is left of one case's actions, in order.
type actionRun struct {
	at    int // which case
	lines []cases.ActionLine
}

// actionFront merges the actions of all cases, each in order already: of hundreds of thousands only those up to the page that is shown
// are looked at. It is a heap by the first action that is left of each case.
type actionFront []actionRun

func (f actionFront) Len() int { return len(f) }
func (f actionFront) Less(i, j int) bool {
	return cmp.Or(f[i].lines[0].Order(f[j].lines[0]), cmp.Compare(f[i].at, f[j].at)) < 0
}
func (f actionFront) Swap(i, j int) { f[i], f[j] = f[j], f[i] }

// Push implements heap.Interface; the front only shrinks.
func (f *actionFront) Push(x any) { *f = append(*f, x.(actionRun)) }

// Pop implements heap.Interface.
func (f *actionFront) Pop() any {
	last := (*f)[len(*f)-1]
	*f = (*f)[:len(*f)-1]
	return last
}

// next takes the first action.
func (f *actionFront) next() (at int, a cases.ActionLine) {
	first := &(*f)[0]
	at, a = first.at, first.lines[0]
	if first.lines = first.lines[1:]; len(first.lines) == 0 {
		heap.Pop(f)
	} else {
		heap.Fix(f, 0)
	}
	return at, a
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
func trackerCase(q *page.Request) (cases.Case, error) {
	c, err := q.TheCase()
	if err == nil && access.TenantOnly(q.Subject) {
		err = page.ErrNotFound
	}
	if err != nil {
		return c, err
	}
	register, _ := cases.Find("actions")
	d, err := q.MayCase(access.View, register.Class, register.Kind, c)
	if err != nil {
		return c, err
	}
	if !d.Allow {
		return c, q.Refuse(d, c.ID)
	}
	return c, nil
}

// trackerShown marks a download of a tracker for what it holds.
type trackerShown struct {
	_ struct{} `class:"B"`
	N int
}

// TrackerCSV is the action tracker of a case as a file.
func TrackerCSV(q *page.Request) error {
	c, err := trackerCase(q)
	if err != nil {
		return err
	}
	head, rows := trackerTable(c)
	return q.CSV("actions", head, rows, trackerShown{N: len(rows) + 1})
}

// TrackerXLSX is the action tracker of a case as a workbook.
func TrackerXLSX(q *page.Request) error {
	c, err := trackerCase(q)
	if err != nil {
		return err
	}
	head, rows := trackerTable(c)
	return XLSX(q, "actions", head, rows, c.ID)
}

// XLSX sends one sheet, marked at its top and in the header and footer of each printed page. Every cell is text, so that none is read
// as a formula.
func XLSX(q *page.Request, name string, head []string, rows [][]string, id string) error {
	if err := q.Record(access.ClassB, id, true, "shown"); err != nil {
		return err
	}
	f := excelize.NewFile()
	defer f.Close()
	sheet := f.GetSheetName(0)
	mark := q.Config.Words.Markings.Sensitive
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
	h := q.W.Header()
	h.Set("Content-Type", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
	h.Set("Content-Disposition", `attachment; filename="bellwether_`+name+`_OS.xlsx"`)
	h.Set("X-Protective-Marking", mark)
	return f.Write(q.W)
}
