package casepages

import (
	"time"

	"bellwether/casework/cases"
	"bellwether/casework/pathway"
	"bellwether/dashboard/words"
)

// Brief says in a line what an entry holds: its first fields.
func Brief(c cases.Case, r cases.Register, rec cases.Record) string {
	out := ""
	for _, f := range r.Fields {
		value := ValueOf(c, f, rec.Values[f.ID])
		if value == "" || f.Kind == cases.Person {
			continue
		}
		if out != "" {
			out += ", "
		}
		out += value
		if len(out) > 70 {
			break
		}
	}
	return words.Clip(out, 90)
}

// ValueOf puts a value into words: dates, choices, and what a reference points to.
func ValueOf(c cases.Case, f cases.Field, value string) string {
	if value == "" {
		return ""
	}
	if f.Kind == cases.Date {
		if at, err := time.Parse(time.DateOnly, value); err == nil {
			return words.Date(at)
		}
	}
	if ref := f.Ref(); ref != "" {
		to, _ := cases.Find(ref)
		if rec, ok := c.Refers(f, value); ok {
			return Brief(c, to, rec)
		}
	}
	return f.Words(value)
}

// PointText finds the words of a point of a checklist.
func PointText(p *pathway.Pathway, point string) string {
	for _, s := range p.Stages {
		for _, i := range s.Checklist {
			if s.ID+"/"+i.ID == point {
				return i.Text
			}
		}
	}
	for _, t := range p.Tracks {
		for _, i := range t.Checklist {
			if t.ID+"/"+i.ID == point {
				return i.Text
			}
		}
	}
	return point
}
