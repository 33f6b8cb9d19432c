package read

import (
	"context"
	"strings"
	"time"
)

// ProviderQuery is what the list of providers is asked for. Empty fields ask for everything.
type ProviderQuery struct {
	Text   string
	Levels []string
	Area   string
	Kind   string
	Brand  string
	// Rating is the lowest current rating's score, or "none".
	Rating string
	// Moved keeps providers whose level changed on or after this ISO date.
	Moved string
	// All includes providers that have left the register.
	All    bool
	Sort   string
	Limit  int
	Offset int
}

// ProviderSorts are the orders that the list knows; the first is the default.
var ProviderSorts = []string{"level", "name", "beds", "concerns", "rating", "moved"}

// ProviderRow is one provider in the list: its place in the register, and where the reader may see it its level.
type ProviderRow struct {
	_             struct{}   `class:"A"`
	ID            string     `col:"provider_id"`
	Name          string     `col:"name"`
	Status        string     `col:"status"`
	Areas         string     `col:"areas"`
	Kinds         string     `col:"kinds"`
	Locations     int64      `col:"locations"`
	Beds          *int64     `col:"beds"`
	BrandID       string     `col:"brand_id"`
	BrandName     string     `col:"brand_name"`
	Visible       bool       `col:"visible" class:"B"`
	Level         int64      `col:"level"`
	FailureKind   string     `col:"failure_kind"`
	Since         *time.Time `col:"since"`
	FlagsOpen     int64      `col:"flags_open"`
	FlagsWaiting  int64      `col:"flags_waiting"`
	Headline      string     `col:"headline"`
	PreviousLevel *int64     `col:"previous_level"`
	MovedOn       *time.Time `col:"moved_on"`
	Rating        string     `col:"rating"`
	RatingScore   *int64     `col:"rating_score"`
	Concerns12w   int64      `col:"concerns_12w"`
	// People are those on the councils' lists, and Taken the beds taken in per cent; nil where nobody has said, or outside the scope.
	People *int64   `col:"people" class:"B"`
	Taken  *float64 `col:"taken" class:"B"`
	Total  int64    `col:"total"`
}

// NoBeds says that none of the provider's services is one with beds, so that a missing number of beds is not an unknown one.
func (p ProviderRow) NoBeds() bool {
	return p.Beds == nil && p.Kinds != "" && !strings.Contains(p.Kinds, "care_home")
}

// KindList splits the provider's kinds of service.
func (p ProviderRow) KindList() []string {
	if p.Kinds == "" {
		return nil
	}
	return strings.Split(p.Kinds, "|")
}

// Providers lists providers; total counts all that match, of which at most q.Limit are returned.
func (s *Snapshot) Providers(ctx context.Context, f Frame, scope Scope, q ProviderQuery) (list []ProviderRow, total int64, err error) {
	status := ""
	if q.All {
		status = "all"
	}
	list, err = ask[ProviderRow](ctx, s, "providers", args{
		"q": strings.TrimSpace(q.Text), "levels": strings.Join(q.Levels, ","), "area": q.Area, "kind": q.Kind, "brand": q.Brand,
		"rating": q.Rating, "moved": q.Moved, "status": status, "sort": q.Sort, "limit": q.Limit, "offset": q.Offset, "week": f.Week, "scope": scope.list(),
	})
	if len(list) > 0 {
		total = list[0].Total
	}
	return list, total, err
}

// Choice is one setting of a filter.
type Choice struct {
	_         struct{} `class:"A"`
	Field     string   `col:"field"`
	Value     string   `col:"value"`
	Label     string   `col:"label"`
	Providers int64    `col:"providers"`
}

// Choices lists what the provider list's filters can be set to, by field.
func (s *Snapshot) Choices(ctx context.Context) (map[string][]Choice, error) {
	all, err := ask[Choice](ctx, s, "choices", nil)
	return byField(all, func(c Choice) string { return c.Field }), err
}

func byField[T any](all []T, field func(T) string) map[string][]T {
	out := map[string][]T{}
	for _, v := range all {
		out[field(v)] = append(out[field(v)], v)
	}
	return out
}

type lineRow struct {
	ProviderID string `col:"provider_id"`
	Line       string `col:"line"`
}

// Lines gives each provider's weekly concerns and complaints of the last year as one small series for a line beside its name. The
// line shows when evidence came, not how much there was: its two units are drawn together and never printed as a sum.
func (s *Snapshot) Lines(ctx context.Context, f Frame, providers []string) (map[string][]float64, error) {
	rows, err := ask[lineRow](ctx, s, "evidence_lines", args{"providers": strings.Join(providers, ","), "week": f.Week})
	out := make(map[string][]float64, len(rows))
	for _, r := range rows {
		out[r.ProviderID] = numbers(r.Line)
	}
	return out, err
}

// Suggestion is a provider that fits what has been typed, and by what it does where that isn't its name.
type Suggestion struct {
	_      struct{} `class:"A"`
	ID     string   `col:"provider_id"`
	Name   string   `col:"name"`
	Area   string   `col:"area"`
	Status string   `col:"status"`
	Via    string   `col:"via"`
}

// Suggest lists the eight providers that fit best what has been typed so far.
func (s *Snapshot) Suggest(ctx context.Context, typed string) ([]Suggestion, error) {
	return ask[Suggestion](ctx, s, "provider_suggest", args{"q": typed})
}

// Compared is one provider among those laid side by side: facts of the register, and for providers of the scope what is known here.
type Compared struct {
	_           struct{}   `class:"A"`
	ID          string     `col:"provider_id"`
	Name        string     `col:"name"`
	Status      string     `col:"status"`
	BrandName   string     `col:"brand_name"`
	Areas       string     `col:"areas"`
	Kinds       string     `col:"kinds"`
	Locations   int64      `col:"locations"`
	Beds        *int64     `col:"beds"`
	BelowGood   int64      `col:"below_good"`
	Unrated     int64      `col:"unrated"`
	Rating      string     `col:"rating"`
	OldestDays  *int64     `col:"oldest_days"`
	NoManager   int64      `col:"no_manager"`
	NextEnd     *time.Time `col:"next_end"`
	Visible     bool       `col:"visible" class:"B"`
	Level       *int64     `col:"level"`
	FailureKind string     `col:"failure_kind"`
	Since       *time.Time `col:"since"`
	FlagsOpen   *int64     `col:"flags_open"`
	Headline    string     `col:"headline"`
	Concerns    *int64     `col:"concerns"`
	Enquiries   *int64     `col:"enquiries"`
	Complaints  *int64     `col:"complaints"`
	Exposure    *float64   `col:"exposure"`
	Occupied    *int64     `col:"occupied"`
	ToldBeds    *int64     `col:"told_beds"`
	Vacancies   *int64     `col:"vacancies"`
	Shut        *int64     `col:"shut"`
	People      *int64     `col:"people"`
	Fee         *float64   `col:"fee"`
}

// Compare reads providers for a comparison, in the order in which they were asked for.
func (s *Snapshot) Compare(ctx context.Context, f Frame, scope Scope, ids []string) ([]Compared, error) {
	return ask[Compared](ctx, s, "provider_compare", args{"providers": strings.Join(ids, ","), "scope": scope.list(), "week": f.Week, "as_of": f.Run.AsOf})
}
