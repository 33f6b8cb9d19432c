package contract

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

var (
	defaultTrue  = []string{"true", "1", "yes", "y", "t"}
	defaultFalse = []string{"false", "0", "no", "n", "f"}
	personal     = []string{"", "none", "pseudonym:person", "pseudonym:staff", "pseudonym:source", Drop}
)

// limitLength is the most characters a text cell may hold where its contract sets no limit of its own.
const limitLength = 4000

func (p *parser) field(i int, raw json.RawMessage, mode Mode, missing []string) (f Field) {
	p.where = fmt.Sprintf("field %d: ", i+1)
	defer func() { p.where = "" }()
	var named struct{ Name string }
	if json.Unmarshal(raw, &named) == nil && namePattern.MatchString(named.Name) {
		p.where = fmt.Sprintf("field %q: ", named.Name)
	}
	o := p.object(raw, "the field", fieldProperties)
	if o == nil {
		return f
	}
	f.Name = o.text("name")
	if !namePattern.MatchString(f.Name) {
		p.faultf("the name %q must be small letters, digits and underscores", f.Name)
	}
	if f.Name == ColumnLoad || f.Name == ColumnRow {
		p.faultf("every table already has a column of this name")
	}
	f.Title, f.Description, f.Example = o.text("title"), o.text("description"), o.scalar("example")
	p.fieldType(&f, o)
	f.Synonyms, f.Separator, f.Notes = o.texts("bellwether:synonyms"), o.text("bellwether:separator"), o.texts("bellwether:notes")
	f.Mode = o.mode(mode)
	f.MissingValues = missing
	if own := o.missing(); own != nil {
		f.MissingValues = own
	}
	f.TrueValues, f.FalseValues = o.texts("trueValues"), o.texts("falseValues")
	if f.Type != Boolean && (f.TrueValues != nil || f.FalseValues != nil) {
		p.faultf("trueValues and falseValues belong to booleans, this is a %s", f.Type)
	}
	if c, ok := o.values["constraints"]; ok {
		if c := p.object(c, "constraints", constraintProperties); c != nil {
			p.constraints(&f, c)
		}
	}
	p.personal(&f, o)
	return f
}

func (p *parser) fieldType(f *Field, o *object) {
	f.Type, f.Format = Type(o.text("type")), o.text("format")
	switch f.Type {
	case String, Integer, Number, Boolean, Date, Datetime:
	case "":
		p.faultf("type is missing")
	case Decimal:
		p.faultf(`type "decimal" is not a Table Schema type: write "number" and "bellwether:decimal": true`)
	default:
		p.faultf("type %q is not supported: use string, integer, number, boolean, date or datetime", f.Type)
	}
	if f.Format == "" {
		f.Format = "default"
	}
	if f.Format != "default" {
		p.faultf("format %q is not supported: decoders hand over dates as yyyy-mm-dd and numbers plainly", f.Format)
	}
	if o.flag("bellwether:decimal") {
		if f.Type != Number {
			p.faultf(`"bellwether:decimal" belongs to numbers, this is a %s`, f.Type)
		}
		f.Type = Decimal
	}
}

func (p *parser) constraints(f *Field, c *object) {
	f.Required = c.flag("required")
	f.Min, f.Max = c.scalar("minimum"), c.scalar("maximum")
	f.MinLength, f.MaxLength = c.whole("minLength"), c.whole("maxLength")
	f.Pattern = c.text("pattern")
	for _, raw := range c.list("enum") {
		f.Enum = append(f.Enum, c.scalarOf("enum", raw))
	}
	if f.Type != String {
		if f.MinLength > 0 || f.MaxLength > 0 || f.Pattern != "" || f.Enum != nil {
			p.faultf("enum, minLength, maxLength and pattern belong to texts, this is a %s", f.Type)
		}
	} else if f.Min != "" || f.Max != "" {
		p.faultf("minimum and maximum belong to numbers and dates, this is a text")
	}
	if f.MaxLength > 0 && f.MinLength > f.MaxLength {
		p.faultf("minLength %d is above maxLength %d", f.MinLength, f.MaxLength)
	}
}

func (p *parser) personal(f *Field, o *object) {
	f.Personal = o.text("bellwether:personal")
	if !slices.Contains(personal, f.Personal) {
		p.faultf(`"bellwether:personal" is %q: use none, pseudonym:person, pseudonym:staff, pseudonym:source or drop`, f.Personal)
	}
	if f.Personal == "none" {
		f.Personal = ""
	}
	if f.Domain() != "" && (f.Type != String || f.Enum != nil || f.Separator != "") {
		p.faultf("a pseudonymised field must be a plain text without enum or separator")
	}
	if f.Domain() != "" && f.Mode == Evolve {
		p.faultf("a pseudonymised field can't have the mode evolve: a value that breaks the contract would be kept")
	}
}

// compile turns the words of a faultless contract into checks.
func (p *parser) compile(t *Table) {
	for i := range t.Fields {
		f := &t.Fields[i]
		t.personal = t.personal || f.Personal != ""
		if !f.Dropped() {
			t.stored = append(t.stored, i)
		}
	}
	for i := range t.Fields {
		f := &t.Fields[i]
		p.where = fmt.Sprintf("field %q: ", f.Name)
		c := &f.check
		c.kind = kinds[f.Type]
		c.show = !t.personal
		c.wholeFile, c.tolerant = f.Mode == RejectFile, f.Mode == Evolve
		c.maxLen = f.MaxLength
		if c.maxLen == 0 {
			c.maxLen = limitLength
		}
		p.compileLists(f)
		if f.Pattern != "" {
			re, err := regexp.Compile(`\A(?:` + f.Pattern + `)\z`)
			if err != nil {
				p.faultf("pattern is not a regular expression: %v", err)
			}
			c.pattern = re
		}
		c.min, c.hasMin = p.bound(f, "minimum", f.Min)
		c.max, c.hasMax = p.bound(f, "maximum", f.Max)
		p.where = ""
	}
}

func (p *parser) compileLists(f *Field) {
	c := &f.check
	for _, m := range f.MissingValues {
		if m == "" {
			continue
		}
		if c.missing == nil {
			c.missing = map[string]struct{}{}
		}
		c.missing[m] = struct{}{}
	}
	for _, e := range f.Enum {
		if e == "" || strings.TrimSpace(e) != e || !utf8.ValidString(e) {
			p.faultf("enum holds %q: a code can't be empty or have spaces around it", e)
		}
		if f.Separator != "" && strings.Contains(e, strings.TrimSpace(f.Separator)) {
			p.faultf("enum holds %q, which contains the separator %q", e, f.Separator)
		}
		if c.enum == nil {
			c.enum, c.enumFolded = map[string]struct{}{}, map[string]string{}
		}
		if other, twice := c.enumFolded[fold(e)]; twice {
			p.faultf("enum holds %q and %q, which differ at most by capitals", other, e)
		}
		c.enum[e], c.enumFolded[fold(e)] = struct{}{}, e
	}
	if f.Separator != "" && f.Enum == nil {
		p.faultf(`"bellwether:separator" has no meaning without enum`)
	}
	if f.Type != Boolean {
		return
	}
	yes, no := f.TrueValues, f.FalseValues
	if yes == nil {
		yes = defaultTrue
	}
	if no == nil {
		no = defaultFalse
	}
	c.truths = map[string]bool{}
	for _, v := range yes {
		c.truths[fold(v)] = true
	}
	for _, v := range no {
		if c.truths[fold(v)] {
			p.faultf("%q is both a true and a false value", v)
		}
		c.truths[fold(v)] = false
	}
}

func (p *parser) bound(f *Field, name, cell string) (v Value, ok bool) {
	if cell == "" {
		return v, false
	}
	if f.Type == Boolean {
		p.faultf("%s has no meaning for a boolean", name)
		return v, false
	}
	if code := f.check.scan(cell, &v); code != "" {
		p.faultf("%s %q is not a %s", name, cell, f.Type)
		return v, false
	}
	return v, true
}

func fold(s string) string { return strings.ToLower(strings.TrimSpace(s)) }
