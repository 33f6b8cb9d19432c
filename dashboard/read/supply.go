package read

import (
	"context"
	"time"
)

// CapacityCell is one kind of service in one place: what is registered, what was last said of spare room, and what opened and closed in a year.
type CapacityCell struct {
	_         struct{} `class:"A"`
	Place     string   `col:"place"`
	Kind      string   `col:"kind"`
	Providers int64    `col:"providers"`
	Locations int64    `col:"locations"`
	Beds      int64    `col:"beds"`
	// Told counts the services that have said anything; BedsUntold are those of homes that haven't said how full they are.
	Told       int64 `col:"told"`
	BedsUntold int64 `col:"beds_untold"`
	Occupied   int64 `col:"occupied"`
	Vacancies  int64 `col:"vacancies"`
	// VacanciesShut are those of services that say they take nobody; Shut counts such services.
	VacanciesShut int64   `col:"vacancies_shut"`
	Shut          int64   `col:"shut"`
	ExtraHours    float64 `col:"extra_hours"`
	Opened        int64   `col:"opened"`
	Closed        int64   `col:"closed"`
}

// Concentration is how few hold the beds of a place; the place '*' is the whole market.
type Concentration struct {
	_            struct{} `class:"A"`
	Place        string   `col:"place"`
	Beds         int64    `col:"beds"`
	Providers    int64    `col:"providers"`
	Groups       int64    `col:"groups"`
	HHIProviders float64  `col:"hhi_providers"`
	HHIGroups    float64  `col:"hhi_groups"`
	TopThree     int64    `col:"top_three"`
	Largest      int64    `col:"largest"`
}

// Whole says whether the row is about the whole market.
func (c Concentration) Whole() bool { return c.Place == "*" }

// Sole is a service that one provider alone offers in a place.
type Sole struct {
	_          struct{} `class:"A"`
	Place      string   `col:"place"`
	Kind       string   `col:"kind"`
	ProviderID string   `col:"provider_id"`
	Name       string   `col:"name"`
	Locations  int64    `col:"locations"`
	Beds       int64    `col:"beds"`
	// People are those on the councils' lists; nil for a provider outside the reader's scope.
	People *int64 `col:"people" class:"B"`
	Total  int64  `col:"total"`
}

// Dependence is how many of the people on the councils' lists one group or provider supports.
type Dependence struct {
	_         struct{} `class:"B"`
	GroupID   string   `col:"group_id"`
	IsBrand   bool     `col:"is_brand"`
	Name      string   `col:"name"`
	Providers int64    `col:"providers"`
	People    int64    `col:"people"`
	// Everybody is how many people the lists name in all.
	Everybody int64 `col:"-"`
}

// listedPeople is how many people the councils' lists name.
type listedPeople struct {
	_      struct{} `class:"A"`
	People int64    `col:"people"`
}

// Authority is how many people one authority has placed in one area.
type Authority struct {
	_ struct{} `class:"A"`
	// True says that People is as counted.
	True    bool   `col:"-" class:"C"`
	Name    string `col:"authority"`
	Host    string `col:"host"`
	Outside bool   `col:"outside"`
	People  int64  `col:"people"`
}

// Fee is what a week of one kind of service costs.
type Fee struct {
	_            struct{} `class:"A"`
	Service      string   `col:"service"`
	Packages     int64    `col:"packages"`
	Unknown      int64    `col:"unknown"`
	Median       *float64 `col:"fee"`
	High         *float64 `col:"high_fee"`
	MedianThen   *float64 `col:"fee_then"`
	PackagesThen int64    `col:"packages_then"`
}

// FewPackages is the least number of packages whose median is shown: a fee of few could be one person's.
const FewPackages = 5

// Shown says whether enough packages have a cost for their median to be shown.
func (f Fee) Shown() bool { return f.Median != nil && f.Packages-f.Unknown >= FewPackages }

// Compared says whether the year before can be shown too.
func (f Fee) Compared() bool {
	return f.Shown() && f.MedianThen != nil && f.PackagesThen >= FewPackages
}

// Workforce is what services of one kind last said of their staff.
type Workforce struct {
	_            struct{} `class:"A"`
	Kind         string   `col:"kind"`
	Services     int64    `col:"services"`
	Workers      int64    `col:"workers"`
	Agency       int64    `col:"agency"`
	HoursPaid    *float64 `col:"hours_paid"`
	HoursAgency  *float64 `col:"hours_agency"`
	HoursAbsence *float64 `col:"hours_absence"`
	Compared     int64    `col:"compared"`
	WorkersThen  int64    `col:"workers_then"`
	AgencyThen   int64    `col:"agency_then"`
}

// OccupancyMonth is how full the homes are that said so by the end of a month.
type OccupancyMonth struct {
	_        struct{}  `class:"A"`
	Month    time.Time `col:"month"`
	Homes    int64     `col:"homes"`
	Occupied int64     `col:"occupied"`
	Beds     int64     `col:"beds"`
}

// Share is how much of the beds is taken, in per cent.
func (o OccupancyMonth) Share() float64 {
	if o.Beds <= 0 {
		return 0
	}
	return 100 * float64(o.Occupied) / float64(o.Beds)
}

// OpeningMonth is what opened and closed in a month, and the beds that came and went by it.
type OpeningMonth struct {
	_      struct{}  `class:"A"`
	Month  time.Time `col:"month"`
	Opened int64     `col:"opened"`
	Closed int64     `col:"closed"`
	Beds   int64     `col:"beds"`
}

// LevelFlow counts the providers that stood at one level 13 weeks ago and stand at another now.
type LevelFlow struct {
	_         struct{} `class:"B"`
	From      int64    `col:"from_level"`
	To        int64    `col:"to_level"`
	Providers int64    `col:"providers"`
}

// Supply is what the market has to give, who holds it and what it costs: nothing in it differs between readers.
type Supply struct {
	// By says what a place is: an area, or a postcode district where there is only one area.
	By    string
	Cells []CapacityCell
	// Kinds are the same for the whole market: a provider in several places is one there.
	Kinds         []CapacityCell
	Concentration []Concentration
	Authorities   []Authority
	Fees          []Fee
	Workforce     []Workforce
	Occupancy     []OccupancyMonth
	Openings      []OpeningMonth
}

// The kinds of place.
const (
	ByArea     = "area"
	ByDistrict = "district"
)

// Supply reads the supply side of the market, by area or by postcode district.
func (s *Snapshot) Supply(ctx context.Context, f Frame, by string) (out Supply, err error) {
	out.By = by
	given, whole := args{"as_of": f.Run.AsOf, "by": by}, args{"as_of": f.Run.AsOf, "by": "whole"}
	for _, step := range []func() error{
		into(ctx, s, "market_capacity", given, &out.Cells),
		into(ctx, s, "market_capacity", whole, &out.Kinds),
		into(ctx, s, "market_concentration", given, &out.Concentration),
		into(ctx, s, "market_authorities", given, &out.Authorities),
		into(ctx, s, "market_fees", given, &out.Fees),
		into(ctx, s, "market_workforce", given, &out.Workforce),
		into(ctx, s, "market_occupancy", given, &out.Occupancy),
		into(ctx, s, "market_openings", given, &out.Openings),
	} {
		if err := step(); err != nil {
			return out, err
		}
	}
	return out, nil
}

// Soles reads the services that one provider alone offers in a place; people are told for providers of the scope.
func (s *Snapshot) Soles(ctx context.Context, scope Scope, by string) ([]Sole, error) {
	return ask[Sole](ctx, s, "market_sole", args{"by": by, "scope": scope.list()})
}

// Dependences reads who supports the most people on the councils' lists, among the scope's providers.
func (s *Snapshot) Dependences(ctx context.Context, scope Scope) ([]Dependence, error) {
	rows, err := ask[Dependence](ctx, s, "market_dependence", args{"scope": scope.list()})
	if err != nil || len(rows) == 0 {
		return rows, err
	}
	all, _, err := one[listedPeople](ctx, s, "people_listed", nil)
	for i := range rows {
		rows[i].Everybody = all.People
	}
	return rows, err
}

// LevelFlows counts moves between levels over 13 weeks within the scope.
func (s *Snapshot) LevelFlows(ctx context.Context, f Frame, scope Scope) ([]LevelFlow, error) {
	return ask[LevelFlow](ctx, s, "level_flows", args{"week": f.Week, "scope": scope.list()})
}
