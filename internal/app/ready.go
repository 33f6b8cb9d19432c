package app

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/http"
	"time"
)

// readyLimit keeps a store that hangs from holding the answer up: whoever asks has a limit of their own.
const readyLimit = 3 * time.Second

// ready answers yes while everything that a page needs is there: a snapshot that answers, a casework store that answers, an audit that
// takes entries (what can't be recorded must not be read), and no stop under way.
func (a *App) ready(w http.ResponseWriter, r *http.Request) {
	if err := a.notReady(r.Context()); err != nil {
		http.Error(w, err.Error(), http.StatusServiceUnavailable)
		return
	}
	fmt.Fprintln(w, "ready")
}

// The words are for whoever reads a load balancer's page: which part, and nothing of the instance's.
func (a *App) notReady(ctx context.Context) error {
	if a.stopping.Load() {
		return errors.New("stopping")
	}
	ctx, cancel := context.WithTimeout(ctx, readyLimit)
	defer cancel()
	_, release, err := a.follower.Acquire(ctx)
	if err != nil {
		return errors.New("no snapshot to serve yet")
	}
	release()
	if err := a.store.View(ctx, func(tx *sql.Tx) error { return tx.QueryRowContext(ctx, "SELECT 1").Scan(new(int)) }); err != nil {
		return errors.New("the casework store does not answer")
	}
	if a.audit.Status().Failed != nil {
		return errors.New("the audit takes no entries")
	}
	return nil
}
