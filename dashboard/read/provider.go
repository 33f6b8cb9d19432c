package read

import (
	"context"
	"time"
)

// Provider is one provider's identity, public facts from the register.
type Provider struct {
	_              struct{}   `class:"A"`
	ID             string     `col:"provider_id"`
	Name           string     `col:"name"`
	Ownership      string     `col:"ownership_type"`
	CompanyNumber  string     `col:"company_number"`
	BrandID        string     `col:"brand_id"`
	BrandName      string     `col:"brand_name"`
	Status         string     `col:"status"`
	RegisteredOn   *time.Time `col:"registered_on"`
	DeregisteredOn *time.Time `col:"deregistered_on"`
	Area           string     `col:"area"`
	Postcode       string     `col:"postcode"`
	Locations      int64      `col:"locations"`
	Beds           *int64     `col:"beds"`
	KnownFrom      *time.Time `col:"known_from"`
	Source         string     `col:"source"`
}

// ProviderLevel is where a provider stands and since when.
type ProviderLevel struct {
	_             struct{}   `class:"B"`
	Level         int64      `col:"level"`
	FailureKind   string     `col:"failure_kind"`
	Since         *time.Time `col:"since"`
	FlagsOpen     int64      `col:"flags_open"`
	FlagsWaiting  int64      `col:"flags_waiting"`
	Headline      string     `col:"headline"`
	PreviousLevel *int64     `col:"previous_level"`
	MovedOn       *time.Time `col:"moved_on"`
}

// Location is one of a provider's places.
type Location struct {
	_              struct{}   `class:"A"`
	ID             string     `col:"location_id"`
	Name           string     `col:"name"`
	Kind           string     `col:"service_kind"`
	Beds           *int64     `col:"beds"`
	Area           string     `col:"area"`
	Postcode       string     `col:"postcode"`
	Status         string     `col:"status"`
	RegisteredOn   *time.Time `col:"registered_on"`
	DeregisteredOn *time.Time `col:"deregistered_on"`
	Dormant        bool       `col:"dormant"`
	ManagerPresent *bool      `col:"manager_present"`
	ManagerAbsent  *time.Time `col:"manager_absent_from"`
	Rating         string     `col:"rating"`
	RatingScore    *int64     `col:"rating_score"`
	RatedOn        *time.Time `col:"rated_on"`
	RatingAgeDays  *int64     `col:"age_days"`
	RatingState    string     `col:"rating_state"`
	Safe           string     `col:"safe"`
	Effective      string     `col:"effective"`
	Caring         string     `col:"caring"`
	Responsive     string     `col:"responsive"`
	WellLed        string     `col:"well_led"`
	Inherited      bool       `col:"inherited"`
	Predecessors   string     `col:"predecessors"`
}

// Active says whether people can live with or be supported by the location now.
func (l Location) Active() bool { return l.Status == "Registered" }

// Week is one week of a provider's counts. Only Concerns counts towards the provider; the other four measures of concerns are those
// of which it is not the recorded source of risk, or whose source isn't known.
type Week struct {
	_          struct{}  `class:"B"`
	Week       time.Time `col:"week"`
	Concerns   int64     `col:"concerns"`
	Unknown    int64     `col:"concerns_unknown"`
	Raised     int64     `col:"concerns_raised"`
	Others     int64     `col:"concerns_others"`
	Resident   int64     `col:"concerns_resident"`
	Enquiries  int64     `col:"enquiries"`
	Complaints int64     `col:"complaints"`
	Upheld     int64     `col:"complaints_upheld"`
	// Incidents are what the provider told of itself; nil before anybody told of any.
	Incidents *int64 `col:"incidents"`
}

// LevelAt is a provider's level in one week.
type LevelAt struct {
	_     struct{}  `class:"B"`
	Week  time.Time `col:"week"`
	Level int64     `col:"level"`
}

// Band is what was observed in a look's window against what is usual.
type Band struct {
	_        struct{}  `class:"B"`
	Stream   string    `col:"stream"`
	UnitKind string    `col:"unit_kind"`
	UnitID   string    `col:"unit_id"`
	UnitName string    `col:"unit_name"`
	Week     time.Time `col:"week"`
	Observed *float64  `col:"observed"`
	Expected *float64  `col:"expected"`
	Low      *float64  `col:"usual_low"`
	High     *float64  `col:"usual_high"`
	Window   int64     `col:"window_weeks"`
}

// Rating is a location's overall rating from one day on.
type Rating struct {
	_         struct{}  `class:"A"`
	Location  string    `col:"location_id"`
	Name      string    `col:"name"`
	RatedOn   time.Time `col:"rated_on"`
	Rating    string    `col:"rating"`
	Score     int64     `col:"score"`
	Framework string    `col:"framework"`
	Inherited bool      `col:"inherited"`
}

// ManagerGap is a time without a registered manager.
type ManagerGap struct {
	_          struct{}   `class:"A"`
	Location   string     `col:"location_id"`
	Name       string     `col:"name"`
	AbsentFrom time.Time  `col:"absent_from"`
	ReturnedOn *time.Time `col:"returned_on"`
	Basis      string     `col:"basis"`
}

// CompanyEvent is something recorded about a provider's company.
type CompanyEvent struct {
	_         struct{}   `class:"A"`
	Type      string     `col:"event_type"`
	Failure   bool       `col:"is_failure"`
	On        time.Time  `col:"event_on"`
	KnownFrom *time.Time `col:"known_from"`
}

// Contract is one of a provider's contracts.
type Contract struct {
	_           struct{}   `class:"A"`
	ID          string     `col:"contract_id"`
	Title       string     `col:"title"`
	Buyer       string     `col:"buyer"`
	Reference   string     `col:"reference"`
	Source      string     `col:"source"`
	AnnualValue *float64   `col:"annual_value"`
	Value       *float64   `col:"value"`
	StartsOn    *time.Time `col:"starts_on"`
	EndsOn      *time.Time `col:"ends_on"`
	Status      string     `col:"status"`
}

// Theme is what concerns were about.
type Theme struct {
	_        struct{} `class:"B"`
	Name     string   `col:"theme"`
	Concerns int64    `col:"concerns"`
	Adults   int64    `col:"adults"`
	Enquired int64    `col:"led_to_enquiry"`
}

// Feed is how much one feed has said of a provider.
type Feed struct {
	_       struct{}   `class:"B"`
	Name    string     `col:"feed"`
	Records int64      `col:"records"`
	LastOn  *time.Time `col:"last_on"`
}

// Event is one dated fact of a provider's timeline.
type Event struct {
	_            struct{}   `class:"B"`
	On           *time.Time `col:"on_date"`
	KnownFrom    *time.Time `col:"known_from"`
	Feed         string     `col:"feed"`
	Kind         string     `col:"kind"`
	What         string     `col:"what"`
	Severity     *int64     `col:"severity"`
	LocationID   string     `col:"location_id"`
	LocationName string     `col:"location_name"`
	Total        int64      `col:"total"`
}

// Provider reads a provider's identity; ok is false for an id that the snapshot doesn't hold.
func (s *Snapshot) Provider(ctx context.Context, id string) (p Provider, ok bool, err error) {
	return one[Provider](ctx, s, "provider", args{"provider": id})
}

// ProviderLevel reads where a provider stands; ok is false where no run has placed it.
func (s *Snapshot) ProviderLevel(ctx context.Context, id string) (l ProviderLevel, ok bool, err error) {
	return one[ProviderLevel](ctx, s, "provider_level", args{"provider": id})
}

// OpenFlags lists the ids of the flags that are open on a provider.
func (s *Snapshot) OpenFlags(ctx context.Context, id string) ([]string, error) {
	type row struct {
		ID string `col:"flag_id"`
	}
	rows, err := ask[row](ctx, s, "open_flags", args{"provider": id})
	if err != nil {
		return nil, err
	}
	var ids []string
	for _, r := range rows {
		ids = append(ids, r.ID)
	}
	return ids, nil
}

// Timeline reads a page of a provider's dated facts, or of one of its locations.
func (s *Snapshot) Timeline(ctx context.Context, id, location, feed string, limit, offset int) (list []Event, total int64, err error) {
	list, err = ask[Event](ctx, s, "provider_timeline", args{"provider": id, "location": location, "feed": feed, "limit": limit, "offset": offset})
	if len(list) > 0 {
		total = list[0].Total
	}
	return list, total, err
}

// ManagerIn says whether a manager is in post; a manager who isn't known of is not in post, and [Location.ManagerPresent] tells the two apart.
func (l Location) ManagerIn() bool { return l.ManagerPresent != nil && *l.ManagerPresent }

// LowQuestions names the key questions rated below Good, with their rating.
func (l Location) LowQuestions() []string {
	var out []string
	for _, k := range [][2]string{{"Safe", l.Safe}, {"Effective", l.Effective}, {"Caring", l.Caring}, {"Responsive", l.Responsive}, {"Well-led", l.WellLed}} {
		if k[1] == "Requires improvement" || k[1] == "Inadequate" {
			out = append(out, k[0]+" ("+k[1]+")")
		}
	}
	return out
}
