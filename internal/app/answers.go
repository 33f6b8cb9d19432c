package app

import (
	"context"
	"database/sql"

	"bellwether/casework/requests"
	"bellwether/internal/answers"
)

// answerDesk answers requests for information from the snapshot in force. A machine that only follows has neither the key of pseudonyms nor
// the register of releases, and answers none.
func (a *App) answerDesk(ctx context.Context) (*answers.Desk, error) {
	if a.opt.Follow {
		return nil, nil
	}
	book, err := requests.NewBook(ctx, a.store, CaseworkClock(a.opt.Config, a.opt.Now), nil)
	if err != nil {
		return nil, err
	}
	return &answers.Desk{Book: book, Config: a.opt.Config, Now: a.opt.Now, Newest: func(ctx context.Context, use func(string, *sql.DB) error) error {
		snap, release, err := a.follower.Acquire(ctx)
		if err != nil {
			return err
		}
		defer release()
		return use(snap.ID, snap.DB())
	}}, nil
}
