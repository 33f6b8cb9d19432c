package contract

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

var tableProperties = []string{
	"$schema", "name", "title", "description", "fields", "fieldsMatch", "primaryKey", "missingValues",
	"bellwether:source", "bellwether:version", "bellwether:mode", "bellwether:knownFrom", "bellwether:dataDate",
	"bellwether:onDuplicate", "bellwether:maxBadShare", "bellwether:notes",
}

var fieldProperties = []string{
	"name", "title", "description", "example", "type", "format", "trueValues", "falseValues", "missingValues", "constraints",
	"bellwether:decimal", "bellwether:personal", "bellwether:synonyms", "bellwether:separator", "bellwether:mode", "bellwether:notes",
}

var constraintProperties = []string{"required", "enum", "minimum", "maximum", "minLength", "maxLength", "pattern"}

// object is one JSON object whose properties are all known; its getters report a value of the wrong shape by name.
type object struct {
	p      *parser
	what   string
	values map[string]json.RawMessage
}

func (p *parser) object(raw json.RawMessage, what string, known []string) *object {
	o := &object{p: p, what: what}
	if err := json.Unmarshal(raw, &o.values); err != nil || o.values == nil {
		p.faultf("%s is not a JSON object%s", what, because(err))
		return nil
	}
	for name := range o.values {
		if !slices.Contains(known, name) {
			p.faultf("%s has the unknown property %q%s", what, name, suggestion(name, known))
		}
	}
	return o
}

func because(err error) string {
	var syntax *json.SyntaxError
	if errors.As(err, &syntax) {
		return fmt.Sprintf(": %v at byte %d", err, syntax.Offset)
	}
	return ""
}

// suggestion offers the known name nearest to a mistyped one.
func suggestion(name string, known []string) string {
	best, at := "", 4
	for _, k := range known {
		if d := distance(strings.ToLower(name), strings.ToLower(k)); d < at {
			best, at = k, d
		}
	}
	if best == "" {
		return ""
	}
	return fmt.Sprintf(": did you mean %q?", best)
}

// distance counts the single-character edits between two short names.
func distance(a, b string) int {
	if len(a) > 64 || len(b) > 64 {
		return 64
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := 1; i <= len(a); i++ {
		diagonal := row[0]
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			next := min(row[j]+1, row[j-1]+1, diagonal+cost)
			diagonal, row[j] = row[j], next
		}
	}
	return row[len(b)]
}

// read decodes one property into v; a wrong shape is a fault, an absent property is not.
func (o *object) read(name string, v any, shape string) bool {
	raw, ok := o.values[name]
	if !ok {
		return false
	}
	if err := json.Unmarshal(raw, v); err != nil || bytes.Equal(bytes.TrimSpace(raw), []byte("null")) {
		o.p.faultf("%q must be %s", name, shape)
		return false
	}
	return true
}

func (o *object) text(name string) (s string) {
	o.read(name, &s, "text")
	return s
}

func (o *object) flag(name string) (b bool) {
	o.read(name, &b, "true or false")
	return b
}

func (o *object) whole(name string) (n int) {
	if o.read(name, &n, "a whole number") && n < 0 {
		o.p.faultf("%q must not be negative", name)
	}
	return n
}

func (o *object) number(name string) (n float64, ok bool) {
	ok = o.read(name, &n, "a number")
	return n, ok
}

func (o *object) list(name string) (l []json.RawMessage) {
	o.read(name, &l, "a list")
	return l
}

// texts reads a text or a list of texts.
func (o *object) texts(name string) (l []string) {
	raw, ok := o.values[name]
	if !ok {
		return nil
	}
	if trimmed := bytes.TrimSpace(raw); len(trimmed) > 0 && trimmed[0] == '"' {
		if one := o.text(name); one != "" {
			return []string{one}
		}
		return nil
	}
	o.read(name, &l, "a text or a list of texts")
	return l
}

// scalar reads a text, number or truth value as it would stand in a cell.
func (o *object) scalar(name string) string {
	raw, ok := o.values[name]
	if !ok {
		return ""
	}
	return o.scalarOf(name, raw)
}

func (o *object) scalarOf(name string, raw json.RawMessage) string {
	var v any
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	if err := d.Decode(&v); err == nil {
		switch v := v.(type) {
		case string:
			return v
		case json.Number:
			return v.String()
		case bool:
			return fmt.Sprint(v)
		}
	}
	o.p.faultf("%q must hold texts, numbers or truth values", name)
	return ""
}

func (o *object) mode(otherwise Mode) Mode {
	m := Mode(o.text("bellwether:mode"))
	switch m {
	case "":
		return otherwise
	case Evolve, Freeze, QuarantineRow, RejectFile:
		return m
	}
	o.p.faultf(`"bellwether:mode" is %q: use evolve, freeze, quarantine_row or reject_file`, m)
	return otherwise
}

// missing reads missingValues: texts, or objects with a value and a label.
func (o *object) missing() []string {
	raw, ok := o.values["missingValues"]
	if !ok {
		return nil
	}
	var plain []string
	if json.Unmarshal(raw, &plain) == nil {
		return plain
	}
	var labelled []struct{ Value, Label string }
	if json.Unmarshal(raw, &labelled) != nil {
		o.p.faultf(`"missingValues" must be a list of texts, or of objects with "value" and "label"`)
		return nil
	}
	for _, l := range labelled {
		plain = append(plain, l.Value)
	}
	return plain
}

// noRepeatedKeys refuses an object that states a property twice: the standard decoder would silently keep the last one.
func noRepeatedKeys(raw []byte) error {
	d := json.NewDecoder(bytes.NewReader(raw))
	type level struct {
		names map[string]bool // nil in a list
		value bool            // the next token is a property's value
	}
	var stack []level
	for {
		tok, err := d.Token()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("is not JSON: %w", err)
		}
		top := len(stack) - 1
		if top >= 0 && stack[top].names != nil && !stack[top].value {
			if name, ok := tok.(string); ok {
				if stack[top].names[name] {
					return fmt.Errorf("the property %q is stated twice (before byte %d)", name, d.InputOffset())
				}
				stack[top].names[name] = true
				stack[top].value = true
				continue
			}
		}
		if top >= 0 {
			stack[top].value = false
		}
		switch tok {
		case json.Delim('{'):
			stack = append(stack, level{names: map[string]bool{}})
		case json.Delim('['):
			stack = append(stack, level{})
		case json.Delim('}'), json.Delim(']'):
			stack = stack[:len(stack)-1]
		}
		if len(stack) > 32 {
			return errors.New("is nested too deep for a contract")
		}
	}
}
