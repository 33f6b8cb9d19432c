package read

import (
	"context"
	"slices"
	"strings"
)

// Scope is the set of providers whose identifiable figures a reader may see. The zero scope holds none.
type Scope struct {
	all bool
	ids []string
}

// Everyone is the scope without a limit.
var Everyone = Scope{all: true}

// Only is the scope of the given providers.
func Only(ids []string) Scope { return Scope{ids: ids} }

// AllOf is the scope of a reader without limits over the providers that are there to be seen: it reads like [Everyone], and holds what
// it holds.
func AllOf(ids []string) Scope { return Scope{all: true, ids: ids} }

// None says whether the scope holds no provider.
func (s Scope) None() bool { return !s.all && len(s.ids) == 0 }

// Of narrows the scope to some of its providers: those of the given ones that it holds.
func (s Scope) Of(ids ...string) Scope {
	if s.all && s.ids == nil {
		return Only(ids)
	}
	return Only(slices.DeleteFunc(slices.Clone(ids), func(id string) bool { return !slices.Contains(s.ids, id) }))
}

// All says whether the scope has no limit.
func (s Scope) All() bool { return s.all }

// text gives the scope as questions take it: a star, or ids that can't be mistaken for one.
func (s Scope) text() string {
	if s.all && s.ids == nil {
		return "*"
	}
	return strings.Join(s.ids, ",")
}

// Place is a provider in one of its areas.
type Place struct {
	Provider string `col:"provider_id"`
	Area     string `col:"area"`
	Name     string `col:"name"` // of the provider
}

// Places lists every provider with each of its areas, in the order of their ids.
func (s *Snapshot) Places(ctx context.Context) ([]Place, error) {
	return ask[Place](ctx, s, "scope_pairs", nil)
}

// PlacesOf lists the areas of one provider.
func (s *Snapshot) PlacesOf(ctx context.Context, provider string) ([]Place, error) {
	return ask[Place](ctx, s, "provider_areas", args{"provider": provider})
}
