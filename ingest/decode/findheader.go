package decode

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"
)

// headerFinder scores rows by how many known fields they name.
type headerFinder struct {
	names    map[string][]int // normalised heading to field indexes
	fields   []Field
	required int
}

func newHeaderFinder(fields []Field) *headerFinder {
	h := &headerFinder{names: map[string][]int{}, fields: fields}
	for i, f := range fields {
		if f.Required {
			h.required++
		}
		for _, n := range append([]string{f.Name}, f.Synonyms...) {
			n = NormaliseHeader(n)
			if n != "" {
				h.names[n] = append(h.names[n], i)
			}
		}
	}
	return h
}

// score returns how many fields a row names, and whether all required ones are among them.
func (h *headerFinder) score(cells []string) (found int, whole bool) {
	seen, required := map[int]bool{}, 0
	for _, c := range cells {
		if len(c) > 1000 {
			continue
		}
		for _, i := range h.names[NormaliseHeader(c)] {
			if !seen[i] {
				seen[i] = true
				found++
				if h.fields[i].Required {
					required++
				}
			}
		}
	}
	return found, required == h.required && found >= min(2, len(h.fields))
}

// find picks the header among rows: the first that names every required field, else the one that names most. whole is false
// when a row names too few; index is -1 when nothing looks like a header at all.
func (h *headerFinder) find(rows [][]string) (index int, whole bool) {
	if len(h.fields) == 0 {
		return guessHeader(rows)
	}
	index, best := -1, 0
	for i, r := range rows {
		found, all := h.score(r)
		if all && h.required > 0 {
			return i, true
		}
		if found > best {
			index, best, whole = i, found, all
		}
	}
	return index, whole
}

// guessHeader serves a caller that knows no names: the first row as wide as most, made of words.
func guessHeader(rows [][]string) (int, bool) {
	widest := 0
	for _, r := range rows {
		widest = max(widest, filled(r))
	}
	for i, r := range rows {
		if n := filled(r); n > 0 && n*10 >= widest*6 && allWords(r) {
			return i, true
		}
	}
	return -1, false
}

func filled(cells []string) int {
	n := 0
	for _, c := range cells {
		if !isBlank(c) {
			n++
		}
	}
	return n
}

func allWords(cells []string) bool {
	for _, c := range cells {
		switch ValueClass(c) {
		case "text", "blank", "boolean":
		default:
			return false
		}
	}
	return true
}

// noHeader explains that none of the rows is a header.
func noHeader(where string, rows [][]string, fields []Field) *Error {
	var want []string
	for _, f := range fields {
		if f.Required || len(want) < 3 {
			want = append(want, f.Name)
		}
	}
	rows = slices.DeleteFunc(slices.Clone(rows), func(r []string) bool { return filled(r) == 0 })
	e := &Error{Code: CodeBadHeader, Reason: fmt.Sprintf("no header row was found in the first %d rows%s", len(rows), where),
		NextStep: "Check that this is the right file, or add its headings to the mapping"}
	if len(want) > 0 {
		e.Reason += "; looked for columns such as " + quoteSome(want, 5)
	}
	if len(rows) > 0 {
		single := true
		for _, r := range rows {
			single = single && len(r) <= 1
		}
		if d := otherDelimiter(rows); single && d != "" {
			e.Reason += "; the rows seem to be divided by " + d
			e.NextStep = "Save the file with commas between its cells, or set the delimiter in the configuration"
		}
	}
	return e
}

func otherDelimiter(rows [][]string) string {
	for _, d := range []struct{ mark, name string }{{";", "semicolons"}, {"\t", "tabs"}, {"|", "bars"}, {",", "commas"}} {
		n := 0
		for _, r := range rows {
			if len(r) == 1 && strings.Count(r[0], d.mark) >= 2 {
				n++
			}
		}
		if n*2 > len(rows) {
			return d.name
		}
	}
	return ""
}

var asAt = regexp.MustCompile(`(?i)\b(?:as at|as of|produced on|correct at|correct as at|extracted on)\s*:?\s*(\d{1,2})(?:st|nd|rd|th)?\s+([a-z]{3,9})\s+(\d{4})\b`)

// AsAt finds the date a file states for itself in the lines above its header, such as "as at 14 March 2026".
func AsAt(lines []string) (time.Time, bool) {
	for _, l := range lines {
		if m := asAt.FindStringSubmatch(l); m != nil {
			if d, err := civil(m[3], monthNumber(m[2]), m[1]); err == nil {
				return d, true
			}
		}
	}
	return time.Time{}, false
}
