package pipeline

import (
	"time"

	"bellwether/analytics/rules"
)

// lowOccupancy is the share of beds below which a home's income is in doubt.
const lowOccupancy = 0.7

// derive gives each look the indicators that follow from others of the same look: shares, and what happens at the other homes of the
// group. Whatever rests on an unknown is left unknown.
func derive(units []*unit) error {
	for _, u := range units {
		for i := range u.looks {
			l := &u.looks[i]
			upheld, ok := l.get("complaints_upheld_52w")
			all, known := l.get("complaints_52w")
			if ok && known && all > 0 {
				if err := l.values.Set("complaints_upheld_share_52w", round6(upheld/all)); err != nil {
					return err
				}
			}
		}
	}
	return sisters(units)
}

// kin is the homes that a home's trouble may spread to or come from: its brand's, or its provider's where it has no brand.
func (u *unit) kin() string {
	if u.brand != "" {
		return "brand/" + u.brand
	}
	if u.provider != "" {
		return "provider/" + u.provider
	}
	return ""
}

// elevated says whether a location stands above a statistical limit at a look.
func (l *look) elevated() bool {
	z, zok := l.get("funnel_z")
	g, gok := l.get("scan_score")
	return zok && z >= elevatedFunnel || gok && g >= elevatedScan
}

// downgraded says whether a location's overall rating fell in the half year before a look.
func (l *look) downgraded() bool {
	direction, dok := l.get("rating_direction")
	age, aok := l.get("rating_change_days")
	return dok && aok && direction < 0 && age <= 182
}

// troubled says whether a sister home's look is worth knowing of elsewhere.
func (l *look) troubled() bool {
	rating, ok := l.get("rating_overall")
	return l.elevated() || l.downgraded() || ok && rating == 1
}

// sisters tells each location how many other homes of its group there are at a look and how many of those are in trouble. It is context:
// no rule may take it for a second source.
func sisters(units []*unit) error {
	type at struct {
		kin  string
		week time.Time
	}
	homes, troubled := map[at]int{}, map[at]int{}
	for _, u := range units {
		for i := range u.looks {
			l := &u.looks[i]
			if l.stopped() || u.kin() == "" {
				continue
			}
			k := at{u.kin(), l.week}
			homes[k]++
			if l.troubled() {
				troubled[k]++
			}
		}
	}
	for _, u := range units {
		if u.kin() == "" {
			continue
		}
		for i := range u.looks {
			l := &u.looks[i]
			k := at{u.kin(), l.week}
			others, bad := homes[k], troubled[k]
			if !l.stopped() {
				others--
				if l.troubled() {
					bad--
				}
			}
			if err := l.values.Set("sister_homes", float64(others)); err != nil {
				return err
			}
			if err := l.values.Set("sister_homes_elevated", float64(bad)); err != nil {
				return err
			}
		}
	}
	return nil
}

// signs are the records, each of a different kind, that speak of a provider's failure risk, and the value from which they do.
var signs = []struct {
	indicator string
	from      float64
}{
	{"accounts_overdue_days", 29}, {"charges_365d", 1}, {"contracts_ended_early_365d", 1}, {"placements_fall_share", 0.25},
	{"spend_fall_share", 0.25}, {"homes_occupancy_low", 1},
}

// strikeOffDays and accountsDays are how long a proposal to strike off and late accounts stay a sign.
const (
	strikeOffDays = 365
	accountsDays  = 365
)

func riskSigns(v *rules.Values) float64 {
	n := 0.0
	for _, s := range signs {
		x, ok := v.Get(s.indicator)
		if ok && x >= s.from && (s.indicator != "accounts_overdue_days" || x <= accountsDays) {
			n++
		}
	}
	if days, ok := v.Get("strike_off_days"); ok && days <= strikeOffDays {
		n++
	}
	return n
}
