package contract

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Dictionary writes the contracts as a document for people: each table with its fields, what may stand in them, under which headings they
// are found, and what becomes of what is personal.
func Dictionary(tables map[string]*Table) string {
	var b strings.Builder
	b.WriteString("# Data dictionary\n\nMade from the contracts in `schemas/feeds/`; do not edit it by hand. Each table below is one kind of delivered row. A row that breaks its\n" +
		"contract waits in quarantine with its reason. A personal field is either never stored (dropped) or replaced by a keyed pseudonym\nbefore anything is written.\n\n")
	names := slices.Sorted(maps.Keys(tables))
	for _, n := range names {
		t := tables[n]
		fmt.Fprintf(&b, "- [%s](#%s): %s, from `%s`\n", n, n, lowerFirst(t.Title), t.Source)
	}
	for _, n := range names {
		tables[n].describe(&b)
	}
	return b.String()
}

func (t *Table) describe(b *strings.Builder) {
	fmt.Fprintf(b, "\n## %s\n\n%s\n\n", t.Name, t.Description)
	fmt.Fprintf(b, "Source `%s`, version %d.", t.Source, t.Version)
	if len(t.PrimaryKey) > 0 {
		fmt.Fprintf(b, " Key: %s.", strings.Join(t.PrimaryKey, ", "))
	}
	if t.KnownFrom != "" {
		fmt.Fprintf(b, " Known from: %s.", t.KnownFrom)
	}
	b.WriteString("\n")
	for _, note := range t.Notes {
		fmt.Fprintf(b, "%s\n", note)
	}
	b.WriteString("\n| field | type | meaning | allowed | personal | found under |\n|---|---|---|---|---|---|\n")
	for i := range t.Fields {
		f := &t.Fields[i]
		fmt.Fprintf(b, "| `%s` | %s | %s | %s | %s | %s |\n", f.Name, f.kindWords(), cellText(f.Description), cellText(f.allowed()), f.personalWords(), cellText(strings.Join(f.Synonyms, ", ")))
	}
}

func (f *Field) kindWords() string {
	kind := string(f.Type)
	if f.Separator != "" {
		kind = "several texts"
	} else if f.Type == String {
		kind = "text"
	}
	if f.Required {
		kind += ", required"
	}
	return kind
}

func (f *Field) allowed() string {
	var out []string
	if len(f.Enum) > 0 {
		out = append(out, strings.Join(f.Enum, "; "))
	}
	if f.Min != "" {
		out = append(out, "at least "+f.Min)
	}
	if f.Max != "" {
		out = append(out, "at most "+f.Max)
	}
	if f.Pattern != "" {
		out = append(out, "of the form "+f.Pattern)
	}
	return strings.Join(out, "; ")
}

func (f *Field) personalWords() string {
	switch {
	case f.Dropped():
		return "dropped"
	case f.Domain() != "":
		return "pseudonym (" + f.Domain() + ")"
	}
	return ""
}

// cellText keeps a text inside its cell.
func cellText(s string) string {
	return strings.Join(strings.Fields(strings.ReplaceAll(s, "|", "\\|")), " ")
}

func lowerFirst(s string) string {
	if len(s) > 1 && s[1] >= 'a' && s[1] <= 'z' {
		return strings.ToLower(s[:1]) + s[1:]
	}
	return s
}
