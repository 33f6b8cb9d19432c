package mapping

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// byClues gives the columns that are left to the fields that are left, by the words of their headings together with what their
// cells look like. The clearest pairs come first. Without rows there is nothing to check a heading against, so nothing is guessed.
func (s *suggester) byClues() {
	type pair struct {
		c      *clue
		at     int
		weight int
	}
	var pairs []pair
	for i := range clues {
		c := &clues[i]
		if !s.wants(c.field) {
			continue
		}
		for at, h := range s.header {
			if s.taken[at] || Fold(h) == "" || s.twice(at) || !c.fits(spoken(h)) {
				continue
			}
			if extra, ok := s.looks(c, at); ok {
				pairs = append(pairs, pair{c, at, c.weight*10 + extra})
			}
		}
	}
	slices.SortStableFunc(pairs, func(a, b pair) int { return cmp.Or(cmp.Compare(b.weight, a.weight), cmp.Compare(a.at, b.at)) })
	for _, p := range pairs {
		if _, found := s.column[p.c.field]; found || s.taken[p.at] || s.flagged(p.c.field) {
			continue
		}
		s.take(p.c.field, p.at, s.because(p.c, p.at))
	}
	s.more()
}

// decided takes a column that was read as an outcome for the decision, where there is none other and its words are those of decisions.
func (s *suggester) decided() {
	at, found := s.column["outcome"]
	if !found || !s.wants("decision") {
		return
	}
	known, filled := s.known("decision", at)
	if known*3 < filled || known == 0 {
		return
	}
	delete(s.column, "outcome")
	s.out.Guesses = slices.DeleteFunc(s.out.Guesses, func(g Guess) bool { return g.Field == "outcome" })
	s.take("decision", at, fmt.Sprintf("no other column holds a decision, and %d of %d cells here hold words of one", known, filled))
}

// clearer says that the words of a heading speak of another field of the table and not of this one.
func (s *suggester) clearer(field string, at int) bool {
	fields, known := s.speaks[at]
	if !known {
		fields = map[string]bool{}
		heading := spoken(s.header[at])
		for i := range clues {
			c := &clues[i]
			if _, ok := s.t.Field(c.field); ok && len(c.groups) > 0 && c.weight >= 50 && !fields[c.field] && c.fits(heading) {
				fields[c.field] = true
			}
		}
		s.speaks[at] = fields
	}
	return len(fields) > 0 && !fields[field]
}

// wants says whether the table has the field, or the helper, and no column for it yet.
func (s *suggester) wants(field string) bool {
	if _, found := s.column[field]; found {
		return false
	}
	if _, ok := s.t.Field(field); ok {
		return field != riskAttribution
	}
	return s.t.Index(riskAttribution) >= 0 && (field == Relationship || field == Referrer)
}

// twice says that the heading stands over more than one column, so that a mapping could not tell which is meant.
func (s *suggester) twice(at int) bool {
	for i, h := range s.header {
		if i != at && Fold(h) == Fold(s.header[at]) {
			return true
		}
	}
	return false
}

// looks tells whether the cells fit the clue, and how well from nought to nine.
func (s *suggester) looks(c *clue, at int) (extra int, ok bool) {
	p := &s.profiles[at]
	switch c.cells {
	case asDate:
		return 0, (p.isDate() || p.isSerial()) && !p.most(p.births, 50)
	case asLabel:
		return 0, p.short() && !p.isDate() && (p.distinct <= 60 || p.distinct*4 <= p.filled)
	case asRef:
		return 0, p.short() && !p.isDate() && p.most(p.distinct, 50) && p.letters <= 40*p.filled
	case asRepeated:
		return min(9, p.distinct*9/max(1, p.filled)), p.short() && !p.isDate() && p.letters <= 40*p.filled
	case asPlace:
		return min(9, p.places*9/max(1, p.filled)), p.short() && !p.isDate() && !p.most(p.numbers, 50)
	case asPostcode:
		return 0, p.most(p.postcodes, 50)
	case asLocation:
		return 0, p.most(p.locations, 50)
	case asText:
		return 0, p.most(p.lines, 30)
	case asAmount:
		return 0, p.most(p.amounts, 60) && !p.isDate()
	case asNumber:
		return 0, p.most(p.numbers, 60) && p.dates < p.filled
	case asMark:
		return 0, s.marks(at)
	case asKnown:
		known, filled := s.known(c.field, at)
		return min(9, known*9/max(1, filled)), known*3 >= filled && known > 0
	}
	return 0, true
}

// known counts the cells of a column that hold words of a field, spelt as in its list or near enough to guess.
func (s *suggester) known(field string, at int) (known, filled int) {
	f, ok := s.t.Field(field)
	if !ok {
		return 0, 0
	}
	for typed, n := range s.profiles[at].words {
		filled += n
		for _, part := range append([]string{typed}, strings.FieldsFunc(typed, func(r rune) bool { return strings.ContainsRune(";|\n,/", r) })...) {
			code, ok := s.m.Word(field, strings.TrimSpace(part))
			if ok && code != "" || !ok && s.guessWord(f, part) != "" {
				known += n
				break
			}
		}
	}
	return known, filled
}

// because words why a column was taken for a field.
func (s *suggester) because(c *clue, at int) string {
	p := &s.profiles[at]
	var met []string
	for _, g := range c.groups {
		for w := range strings.SplitSeq(g, "|") {
			if says(spoken(s.header[at]), w) {
				met = append(met, fmt.Sprintf("%q", w))
				break
			}
		}
	}
	heading := "its heading does not say, but its cells do"
	if len(met) > 0 {
		heading = "its heading speaks of " + strings.Join(met, " and ")
	}
	cells := ""
	switch c.cells {
	case asDate:
		cells = fmt.Sprintf("%d of %d cells are dates", p.dates, p.filled)
	case asRef, asRepeated:
		cells = fmt.Sprintf("%d of %d cells differ", p.distinct, p.filled)
	case asPlace:
		cells = fmt.Sprintf("%d different names, %d of %d cells with a word such as House, Lodge or Care", p.distinct, p.places, p.filled)
	case asPostcode:
		cells = fmt.Sprintf("%d of %d cells are postcodes", p.postcodes, p.filled)
	case asLocation:
		cells = fmt.Sprintf("%d of %d cells look like 1-123456789, CQC's identifier of a location", p.locations, p.filled)
	case asKnown:
		known, filled := s.known(c.field, at)
		cells = fmt.Sprintf("%d of %d cells hold words of its list", known, filled)
	case asLabel:
		cells = fmt.Sprintf("%d different words in %d cells", p.distinct, p.filled)
	case asText:
		cells = fmt.Sprintf("%d of %d cells are long texts", p.lines, p.filled)
	case asAmount, asNumber:
		cells = fmt.Sprintf("%d of %d cells are numbers", p.amounts, p.filled)
	case asMark:
		cells = "its cells say yes or no"
	}
	if cells == "" {
		return heading
	}
	return heading + "; " + cells
}

// more finds further columns of a field that may hold several values, such as a second type of abuse.
func (s *suggester) more() {
	for i := range s.t.Fields {
		f := &s.t.Fields[i]
		first, found := s.column[f.Name]
		if f.Separator == "" || !found {
			continue
		}
		for at, h := range s.header {
			if s.taken[at] || Fold(h) == "" || s.twice(at) {
				continue
			}
			if known, filled := s.known(f.Name, at); known*3 >= filled*2 && known > 0 && alike(spoken(s.header[first]), spoken(h)) {
				s.taken[at] = true
				s.out.Guesses = append(s.out.Guesses, Guess{Field: f.Name, Heading: h,
					Reason: fmt.Sprintf("a further column of it, named like %q; %d of %d cells hold words of its list", s.header[first], known, filled)})
			}
		}
	}
}

// alike says that two headings share a word of more than three letters.
func alike(a, b string) bool {
	for w := range strings.FieldsSeq(a) {
		if w = strings.TrimSuffix(w, "s"); len(w) > 3 && says(b, w) {
			return true
		}
	}
	return false
}
