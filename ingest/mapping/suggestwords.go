package mapping

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"bellwether/ingest/contract"
	"bellwether/ingest/decode"
)

const (
	maxWords  = 60  // different words listed for one field; more of them is a free text
	maxLetter = 120 // characters of a word listed
)

// words lists what the columns with codes hold.
func (s *suggester) words() {
	for i := range s.t.Fields {
		f := &s.t.Fields[i]
		at, found := s.column[f.Name]
		if !found || !s.m.HasWords(f.Name) {
			continue
		}
		if f.Separator != "" {
			s.separator(f.Name, at)
		}
		rows := map[string]int{}
		for _, r := range s.rows {
			for _, word := range s.parts(f, s.cell(r, at)) {
				rows[word]++
			}
		}
		if len(rows) > maxWords {
			continue
		}
		var list []WordGuess
		for word, n := range rows {
			if len([]rune(word)) > maxLetter {
				continue
			}
			code, known := s.m.Word(f.Name, word)
			if _, missing, err := decode.Integer(word); f.Type == contract.Integer && err == nil && missing == decode.Present {
				continue // the number itself
			}
			if !known || f.Type == contract.Integer && code == word {
				code = ""
			} else if code == "" {
				code = wordMissing
			}
			list = append(list, WordGuess{Field: f.Name, Word: word, Code: code, Rows: n})
		}
		slices.SortFunc(list, func(a, b WordGuess) int { return cmp.Or(cmp.Compare(b.Rows, a.Rows), cmp.Compare(a.Word, b.Word)) })
		s.out.Words = append(s.out.Words, list...)
	}
}

func (s *suggester) parts(f *contract.Field, cell string) []string {
	if cell == "" {
		return nil
	}
	mark := s.out.Split[f.Name]
	if _, known := s.m.Word(f.Name, cell); known || mark == "" {
		return []string{cell}
	}
	var out []string
	for p := range strings.SplitSeq(cell, mark) {
		if p, _ = decode.TextValue(p); p != "" {
			out = append(out, p)
		}
	}
	return out
}

// separator finds the mark that divides the cells of a column into the most known words.
func (s *suggester) separator(field string, at int) {
	best := 0
	for _, mark := range []string{";", "|", "\n", ",", "/"} {
		known := 0
		for _, r := range s.rows {
			cell := s.cell(r, at)
			if _, ok := s.m.Word(field, cell); ok || !strings.Contains(cell, mark) {
				continue
			}
			for p := range strings.SplitSeq(cell, mark) {
				p, _ = decode.TextValue(p)
				if _, ok := s.m.Word(field, p); ok && p != "" {
					known++
				}
			}
		}
		if known > best {
			best, s.out.Split[field] = known, mark
		}
	}
}

// rowKind looks at what differs between the rows of one reference.
func (s *suggester) rowKind() {
	if len(s.t.PrimaryKey) == 0 {
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
	case repeated > 0:
		s.out.RowWhy = fmt.Sprintf("%d of %d rows repeat a reference; see what a row is", repeated, len(s.rows))
	}
}

func (s *suggester) dateOrder() {
	seen := decode.NewDates(decode.OrderUnknown)
	for field, at := range s.column {
		f, ok := s.t.Field(field)
		if !ok || f.Type != contract.Date {
			continue
		}
		for i, r := range s.rows {
			seen.Add(s.header[at], int64(i+1), s.cell(r, at))
		}
	}
	day, month, either := seen.Counts()
	switch {
	case day > 0 && month > 0:
		s.out.DateWhy = fmt.Sprintf("%d dates can only be day first and %d only month first: have the extract made again with one order", day, month)
	case day > 0:
		s.out.Dates, s.out.DateWhy = DatesDayFirst, fmt.Sprintf("%d dates can only be day first, none only month first", day)
	case month > 0:
		s.out.Dates, s.out.DateWhy = DatesMonthFirst, fmt.Sprintf("%d dates can only be month first, none only day first", month)
	case either > 0:
		s.out.DateWhy = fmt.Sprintf("%d dates could be either: say day_first or month_first", either)
	}
}
