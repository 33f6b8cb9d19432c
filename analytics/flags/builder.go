package flags

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"time"

	"bellwether/analytics/rules"
)

// Builder takes units one at a time, keeps their episodes and lets their looks
// go, so that a whole market fits in memory.
type Builder struct {
	set     *rules.Set
	asOf    day
	eval    *rules.Evaluator
	claims  map[string][]*claim // by provider
	seen    map[string]bool     // kind and id of the units added
	first   day                 // Monday of the earliest look
	last    day                 // Monday of the latest
	silence map[string]*silence // by rule
}

type silence struct {
	units, unknown int
	missing        map[string]int
}

// NewBuilder returns a builder for one run. asOf is the run's as-of date.
func NewBuilder(set *rules.Set, asOf time.Time) *Builder {
	return &Builder{set: set, asOf: dayOf(asOf), eval: set.NewEvaluator(), claims: map[string][]*claim{},
		seen: map[string]bool{}, silence: map[string]*silence{}}
}

// AddProvider makes a provider known even if nothing was looked at: it is
// counted, and stands at market management.
func (b *Builder) AddProvider(id string) {
	if _, ok := b.claims[id]; !ok {
		b.claims[id] = nil
	}
}

// Cover says over which weeks levels are worked out, where the units added are
// only a part of a market: from the week of the first date to that of the last.
func (b *Builder) Cover(first, last time.Time) {
	b.cover(dayOf(first), dayOf(last))
}

func (b *Builder) cover(first, last day) {
	if b.first == 0 || first < b.first {
		b.first = first
	}
	b.last = max(b.last, last)
}

// Add folds a unit's looks. The unit's looks and values may be used again when
// it returns. A unit given twice, a week given twice, a week that does not begin
// on a Monday and a week that ends after the as-of date are errors.
func (b *Builder) Add(u Unit) error {
	if err := u.check(b.asOf); err != nil {
		return err
	}
	key := string(u.Kind) + " " + u.ID
	if b.seen[key] {
		return fmt.Errorf("flags: %s is given twice", key)
	}
	b.seen[key] = true
	episodes, latest := fold(b.set, b.eval, u)
	for _, p := range u.ProviderIDs {
		b.AddProvider(p)
		for _, e := range episodes {
			b.claims[p] = append(b.claims[p], &claim{episode: e, provider: p})
		}
	}
	for _, l := range u.Looks {
		b.cover(dayOf(l.Week), dayOf(l.Week))
	}
	for _, h := range latest {
		s := b.silent(h.Rule.ID)
		s.units++
		if h.Outcome == rules.Unknown {
			s.unknown++
			for _, m := range h.Missing {
				s.missing[m]++
			}
		}
	}
	return nil
}

// Join takes what another builder of the same set and date has folded, as if its
// units had been added here, in their order, after those that were. Several
// goroutines may so fold a part of a market each, every one with a builder of
// its own. A unit that both were given is an error. The other builder must not
// be used again.
func (b *Builder) Join(o *Builder) error {
	if o.set != b.set || o.asOf != b.asOf {
		return errors.New("flags: only builders of one rule set and one date can be joined")
	}
	for key := range o.seen {
		if b.seen[key] {
			return fmt.Errorf("flags: %s is given twice", key)
		}
		b.seen[key] = true
	}
	for p, claims := range o.claims {
		b.claims[p] = append(b.claims[p], claims...)
	}
	if o.first != 0 {
		b.cover(o.first, o.last)
	}
	for id, from := range o.silence {
		s := b.silent(id)
		s.units, s.unknown = s.units+from.units, s.unknown+from.unknown
		for m, n := range from.missing {
			s.missing[m] += n
		}
	}
	return nil
}

// silent is the count of the units about which a rule could not speak.
func (b *Builder) silent(rule string) *silence {
	s := b.silence[rule]
	if s == nil {
		s = &silence{missing: map[string]int{}}
		b.silence[rule] = s
	}
	return s
}

// Result works out flags, levels and the work list. decisions may be empty.
func (b *Builder) Result(decisions []Decision) (Result, error) {
	var all Result
	res, err := b.Each(decisions, func(p ProviderResult) error {
		all.Flags = append(all.Flags, p.Flags...)
		all.Levels = append(all.Levels, p.Level)
		all.Weeks = append(all.Weeks, p.Weeks...)
		return nil
	})
	res.Flags, res.Levels, res.Weeks = all.Flags, all.Levels, all.Weeks
	return res, err
}

// Each works out flags and levels provider by provider, in the order of their
// ids, and hands each over before the next one's turn, so that those of a whole
// country never lie in memory together. What it gives at the end has the work
// list, the load and the silence, and no flag, level or week. It can be called
// once: what bore on a provider is let go with it.
func (b *Builder) Each(decisions []Decision, take func(ProviderResult) error) (Result, error) {
	decided, err := byProvider(decisions)
	if err != nil {
		return Result{}, err
	}
	for p := range decided {
		b.AddProvider(p)
	}
	providers := make([]string, 0, len(b.claims))
	for p := range b.claims {
		providers = append(providers, p)
	}
	slices.Sort(providers)
	weeks, ends := b.days()
	var res Result
	var items []Item
	top := map[string]float64{}
	for _, p := range providers {
		claims := b.claims[p]
		b.claims[p] = nil
		corroborate(claims, b.set.Policy)
		past := history(claims, decided[p], ends, b.set.Policy)
		one := ProviderResult{Flags: b.flags(p, claims, last(ends))}
		one.Level = summarise(p, ends, past, one.Flags, b.asOf)
		for i, w := range weeks {
			one.Weeks = append(one.Weeks, ProviderLevelWeek{ProviderID: p, Week: w.date(), Level: past[i].level})
		}
		if one.Level.Level > rules.MarketManagement {
			items = append(items, item(one.Level, past[len(past)-1], one.Flags))
			if len(one.Flags) > 0 && one.Flags[0].State == Open {
				top[p] = one.Flags[0].Score
			}
		}
		if err := take(one); err != nil {
			return Result{}, err
		}
	}
	res.Items, res.Load = workList(items, len(providers), b.set.Policy.AlertLoad, func(i Item) float64 { return top[i.ProviderID] })
	res.Silent = b.silences()
	return res, nil
}

// days lists the Mondays of the weeks looked at and their ends, the days on which
// levels are worked out.
func (b *Builder) days() (weeks, ends []day) {
	if b.first != 0 {
		for w := b.first; w <= b.last; w += 7 {
			weeks, ends = append(weeks, w), append(ends, w+6)
		}
	}
	return weeks, ends
}

func last(ds []day) day {
	if len(ds) == 0 {
		return 0
	}
	return ds[len(ds)-1]
}

// flags writes one provider's claims out as flags, the strongest first.
func (b *Builder) flags(provider string, claims []*claim, on day) []Flag {
	out := make([]Flag, 0, len(claims))
	for _, c := range claims {
		r, st := c.rule, c.said
		if st.WindowStart.IsZero() {
			st.WindowStart = b.shown(c.start)
		}
		f := Flag{FlagID: flagID(provider, c.unit.place(), r.ID, c.start), ProviderID: provider, LocationID: c.unit.location(), BrandID: c.unit.brand,
			RuleID: r.ID, RuleTitle: r.Title, Level: r.Level, FailureKind: r.FailureKind, Strength: r.Strength, Basis: r.Basis.Title(),
			Citation: r.Citation.String(), EvidenceSource: r.Evidence, Sentence: st.Sentence, Observed: st.Observed, Expected: st.Expected,
			UsualLow: st.UsualLow, UsualHigh: st.UsualHigh, Threshold: st.Threshold, Measure: r.Measure, WindowStart: st.WindowStart,
			WindowEnd: st.WindowEnd, OneIn: st.OneIn, OpenedOn: b.shown(c.start), LastMetOn: b.shown(c.lastMet()),
			CountsFrom: min(c.since(on), b.asOf).date(), ClearedOn: b.shown(c.cleared), State: c.state(on), Counterfactual: st.Counterfactual, Coverage: c.unit.coverage, AsOf: b.asOf.date(),
			RuleSet: b.set.ID + " " + b.set.Version, RuleSetHash: b.set.Hash, Asks: r.Asks, Score: st.Score, LastMetWeek: dayOf(c.last.Week).date()}
		f.CorroboratedBy, f.adds = join(c.by(on)), addsOnly(c)
		out = append(out, f)
	}
	slices.SortFunc(out, rank)
	b.covered(out)
	return out
}

// covered marks the open flags that a stronger open flag about the same place
// already says.
func (b *Builder) covered(flags []Flag) {
	for i := range flags {
		strong := &flags[i]
		r, _ := b.set.Rule(strong.RuleID)
		if strong.State != Open || len(r.Covers) == 0 {
			continue
		}
		for j := range flags {
			weak := &flags[j]
			if weak.State == Open && weak.CoveredBy == "" && weak.LocationID == strong.LocationID && weak.BrandID == strong.BrandID &&
				slices.Contains(r.Covers, weak.RuleID) {
				weak.CoveredBy = strong.FlagID
			}
		}
	}
}

// shown is a day as readers see it: a look of the week that is still running stands at its Sunday, which is yet to come.
func (b *Builder) shown(d day) time.Time {
	if d != never && d > b.asOf {
		d = b.asOf
	}
	return d.date()
}

// rank orders a provider's flags: open before waiting before cleared, then by
// level, a named event first, hard before soft, what only adds to other flags
// last, evidence, and the newest first.
func rank(a, b Flag) int {
	states := []State{Open, Waiting, Cleared}
	return cmp.Or(
		cmp.Compare(slices.Index(states, a.State), slices.Index(states, b.State)),
		cmp.Compare(b.Level, a.Level),
		cmp.Compare(order(b.FailureKind), order(a.FailureKind)),
		bools(b.Strength == rules.Hard, a.Strength == rules.Hard),
		bools(a.adds, b.adds),
		cmp.Compare(b.Score, a.Score),
		b.OpenedOn.Compare(a.OpenedOn),
		cmp.Compare(a.RuleID, b.RuleID),
		cmp.Compare(a.FlagID, b.FlagID))
}

func (b *Builder) silences() []Silence {
	var out []Silence
	for _, r := range b.set.Rules {
		s := b.silence[r.ID]
		if s == nil || s.unknown == 0 {
			continue
		}
		one := Silence{RuleID: r.ID, Units: s.units, Unknown: s.unknown}
		for m := range s.missing {
			one.Missing = append(one.Missing, m)
		}
		slices.SortFunc(one.Missing, func(x, y string) int {
			return cmp.Or(cmp.Compare(s.missing[y], s.missing[x]), cmp.Compare(x, y))
		})
		out = append(out, one)
	}
	return out
}
