package read

import (
	"context"
	"crypto/sha256"
	"fmt"
	"slices"
	"strings"
	"sync"
)

// Scope is the set of providers whose identifiable figures a reader may see. The zero scope holds none.
type Scope struct {
	all  bool
	ids  []string
	told *toldScope // worked out when it is first asked for, and shared by the scope's copies
}

// list is a set of ids as questions take it: the ids with commas between them, or a star for all that there are. Its sum tells it from
// others without reading a country's ids again.
type list struct {
	text string
	sum  [sha256.Size]byte
}

func listOf(text string) list { return list{text, sha256.Sum256([]byte(text))} }

type toldScope struct {
	once sync.Once
	ids  list
}

var everyList, noList = listOf("*"), listOf("")

// Everyone is the scope without a limit.
var Everyone = Scope{all: true}

// Only is the scope of the given providers.
func Only(ids []string) Scope { return Scope{ids: ids, told: new(toldScope)} }

// AllOf is the scope of a reader without limits over the providers that are there to be seen: it reads like [Everyone], and holds what
// it holds.
func AllOf(ids []string) Scope { return Scope{all: true, ids: ids, told: new(toldScope)} }

// None says whether the scope holds no provider.
func (s Scope) None() bool { return !s.all && len(s.ids) == 0 }

// Mark tells the scope from others, whatever its size.
func (s Scope) Mark() string { return fmt.Sprintf("%v %x", s.all, s.list().sum) }

// Of narrows the scope to some of its providers: those of the given ones that it holds.
func (s Scope) Of(ids ...string) Scope {
	if s.all && s.ids == nil {
		return Only(ids)
	}
	return Only(slices.DeleteFunc(slices.Clone(ids), func(id string) bool { return !slices.Contains(s.ids, id) }))
}

// All says whether the scope has no limit.
func (s Scope) All() bool { return s.all }

// list gives the scope as questions take it: a star, or ids that can't be mistaken for one.
func (s Scope) list() list {
	if s.all && s.ids == nil {
		return everyList
	}
	return s.named()
}

// named gives the ids that the scope names.
func (s Scope) named() list {
	if s.told == nil {
		return noList
	}
	s.told.once.Do(func() { s.told.ids = listOf(strings.Join(s.ids, ",")) })
	return s.told.ids
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
