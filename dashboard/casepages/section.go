package casepages

import (
	"bellwether/casework/cases"
	"bellwether/casework/papers"
	"bellwether/dashboard/page"
	"bellwether/dashboard/words"
)

// saysHeads head the column with what follows from an entry; see recordSays.
var saysHeads = map[string]string{"meetings": "Minutes and quorum", "resolutions": "Standing", "duty": "Answer", "risks": "Score"}

// Section is a register as a table; false if it is empty.
func Section(q *page.Request, c cases.Case, id string) (papers.Section, bool) {
	r, ok := cases.Find(id)
	if !ok || len(c.Records[id]) == 0 {
		return papers.Section{}, false
	}
	s := papers.Section{Heading: r.Title}
	shown := shownFields(r)
	for _, f := range shown {
		s.Head = append(s.Head, f.Label)
	}
	if says := saysHeads[id]; says != "" {
		s.Head = append(s.Head, says)
	}
	for _, rec := range c.Records[id] {
		var row []string
		for _, f := range shown {
			row = append(row, words.Clip(ValueOf(c, f, rec.Values[f.ID]), 300))
		}
		if saysHeads[id] != "" {
			row = append(row, recordSays(c, r, rec, q.Config.Casework.Now()))
		}
		s.Rows = append(s.Rows, row)
	}
	return s, true
}
