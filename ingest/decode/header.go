package decode

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
)

// Field is a column that a caller knows, with the headings it has been seen under.
type Field struct {
	Name     string
	Synonyms []string
	Required bool
}

// NormaliseHeader brings a heading to the form in which headings are compared: lower case letters and digits with single
// spaces between words. Byte order marks, line breaks, punctuation and odd spaces fall away; "&" reads "and".
func NormaliseHeader(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	gap := false
	for _, r := range s {
		switch {
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			if gap && b.Len() > 0 {
				b.WriteByte(' ')
			}
			gap = false
			b.WriteRune(unicode.ToLower(r))
		case r == '\'' || r == '’' || r == '\ufeff' || r == '\u200b' || unicode.IsMark(r):
			// Dropped without a gap: "service's" is one word.
		case r == '&':
			if b.Len() > 0 {
				b.WriteByte(' ')
			}
			b.WriteString("and")
			gap = true
		default:
			gap = true
		}
	}
	return b.String()
}

// Binding says where each known field stands in a header.
type Binding struct {
	Columns map[string]int // field name to cell index
	Unknown []string       // headings that no field claims, as written
	Missing []string       // required fields without a column
	Twice   []string       // headings written twice, so that a field cannot tell which is meant

	header []string
	fields []Field
}

// Bind looks up the fields in a header row. A field's own name comes first, then its synonyms in their order; a column
// serves one field only.
func Bind(header []string, fields []Field) Binding {
	b := Binding{Columns: map[string]int{}, header: slices.Clone(header), fields: fields}
	at := map[string][]int{}
	for i, h := range header {
		if n := NormaliseHeader(h); n != "" {
			at[n] = append(at[n], i)
		}
	}
	taken := map[int]bool{}
	claim := func(f Field, name string) {
		if _, done := b.Columns[f.Name]; done {
			return
		}
		cols := at[NormaliseHeader(name)]
		switch {
		case len(cols) == 0 || taken[cols[0]]:
		case len(cols) > 1:
			if !slices.Contains(b.Twice, header[cols[0]]) {
				b.Twice = append(b.Twice, header[cols[0]])
			}
		default:
			b.Columns[f.Name], taken[cols[0]] = cols[0], true
		}
	}
	for _, f := range fields {
		claim(f, f.Name)
	}
	for _, f := range fields {
		for _, s := range f.Synonyms {
			claim(f, s)
		}
	}
	for i, h := range header {
		if !taken[i] && NormaliseHeader(h) != "" {
			b.Unknown = append(b.Unknown, h)
		}
	}
	for _, f := range fields {
		if _, ok := b.Columns[f.Name]; !ok && f.Required {
			b.Missing = append(b.Missing, f.Name)
		}
	}
	return b
}

// Err refuses a header that lacks a required field or names one twice. It names the nearest heading found.
func (b Binding) Err() error {
	if len(b.Twice) > 0 {
		return &Error{Column: b.Twice[0], Code: CodeBadHeader, Reason: "the heading stands over more than one column",
			NextStep: "Rename or remove one of the two columns"}
	}
	if len(b.Missing) == 0 {
		return nil
	}
	var says []string
	for _, name := range b.Missing {
		says = append(says, b.missing(name))
	}
	return &Error{Column: b.Missing[0], Code: CodeBadHeader, Reason: strings.Join(says, "; "),
		NextStep: "Rename the column in the file, or add its heading to the mapping"}
}

func (b Binding) missing(name string) string {
	var field Field
	for _, f := range b.fields {
		if f.Name == name {
			field = f
		}
	}
	says := fmt.Sprintf("there is no column for %q", name)
	if len(field.Synonyms) > 0 {
		says += fmt.Sprintf(" (known as %s)", quoteSome(field.Synonyms, 3))
	}
	if near := Nearest(append([]string{name}, field.Synonyms...), b.Unknown); near != "" {
		says += fmt.Sprintf("; did you mean %q?", near)
	}
	return says
}

// Nearest returns the candidate closest in spelling to one of the names, or "" if none is close.
func Nearest(names, candidates []string) string {
	best, bestDistance := "", 1<<30
	for _, c := range candidates {
		cn := NormaliseHeader(c)
		if len(cn) > 100 {
			continue
		}
		for _, n := range names {
			nn := NormaliseHeader(n)
			allowed := max(1, min(len(nn), len(cn))/4)
			if d := editDistance(nn, cn, allowed); d <= allowed && d < bestDistance {
				best, bestDistance = c, d
			}
		}
	}
	return best
}

// editDistance counts the insertions, deletions, replacements and swaps of neighbours between two strings; beyond limit it
// may stop counting.
func editDistance(a, b string, limit int) int {
	x, y := []rune(a), []rune(b)
	if d := len(x) - len(y); d > limit || -d > limit {
		return limit + 1
	}
	before, last, row := make([]int, len(y)+1), make([]int, len(y)+1), make([]int, len(y)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(x); i++ {
		row[0] = i
		for j := 1; j <= len(y); j++ {
			cost := 1
			if x[i-1] == y[j-1] {
				cost = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && x[i-1] == y[j-2] && x[i-2] == y[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last, row = last, row, before
	}
	return last[len(y)]
}

// quoteSome lists names in quotes, and says how many it left out.
func quoteSome(names []string, most int) string {
	var out []string
	for i, n := range names {
		if i == most {
			out = append(out, fmt.Sprintf("%d more", len(names)-most))
			break
		}
		if r := []rune(n); len(r) > 60 {
			n = string(r[:60]) + "…"
		}
		out = append(out, fmt.Sprintf("%q", n))
	}
	return strings.Join(out, ", ")
}
