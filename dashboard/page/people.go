package page

import (
	"context"
	"errors"
	"slices"

	"bellwether/casework/accounts"
	"bellwether/casework/review"
	"bellwether/internal/access"
)

// Person is an account as every decision must see it: with the interests that it has declared. Nothing here asks the accounts for
// somebody in another way, so that no door is left out.
func (s *Server) Person(ctx context.Context, id string) (access.Subject, error) {
	sub, err := s.Config.Accounts.Subject(ctx, id)
	if err != nil {
		return sub, err
	}
	return s.interested(ctx, sub)
}

// interested adds to somebody the providers in which they have declared an interest: it takes their access away until a chair clears it.
func (s *Server) interested(ctx context.Context, sub access.Subject) (access.Subject, error) {
	if sub.UserID == "" {
		return sub, nil
	}
	in, err := s.Config.Casework.Interests(ctx, sub.UserID)
	if err != nil || len(in) == 0 {
		return sub, err
	}
	sub.Conflicts = append(slices.Clip(sub.Conflicts), in...)
	return sub, nil
}

// NameOf gives the name of an account, or its id where the account is gone.
func (q *Request) NameOf(id string) (string, error) {
	if q.Config.Local == nil {
		return id, nil
	}
	a, err := q.Config.Local.Get(q.R.Context(), id)
	if errors.Is(err, accounts.ErrNotFound) {
		return id, nil
	}
	return a.Name, err
}

// Option is one choice of a list.
type Option struct{ Value, Text string }

// Names gives the names of accounts by id; the program's own steps are named too.
func (q *Request) Names(ctx context.Context) (map[string]string, error) {
	out := map[string]string{review.Program: "Bellwether"}
	if q.Config.People == nil {
		return out, nil
	}
	people, err := q.Config.People(ctx)
	if err != nil {
		return nil, err
	}
	for _, p := range people {
		out[p.Subject.UserID] = p.Subject.Name
	}
	return out, nil
}

// Owners lists who may be named for something of a provider: those who may act on it themselves.
func (q *Request) Owners(ctx context.Context, action access.Action, cls access.Class, kind access.Kind, provider string) ([]Option, error) {
	if q.Config.People == nil {
		return nil, nil
	}
	people, err := q.Config.People(ctx)
	if err != nil {
		return nil, err
	}
	var out []Option
	for _, p := range people {
		other := *q
		if other.Subject, err = q.Server.interested(ctx, p.Subject); err != nil {
			return nil, err
		}
		d, err := other.May(action, cls, kind, provider)
		if err != nil {
			return nil, err
		}
		if d.Allow {
			out = append(out, Option{p.Subject.UserID, p.Subject.Name})
		}
	}
	slices.SortFunc(out, func(a, b Option) int {
		if a.Text < b.Text {
			return -1
		}
		return 1
	})
	return out, nil
}

// Options are choices in the order of their words; a value without words stands for itself.
func Options(from map[string]string) []Option {
	out := make([]Option, 0, len(from))
	for value, text := range from {
		if text == "" {
			text = value
		}
		out = append(out, Option{value, text})
	}
	slices.SortFunc(out, func(a, b Option) int {
		if a.Text < b.Text || a.Text == b.Text && a.Value < b.Value {
			return -1
		}
		return 1
	})
	return out
}
