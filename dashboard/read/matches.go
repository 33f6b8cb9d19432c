package read

import (
	"context"
	"strings"
	"time"

	"bellwether/ingest/identity"
)

// UnmatchedFeed counts the records of one feed that match no provider. It names nobody.
type UnmatchedFeed struct {
	_       struct{}   `class:"A"`
	Feed    string     `col:"feed"`
	Records int64      `col:"records"`
	FirstOn *time.Time `col:"first_on"`
	LastOn  *time.Time `col:"last_on"`
}

// Candidate is a service or provider that a name may mean.
type Candidate struct {
	_          struct{} `class:"B"`
	Place      int64
	LocationID string
	ProviderID string
	Name       string
	Provider   string // the provider's own name
	Postcode   string
	Area       string
	Score      float64
	Margin     float64
	Same       bool // stands at the postcode that came with the name
}

// ID is what the candidate is named by: its location, or for a provider without one the provider.
func (c Candidate) ID() string {
	if c.LocationID != "" {
		return c.LocationID
	}
	return c.ProviderID
}

// Match is one way in which a name is given that nothing settles.
type Match struct {
	_ struct{} `class:"B"`
	identity.Given
	Feeds      []string
	Records    int64
	FirstOn    *time.Time
	LastOn     *time.Time
	Candidates []Candidate
}

type matchRow struct {
	_            struct{}   `class:"B"`
	Name         string     `col:"name_given"`
	Location     string     `col:"location_given"`
	Postcode     string     `col:"postcode_given"`
	Feeds        string     `col:"feeds"`
	Records      int64      `col:"records"`
	FirstOn      *time.Time `col:"first_on"`
	LastOn       *time.Time `col:"last_on"`
	Place        int64      `col:"place"`
	LocationID   string     `col:"location_id"`
	ProviderID   string     `col:"provider_id"`
	Candidate    string     `col:"candidate"`
	ProviderName string     `col:"provider_name"`
	At           string     `col:"postcode"`
	Area         string     `col:"area"`
	Score        float64    `col:"score"`
	Margin       float64    `col:"margin"`
	Same         bool       `col:"same_postcode"`
}

// Matches reads every name that matches no provider, those with the most records first.
func (s *Snapshot) Matches(ctx context.Context) ([]Match, error) {
	rows, err := ask[matchRow](ctx, s, "matches", nil)
	if err != nil {
		return nil, err
	}
	var out []Match
	for _, r := range rows {
		g := identity.Given{Name: r.Name, Location: r.Location, Postcode: r.Postcode}
		if n := len(out); n == 0 || out[n-1].Given != g {
			out = append(out, Match{Given: g, Feeds: strings.Split(r.Feeds, ","), Records: r.Records, FirstOn: r.FirstOn, LastOn: r.LastOn})
		}
		if r.Place == 0 {
			continue
		}
		last := &out[len(out)-1]
		last.Candidates = append(last.Candidates, Candidate{Place: r.Place, LocationID: r.LocationID, ProviderID: r.ProviderID, Name: r.Candidate, Provider: r.ProviderName,
			Postcode: r.At, Area: r.Area, Score: r.Score, Margin: r.Margin, Same: r.Same})
	}
	return out, nil
}

// Target is a service or provider that somebody names as meant.
type Target struct {
	_          struct{} `class:"A"`
	LocationID string   `col:"location_id"`
	ProviderID string   `col:"provider_id"`
	Name       string   `col:"name"`
	Postcode   string   `col:"postcode"`
	Area       string   `col:"area"`
}

// MatchTarget finds a service or provider by its id; ok is false where there is none.
func (s *Snapshot) MatchTarget(ctx context.Context, id string) (Target, bool, error) {
	return one[Target](ctx, s, "match_target", args{"id": strings.TrimSpace(id)})
}
