package access

import (
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/goccy/go-yaml"
)

//go:embed policy.yml
var embedded []byte

// Default returns the embedded policy. Should it be unreadable, which a test
// rules out, it returns nil, and a nil policy denies everything.
var Default = sync.OnceValue(func() *Policy {
	p, err := Load(embedded)
	if err != nil {
		return nil
	}
	return p
})

// Policy is a loaded policy file. It does not change after loading.
type Policy struct {
	Roles map[string]Role
	rules []rule
	index map[key][]*rule
	hash  string
}

// Role is a set of rights that an account can hold.
type Role struct {
	Name  string
	Title string
	// Sees says in a sentence what the role is for.
	Sees string
	// Tenant marks a role of another organisation: a refusal to it looks as
	// if the thing did not exist.
	Tenant bool
	// Separate marks a role that must not be held together with any other.
	Separate bool
	// Machine marks a role that no person holds.
	Machine bool
}

// rule is one line of the file under one role.
type rule struct {
	name       string
	role       string
	actions    []Action
	classes    []Class
	kinds      []Kind
	conditions []string
}

// key finds the rules that can speak to a request.
type key struct {
	role   string
	action Action
	class  Class
	kind   Kind
}

// document is the file as written.
type document struct {
	Version  int                     `yaml:"version"`
	Groups   map[string][]string     `yaml:"groups"`
	Everyone []documentRule          `yaml:"everyone"`
	Roles    map[string]documentRole `yaml:"roles"`
}

type documentRole struct {
	Title    string         `yaml:"title"`
	Sees     string         `yaml:"sees"`
	Tenant   bool           `yaml:"tenant"`
	Separate bool           `yaml:"separate"`
	Machine  bool           `yaml:"machine"`
	Rules    []documentRule `yaml:"rules"`
}

type documentRule struct {
	May   []string `yaml:"may"`
	Class []string `yaml:"class"`
	Kinds []string `yaml:"kinds"`
	When  []string `yaml:"when"`
}

// Load reads a policy. It refuses what it does not understand: a word that is
// spelt wrongly must never turn into a right, or silently into none.
func Load(body []byte) (*Policy, error) {
	var doc document
	if err := yaml.UnmarshalWithOptions(body, &doc, yaml.Strict(), yaml.DisallowUnknownField()); err != nil {
		return nil, fmt.Errorf("access policy: %w", err)
	}
	if doc.Version != 1 {
		return nil, fmt.Errorf("access policy: version is %d; this program reads version 1", doc.Version)
	}
	if len(doc.Roles) == 0 {
		return nil, fmt.Errorf("access policy: there are no roles")
	}
	for name := range doc.Groups {
		if knownKinds[Kind(name)] {
			return nil, fmt.Errorf("access policy: the group %q has the name of a kind", name)
		}
	}
	sum := sha256.Sum256(body)
	p := &Policy{Roles: map[string]Role{}, hash: hex.EncodeToString(sum[:])}
	for _, name := range slices.Sorted(maps.Keys(doc.Roles)) {
		role := doc.Roles[name]
		if role.Title == "" || role.Sees == "" || len(role.Rules) == 0 {
			return nil, fmt.Errorf("access policy: role %s needs a title, a sentence under sees, and rules", name)
		}
		p.Roles[name] = Role{Name: name, Title: role.Title, Sees: role.Sees,
			Tenant: role.Tenant, Separate: role.Separate, Machine: role.Machine}
		lines := role.Rules
		if !role.Machine {
			lines = append(slices.Clone(doc.Everyone), lines...)
		}
		for i, line := range lines {
			r, err := doc.expand(name, line)
			if err != nil {
				return nil, fmt.Errorf("access policy: role %s, rule %d: %w", name, i+1, err)
			}
			p.rules = append(p.rules, r)
		}
	}
	p.build()
	return p, nil
}

// expand checks a rule word by word and replaces groups by their kinds.
func (d document) expand(role string, line documentRule) (rule, error) {
	r := rule{role: role}
	for _, word := range line.May {
		if !knownActions[Action(word)] {
			return rule{}, fmt.Errorf("the action %q is not known", word)
		}
		r.actions = append(r.actions, Action(word))
	}
	for _, word := range line.Class {
		if !knownClasses[Class(word)] {
			return rule{}, fmt.Errorf("the class %q is not one of A, B, C and D", word)
		}
		r.classes = append(r.classes, Class(word))
	}
	for _, word := range line.Kinds {
		members, group := d.Groups[word]
		if !group {
			members = []string{word}
		}
		for _, member := range members {
			if !knownKinds[Kind(member)] {
				return rule{}, fmt.Errorf("%q is neither a kind nor a group", member)
			}
			r.kinds = append(r.kinds, Kind(member))
		}
	}
	for _, word := range line.When {
		if conditions[word] == nil {
			return rule{}, fmt.Errorf("the condition %q is not known", word)
		}
		r.conditions = append(r.conditions, word)
	}
	if len(r.actions) == 0 || len(r.classes) == 0 || len(r.kinds) == 0 {
		return rule{}, fmt.Errorf("may, class and kinds must each name at least one")
	}
	if what := r.needsProof(); what != "" && !slices.Contains(r.conditions, "recent_sign_in") {
		return rule{}, fmt.Errorf("%s needs the condition recent_sign_in", what)
	}
	r.name = role + ":" + strings.Join(line.May, "+") + ":" + strings.Join(line.Class, "+")
	return r, nil
}

// needsProof names what in a rule must never hang on an unattended screen: what leaves the house above class A, what lifts a
// protection, and what changes somebody's access. A policy without the proof does not load.
func (r rule) needsProof() string {
	above := slices.ContainsFunc(r.classes, func(c Class) bool { return c != ClassA })
	for _, a := range r.actions {
		switch {
		case a == Export && above:
			return "an export above class A"
		case a == Relink || a == BreakGlass || a == Restrict:
			return "the action " + string(a)
		case a == Administer && slices.Contains(r.kinds, Account):
			return "the administration of accounts"
		}
	}
	return ""
}

func (p *Policy) build() {
	p.index = map[key][]*rule{}
	for i := range p.rules {
		r := &p.rules[i]
		for _, action := range r.actions {
			for _, class := range r.classes {
				for _, kind := range r.kinds {
					k := key{r.role, action, class, kind}
					p.index[k] = append(p.index[k], r)
				}
			}
		}
	}
}

// Hash identifies the text of the policy: SHA-256 in hexadecimal.
func (p *Policy) Hash() string {
	if p == nil {
		return ""
	}
	return p.hash
}

// Hash identifies the text of the embedded policy.
func Hash() string { return Default().Hash() }

// CheckRoles says why an account cannot hold these roles, nil if it can.
func (p *Policy) CheckRoles(roles []string) error {
	if len(roles) == 0 {
		return fmt.Errorf("an account needs at least one role: %s", strings.Join(slices.Sorted(maps.Keys(p.Roles)), ", "))
	}
	for i, name := range roles {
		role, known := p.Roles[name]
		switch {
		case !known:
			return fmt.Errorf("the role %q is not known: choose from %s", name, strings.Join(slices.Sorted(maps.Keys(p.Roles)), ", "))
		case slices.Contains(roles[:i], name):
			return fmt.Errorf("the role %s is named twice", name)
		case role.Separate && len(roles) > 1:
			return fmt.Errorf("the role %s cannot be held together with another, so that nobody both runs the service and reads its data", name)
		}
	}
	return nil
}
