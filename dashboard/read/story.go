package read

import (
	"context"
	"strconv"
	"strings"
)

// Story is everything on one provider's clock.
type Story struct {
	Locations []Location
	Weeks     []Week
	Levels    []LevelAt
	Band      []Band
	// ComplaintBand and IncidentBand are the other streams against what is usual, and Streams when each began to count.
	ComplaintBand []Band
	IncidentBand  []Band
	Streams       []Stream
	Ratings       []Rating
	Managers      []ManagerGap
	Company       []CompanyEvent
	Contracts     []Contract
	Themes        []Theme
	Feeds         []Feed
}

// StoryWeeks is how far back a provider's clock goes.
const StoryWeeks = 130

// Story reads what the provider page draws.
func (s *Snapshot) Story(ctx context.Context, f Frame, id string) (st Story, err error) {
	given := args{"provider": id, "week": f.Week, "weeks": StoryWeeks, "as_of": f.Run.AsOf}
	var bands []Band
	steps := []func() error{
		into(ctx, s, "provider_locations", given, &st.Locations),
		into(ctx, s, "provider_weeks", given, &st.Weeks),
		into(ctx, s, "provider_level_weeks", given, &st.Levels),
		into(ctx, s, "provider_band", given, &bands),
		into(ctx, s, "streams", nil, &st.Streams),
		into(ctx, s, "provider_ratings", given, &st.Ratings),
		into(ctx, s, "provider_managers", given, &st.Managers),
		into(ctx, s, "provider_company", given, &st.Company),
		into(ctx, s, "provider_contracts", given, &st.Contracts),
		into(ctx, s, "provider_themes", given, &st.Themes),
		into(ctx, s, "provider_feeds", given, &st.Feeds),
	}
	for _, step := range steps {
		if err := step(); err != nil {
			return st, err
		}
	}
	for _, b := range bands {
		to := map[string]*[]Band{"concerns": &st.Band, "complaints": &st.ComplaintBand, "incidents": &st.IncidentBand}[b.Stream]
		*to = append(*to, b)
	}
	return st, nil
}

// LocationsOf reads a provider's locations alone.
func (s *Snapshot) LocationsOf(ctx context.Context, id string) ([]Location, error) {
	return ask[Location](ctx, s, "provider_locations", args{"provider": id})
}

// Weeks reads a provider's weekly counts, for its table and its download.
func (s *Snapshot) Weeks(ctx context.Context, f Frame, id string) ([]Week, error) {
	return ask[Week](ctx, s, "provider_weeks", args{"provider": id, "week": f.Week, "weeks": StoryWeeks})
}

func into[T any](ctx context.Context, s *Snapshot, name string, given args, to *[]T) func() error {
	return func() (err error) {
		*to, err = ask[T](ctx, s, name, given)
		return err
	}
}

// numbers reads "1,0,2"; a part that isn't a number counts as 0, which only the engine itself could write.
func numbers(line string) []float64 {
	if line == "" {
		return nil
	}
	parts := strings.Split(line, ",")
	out := make([]float64, len(parts))
	for i, p := range parts {
		out[i], _ = strconv.ParseFloat(p, 64)
	}
	return out
}
