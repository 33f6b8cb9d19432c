package dashboard

import (
	"context"
	"errors"
	"slices"

	"bellwether/casework/accounts"
	"bellwether/casework/review"
	"bellwether/internal/access"
)

// person is an account as every decision must see it: with the interests that it has declared. Nothing here asks the accounts for
// somebody in another way, so that no door is left out.
func (s *Server) person(ctx context.Context, id string) (access.Subject, error) {
	sub, err := s.cfg.Accounts.Subject(ctx, id)
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
	in, err := s.cfg.Casework.Interests(ctx, sub.UserID)
	if err != nil || len(in) == 0 {
		return sub, err
	}
	sub.Conflicts = append(slices.Clip(sub.Conflicts), in...)
	return sub, nil
}

// nameOf gives the name of an account, or its id where the account is gone.
func (q *request) nameOf(id string) (string, error) {
	if q.cfg.Local == nil {
		return id, nil
	}
	a, err := q.cfg.Local.Get(q.r.Context(), id)
	if errors.Is(err, accounts.ErrNotFound) {
		return id, nil
	}
	return a.Name, err
}

// option is one choice of a list.
type option struct{ Value, Text string }

// names gives the names of accounts by id; the program's own steps are named too.
func (q *request) names(ctx context.Context) (map[string]string, error) {
	out := map[string]string{review.Program: "Bellwether"}
	if q.cfg.People == nil {
		return out, nil
	}
	people, err := q.cfg.People(ctx)
	if err != nil {
		return nil, err
	}
	for _, p := range people {
		out[p.Subject.UserID] = p.Subject.Name
	}
	return out, nil
}

// owners lists who may be named for something of a provider: those who may act on it themselves.
func (q *request) owners(ctx context.Context, action access.Action, cls access.Class, kind access.Kind, provider string) ([]option, error) {
	if q.cfg.People == nil {
		return nil, nil
	}
	people, err := q.cfg.People(ctx)
	if err != nil {
		return nil, err
	}
	var out []option
	for _, p := range people {
		other := *q
		if other.sub, err = q.s.interested(ctx, p.Subject); err != nil {
			return nil, err
		}
		d, err := other.may(action, cls, kind, provider)
		if err != nil {
			return nil, err
		}
		if d.Allow {
			out = append(out, option{p.Subject.UserID, p.Subject.Name})
		}
	}
	slices.SortFunc(out, func(a, b option) int {
		if a.Text < b.Text {
			return -1
		}
		return 1
	})
	return out, nil
}

// options are choices in the order of their words; a value without words stands for itself.
func options(from map[string]string) []option {
	out := make([]option, 0, len(from))
	for value, text := range from {
		if text == "" {
			text = value
		}
		out = append(out, option{value, text})
	}
	slices.SortFunc(out, func(a, b option) int {
		if a.Text < b.Text || a.Text == b.Text && a.Value < b.Value {
			return -1
		}
		return 1
	})
	return out
}
