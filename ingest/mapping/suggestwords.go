package mapping

import (
	"cmp"
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
			guessed := false
			if !known || f.Type == contract.Integer && code == word {
				code = s.guessWord(f, word)
				guessed = code != ""
			} else if code == "" {
				code = wordMissing
			}
			list = append(list, WordGuess{Field: f.Name, Word: word, Code: code, Rows: n, Guessed: guessed})
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
		f, _ := s.t.Field(field)
		for _, r := range s.rows {
			cell := s.cell(r, at)
			if _, ok := s.m.Word(field, cell); ok || !strings.Contains(cell, mark) {
				continue
			}
			for p := range strings.SplitSeq(cell, mark) {
				p, _ = decode.TextValue(p)
				if _, ok := s.m.Word(field, p); ok && p != "" || s.guessWord(f, p) != "" && mark != "/" && mark != "," {
					known++
				}
			}
		}
		if known > best {
			best, s.out.Split[field] = known, mark
		}
	}
}
