package rules

import (
	"fmt"
	"strconv"
	"strings"
)

// Error is a mistake in a rule set or in a file of rule cases: what, where,
// why, and what to do next.
type Error struct {
	File   string // name given to Load
	Line   int    // 1-based; 0 when the mistake has no single place
	Column int    // 1-based
	Rule   string // id of the rule, if it is known
	Msg    string
	Next   string // the next step, without a full stop
	source string
}

// Error returns the message with its place, the lines around it and a caret.
func (e *Error) Error() string {
	var b strings.Builder
	if e.File != "" {
		b.WriteString(e.File)
		if e.Line > 0 {
			fmt.Fprintf(&b, ":%d:%d", e.Line, max(e.Column, 1))
		}
		b.WriteString(": ")
	}
	if e.Rule != "" {
		fmt.Fprintf(&b, "rule %q: ", e.Rule)
	}
	b.WriteString(e.Msg)
	if e.Next != "" {
		b.WriteString("; " + e.Next)
	}
	if x := excerpt(e.source, e.Line, max(e.Column, 1)); x != "" {
		b.WriteString("\n" + x)
	}
	return b.String()
}

// Errors is every mistake found in one file, in the order of its lines.
type Errors []*Error

// Error returns the messages one after another.
func (es Errors) Error() string {
	s := make([]string, len(es))
	for i, e := range es {
		s[i] = e.Error()
	}
	return strings.Join(s, "\n")
}

// excerpt shows the line before the mistake, the line itself and a caret.
func excerpt(src string, line, column int) string {
	if src == "" || line < 1 {
		return ""
	}
	lines := strings.Split(src, "\n")
	if line > len(lines) {
		return ""
	}
	var b strings.Builder
	if line > 1 && strings.TrimSpace(lines[line-2]) != "" {
		fmt.Fprintf(&b, "  %4d | %s\n", line-1, clean(lines[line-2]))
	}
	fmt.Fprintf(&b, "> %4d | %s\n", line, clean(lines[line-1]))
	b.WriteString(strings.Repeat(" ", 9+column-1) + "^")
	return b.String()
}

// clean makes a source line safe to print: tabs become single spaces, so that
// the caret stands under its column.
func clean(s string) string {
	return strings.TrimRight(strings.ReplaceAll(s, "\t", " "), "\r ")
}

func quote(s string) string { return strconv.Quote(s) }

// suggest returns `; did you mean "x"?` for the nearest of names, or nothing
// when none is near.
func suggest(word string, names []string) string {
	best, bestD := "", 1+len(word)/3
	for _, n := range names {
		if d := distance(word, n); d <= bestD && (d < bestD || best == "") {
			best, bestD = n, d
		}
	}
	if best == "" {
		return ""
	}
	return "; did you mean " + quote(best) + "?"
}

// distance is the number of single-character edits between a and b.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := 1; i <= len(a); i++ {
		diag := row[0]
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := diag
			if a[i-1] != b[j-1] {
				cost++
			}
			diag = row[j]
			row[j] = min(cost, row[j]+1, row[j-1]+1)
		}
	}
	return row[len(b)]
}
