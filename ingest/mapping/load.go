package mapping

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"

	"bellwether/ingest/contract"
)

// Load reads a council's mapping. The table it names must be among the contracts. The error lists every fault, each with its
// line and what would put it right.
func Load(file string, raw []byte, tables map[string]*contract.Table) (*Mapping, error) {
	doc, err := parse(raw)
	if err != nil {
		return nil, fmt.Errorf("read the mapping %s: %w", file, err)
	}
	l := &loader{file: file, m: &Mapping{File: file, Hash: hash(raw), Row: RowRecord, Dates: DatesAuto, Defaults: map[string]string{},
		words: map[string]*words{}, yes: usualYes()}}
	l.document(doc, tables)
	if len(l.faults) > 0 {
		return nil, fmt.Errorf("read the mapping: %w", errors.Join(l.faults...))
	}
	l.m.addUsualWords(l.t)
	return l.m, nil
}

// LoadAll reads every .yml file below fsys, keyed by its stem. All faults of all files are reported together.
func LoadAll(fsys fs.FS, tables map[string]*contract.Table) (map[string]*Mapping, error) {
	out := map[string]*Mapping{}
	var faults []error
	err := fs.WalkDir(fsys, ".", func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() || path.Ext(p) != ".yml" {
			return nil
		}
		raw, err := fs.ReadFile(fsys, p)
		if err != nil {
			return err
		}
		m, err := Load(p, raw, tables)
		if err != nil {
			faults = append(faults, err)
			return nil
		}
		out[strings.TrimSuffix(path.Base(p), ".yml")] = m
		return nil
	})
	return out, errors.Join(err, errors.Join(faults...))
}

var delimiters = map[string]byte{"comma": ',', "semicolon": ';', "tab": '\t', "bar": '|'}

func hash(raw []byte) string {
	sum := sha256.Sum256(raw)
	return hex.EncodeToString(sum[:])
}

type loader struct {
	file   string
	m      *Mapping
	t      *contract.Table
	faults []error
}

func (l *loader) faultf(line int, format string, args ...any) {
	l.faults = append(l.faults, fmt.Errorf("%s:%d: %s", l.file, line, fmt.Sprintf(format, args...)))
}

// sections are read in this order whatever the file's own, because later ones speak of earlier ones.
var sections = []string{"version", "table", "council", "title", "sheet", "delimiter", "header_rows", "row", "key", "dates", "columns", "flags", "yes", "split", "optional", "ignore",
	"values", "missing", "defaults", "attribution"}

func (l *loader) document(doc value, tables map[string]*contract.Table) {
	if doc.kind != isNamed {
		l.faultf(max(doc.line, 1), "a mapping is a list of names with values, this is %s", doc.kind)
		return
	}
	has := map[string]value{}
	for _, e := range doc.named {
		if !slices.Contains(sections, e.key) {
			l.faultf(e.line, "unknown key %q: use one of %s", e.key, strings.Join(sections, ", "))
		}
		has[e.key] = e.value
	}
	if v := l.oneOf(has["version"], "version", "1"); v == "" {
		l.faultf(doc.line, "version is missing: write version: 1")
	}
	name := l.word(has["table"], "table")
	if name == "" {
		l.faultf(doc.line, "table is missing: name the table that the file fills, such as safeguarding_concern")
		return
	}
	if l.t = tables[name]; l.t == nil {
		l.faultf(has["table"].line, "there is no table %q", name)
		return
	}
	l.m.Table, l.m.Source = l.t.Name, l.t.Source
	l.m.Council, l.m.Title, l.m.Sheet = l.word(has["council"], "council"), l.word(has["title"], "title"), l.word(has["sheet"], "sheet")
	if d := l.oneOf(has["delimiter"], "delimiter", slices.Sorted(maps.Keys(delimiters))...); d != "" {
		l.m.Delimiter = delimiters[d]
	}
	if n := l.oneOf(has["header_rows"], "header_rows", "1", "2"); n == "2" {
		l.m.HeadRows = 2
	}
	if r := l.oneOf(has["row"], "row", string(RowRecord), string(RowAllegation), string(RowPerson)); r != "" {
		l.m.Row = Row(r)
	}
	if l.m.Row == RowPerson && l.t.Index("adult_ref") < 0 {
		l.faultf(has["row"].line, "row: person needs a table with adult_ref, which %s is not", name)
	}
	if d := l.oneOf(has["dates"], "dates", DatesAuto, DatesDayFirst, DatesMonthFirst); d != "" {
		l.m.Dates = d
	}
	l.columns(has)
	l.key(has["key"])
	l.values(has)
	l.attribution(has["attribution"])
	l.complete(doc.line)
}

func (l *loader) word(v value, what string) string {
	if v.kind != isNothing && v.kind != isWord {
		l.faultf(v.line, "%s must be a word, this is %s", what, v.kind)
	}
	return strings.TrimSpace(v.word)
}

func (l *loader) oneOf(v value, what string, allowed ...string) string {
	w := l.word(v, what)
	if w != "" && !slices.Contains(allowed, w) {
		l.faultf(v.line, "%s is %q: use %s", what, w, strings.Join(allowed, ", "))
		return ""
	}
	return w
}

// words reads one word or a list of them.
func (l *loader) words(v value, what string) []string {
	switch v.kind {
	case isWord:
		return []string{v.word}
	case isList:
		var out []string
		for _, x := range v.list {
			if x.kind != isWord {
				l.faultf(x.line, "%s must be a word or a list of words, and this holds %s", what, x.kind)
				continue
			}
			out = append(out, x.word)
		}
		return out
	case isNamed:
		l.faultf(v.line, "%s must be a word or a list of words, this is %s", what, v.kind)
	}
	return nil
}

func (l *loader) named(v value, what string) []entry {
	if v.kind != isNothing && v.kind != isNamed {
		l.faultf(v.line, "%s must be a list of names with values, this is %s", what, v.kind)
	}
	return v.named
}

// field checks that a name is a field of the contract, and says what to do if it is not.
func (l *loader) field(name string, line int) *contract.Field {
	f, ok := l.t.Field(name)
	if !ok {
		l.faultf(line, "%s has no field %q%s", l.t.Name, name, l.nearest(name))
		return nil
	}
	return f
}

func (l *loader) nearest(name string) string {
	var near []string
	for i := range l.t.Fields {
		n := l.t.Fields[i].Name
		if strings.Contains(n, name) || strings.Contains(name, n) || strings.HasPrefix(n, prefix(name, 4)) {
			near = append(near, n)
		}
	}
	if len(near) == 0 || len(near) > 5 {
		return ""
	}
	return ": did you mean " + strings.Join(near, " or ") + "?"
}

func prefix(s string, n int) string { return s[:min(n, len(s))] }

// complete checks what can only be seen once everything is read.
func (l *loader) complete(line int) {
	for i := range l.t.Fields {
		f := &l.t.Fields[i]
		made := len(l.m.Key) > 0 && f.Name == l.t.PrimaryKey[0]
		if f.Required && f.Name != riskAttribution && !made && !l.m.Has(f.Name) && l.m.Defaults[f.Name] == "" {
			l.faultf(line, "no column is mapped to %s, which every row must have", f.Name)
		}
	}
	if l.t.Index(riskAttribution) >= 0 && !l.m.Has(riskAttribution) && len(l.m.rules) == 0 {
		l.m.rules, l.m.fallback = usualRules(), unknownSource
	}
}
