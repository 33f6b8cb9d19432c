package page

import (
	"context"

	"bellwether/dashboard/read"
	"bellwether/internal/access"
)

// insideKinds are the kinds through any of which a provider can be known: a provider of which the reader may see one of them is inside
// the wall, and the pages decide what of it they show.
var insideKinds = []access.Kind{access.Provider, access.Flag, access.ReviewItem, access.Timeline, access.Capacity, access.Contract, access.Monitoring}

// Reader says what of the snapshot is behind the wall for this request. It answers when a question depends on it.
func (q *Request) Reader() read.Reader {
	return read.Reader{
		Inside: q.inside,
		Names:  q.Config.Authorise(q.Subject, access.View, access.Resource{Class: access.ClassB, Kind: access.Match}).Allow || q.anyArea(access.Match),
	}
}

// anyArea says whether the reader may see things of a kind in one of their areas.
func (q *Request) anyArea(kind access.Kind) bool {
	for _, area := range q.Subject.LocalAuthorities {
		if q.Config.Authorise(q.Subject, access.View, access.Resource{Class: access.ClassB, Kind: kind, LocalAuthority: area}).Allow {
			return true
		}
	}
	return false
}

// inside is every provider of which the reader may see something identifiable. It is worked out once a request.
func (q *Request) inside(ctx context.Context) (read.Scope, error) {
	if q.walled != nil {
		return *q.walled, nil
	}
	places, err := q.Server.placesOf(ctx, q.Snapshot)
	if err != nil {
		return read.Scope{}, err
	}
	var ids []string
	for from := 0; from < len(places); {
		to := from + 1
		for to < len(places) && places[to].Provider == places[from].Provider {
			to++
		}
		for _, kind := range insideKinds {
			d, err := q.decide(access.View, access.ClassB, kind, places[from:to])
			if err != nil {
				return read.Scope{}, err
			}
			if d.Allow {
				ids = append(ids, places[from].Provider)
				break
			}
		}
		from = to
	}
	scope := read.Only(ids)
	q.walled = &scope
	return scope, nil
}
