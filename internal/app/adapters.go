package app

import (
	"context"
	"errors"
	"strings"
	"sync"

	"bellwether/casework/accounts"
	"bellwether/casework/restricted"
	"bellwether/dashboard/page"
	"bellwether/dashboard/read"
	"bellwether/internal/access"
	"bellwether/internal/audit"
	"bellwether/internal/warehouse"
	"bellwether/metrics"
)

// snapshots gives the dashboard the snapshot in force.
type snapshots struct {
	follower *warehouse.Follower
	dir      string
	told     *sync.Map // what each kept snapshot says of its run, by its path
	counts   *read.Tally
}

// Acquire implements page.Snapshots.
func (s snapshots) Acquire(ctx context.Context) (*read.Snapshot, func(), error) {
	snap, release, err := s.follower.Acquire(ctx)
	if errors.Is(err, warehouse.ErrNoSnapshot) {
		return nil, nil, page.ErrNoSnapshot
	}
	if err != nil {
		return nil, nil, err
	}
	through, err := read.Open(ctx, snap, s.counts)
	if err != nil {
		release()
		return nil, nil, err
	}
	return through, release, nil
}

// At implements page.Earlier.
func (s snapshots) At(ctx context.Context, id string) (*read.Snapshot, func(), error) {
	snap, release, err := s.follower.AcquireAt(ctx, id)
	if errors.Is(err, warehouse.ErrNoSnapshot) {
		return nil, nil, page.ErrNoSnapshot
	}
	if err != nil {
		return nil, nil, err
	}
	through, err := read.Open(ctx, snap, s.counts)
	if err != nil {
		release()
		return nil, nil, err
	}
	return through, release, nil
}

// Kept implements page.Earlier. A snapshot that can't be opened is listed without what only it can say.
func (s snapshots) Kept(ctx context.Context) ([]page.KeptSnapshot, error) {
	all, err := warehouse.Snapshots(s.dir)
	if err != nil {
		return nil, err
	}
	var out []page.KeptSnapshot
	for _, info := range all {
		k, known := s.told.Load(info.Path)
		if !known {
			one := page.KeptSnapshot{ID: info.ID, Published: info.Published}
			if snap, release, err := s.At(ctx, info.ID); err == nil {
				f, err := snap.Frame(ctx)
				release()
				if err != nil {
					return nil, err
				}
				one.Run, one.Readable = f.Run, true
				s.told.Store(info.Path, one) // a snapshot never changes
			}
			k = one
		}
		out = append(out, k.(page.KeptSnapshot))
	}
	return out, nil
}

// people signs people in against the local accounts and counts the attempts.
type people struct {
	accounts   *accounts.Accounts
	requests   *metrics.Requests
	restricted *restricted.Book // who has broken the glass; nil for nobody
}

// SignIn implements page.Accounts.
func (p people) SignIn(ctx context.Context, a page.Attempt) (page.Entrance, error) {
	in, err := p.accounts.SignIn(ctx, accounts.Attempt{Username: a.Username, Password: a.Password, Device: a.Device})
	p.requests.SignIn(err == nil)
	var refused *accounts.SignInError
	switch {
	case err == nil:
		return page.Entrance{UserID: in.Account.ID, Device: in.Device}, nil
	case errors.As(err, &refused) && refused.RetryAfter > 0:
		return page.Entrance{}, &page.ThrottledError{RetryAfter: refused.RetryAfter}
	case errors.As(err, &refused):
		return page.Entrance{}, &page.RefusedError{Code: refused.Code}
	default:
		return page.Entrance{}, err
	}
}

// Subject implements page.Accounts.
func (p people) Subject(ctx context.Context, id string) (access.Subject, error) {
	account, err := p.accounts.Get(ctx, id)
	if errors.Is(err, accounts.ErrNotFound) || err == nil && account.Status != accounts.Active {
		return access.Subject{}, page.ErrNoAccount
	}
	if err != nil {
		return access.Subject{}, err
	}
	s := account.Subject()
	if p.restricted != nil {
		s.BrokenGlass = p.restricted.Broken(id)
	}
	return s, nil
}

// auditor records reads in the hash-chained log.
type auditor struct {
	log      *audit.Log
	requests *metrics.Requests
}

// Record implements page.Auditor.
func (a auditor) Record(_ context.Context, e page.Entry) error {
	err := a.log.Append(audit.Record{Actor: e.UserID, Session: e.Session, Action: e.Action, Class: e.Class, Kind: e.Kind, ID: e.ID, Allow: e.Allowed, Purpose: e.Purpose, Restricted: e.Restricted,
		Reason: strings.ReplaceAll(e.Reason, " ", "_"), PolicyHash: access.Hash(), RequestID: e.RequestID})
	if err == nil {
		a.requests.Audited()
	}
	return err
}

var (
	_ page.Snapshots = snapshots{}
	_ page.Earlier   = snapshots{}
	_ page.Accounts  = people{}
	_ page.Auditor   = auditor{}
)
