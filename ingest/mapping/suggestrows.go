package mapping

import (
	"fmt"
	"slices"
	"strings"

	"bellwether/ingest/contract"
	"bellwether/ingest/decode"
)

// lastDate takes another column of dates for the date that every row needs, where no heading speaks of it: when a concern was entered is
// a poor day for it, but a known one.
func (s *suggester) lastDate() {
	for _, needed := range []string{"received_on", "started_on"} {
		f, ok := s.t.Field(needed)
		if _, found := s.column[needed]; !ok || found || !f.Required || len(s.rows) == 0 {
			continue
		}
		var free []int
		for at, h := range s.header {
			if p := &s.profiles[at]; !s.taken[at] && p.isDate() && !p.most(p.births, 50) && !s.twice(at) && !says(spoken(h), "birth|dob|death|died|due|target|review|extract|run|end|closed") {
				free = append(free, at)
			}
		}
		if len(free) > 0 {
			s.take(needed, free[0], "no heading speaks of this date; this is the first column of dates that is left: see whether it is the right one")
			continue
		}
		if at, ok := s.column["recorded_on"]; ok {
			delete(s.column, "recorded_on")
			s.out.Guesses = slices.DeleteFunc(s.out.Guesses, func(g Guess) bool { return g.Field == "recorded_on" })
			s.take(needed, at, "the file has no date of receipt, only when the record was entered: that day stands for it")
		}
	}
}

// keyFields may together identify a record, in the order in which they are tried.
var keyFields = []string{"adult_ref", "person_ref", "received_on", "started_on", "starts_on", "occurred_on", "visited_on", "provider_name", "cqc_location_id", "decision_on",
	"service", "incident_type", "theme"}

// key proposes which fields identify a record where no column does, or where the column taken for a reference repeats with other dates.
func (s *suggester) key() {
	if len(s.t.PrimaryKey) != 1 || len(s.rows) == 0 || s.dated() == "" {
		return
	}
	ref := s.t.PrimaryKey[0]
	at, found := s.column[ref]
	why := "no column holds a reference of its own"
	if found {
		repeats, moved := s.repeats(at)
		if moved*2 <= repeats {
			return
		}
		why = fmt.Sprintf("the column %q repeats in %d rows, in %d of them with another date: it is the reference of something longer than one record", s.header[at], repeats, moved)
	}
	var key []string
	for _, f := range keyFields {
		if _, ok := s.column[f]; ok {
			key = append(key, f)
		}
	}
	_, person := s.column["adult_ref"]
	_, service := s.column["person_ref"]
	_, place := s.column["provider_name"]
	_, location := s.column["cqc_location_id"]
	person, place = person || service, place || location
	if _, dated := s.column[s.dated()]; !dated || !person && !place && !found {
		return
	}
	if found {
		key = append([]string{ref}, key...)
	}
	s.out.Key = key
	met := map[string]bool{}
	for _, r := range s.rows {
		var parts []string
		for _, f := range key {
			parts = append(parts, Fold(s.cell(r, s.column[f])))
		}
		met[strings.Join(parts, "|")] = true
	}
	s.out.KeyWhy = fmt.Sprintf("%s; these fields together tell %d records apart in %d rows", why, len(met), len(s.rows))
	if len(met) < len(s.rows) && s.t.Index("abuse_types") >= 0 {
		s.out.Row, s.out.RowWhy = RowAllegation, fmt.Sprintf("%d rows share all of the key's fields with another: they are joined to one record", len(s.rows)-len(met))
	}
}

// dated is the field of the date that every row needs, or "" where rows are not events.
func (s *suggester) dated() string {
	for _, name := range []string{"received_on", "started_on", "starts_on", "occurred_on", "visited_on"} {
		if s.t.Index(name) >= 0 {
			return name
		}
	}
	return ""
}

// repeats counts the rows that repeat a reference, and those of them whose date is another one.
func (s *suggester) repeats(at int) (repeats, moved int) {
	date, dated := s.column[s.dated()]
	first := map[string]string{}
	for _, r := range s.rows {
		ref := s.cell(r, at)
		if ref == "" || !dated {
			continue
		}
		before, again := first[ref]
		if !again {
			first[ref] = s.cell(r, date)
			continue
		}
		repeats++
		if before != s.cell(r, date) {
			moved++
		}
	}
	return repeats, moved
}

// rowKind looks at what differs between the rows of one reference.
func (s *suggester) rowKind() {
	if len(s.t.PrimaryKey) == 0 || len(s.out.Key) > 0 {
		return
	}
	key, found := s.column[s.t.PrimaryKey[0]]
	if !found {
		return
	}
	first := map[string][]string{}
	repeated, persons, types := 0, 0, 0
	differs := func(field string, a, b []string) bool {
		at, ok := s.column[field]
		return ok && s.cell(a, at) != s.cell(b, at)
	}
	for _, r := range s.rows {
		ref := s.cell(r, key)
		before, twice := first[ref]
		if !twice || ref == "" {
			first[ref] = r
			continue
		}
		if slices.Equal(before, r) {
			continue // the same row twice is read once
		}
		repeated++
		switch {
		case differs("adult_ref", before, r):
			persons++
		case differs("abuse_types", before, r):
			types++
		}
	}
	switch {
	case persons > 0:
		s.out.Row, s.out.RowWhy = RowPerson, fmt.Sprintf("%d of %d rows repeat a reference, with another person in %d of them", repeated, len(s.rows), persons)
	case types > 0:
		s.out.Row, s.out.RowWhy = RowAllegation, fmt.Sprintf("%d of %d rows repeat a reference, with another type of abuse in %d of them", repeated, len(s.rows), types)
	case repeated > 0 && s.t.Index("abuse_types") >= 0:
		s.out.Row, s.out.RowWhy = RowAllegation, fmt.Sprintf("%d of %d rows repeat a reference: they are joined to one record, and what differs between them is noted", repeated, len(s.rows))
	case repeated > 0:
		s.out.RowWhy = fmt.Sprintf("%d of %d rows repeat a reference; see what a row is", repeated, len(s.rows))
	}
}

func (s *suggester) dateOrder() {
	seen, stated := decode.NewDates(decode.OrderUnknown), decode.NewDates(decode.DayFirst)
	for field, at := range s.column {
		f, ok := s.t.Field(field)
		if !ok || f.Type != contract.Date {
			continue
		}
		for i, r := range s.rows {
			seen.Add(s.header[at], int64(i+1), s.cell(r, at))
			stated.Add(s.header[at], int64(i+1), s.cell(r, at))
		}
	}
	day, month, either := seen.Counts()
	short := seen.ShortYears()
	if short > 0 {
		day, month, either = stated.Counts()
	}
	switch {
	case day > 0 && month > 0:
		s.out.DateWhy = fmt.Sprintf("%d dates can only be day first and %d only month first: have the extract made again with one order", day, month)
	case day > 0:
		s.out.Dates, s.out.DateWhy = DatesDayFirst, fmt.Sprintf("%d dates can only be day first, none only month first", day)
	case month > 0:
		s.out.Dates, s.out.DateWhy = DatesMonthFirst, fmt.Sprintf("%d dates can only be month first, none only day first", month)
	case either > 0:
		s.out.Dates = DatesDayFirst
		s.out.DateWhy = fmt.Sprintf("no date shows the order (%d dates could be either): day first is usual here; say month_first if your system writes the month first", either)
	}
	if short > 0 && s.out.Dates != DatesAuto {
		s.out.DateWhy += fmt.Sprintf("; %d dates have a year of two digits, which is read only because the order is stated here", short)
	}
}

// namesPeople says that a column left over seems to hold people's names, addresses or words.
func (s *suggester) namesPeople(at int) bool {
	h := spoken(s.header[at])
	if says(h, "name|forename|surname|address|phone|telephone|email|mobile|dob|birth|worker|officer|manager|referrer|reported by|created by|recorded by|nhs|ni number|author") {
		return true
	}
	p := &s.profiles[at]
	return p.most(p.lines, 20) || p.most(p.titled, 20)
}
