package access

import (
	"fmt"
	"maps"
	"slices"
	"testing"
)

// mutant is a policy with one rule changed.
type mutant struct {
	policy        *Policy
	before, after rule
}

// mutants returns the policy with one thing changed in one rule, in every way
// that a slip of the pen could: a rule lost, a condition dropped, added or
// exchanged, an action, class or kind too many, too few or another, a rule
// given to the next role.
func mutants(p *Policy) map[string]mutant {
	all := map[string]mutant{}
	roles := p.RoleNames()
	kinds := slices.Sorted(maps.Keys(knownKinds))
	change := func(what string, i int, edit func(*rule)) {
		rules := slices.Clone(p.rules)
		r := rules[i]
		r.actions, r.classes = slices.Clone(r.actions), slices.Clone(r.classes)
		r.kinds, r.conditions = slices.Clone(r.kinds), slices.Clone(r.conditions)
		edit(&r)
		rules[i] = r
		changed := &Policy{Roles: p.Roles, rules: rules}
		changed.build()
		all[fmt.Sprintf("rule %d (%s): %s", i+1, p.rules[i].name, what)] = mutant{changed, p.rules[i], r}
	}
	next := func(n, size int) int { return (n + 1) % size }
	for i, r := range p.rules {
		change("lost", i, func(r *rule) { r.kinds = nil })
		change("given to the next role", i, func(r *rule) { r.role = roles[next(slices.Index(roles, r.role), len(roles))] })
		for j, c := range r.conditions {
			change("without "+c, i, func(r *rule) { r.conditions = slices.Delete(r.conditions, j, j+1) })
			other := allFacts[next(slices.Index(allFacts, c), len(allFacts))]
			change(c+" exchanged for "+other, i, func(r *rule) { r.conditions[j] = other })
		}
		for _, c := range allFacts {
			if !slices.Contains(r.conditions, c) {
				change("with "+c, i, func(r *rule) { r.conditions = append(r.conditions, c) })
			}
		}
		for j, a := range r.actions {
			other := absent(allActions, r.actions, a)
			change(fmt.Sprintf("%s exchanged for %s", a, other), i, func(r *rule) { r.actions[j] = other })
			change(fmt.Sprintf("%s added", other), i, func(r *rule) { r.actions = append(r.actions, other) })
		}
		for j, c := range r.classes {
			other := absent(allClasses, r.classes, c)
			change(fmt.Sprintf("%s exchanged for %s", c, other), i, func(r *rule) { r.classes[j] = other })
			change(fmt.Sprintf("%s added", other), i, func(r *rule) { r.classes = append(r.classes, other) })
		}
		for j, k := range r.kinds {
			change(fmt.Sprintf("without %s", k), i, func(r *rule) { r.kinds = slices.Delete(r.kinds, j, j+1) })
			other := absent(kinds, r.kinds, k)
			change(fmt.Sprintf("%s added", other), i, func(r *rule) { r.kinds = append(r.kinds, other) })
		}
	}
	return all
}

// absent returns the first word after start that is not held: adding a word
// twice would change nothing.
func absent[T comparable](words, held []T, start T) T {
	for i := slices.Index(words, start) + 1; ; i++ {
		if word := words[i%len(words)]; !slices.Contains(held, word) {
			return word
		}
	}
}

// TestMatrixNoticesMutants changes the policy in hundreds of ways and asks
// whether the agreed matrix would have failed.
func TestMatrixNoticesMutants(t *testing.T) {
	p := Default()
	agreed := map[key]string{}
	answer := func(k key) string {
		v, known := agreed[k]
		if !known {
			v = verdict(p, k.role, k.action, k.class, k.kind)
			agreed[k] = v
		}
		return v
	}
	all := mutants(p)
	var survivors []string
	for what, mutant := range all {
		if !differs(mutant, answer) {
			survivors = append(survivors, what)
		}
	}
	slices.Sort(survivors)
	caught := float64(len(all)-len(survivors)) / float64(len(all))
	t.Logf("%d mutants, %.1f %% noticed", len(all), 100*caught)
	for _, s := range survivors {
		t.Logf("not noticed: %s", s)
	}
	if caught < 0.95 {
		t.Errorf("the matrix noticed %.1f %% of the mutants, want at least 95 %%", 100*caught)
	}
}

// differs says whether a mutant answers any request unlike the agreed policy.
// Only requests that the changed rule speaks to, before or after the change,
// can differ, so only those are asked.
func differs(m mutant, answer func(key) string) bool {
	for _, r := range []rule{m.before, m.after} {
		for _, a := range r.actions {
			for _, c := range r.classes {
				for _, k := range r.kinds {
					if verdict(m.policy, r.role, a, c, k) != answer(key{r.role, a, c, k}) {
						return true
					}
				}
			}
		}
	}
	return false
}
