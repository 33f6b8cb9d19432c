// Package cases holds what people do about a provider: a case stands in a stage
// of a pathway, and has registers of meetings, actions, plans, risks and the
// rest that the frameworks ask for. Everything is an event at the end of the
// case's stream; the case is what the events add up to. The registers are read
// from a file, so that a council may word them its own way.
package cases

import (
	_ "embed"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/goccy/go-yaml"

	"bellwether/internal/access"
)

//go:embed registers.yml
var shipped []byte

// Register is one list that a case holds.
type Register struct {
	ID    string `yaml:"id"`
	Title string `yaml:"title"`
	// One is what a single entry is called.
	One   string `yaml:"one"`
	About string `yaml:"about"`
	// From names the clauses that ask for it.
	From  string       `yaml:"from"`
	Kind  access.Kind  `yaml:"kind"`
	Class access.Class `yaml:"class"`
	// Closed registers are written by a step of their own and by no form.
	Closed bool `yaml:"closed"`
	// Decides says that an entry is a decision: it keeps what the data said when it was recorded.
	Decides bool `yaml:"decides"`

	Fields []Field `yaml:"fields"`
}

// Field is one field of an entry.
type Field struct {
	ID       string   `yaml:"id"`
	Label    string   `yaml:"label"`
	Kind     string   `yaml:"kind"`
	Required bool     `yaml:"required"`
	Options  []string `yaml:"options"`
}

// The kinds of fields. A reference is written ref: and the id of a register.
const (
	Text      = "text"
	Long      = "long"
	Date      = "date"
	Choice    = "choice"
	Person    = "person" // an account
	Number    = "number"
	Score     = "score"     // 1 to 5
	Pseudonym = "pseudonym" // as the data has it, never a name
)

var kinds = []string{Text, Long, Date, Choice, Person, Number, Score, Pseudonym}

// Option splits an option into its value and its words.
func Option(o string) (value, text string) {
	value, text, _ = strings.Cut(o, "|")
	return value, text
}

// Ref names the register that a reference points into, empty for other fields.
func (f Field) Ref() string {
	register, _ := strings.CutPrefix(f.Kind, "ref:")
	if register == f.Kind {
		return ""
	}
	return register
}

// Words puts a stored value into words.
func (f Field) Words(value string) string {
	for _, o := range f.Options {
		if v, text := Option(o); v == value {
			return text
		}
	}
	return value
}

// Field finds a field by its id.
func (r Register) Field(id string) (Field, bool) {
	i := slices.IndexFunc(r.Fields, func(f Field) bool { return f.ID == id })
	if i < 0 {
		return Field{}, false
	}
	return r.Fields[i], true
}

var load = sync.OnceValues(func() ([]Register, error) { return LoadRegisters(shipped) })

// Registers are those that ship with the program.
func Registers() []Register {
	all, err := load()
	if err != nil {
		panic(err) // the embedded file is checked by a test
	}
	return all
}

// Find finds a register that ships.
func Find(id string) (Register, bool) {
	all := Registers()
	i := slices.IndexFunc(all, func(r Register) bool { return r.ID == id })
	if i < 0 {
		return Register{}, false
	}
	return all[i], true
}

var idForm = regexp.MustCompile(`^[a-z][a-z0-9_]{1,29}$`)

// LoadRegisters reads registers strictly and checks them.
func LoadRegisters(body []byte) ([]Register, error) {
	var file struct {
		Registers []Register `yaml:"registers"`
	}
	if err := yaml.UnmarshalWithOptions(body, &file, yaml.Strict(), yaml.DisallowUnknownField()); err != nil {
		return nil, fmt.Errorf("cases: registers: %w", err)
	}
	if len(file.Registers) == 0 {
		return nil, fmt.Errorf("cases: registers: there is none")
	}
	seen := map[string]bool{}
	for n := range file.Registers {
		r := &file.Registers[n]
		if r.Class == "" {
			r.Class = access.ClassB
		}
		if err := r.check(seen); err != nil {
			return nil, fmt.Errorf("cases: register %s: %w", r.ID, err)
		}
		seen[r.ID] = true
	}
	return file.Registers, nil
}

func (r Register) check(before map[string]bool) error {
	switch {
	case !idForm.MatchString(r.ID):
		return fmt.Errorf("the id is not 2 to 30 small letters, digits and underscores")
	case before[r.ID]:
		return fmt.Errorf("it is described twice")
	case r.Title == "" || r.One == "" || r.From == "":
		return fmt.Errorf("it needs a title, a word for one entry and the clause that asks for it")
	case r.Class != access.ClassB && r.Class != access.ClassC:
		return fmt.Errorf("its class is B or C, not %q", r.Class)
	case !slices.Contains([]access.Kind{access.Case, access.Meeting, access.ActionItem, access.Plan, access.Risk, access.Notification, access.Person}, r.Kind):
		return fmt.Errorf("its kind %q is none that the access policy has for cases", r.Kind)
	case len(r.Fields) == 0:
		return fmt.Errorf("it has no fields")
	}
	seen := map[string]bool{}
	for _, f := range r.Fields {
		switch ref := f.Ref(); {
		case !idForm.MatchString(f.ID) || f.Label == "" || seen[f.ID]:
			return fmt.Errorf("the field %q needs an id of its own and a label", f.ID)
		case ref != "" && !before[ref]:
			return fmt.Errorf("the field %s refers to %q, which no register before it is called", f.ID, ref)
		case ref == "" && !slices.Contains(kinds, f.Kind):
			return fmt.Errorf("the field %s has the unknown kind %q", f.ID, f.Kind)
		case (f.Kind == Choice) != (len(f.Options) > 0):
			return fmt.Errorf("the field %s: a choice has options, and nothing else has", f.ID)
		}
		for _, o := range f.Options {
			if v, text := Option(o); v == "" || text == "" {
				return fmt.Errorf("the field %s: the option %q is not written value|words", f.ID, o)
			}
		}
		seen[f.ID] = true
	}
	return nil
}
