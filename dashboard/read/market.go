package read

import (
	"context"
	"time"
)

// LevelCount is how many providers stand at one level, now and before.
type LevelCount struct {
	_         struct{} `class:"B"`
	Level     int64    `col:"level"`
	Providers int64    `col:"providers"`
	// AtRisk counts those at failure for a risk of it, and not for an event.
	AtRisk    int64 `col:"at_risk"`
	Locations int64 `col:"locations"`
	Beds      int64 `col:"beds"`
	// People are those on the councils' lists whom these providers support.
	People       int64 `col:"people"`
	Providers4w  int64 `col:"providers_4w"`
	Providers13w int64 `col:"providers_13w"`
	Known4w      bool  `col:"known_4w"`
	Known13w     bool  `col:"known_13w"`
}

// Move is a provider's change of level.
type Move struct {
	_           struct{}  `class:"B"`
	ProviderID  string    `col:"provider_id"`
	Name        string    `col:"name"`
	Area        string    `col:"area"`
	From        int64     `col:"from_level"`
	To          int64     `col:"to_level"`
	FailureKind string    `col:"failure_kind"`
	MovedOn     time.Time `col:"moved_on"`
	Headline    string    `col:"headline"`
}

// Up says whether the provider moved to a higher level of concern.
func (m Move) Up() bool { return m.To > m.From }

// LevelWeek counts providers above market management in one week.
type LevelWeek struct {
	_          struct{}  `class:"B"`
	Week       time.Time `col:"week"`
	PreConcern int64     `col:"pre_concern"`
	Concern    int64     `col:"concern"`
	Failure    int64     `col:"failure"`
}

// MarketWeek is the market in one week: true counts of concerns, enquiries and complaints, which are never added together.
type MarketWeek struct {
	_ struct{} `class:"A"`
	// True says that the counts are as counted, not rounded for a reader without a right to true counts.
	True            bool      `col:"-" class:"C"`
	Week            time.Time `col:"week"`
	Providers       *int64    `col:"providers"`
	Locations       *int64    `col:"locations"`
	Beds            *int64    `col:"beds"`
	Concerns        int64     `col:"concerns"`
	ConcernsUnknown int64     `col:"concerns_unknown"`
	Enquiries       int64     `col:"enquiries"`
	Complaints      int64     `col:"complaints"`
	Converted       int64     `col:"converted"`
}

// RatingAge counts locations of one rating within one band of age.
type RatingAge struct {
	_         struct{} `class:"A"`
	Band      int64    `col:"band"`
	Rating    string   `col:"rating"`
	Locations int64    `col:"locations"`
	Beds      int64    `col:"beds"`
}

// ContractMonth counts the care contracts that end in one month.
type ContractMonth struct {
	_            struct{}  `class:"A"`
	Month        time.Time `col:"month"`
	Contracts    int64     `col:"contracts"`
	AnnualValue  float64   `col:"annual_value"`
	Unvalued     int64     `col:"unvalued"`
	Within90Days int64     `col:"within_90_days"`
}

// Area is one local authority's registered social care.
type Area struct {
	_         struct{} `class:"A"`
	Name      string   `col:"area"`
	Providers int64    `col:"providers"`
	Locations int64    `col:"locations"`
	Beds      int64    `col:"beds"`
	BelowGood int64    `col:"below_good"`
	Unrated   int64    `col:"unrated"`
	Flagged   int64    `col:"flagged" class:"B"`
}

// Group is a brand, or a provider without one, and the beds it holds.
type Group struct {
	_         struct{} `class:"A"`
	ID        string   `col:"group_id"`
	IsBrand   bool     `col:"is_brand"`
	Name      string   `col:"name"`
	Providers int64    `col:"providers"`
	Locations int64    `col:"locations"`
	Beds      int64    `col:"beds"`
	BedsAll   int64    `col:"beds_all"`
}

// Market is everything the market page shows.
type Market struct {
	Levels     []LevelCount
	Moves      []Move
	LevelWeeks []LevelWeek
	Weeks      []MarketWeek
	Ratings    []RatingAge
	Contracts  []ContractMonth
	Areas      []Area
	Groups     []Group
	Flows      []LevelFlow
}

// MarketWeeks is how far back the market page looks.
const MarketWeeks = 104

// Market reads the market page. What identifies a provider is left out for providers outside the scope.
func (s *Snapshot) Market(ctx context.Context, f Frame, scope Scope) (m Market, err error) {
	given := args{"as_of": f.Run.AsOf, "week": f.Week, "weeks": MarketWeeks, "since": f.Run.AsOf.AddDate(0, 0, -28), "scope": scope.list()}
	steps := []func() error{
		into(ctx, s, "market_weeks", given, &m.Weeks),
		into(ctx, s, "rating_ages", given, &m.Ratings),
		into(ctx, s, "contract_months", given, &m.Contracts),
		into(ctx, s, "areas", given, &m.Areas),
		into(ctx, s, "groups", given, &m.Groups),
	}
	if !scope.None() {
		steps = append(steps,
			into(ctx, s, "level_counts", given, &m.Levels),
			into(ctx, s, "moves", given, &m.Moves),
			into(ctx, s, "level_weeks", given, &m.LevelWeeks),
			into(ctx, s, "level_flows", given, &m.Flows))
	}
	for _, step := range steps {
		if err := step(); err != nil {
			return m, err
		}
	}
	return m, nil
}

// Weekly reads the market week by week.
func (s *Snapshot) Weekly(ctx context.Context, f Frame) ([]MarketWeek, error) {
	return ask[MarketWeek](ctx, s, "market_weeks", args{"week": f.Week, "weeks": MarketWeeks})
}

// LevelWeeks counts providers of the scope above market management, week by week.
func (s *Snapshot) LevelWeeks(ctx context.Context, f Frame, scope Scope) ([]LevelWeek, error) {
	return ask[LevelWeek](ctx, s, "level_weeks", args{"week": f.Week, "weeks": MarketWeeks, "scope": scope.list()})
}

// RatingAges counts registered locations by rating and by the rating's age.
func (s *Snapshot) RatingAges(ctx context.Context) ([]RatingAge, error) {
	return ask[RatingAge](ctx, s, "rating_ages", nil)
}
