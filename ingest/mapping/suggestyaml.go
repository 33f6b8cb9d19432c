package mapping

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
)

// YAML writes the suggestion as a mapping file, with the reason for each guess beside it. What a person must still say stands
// there as a comment.
func (s *Suggestion) YAML() string {
	var b strings.Builder
	line := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	line("# A proposal from the file's headings and first rows. Read it through, then save it and name it in the configuration.")
	line("version: 1\ntable: %s", s.Table)
	if s.Sheet != "" {
		line("sheet: %s%s", quote(s.Sheet), comment(s.SheetWhy))
	}
	if s.Delimiter != "" {
		line("delimiter: %s%s", s.Delimiter, comment(s.DelimiterWhy))
	}
	if s.HeaderRows > 1 {
		line("header_rows: %d%s", s.HeaderRows, comment(s.HeaderWhy))
	}
	line("row: %s%s", s.Row, comment(s.RowWhy))
	if len(s.Key) > 0 {
		line("key: [%s]%s", strings.Join(s.Key, ", "), comment(s.KeyWhy))
	}
	line("dates: %s%s", s.Dates, comment(s.DateWhy))
	line("\ncolumns:")
	s.columns(line)
	for _, f := range s.Absent {
		line("  # %s: no column was found, and every row needs one", f)
	}
	s.flags(line)
	if len(s.Split) > 0 {
		line("\nsplit:")
		for _, f := range sortedKeys(s.Split) {
			line("  %s: %s", f, quote(s.Split[f]))
		}
	}
	s.values(line)
	s.attribution(line)
	if len(s.Twice) > 0 {
		line("\n# Headings that stand over more than one column, so that neither column can be named. Have the export give each column a heading of its own.")
		for _, h := range s.Twice {
			line("#   %s", quote(h))
		}
	}
	if len(s.Unread)+len(s.Personal)+len(s.Twice) > 0 {
		line("\n# Columns for which no field was found. Listed here they are passed over without a remark.")
		line("ignore:")
		for _, h := range s.Unread {
			line("  - %s", quote(h))
		}
		for _, h := range s.Twice {
			line("  - %s  # over more than one column", quote(h))
		}
		for _, h := range s.Personal {
			line("  - %s  # seems to name people or to hold their words; it is never read", quote(h))
		}
	}
	return b.String()
}

// columns writes a line for each field; one that several columns hold lists them below one another.
func (s *Suggestion) columns(line func(string, ...any)) {
	several := map[string][]Guess{}
	for _, g := range s.Guesses {
		if g.Label == "" {
			several[g.Field] = append(several[g.Field], g)
		}
	}
	for _, g := range s.Guesses {
		all := several[g.Field]
		switch {
		case g.Label != "" || len(all) == 0:
		case len(all) == 1:
			line("  %s: %s%s", g.Field, quote(g.Heading), comment(g.Reason))
		default:
			line("  %s:", g.Field)
			for _, one := range all {
				line("    - %s%s", quote(one.Heading), comment(one.Reason))
			}
			several[g.Field] = nil
		}
	}
}

// attribution writes the rules that decide whose act a concern is about.
func (s *Suggestion) attribution(line func(string, ...any)) {
	if len(s.Rules) == 0 {
		return
	}
	line("\n# Whose act a concern is about: the first rule that fits. Only \"provider\" counts towards the provider.")
	line("attribution:\n  rules:")
	for _, r := range s.Rules {
		line("    - is: %s", r.Is)
		for _, column := range sortedKeys(r.When) {
			var words []string
			for _, w := range r.When[column] {
				words = append(words, quote(w))
			}
			line("      %s: [%s]", column, strings.Join(words, ", "))
		}
	}
	line("  default: %s", unknownSource)
}

func (s *Suggestion) flags(line func(string, ...any)) {
	marked := map[string]map[string][]string{}
	for _, g := range s.Guesses {
		if g.Label == "" {
			continue
		}
		if marked[g.Field] == nil {
			marked[g.Field] = map[string][]string{}
		}
		marked[g.Field][g.Label] = append(marked[g.Field][g.Label], quote(g.Heading))
	}
	if len(marked) > 0 {
		line("\nflags:")
	}
	for _, field := range sortedKeys(marked) {
		line("  %s:", field)
		for _, code := range sortedKeys(marked[field]) {
			line("    %s: [%s]", quote(code), strings.Join(marked[field][code], ", "))
		}
	}
}

func (s *Suggestion) values(line func(string, ...any)) {
	guessed := map[string][]string{}
	codes, missing, unknown := map[string]map[string][]string{}, map[string][]string{}, map[string][]WordGuess{}
	for _, w := range s.Words {
		switch w.Code {
		case "":
			unknown[w.Field] = append(unknown[w.Field], w)
		case wordMissing:
			missing[w.Field] = append(missing[w.Field], quote(w.Word))
		default:
			if codes[w.Field] == nil {
				codes[w.Field] = map[string][]string{}
			}
			codes[w.Field][w.Code] = append(codes[w.Field][w.Code], quote(w.Word))
			if w.Guessed {
				guessed[w.Field+w.Code] = append(guessed[w.Field+w.Code], quote(w.Word))
			}
		}
	}
	if len(codes) > 0 {
		line("\nvalues:")
	}
	for _, field := range sortedKeys(codes) {
		line("  %s:", field)
		for _, code := range sortedKeys(codes[field]) {
			line("    %s: [%s]%s", quote(code), strings.Join(codes[field][code], ", "), guesses(guessed[field+code]))
		}
	}
	for _, field := range sortedKeys(unknown) {
		line("\n# Words of %s whose code a person must say; until then they are kept as typed:", field)
		for _, w := range unknown[field] {
			line("#   %s (%d rows)", quote(w.Word), w.Rows)
		}
	}
	if len(missing) > 0 {
		line("\nmissing:")
	}
	for _, field := range sortedKeys(missing) {
		line("  %s: [%s]", field, strings.Join(missing[field], ", "))
	}
}

func guesses(words []string) string {
	if len(words) == 0 {
		return ""
	}
	return comment("guessed from what they say: " + strings.Join(words, ", "))
}

// comment writes a reason beside a line. A heading may hold a line break, which would end the comment.
func comment(why string) string {
	if why == "" {
		return ""
	}
	return "  # " + strings.Join(strings.FieldsFunc(why, func(r rune) bool { return unicode.IsControl(r) || r == '\u2028' || r == '\u2029' }), " ")
}

// quote writes a word so that YAML reads exactly it.
func quote(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\t':
			b.WriteString(`\t`)
		case r < ' ' || r == '\u007f' || r == '\ufeff' || r >= '\u0080' && r < '\u00a0' || r == '\u2028' || r == '\u2029':
			fmt.Fprintf(&b, `\u%04x`, r)
		default:
			b.WriteRune(r)
		}
	}
	b.WriteByte('"')
	return b.String()
}

func sortedKeys[V any](m map[string]V) []string {
	var keys []string
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
