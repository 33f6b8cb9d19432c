package rules

import (
	"crypto/sha256"
	"encoding/hex"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

var (
	setIDForm    = regexp.MustCompile(`^[a-z][a-z0-9-]{1,39}$`)
	ruleIDForm   = regexp.MustCompile(`^[a-z][a-z0-9_]{2,59}$`)
	constForm    = regexp.MustCompile(`^[A-Z][A-Z0-9_]{1,39}$`)
	signalForm   = regexp.MustCompile(`^(funnel|scan)/[a-z_]+$`)
	maxRules     = 200
	failureWords = "provider_failure"
)

// Load reads a rule set from YAML. name is used in messages. Every mistake
// found is returned together as [Errors], each with its line and column; a set
// is returned only when there is none.
func Load(name string, src []byte) (*Set, error) {
	var doc document
	p, bad := decode(name, src, &doc)
	if bad != nil {
		return nil, Errors{bad}
	}
	l := &loader{place: p, set: &Set{ID: doc.Set, Version: doc.Version, Title: doc.Title, About: strings.TrimSpace(doc.About),
		File: name, Source: string(src), Constants: map[string]float64{}, tiers: map[string]bool{}, byID: map[string]*Rule{}, byUnit: map[UnitKind][]*Rule{}}}
	l.header(doc)
	l.policy(doc.Policy)
	l.constants(doc.Constants)
	l.set.Hash = hash(p.source, l.tiers)
	if len(l.errs) == 0 { // expressions are checked against good constants only
		for i, d := range doc.Rules {
			l.rule(i, d)
		}
		if len(l.errs) == 0 {
			l.covers()
		}
	}
	if len(l.errs) > 0 {
		slices.SortStableFunc(l.errs, func(a, b *Error) int { return a.Line - b.Line })
		return nil, l.errs
	}
	l.set.pool.New = func() any { return l.set.NewEvaluator() }
	return l.set, nil
}

type loader struct {
	*place
	set  *Set
	envs map[UnitKind]*compiler
	// tiers says which constants took their value from the detector, and which value.
	tiers []string
	errs  Errors
}

// hash is of the file and of what the detector's tiers stood at: a set whose limits move with the detector is another set.
func hash(source string, tiers []string) string {
	if len(tiers) > 0 {
		source += "\x00" + strings.Join(tiers, "\n")
	}
	sum := sha256.Sum256([]byte(source))
	return hex.EncodeToString(sum[:])
}

func (l *loader) fail(path, rule, next, format string, args ...any) {
	l.errs = append(l.errs, l.err(path, rule, next, format, args...))
}

func (l *loader) header(d document) {
	if !setIDForm.MatchString(d.Set) {
		l.fail("$.set", "", "use small letters, digits and hyphens, for example west-sussex", "the set needs an id in the key set, not %q", d.Set)
	}
	if d.Version == "" {
		l.fail("$.version", "", "write the date or number of this version in quotes", "the set has no version")
	}
	if d.Title == "" {
		l.fail("$.title", "", "say in a few words whose rules these are", "the set has no title")
	}
	if len(d.Rules) == 0 {
		l.fail("$.rules", "", "write at least one rule", "the set has no rules")
	}
	if len(d.Rules) > maxRules {
		l.fail("$.rules", "", "split the set", "the set has %d rules; at most %d are read", len(d.Rules), maxRules)
	}
}

func (l *loader) policy(d policyDoc) {
	p := DefaultPolicy()
	whole := func(key string, from *int, to *int, lo, hi int) {
		if from == nil {
			return
		}
		if *from < lo || *from > hi {
			l.fail("$.policy."+key, "", "correct the number", "%s is %d; it must be from %d to %d", key, *from, lo, hi)
			return
		}
		*to = *from
	}
	share := func(key string, from *float64, to *float64) {
		if from == nil {
			return
		}
		if !(*from > 0 && *from <= 1) {
			l.fail("$.policy.alert_load."+key, "", "write 5 % as 0.05", "%s is %v; it must be above 0 and at most 1", key, *from)
			return
		}
		*to = *from
	}
	whole("clear_weeks", d.ClearWeeks, &p.ClearWeeks, 1, 104)
	whole("event_window_days", d.EventWindowDays, &p.EventWindowDays, 7, 3650)
	whole("corroboration_weeks", d.CorroborationWeeks, &p.CorroborationWeeks, 0, 104)
	whole("step_down_reviews", d.StepDownReviews, &p.StepDownReviews, 1, 12)
	whole("watch_weeks", d.WatchWeeks, &p.WatchWeeks, 0, 208)
	if d.AlertLoad != nil {
		share("concern_share", d.AlertLoad.ConcernShare, &p.AlertLoad.ConcernShare)
		share("any_share", d.AlertLoad.AnyShare, &p.AlertLoad.AnyShare)
	}
	l.set.Policy = p
}

func (l *loader) constants(given map[string]any) {
	names := make([]string, 0, len(given))
	for name := range given {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		path := "$.constants." + name
		if !constForm.MatchString(name) {
			l.fail(path, "", "for example LIMIT_95", "the constant %q must be in capitals", name)
		}
		l.constant(path, name, given[name])
	}
	l.envs = map[UnitKind]*compiler{}
	for _, k := range UnitKinds() {
		c, err := newCompiler(k, l.set.Constants)
		if err != nil {
			l.fail("$.constants", "", "rename it", "the constants cannot be used: %v", err)
			return
		}
		l.envs[k] = c
	}
}

func (l *loader) constant(path, name string, given any) {
	if word, isWord := given.(string); isWord {
		v, ok := Tiers()[word]
		if !ok {
			l.fail(path, "", "write a plain number, or one of "+orList(tierNames()), "%q is neither a number nor a tier of the detector", word)
			return
		}
		l.set.Constants[name] = v
		l.set.tiers[name] = true
		l.tiers = append(l.tiers, name+"="+strconv.FormatFloat(v, 'g', -1, 64))
		return
	}
	v, ok := number(given)
	if !ok {
		l.fail(path, "", "write a plain number", "the constant %s is not a finite number", name)
		return
	}
	l.set.Constants[name] = v
}
