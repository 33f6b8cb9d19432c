package casepages

import (
	"slices"
	"strconv"

	"bellwether/casework/cases"
	"bellwether/dashboard/link"
	"bellwether/dashboard/page"
	"bellwether/internal/access"
)

// sharedRegisters are those of which another organisation may see its own entries.
var sharedRegisters = []string{"placements", "notifications", "adults", "affected"}

// sharedPlacement are the fields of a decision on placements that other organisations need to act on it. Why it was made is the host's.
var sharedPlacement = []string{"status", "scope", "on", "review_on", "lifted_on"}

// outside leaves of an entry what other organisations may read.
func outside(register string, rec cases.Record) cases.Record {
	if register != "placements" {
		return rec
	}
	values := map[string]string{}
	for _, f := range sharedPlacement {
		values[f] = rec.Values[f]
	}
	rec.Values = values
	return rec
}

// outsideFields are the columns of a register as other organisations see it.
func outsideFields(r cases.Register) []cases.Field {
	if r.ID != "placements" {
		return shownFields(r)
	}
	return slices.DeleteFunc(slices.Clone(r.Fields), func(f cases.Field) bool { return !slices.Contains(sharedPlacement, f.ID) })
}

// sharedView is a case as an organisation sees it with which it was shared: that it is there, where it stands, and what is its own.
type sharedView struct {
	_      struct{} `class:"B"`
	Secret string   `class:"C"`
	Row    Row
	Since  string
	Basis  string
	Lead   string
	Parts  []sharedPart
}

type sharedPart struct {
	Title string
	Heads []string
	Rows  [][]string
	Link  string
}

func showShared(q *page.Request, c cases.Case) error {
	v := sharedView{Row: rowOfCase(q, c, q.Config.Casework.Now()), Lead: c.Role("lead_enquiry_officer")}
	for _, r := range c.Records["shares"] {
		if r.Values["organisation"] == q.Subject.Organisation {
			v.Since, v.Basis = r.Values["on"], r.Values["basis"]
		}
	}
	for _, id := range sharedRegisters {
		r, _ := cases.Find(id)
		part := sharedPart{Title: r.Title, Link: link.Case(c.ID) + "/" + id}
		shown := outsideFields(r)
		for _, f := range shown {
			part.Heads = append(part.Heads, f.Label)
		}
		for _, rec := range c.Records[id] {
			d, err := q.MayEntry(r, c, rec)
			if err != nil {
				return err
			}
			if !d.Allow && id != "placements" {
				continue
			}
			rec = outside(id, rec)
			row := []string{strconv.Itoa(rec.Number)}
			for _, f := range shown {
				row = append(row, ValueOf(c, f, rec.Values[f.ID]))
			}
			part.Rows = append(part.Rows, row)
			if r.Class == access.ClassC {
				v.Secret = id
			}
		}
		if len(part.Rows) > 0 {
			v.Parts = append(v.Parts, part)
		}
	}
	return q.Page("case_shared", c.ProviderName, v, page.To("Cases", "/cases"))
}

// ownEntries leaves of a register what the reader may see: everything, or what is their own organisation's.
func ownEntries(q *page.Request, c cases.Case, r cases.Register) (cases.Case, error) {
	if !access.TenantOnly(q.Subject) {
		return c, nil
	}
	if !slices.Contains(sharedRegisters, r.ID) {
		return c, page.ErrNotFound
	}
	var own []cases.Record
	for _, rec := range c.Records[r.ID] {
		d, err := q.MayEntry(r, c, rec)
		if err != nil {
			return c, err
		}
		if d.Allow {
			own = append(own, outside(r.ID, rec))
		}
	}
	// Nothing of the case but this register's own entries goes any further.
	c.Records, c.History = map[string][]cases.Record{r.ID: own}, nil
	return c, nil
}
