package mapping

import "bellwether/ingest/contract"

// words is what one field's words mean.
type words struct {
	closed  bool              // the field has a list of codes, so a word outside it is worth a remark
	meaning map[string]string // folded word: code
	missing map[string]bool   // folded words for "nothing recorded"
}

// Word gives the code that a cell of the field stands for. An empty cell, and a word for "nothing recorded", give "". A word
// without a code is returned as typed, and known is false.
func (m *Mapping) Word(field, typed string) (code string, known bool) {
	w := m.words[field]
	if w == nil || typed == "" {
		return typed, true
	}
	folded := Fold(typed)
	if w.missing[folded] {
		return "", true
	}
	if code, ok := w.meaning[folded]; ok {
		return code, true
	}
	return typed, !w.closed
}

// wordsFor gives the words of a field, made on first use with the codes of its own list.
func (m *Mapping) wordsFor(f *contract.Field) *words {
	w := m.words[f.Name]
	if w == nil {
		w = &words{closed: len(f.Enum) > 0, meaning: map[string]string{}, missing: map[string]bool{}}
		for _, code := range f.Enum {
			w.meaning[Fold(code)] = code
		}
		m.words[f.Name] = w
	}
	return w
}

// addUsualWords adds the usual spellings of the national lists, where the council's own map says nothing about them.
func (m *Mapping) addUsualWords(t *contract.Table) {
	for i := range t.Fields {
		f := &t.Fields[i]
		usual := usualFor(t.Name, f.Name)
		if len(f.Enum) == 0 && usual == nil && m.words[f.Name] == nil {
			continue
		}
		w := m.wordsFor(f)
		for code, spellings := range usual {
			for _, s := range spellings {
				s = Fold(s)
				if _, taken := w.meaning[s]; taken || w.missing[s] {
					continue
				}
				if code == nothing {
					w.missing[s] = true
				} else {
					w.meaning[s] = code
				}
			}
		}
	}
}

// HasWords says whether the field has codes, or words that stand for a value.
func (m *Mapping) HasWords(field string) bool { return m.words[field] != nil }

// DroppedHeadings lists the headings under which personal columns that are never read may stand.
func (m *Mapping) DroppedHeadings(t *contract.Table) []string {
	var out []string
	for i := range t.Fields {
		f := &t.Fields[i]
		if !f.Dropped() {
			continue
		}
		if m.BuiltIn() {
			out = append(append(out, f.Name), f.Synonyms...)
		}
		for _, c := range m.Columns {
			if c.Field == f.Name {
				out = append(out, c.Headings...)
			}
		}
	}
	return out
}
