package read

import "context"

// PlacedBy is an authority that has people at a provider, as its own list of placements says.
type PlacedBy struct {
	_         struct{} `class:"B"`
	Authority string   `col:"authority"`
}

// Placed is one person whom the list of placements has at a service of a provider, under a pseudonym.
type Placed struct {
	_         struct{} `class:"C"`
	Person    string   `col:"person"`
	Service   string   `col:"service"`
	Need      string   `col:"need"`
	Support   string   `col:"support"`
	Funding   string   `col:"funding"`
	Authority string   `col:"authority"`
}

// PlacedBy lists the authorities that have people at a provider now.
func (s *Snapshot) PlacedBy(ctx context.Context, provider string) ([]PlacedBy, error) {
	return ask[PlacedBy](ctx, s, "placed_by", args{"provider": provider})
}

// PlacedPeople lists the people at a provider now, one line a person and service.
func (s *Snapshot) PlacedPeople(ctx context.Context, provider string) ([]Placed, error) {
	return ask[Placed](ctx, s, "placed_people", args{"provider": provider})
}
