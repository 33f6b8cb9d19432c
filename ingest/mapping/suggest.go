package mapping

import (
	"fmt"
	"slices"
	"strings"

	"bellwether/ingest/contract"
	"bellwether/ingest/decode"
)

// Guess is one column of a file and the field it seems to hold.
type Guess struct {
	Field   string
	Heading string
	Label   string // set when the column only marks whether this code applies
	Reason  string
}

// WordGuess is one word met in a column with codes. Guessed says that no list has the word: its code was guessed from what it says.
type WordGuess struct {
	Field, Word, Code string
	Rows              int
	Guessed           bool `json:",omitempty"`
}

// RuleGuess is one rule of attribution, with the words of its conditions by column.
type RuleGuess struct {
	Is   string
	When map[string][]string
}

// Suggestion is a proposed mapping. Nothing in it is used until a person has read it and saved it.
type Suggestion struct {
	Table   string
	Guesses []Guess
	Words   []WordGuess // words and the codes they seem to mean; Code is "" where a person must say
	Unread  []string    // headings for which no field was found
	Absent  []string    // fields that every row needs and for which no column was found
	Twice   []string    // headings that stand over more than one column, so that no mapping could tell which is meant
	Row     Row
	RowWhy  string
	Dates   string
	DateWhy string
	Split   map[string]string

	Sheet, SheetWhy         string   // of a workbook with several
	Delimiter, DelimiterWhy string   // of a CSV file that is not divided by commas
	HeaderRows              int      // over how many rows the headings run, where it is more than one
	HeaderWhy               string   // why
	Key                     []string // fields that identify a record where the file has no reference of its own
	KeyWhy                  string
	Personal                []string // headings of columns that seem to name people, and that are never read
	Rules                   []RuleGuess
}

// Suggest proposes a mapping from a file's headings and its first rows.
func Suggest(t *contract.Table, header []string, rows [][]string) *Suggestion {
	s := &suggester{t: t, m: Default(t), header: header, rows: rows, taken: map[int]bool{}, column: map[string]int{}, profiles: profiles(header, rows), speaks: map[int]map[string]bool{},
		out: &Suggestion{Table: t.Name, Row: RowRecord, Dates: DatesAuto, Split: map[string]string{}}}
	s.byHeading()
	s.bySpelling()
	s.byFlags()
	s.byClues()
	s.byValues()
	s.decided()
	s.lastDate()
	s.words()
	s.key()
	s.rowKind()
	s.dateOrder()
	s.attribution()
	for i, h := range header {
		switch {
		case s.taken[i] || Fold(h) == "":
		case s.twice(i):
			if !slices.ContainsFunc(s.out.Twice, func(o string) bool { return Fold(o) == Fold(h) }) {
				s.out.Twice = append(s.out.Twice, h)
			}
		case len(s.rows) > 0 && s.namesPeople(i):
			s.out.Personal = append(s.out.Personal, h)
		default:
			s.out.Unread = append(s.out.Unread, h)
		}
	}
	for i := range t.Fields {
		f := &t.Fields[i]
		if _, found := s.column[f.Name]; f.Required && !found && f.Name != riskAttribution && (len(s.out.Key) == 0 || f.Name != s.t.PrimaryKey[0]) {
			s.out.Absent = append(s.out.Absent, f.Name)
		}
	}
	return s.out
}

type suggester struct {
	t      *contract.Table
	m      *Mapping
	header []string
	rows   [][]string

	profiles []profile               // in step with header
	speaks   map[int]map[string]bool // of which fields a heading's words speak, once asked
	taken    map[int]bool
	column   map[string]int
	out      *Suggestion
}

// headings lists the names under which each field, helper and dropped column is known.
func (s *suggester) headings() []Column {
	out := slices.Clone(s.m.Columns)
	for i := range s.t.Fields {
		if f := &s.t.Fields[i]; f.Dropped() {
			out = append(out, Column{Field: f.Name, Headings: append([]string{f.Name}, f.Synonyms...)})
		}
	}
	return out
}

func (s *suggester) take(field string, i int, reason string) {
	s.taken[i] = true
	s.column[field] = i
	s.out.Guesses = append(s.out.Guesses, Guess{Field: field, Heading: s.header[i], Reason: reason})
}

func (s *suggester) byHeading() {
	for _, c := range s.headings() {
		for _, known := range c.Headings {
			i := slices.IndexFunc(s.header, func(h string) bool { return Fold(h) == Fold(known) || spoken(h) == Fold(known) })
			if i >= 0 && !s.taken[i] && !s.twice(i) && s.sane(c.Field, i) {
				s.take(c.Field, i, "the heading is one that this field is known by")
				break
			}
		}
	}
}

// sane says that nothing in a column's cells speaks against the field that its heading names: dates where there should be dates,
// and no names of people where the contract does not know of any.
func (s *suggester) sane(field string, at int) bool {
	p := &s.profiles[at]
	f, ok := s.t.Field(field)
	if !ok || p.filled == 0 || f.Dropped() {
		return true
	}
	postcode := strings.Contains(field, "postcode") || field == "postal_code"
	switch {
	case f.Type == contract.Date:
		return p.most(p.dates, 50)
	case postcode != p.most(p.postcodes, 50):
		return !postcode && f.Type == contract.String && f.MaxLength > 60 || postcode && p.postcodes > 0
	case (f.Type == contract.Integer || f.Type == contract.Number || f.Type == contract.Decimal) && !s.m.HasWords(field):
		return p.most(p.amounts, 30)
	case f.Type == contract.Boolean && !strings.HasSuffix(field, "_present"):
		return s.marks(at)
	case f.Type == contract.String && f.Domain() == "" && p.most(p.titled, 20):
		return false
	case field == "cqc_location_id":
		return p.most(p.locations, 20)
	case field == "referrer":
		return p.distinct <= 20 || p.distinct*3 <= p.filled
	case slices.Contains(s.t.PrimaryKey, field):
		return !p.isDate() && p.most(p.distinct, 2)
	}
	return true
}

func (s *suggester) bySpelling() {
	for _, c := range s.headings() {
		if _, found := s.column[c.Field]; found {
			continue
		}
		var free []string
		for i, h := range s.header {
			if !s.taken[i] && !s.twice(i) && s.sane(c.Field, i) && !s.clearer(c.Field, i) {
				free = append(free, h)
			}
		}
		if near := decode.Nearest(c.Headings, free); near != "" {
			s.take(c.Field, slices.Index(s.header, near), fmt.Sprintf("the heading is spelt almost like %q", closest(near, c.Headings)))
		}
	}
}

func closest(near string, headings []string) string {
	return decode.Nearest([]string{near}, headings)
}

// byFlags finds columns that mark codes of a field that may hold several: by their heading's words, and by cells that only mark.
func (s *suggester) byFlags() {
	for i := range s.t.Fields {
		f := &s.t.Fields[i]
		if f.Separator == "" {
			continue
		}
		for at, h := range s.header {
			if s.taken[at] || s.twice(at) || !s.marks(at) {
				continue
			}
			reason := "the heading is a known word for this code, and the cells only mark it"
			code, known := s.m.Word(f.Name, strings.TrimSpace(h))
			if !known || code == "" {
				if says(spoken(h), "date|id|outcome|location|place|source|risk level") {
					continue
				}
				if code = s.guessWord(f, h); code == "" {
					continue
				}
				reason = "the heading speaks of this code, and the cells only mark it"
			}
			s.taken[at] = true
			s.out.Guesses = append(s.out.Guesses, Guess{Field: f.Name, Heading: h, Label: code, Reason: reason})
		}
	}
}

// guessWord is what a word outside the list seems to mean, if that is a code of the field.
func (s *suggester) guessWord(f *contract.Field, word string) string {
	code := wordClue(s.t.Name, f.Name, word)
	if len(f.Enum) > 0 && !slices.Contains(f.Enum, code) || !s.m.HasWords(f.Name) {
		return ""
	}
	return code
}

// marks says whether every cell of a column is a mark or its absence.
func (s *suggester) marks(at int) bool {
	some := false
	for _, r := range s.rows {
		cell := s.cell(r, at)
		b, missing, err := decode.Boolean(cell)
		switch {
		case missing != decode.Present:
		case err == nil && b == "false", s.m.Marked(cell):
			some = true
		default:
			return false
		}
	}
	return some
}

func (s *suggester) cell(row []string, at int) string {
	if at >= len(row) {
		return ""
	}
	v, _ := decode.TextValue(row[at])
	return v
}

// byValues finds a field by its words, where at least two thirds of a column's cells are known and more than one word is met.
func (s *suggester) byValues() {
	for i := range s.t.Fields {
		f := &s.t.Fields[i]
		if _, found := s.column[f.Name]; found || len(f.Enum) == 0 || f.Name == riskAttribution || s.flagged(f.Name) {
			continue
		}
		for at, h := range s.header {
			if s.taken[at] || Fold(h) == "" {
				continue
			}
			known, filled, met := 0, 0, map[string]bool{}
			for _, r := range s.rows {
				typed := s.cell(r, at)
				if typed == "" {
					continue
				}
				filled++
				if _, _, err := decode.Boolean(typed); err == nil {
					continue // yes and no are answers to any question
				}
				if code, ok := s.m.Word(f.Name, typed); ok && code != "" {
					known++
					met[code] = true
				}
			}
			if len(met) > 1 && known*3 >= filled*2 {
				s.take(f.Name, at, fmt.Sprintf("%d of the %d cells looked at hold known words for it", known, filled))
				break
			}
		}
	}
}

func (s *suggester) flagged(field string) bool {
	return slices.ContainsFunc(s.out.Guesses, func(g Guess) bool { return g.Field == field && g.Label != "" })
}
