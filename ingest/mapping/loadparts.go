package mapping

import (
	"maps"
	"slices"
	"strings"

	"bellwether/ingest/contract"
)

func (l *loader) columns(has map[string]value) {
	claimed := map[string]string{}
	claim := func(heading, field string, line int) {
		if strings.TrimSpace(heading) == "" {
			l.faultf(line, "%s has an empty heading", field)
			return
		}
		if by, twice := claimed[Fold(heading)]; twice && by != field {
			l.faultf(line, "the column %q is mapped to both %s and %s", heading, by, field)
		}
		claimed[Fold(heading)] = field
	}
	optional := l.words(has["optional"], "optional")
	for _, e := range l.named(has["columns"], "columns") {
		several := false
		if !l.helper(e.key) {
			f := l.field(e.key, e.line)
			if f == nil {
				continue
			}
			several = f.Separator != ""
		}
		c := Column{Field: e.key, Headings: l.words(e.value, e.key), All: several, Optional: slices.Contains(optional, e.key)}
		if len(c.Headings) == 0 {
			l.faultf(e.line, "%s names no column", e.key)
		}
		for _, h := range c.Headings {
			claim(h, e.key, e.line)
		}
		l.m.Columns = append(l.m.Columns, c)
	}
	for _, e := range l.named(has["flags"], "flags") {
		l.flags(e, slices.Contains(optional, e.key), claim)
	}
	if yes := l.words(has["yes"], "yes"); yes != nil {
		l.m.yes = oneOf(yes...)
	}
	for _, e := range l.named(has["split"], "split") {
		l.split(e)
	}
	for _, o := range optional {
		if !l.m.Has(o) {
			l.faultf(has["optional"].line, "optional names %q, to which no column is mapped", o)
		}
	}
	l.m.Ignore = l.words(has["ignore"], "ignore")
	for _, h := range l.m.Ignore {
		claim(h, "ignore", has["ignore"].line)
	}
}

// helper says whether a name is a column that only helps to decide the attribution.
func (l *loader) helper(name string) bool {
	return l.t.Index(riskAttribution) >= 0 && (name == Relationship || name == Referrer && l.t.Index(Referrer) < 0)
}

func (l *loader) flags(e entry, optional bool, claim func(string, string, int)) {
	f := l.field(e.key, e.line)
	if f == nil {
		return
	}
	if f.Separator == "" {
		l.faultf(e.line, "%s holds one value, so it can't be spread over columns that are marked", f.Name)
		return
	}
	for _, label := range l.named(e.value, "flags of "+e.key) {
		code, ok := codeOf(f, label.key)
		if !ok {
			l.faultf(label.line, "%q is not among the codes of %s: use %s", label.key, f.Name, strings.Join(f.Enum, ", "))
			continue
		}
		c := Column{Field: f.Name, Headings: l.words(label.value, label.key), All: true, Label: code, Optional: optional}
		for _, h := range c.Headings {
			claim(h, f.Name, label.line)
		}
		l.m.Columns = append(l.m.Columns, c)
	}
}

// key checks the fields that make a reference where the file has none: each must have a column that is read.
func (l *loader) key(v value) {
	fields := l.words(v, "key")
	if len(fields) == 0 {
		return
	}
	if len(l.t.PrimaryKey) != 1 {
		l.faultf(v.line, "%s is not identified by one reference, so it takes no key", l.t.Name)
		return
	}
	for _, name := range fields {
		f := l.field(name, v.line)
		switch {
		case f == nil:
		case f.Dropped():
			l.faultf(v.line, "%s is dropped when the file is read, so it can't be part of the key", name)
		case !l.m.Has(name):
			l.faultf(v.line, "the key names %s, to which no column is mapped", name)
		default:
			l.m.Key = append(l.m.Key, name)
		}
	}
}

func (l *loader) split(e entry) {
	f := l.field(e.key, e.line)
	if f == nil {
		return
	}
	sep := e.value.word
	if e.value.kind != isWord || strings.TrimSpace(sep) == "" && sep != "\n" {
		l.faultf(e.line, "split of %s must be the characters between two values, such as \";\"", e.key)
		return
	}
	if f.Separator == "" {
		l.faultf(e.line, "%s holds one value, so its cells can't be split", f.Name)
		return
	}
	done := false
	for i := range l.m.Columns {
		if c := &l.m.Columns[i]; c.Field == f.Name && c.Label == "" {
			c.Split, done = sep, true
		}
	}
	if !done {
		l.faultf(e.line, "split names %s, to which no column is mapped", f.Name)
	}
}

// codeOf gives the code as its contract spells it.
func codeOf(f *contract.Field, s string) (string, bool) {
	for _, c := range f.Enum {
		if Fold(c) == Fold(s) {
			return c, true
		}
	}
	return s, len(f.Enum) == 0
}

func (l *loader) values(has map[string]value) {
	for _, e := range l.named(has["values"], "values") {
		f := l.vocabulary(e)
		if f == nil {
			continue
		}
		w := l.m.wordsFor(f)
		given := map[string]string{}
		for _, label := range l.named(e.value, "values of "+e.key) {
			code, ok := codeOf(f, label.key)
			if !ok {
				l.faultf(label.line, "%q is not among the codes of %s: use %s", label.key, f.Name, strings.Join(f.Enum, ", "))
				continue
			}
			for _, typed := range l.words(label.value, label.key) {
				key := Fold(typed)
				if other, twice := given[key]; twice && other != code {
					l.faultf(label.line, "%q stands for both %q and %q", typed, other, code)
					continue
				}
				given[key], w.meaning[key] = code, code
			}
		}
	}
	for _, e := range l.named(has["missing"], "missing") {
		if f := l.vocabulary(e); f != nil {
			w := l.m.wordsFor(f)
			for _, typed := range l.words(e.value, e.key) {
				w.missing[Fold(typed)] = true
			}
		}
	}
	for _, e := range l.named(has["defaults"], "defaults") {
		f := l.field(e.key, e.line)
		if f == nil {
			continue
		}
		if f.Personal != "" {
			l.faultf(e.line, "%s is personal: it can't have a default", e.key)
			continue
		}
		code, ok := codeOf(f, l.word(e.value, e.key))
		if !ok {
			l.faultf(e.line, "the default %q is not among the codes of %s: use %s", code, f.Name, strings.Join(f.Enum, ", "))
		}
		l.m.Defaults[f.Name] = code
	}
}

// vocabulary gives the field whose words an entry speaks of; a helper's words have no codes.
func (l *loader) vocabulary(e entry) *contract.Field {
	if l.helper(e.key) {
		return &contract.Field{Name: e.key, Type: contract.String}
	}
	f := l.field(e.key, e.line)
	if f != nil && f.Personal != "" {
		l.faultf(e.line, "%s is personal: its values are not mapped", e.key)
		return nil
	}
	return f
}

var attributions = []string{byProvider, unknownSource, raisedByProvider, othersAtAddress, residentOnResident}

func (l *loader) attribution(v value) {
	if v.kind == isNothing {
		return
	}
	if l.t.Index(riskAttribution) < 0 {
		l.faultf(v.line, "%s has no attribution: only safeguarding tables have", l.t.Name)
		return
	}
	l.m.fallback = unknownSource
	for _, e := range l.named(v, "attribution") {
		switch e.key {
		case "default":
			if d := l.oneOf(e.value, "default", attributions...); d != "" {
				l.m.fallback = d
			}
		case "rules":
			if e.value.kind != isList {
				l.faultf(e.line, "rules must be a list, this is %s", e.value.kind)
			}
			for _, r := range e.value.list {
				l.rule(r)
			}
		default:
			l.faultf(e.line, "unknown key %q: use rules and default", e.key)
		}
	}
	if len(l.m.rules) == 0 {
		l.faultf(v.line, "attribution has no rules")
	}
}

func (l *loader) rule(v value) {
	r := rule{}
	conditions := map[string]*condition{"source_of_risk": &r.source, Relationship: &r.relationship, Referrer: &r.referrer, "location_of_risk": &r.location}
	for _, e := range l.named(v, "a rule") {
		c, ok := conditions[e.key]
		switch {
		case e.key == "is":
			r.is = l.oneOf(e.value, "is", attributions...)
		case !ok:
			l.faultf(e.line, "unknown key %q: a rule has is and any of %s", e.key, strings.Join(slices.Sorted(maps.Keys(conditions)), ", "))
		case !l.m.Has(e.key):
			l.faultf(e.line, "the rule looks at %s, to which no column is mapped", e.key)
		default:
			*c = oneOf(l.words(e.value, e.key)...)
		}
	}
	if r.is == "" {
		l.faultf(v.line, "the rule does not say what it is: use is: with %s", strings.Join(attributions, ", "))
	}
	if r.source == nil && r.relationship == nil && r.referrer == nil && r.location == nil {
		l.faultf(v.line, "the rule has no condition, so it would fit every row: use default instead")
	}
	l.m.rules = append(l.m.rules, r)
}
