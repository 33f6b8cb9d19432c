package read

import (
	"context"
	"time"
)

// Payer is how many people on the lists somebody pays for and somebody placed.
type Payer struct {
	_           struct{} `class:"B"`
	Funding     string   `col:"funding"`
	Authority   string   `col:"authority"`
	People      int64    `col:"people"`
	WeeklyCost  *float64 `col:"weekly_cost"`
	CostUnknown int64    `col:"cost_unknown"`
}

// RoomMonth is how full a provider's homes said they were by the end of a month.
type RoomMonth struct {
	_        struct{}  `class:"B"`
	Month    time.Time `col:"month"`
	Homes    int64     `col:"homes"`
	Occupied int64     `col:"occupied"`
	Beds     int64     `col:"beds"`
}

// SpendMonth is what one body published as paid in one month.
type SpendMonth struct {
	_      struct{}  `class:"A"`
	Month  time.Time `col:"month"`
	Payer  string    `col:"payer"`
	Amount float64   `col:"amount"`
	Lines  int64     `col:"lines"`
}

// QuestionRating is one rating of one key question.
type QuestionRating struct {
	_        struct{}  `class:"A"`
	Location string    `col:"location_id"`
	Name     string    `col:"name"`
	Domain   string    `col:"domain"`
	RatedOn  time.Time `col:"rated_on"`
	Rating   string    `col:"rating"`
}

// ComplaintTheme is what complaints were about and what came of them.
type ComplaintTheme struct {
	_          struct{} `class:"B"`
	Name       string   `col:"theme"`
	Complaints int64    `col:"complaints"`
	Upheld     int64    `col:"upheld"`
	Open       int64    `col:"open"`
}

// Counts are incidents and visits of a year.
type Counts struct {
	_              struct{}   `class:"B"`
	Incidents      int64      `col:"incidents"`
	Statutory      int64      `col:"statutory"`
	Severe         int64      `col:"severe"`
	Visits         int64      `col:"visits"`
	LastVisit      *time.Time `col:"last_visit"`
	Outcome        string     `col:"outcome"`
	NextDue        *time.Time `col:"next_due"`
	ActionsOpen    int64      `col:"actions_open"`
	ActionsOverdue int64      `col:"actions_overdue"`
}

// Visit is a quality visit and what it found overall.
type Visit struct {
	_       struct{}  `class:"B"`
	On      time.Time `col:"visited_on"`
	Type    string    `col:"visit_type"`
	Overall string    `col:"overall"`
}

// VisitAction is an action agreed after a visit that isn't done.
type VisitAction struct {
	_            struct{}   `class:"B"`
	ID           string     `col:"action_id"`
	LocationID   string     `col:"location_id"`
	LocationName string     `col:"location_name"`
	Theme        string     `col:"theme"`
	Priority     string     `col:"priority"`
	RaisedOn     *time.Time `col:"raised_on"`
	DueOn        *time.Time `col:"due_on"`
	State        string     `col:"state"`
	DaysOverdue  *int64     `col:"days_overdue"`
}

// Former is an earlier registration of what a provider runs now.
type Former struct {
	_              struct{}   `class:"A"`
	LocationID     string     `col:"location_id"`
	Name           string     `col:"name"`
	ProviderID     string     `col:"provider_id"`
	ProviderName   string     `col:"provider_name"`
	DeregisteredOn *time.Time `col:"deregistered_on"`
	NowID          string     `col:"now_id"`
}

type dayRow struct {
	Day int64 `col:"day"`
}

// More is what a provider's page shows beside its clock. What is public is read for everybody.
type More struct {
	Spend     []SpendMonth
	Questions []QuestionRating
	Former    []Former
	// What follows is for readers of the provider's signals.
	Payers     []Payer
	Room       []RoomMonth
	Complaints []ComplaintTheme
	Counts     Counts
	Actions    []VisitAction
	Visits     []Visit
	// Days are those of the concerns that count, from From on.
	Days []int
	From time.Time
}

// More reads what stands beside the clock of a provider, or of one of its locations. Without signals only what is public is read.
func (s *Snapshot) More(ctx context.Context, f Frame, provider, location string, signals bool) (m More, err error) {
	m.From = f.Week.AddDate(0, 0, -7*StoryWeeks+7)
	given := args{"provider": provider, "location": location, "as_of": f.Run.AsOf, "week": f.Week, "from": m.From}
	steps := []func() error{into(ctx, s, "more_questions", given, &m.Questions), into(ctx, s, "more_former", given, &m.Former)}
	if location == "" {
		steps = append(steps, into(ctx, s, "more_spend", given, &m.Spend))
	}
	var counts []Counts
	var days []dayRow
	if signals {
		steps = append(steps, into(ctx, s, "more_people", given, &m.Payers), into(ctx, s, "more_room", given, &m.Room), into(ctx, s, "more_complaints", given, &m.Complaints),
			into(ctx, s, "more_counts", given, &counts), into(ctx, s, "more_actions", given, &m.Actions), into(ctx, s, "more_days", given, &days),
			into(ctx, s, "more_visits", given, &m.Visits))
	}
	for _, step := range steps {
		if err := step(); err != nil {
			return m, err
		}
	}
	if len(counts) > 0 {
		m.Counts = counts[0]
	}
	for _, d := range days {
		m.Days = append(m.Days, int(d.Day))
	}
	return m, nil
}

// Since counts what has become known of a provider after a day, by source.
func (s *Snapshot) Since(ctx context.Context, provider string, day time.Time) ([]Feed, error) {
	return ask[Feed](ctx, s, "more_since", args{"provider": provider, "since": day})
}

// Owner is whose a location is, and the location that carries it on.
type Owner struct {
	_          struct{} `class:"A"`
	LocationID string   `col:"location_id"`
	ProviderID string   `col:"provider_id"`
	Name       string   `col:"name"`
	CurrentID  string   `col:"current_id"`
}

// OwnerOf reads whose a location is; ok is false for an id that the snapshot doesn't hold.
func (s *Snapshot) OwnerOf(ctx context.Context, location string) (Owner, bool, error) {
	return one[Owner](ctx, s, "location_owner", args{"location": location})
}

// LocationWeeks reads one location's weekly counts.
func (s *Snapshot) LocationWeeks(ctx context.Context, f Frame, location string) ([]Week, error) {
	return ask[Week](ctx, s, "location_weeks", args{"location": location, "week": f.Week, "weeks": StoryWeeks})
}
