package read

import (
	"context"
	"strings"
	"time"
)

// Selection is the services that might stop: those of some providers, of a group, or of an area.
type Selection struct {
	Providers   []string
	Brand, Area string
}

// None says that nothing is chosen.
func (s Selection) None() bool { return len(s.Providers) == 0 && s.Brand == "" && s.Area == "" }

func (s Selection) args(scope Scope) args {
	return args{"providers": strings.Join(s.Providers, ","), "brand": s.Brand, "area": s.Area, "scope": scope.list()}
}

// Affected is people of one service with the same need and payer.
type Affected struct {
	_            struct{} `class:"B"`
	ProviderID   string   `col:"provider_id"`
	LocationID   string   `col:"location_id"`
	ProviderName string   `col:"provider_name"`
	LocationName string   `col:"location_name"`
	Area         string   `col:"area"`
	Service      string   `col:"service"`
	Need         string   `col:"need"`
	Support      string   `col:"support_level"`
	// Funding is a code; not_known stands for people who live there and whom no list names.
	Funding     string   `col:"funding"`
	Authority   string   `col:"authority"`
	Hours       float64  `col:"hours"`
	People      int64    `col:"people"`
	WeeklyCost  *float64 `col:"weekly_cost"`
	CostUnknown int64    `col:"cost_unknown"`
	Lat         *float64 `col:"latitude"`
	Lon         *float64 `col:"longitude"`
}

// Listed says that the people are on the council's own list.
func (a Affected) Listed() bool { return a.Funding != "not_known" }

// Stopping is a service that might stop.
type Stopping struct {
	_            struct{}   `class:"B"`
	LocationID   string     `col:"location_id"`
	ProviderID   string     `col:"provider_id"`
	Name         string     `col:"name"`
	ProviderName string     `col:"provider_name"`
	Area         string     `col:"area"`
	Kind         string     `col:"service_kind"`
	Beds         *int64     `col:"beds"`
	Occupied     *int64     `col:"occupied"`
	OccupiedOn   *time.Time `col:"occupied_on"`
	Known        *int64     `col:"known_people"`
	ListState    string     `col:"list_state"`
}

// Spare is spare capacity of one kind at one service, as it last reported.
type Spare struct {
	_            struct{}   `class:"B"`
	LocationID   string     `col:"location_id"`
	ProviderID   string     `col:"provider_id"`
	Name         string     `col:"name"`
	ProviderName string     `col:"provider_name"`
	Area         string     `col:"area"`
	Postcode     string     `col:"postcode"`
	Lat          *float64   `col:"latitude"`
	Lon          *float64   `col:"longitude"`
	Accepting    string     `col:"accepting"`
	UpdatedOn    *time.Time `col:"updated_on"`
	UpdatedDays  *int64     `col:"days_since_update"`
	Rating       string     `col:"rating"`
	Score        int64      `col:"rating_score"`
	Level        int64      `col:"level"`
	FailureKind  string     `col:"failure_kind"`
	Fee          *float64   `col:"fee"`
	Kind         string     `col:"kind"`
	Free         int64      `col:"free"`
}

// Affected reads the people of the chosen services.
func (s *Snapshot) Affected(ctx context.Context, scope Scope, sel Selection) ([]Affected, error) {
	return ask[Affected](ctx, s, "contingency_people", sel.args(scope))
}

// Stopping reads the chosen services.
func (s *Snapshot) Stopping(ctx context.Context, scope Scope, sel Selection) ([]Stopping, error) {
	return ask[Stopping](ctx, s, "contingency_services", sel.args(scope))
}

// Spare reads the spare capacity of every service in the scope.
func (s *Snapshot) Spare(ctx context.Context, scope Scope) ([]Spare, error) {
	return ask[Spare](ctx, s, "contingency_places", args{"scope": scope.list()})
}

// OverdueList is a home that owes its yearly list of placements by authority.
type OverdueList struct {
	_            struct{}   `class:"B"`
	LocationID   string     `col:"location_id"`
	ProviderID   string     `col:"provider_id"`
	Name         string     `col:"name"`
	ProviderName string     `col:"provider_name"`
	DueOn        *time.Time `col:"list_due_on"`
	ChasedOn     *time.Time `col:"list_chased_on"`
	Days         int64      `col:"days"`      // since the list was due
	NotKnown     *int64     `col:"not_known"` // people who live there and are on no list of ours
}

// OverdueLists reads the homes in the reader's view to chase for their lists, at most 200.
func (s *Snapshot) OverdueLists(ctx context.Context, f Frame, scope Scope) ([]OverdueList, error) {
	return ask[OverdueList](ctx, s, "lists_overdue", args{"as_of": f.Run.AsOf, "scope": scope.list()})
}
