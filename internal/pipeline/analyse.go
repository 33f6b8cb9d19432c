package pipeline

import (
	"context"
	"fmt"
	"os"
	"sort"
	"time"

	"bellwether/analytics/flags"
	"bellwether/analytics/rules"
	"bellwether/analytics/rules/sets"
	"bellwether/analytics/surveillance/panel"
	"bellwether/internal/config"
	"bellwether/internal/replay"
	"bellwether/internal/warehouse"
	"bellwether/transform"
)

// Analysis counts what the rules found.
type Analysis struct {
	Locations, Providers int
	Open, Waiting        int
	ByLevel              map[rules.Level]int
	Load                 flags.Load
}

// ruleSet is the configured rule set: one that ships, or a file in the instance folder.
func (p *Pipeline) ruleSet() (*rules.Set, error) {
	return LoadRuleSet(p.cfg, p.cfg.Rules.Set)
}

// LoadRuleSet loads a rule set that ships, by its name, or a file in the instance folder.
func LoadRuleSet(cfg config.Config, name string) (*rules.Set, error) {
	for _, id := range sets.IDs() {
		if id == name {
			return sets.Load(id)
		}
	}
	src, err := os.ReadFile(cfg.Path(name))
	if err != nil {
		return nil, &config.Error{File: cfg.Path(config.FileName), Field: "rules.set",
			Why: fmt.Sprintf("%q is neither a rule set that ships (%v) nor a readable file in the instance folder", name, sets.IDs())}
	}
	return rules.Load(name, src)
}

// analyse works out signals, flags and levels from the weekly looks and what people have decided, and writes them into the build, with
// everything that the rules looked at. It goes over the looks twice, so that a whole nation's never lie in memory: week by week for what
// compares places with one another, then place by place for the rules.
func analyse(ctx context.Context, b *warehouse.Build, set *rules.Set, decisions []flags.Decision, params transform.Params, progress Progress, now func() time.Time) (Analysis, error) {
	done := step(progress, now, "places compared with one another")
	seen, err := writeSignals(ctx, b)
	if err != nil {
		return Analysis{}, err
	}
	done()
	progress.Say(fmt.Sprintf("signals for %d locations", len(seen.places)))
	done = step(progress, now, "rules held against every look")
	market := replay.Market{AsOf: params.AsOf, Set: set, Decisions: decisions}
	found, err := findFlags(ctx, b, &market, seen)
	if err != nil {
		return Analysis{}, err
	}
	done()
	defer step(progress, now, "flags and levels written")()
	n, result, err := writeAnalytics(ctx, b, &market, found)
	if err != nil {
		return Analysis{}, err
	}
	if err := streamTable(seen.streams).write(ctx, b); err != nil {
		return Analysis{}, fmt.Errorf("write analytics.stream: %w", err)
	}
	if err := writeRecording(ctx, b); err != nil {
		return Analysis{}, err
	}
	return Analysis{Locations: len(seen.places), Providers: n.providers, Open: n.open, Waiting: n.waiting, ByLevel: n.byLevel, Load: result.Load}, nil
}

// signal says what peers of that size would show, and how seldom a count this high comes up among them.
func (p *placed) signal(weeks int) flags.Signal {
	return flags.Signal{Observed: rules.Known(p.observed), Expected: rules.Known(p.expected), UsualLow: rules.Known(p.usualLow),
		UsualHigh: rules.Known(p.usualHigh), WindowWeeks: weeks, OneIn: p.oneIn}
}

// The limits above which a location of a group counts as elevated: the funnel's warning limit, and the tier at which the detector
// itself begins to speak.
const elevatedFunnel = 1.96

var elevatedScan = panel.DefaultThresholds().PreConcern

// brands gathers the locations of each brand: how many stand out at a look, how many were downgraded, out of how many.
type brands struct {
	weeks  map[string]map[time.Time]*brandWeek
	owners map[string]map[string]bool
}

type brandWeek struct {
	endsOn                                        time.Time
	locations, elevated, downgrades, either, beds float64
}

func newBrands() *brands {
	return &brands{weeks: map[string]map[time.Time]*brandWeek{}, owners: map[string]map[string]bool{}}
}

// see takes in the looks of some locations.
func (b *brands) see(units []*unit) {
	for _, u := range units {
		if u.brand == "" || u.provider == "" {
			continue
		}
		if b.weeks[u.brand] == nil {
			b.weeks[u.brand], b.owners[u.brand] = map[time.Time]*brandWeek{}, map[string]bool{}
		}
		b.owners[u.brand][u.provider] = true
		for i := range u.looks {
			l := &u.looks[i]
			if l.stopped() {
				continue
			}
			w := b.weeks[u.brand][l.week]
			if w == nil {
				w = &brandWeek{endsOn: l.endsOn}
				b.weeks[u.brand][l.week] = w
			}
			w.locations++
			beds, _ := l.get("beds")
			w.beds += beds
			elevated, downgraded := l.elevated(), l.downgraded()
			if elevated {
				w.elevated++
			}
			if downgraded {
				w.downgrades++
			}
			if elevated || downgraded {
				w.either++
			}
		}
	}
}

// units gives each brand with its looks, in the order of their ids.
func (b *brands) units() []flags.Unit {
	ids := make([]string, 0, len(b.weeks))
	for id := range b.weeks {
		ids = append(ids, id)
	}
	sort.Strings(ids)
	var out []flags.Unit
	for _, id := range ids {
		in := flags.Unit{Kind: rules.UnitBrand, ID: id, BrandID: id}
		for p := range b.owners[id] {
			in.ProviderIDs = append(in.ProviderIDs, p)
		}
		sort.Strings(in.ProviderIDs)
		for at, w := range b.weeks[id] {
			v, _ := rules.ValuesOf(map[string]float64{"brand_locations": w.locations, "brand_locations_elevated": w.elevated,
				"brand_downgrades_26w": w.downgrades, "brand_locations_share": round6(w.either / w.locations), "brand_beds": w.beds})
			in.Looks = append(in.Looks, flags.Look{Week: at, EndsOn: w.endsOn, Values: v})
		}
		sort.Slice(in.Looks, func(i, j int) bool { return in.Looks[i].Week.Before(in.Looks[j].Week) })
		out = append(out, in)
	}
	return out
}
