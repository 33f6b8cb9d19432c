// Package lease has one machine among several run the pipeline. The right to it is a lease in the database that the machines share: it is
// renewed while its holder lives, another machine takes it when it runs out, and every new holder has a greater number. The number
// fences: a load and a publication are refused once the lease is lost, and what was already on its way then is told by its lesser
// number ([bellwether/internal/share]).
package lease

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"strings"
	"sync"
	"time"

	"bellwether/casework/store/postgres"
	"bellwether/internal/config"
	"bellwether/internal/instance"
)

const name = "pipeline"

// Keeper is one machine's part in the lease. The zero value of its pointer, nil, is an instance that shares nothing: it always may.
type Keeper struct {
	db     *postgres.DB
	own    bool // the database was opened for this keeper
	dir    string
	length time.Duration // how long it lasts without being renewed; it is renewed after a third of that
	me     postgres.Lease
	atMost func(context.Context) (int64, error)
	log    *slog.Logger

	mu   sync.Mutex
	held postgres.Lease // token 0 while it is not held
	err  error          // of the newest attempt
}

// New makes a machine's keeper; nil if casework is not in a shared database. atMost gives the greatest number that anything was published
// under, which a new lease must pass; it may be nil.
func New(cfg config.Config, db any, atMost func(context.Context) (int64, error), log *slog.Logger) (*Keeper, error) {
	shared, is := db.(*postgres.DB)
	if !is {
		return nil, nil
	}
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	id, err := machineID(cfg)
	if err != nil {
		return nil, err
	}
	host, err := os.Hostname()
	if err != nil {
		host = "a machine without a name"
	}
	return &Keeper{db: shared, dir: cfg.Dir, length: cfg.Casework.Postgres.Lease, me: postgres.Lease{Name: name, Holder: id, Who: host}, atMost: atMost, log: log}, nil
}

// Open is New for a command, with a connection of its own that Close ends.
func Open(ctx context.Context, cfg config.Config, now func() time.Time, atMost func(context.Context) (int64, error), log *slog.Logger) (*Keeper, error) {
	if cfg.Casework.Postgres.URL == "" {
		return nil, nil
	}
	db, err := instance.OpenStore(ctx, cfg, now)
	if err != nil {
		return nil, err
	}
	k, err := New(cfg, db, atMost, log)
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	k.own = true
	return k, nil
}

// machineID is a random name that lies in the folder of the raw file, which no two machines share.
func machineID(cfg config.Config) (string, error) {
	path := cfg.Path(instance.Warehouse, "machine.id")
	src, err := os.ReadFile(path)
	if id := strings.TrimSpace(string(src)); err == nil && id != "" {
		return id, nil
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return "", err
	}
	raw := make([]byte, 12)
	if _, err := rand.Read(raw); err != nil {
		return "", err
	}
	if err := os.MkdirAll(cfg.Path(instance.Warehouse), 0o700); err != nil {
		return "", err
	}
	id := hex.EncodeToString(raw)
	return id, instance.WriteFile(path, []byte(id+"\n"), 0o600)
}

// Take takes the lease, or renews it. If another machine holds it, it is an *instance.HeldError that names the machine.
func (k *Keeper) Take(ctx context.Context) error {
	if k == nil {
		return nil
	}
	// To go on with a lease no place need be asked: a bucket that can't be reached must not cost it.
	got, err := k.db.RenewLease(ctx, k.me, k.length)
	if errors.Is(err, postgres.ErrLeaseLost) {
		var least int64
		if k.atMost != nil {
			if least, err = k.atMost(ctx); err != nil {
				return k.note(postgres.Lease{}, fmt.Errorf("ask what was published last: %w", err))
			}
		}
		got, err = k.db.TakeLease(ctx, k.me, k.length, least)
	}
	var other *postgres.LeaseHeldError
	if errors.As(err, &other) {
		err = &instance.HeldError{Dir: k.dir, Machine: other.Lease.Who, Holder: instance.Holder{Doing: "the pipeline", Since: other.Lease.Since}}
	}
	return k.note(got, err)
}

// note remembers the outcome. An attempt that could not ask leaves what was held: Check asks before anything is written.
func (k *Keeper) note(got postgres.Lease, err error) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	var other *instance.HeldError
	switch {
	case err == nil && got.Token != k.held.Token:
		k.log.Info("this machine runs the pipeline", "lease", got.Token)
		k.held = got
	case err == nil:
		k.held = got
	case errors.As(err, &other) && k.held.Token != 0:
		k.log.Warn("another machine runs the pipeline now", "machine", other.Machine)
		k.held = postgres.Lease{}
	}
	k.err = err
	return err
}

// Holding says whether this machine took the lease and has not heard that it was lost. Check asks the database.
func (k *Keeper) Holding() bool {
	if k == nil {
		return true
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.held.Token != 0 && k.err == nil
}

// Fence is the number of the lease that is held, 0 where there is none.
func (k *Keeper) Fence() int64 {
	if k == nil {
		return 0
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.held.Token
}

// Check fails unless this machine holds the lease at this moment, by the database's clock. It is asked before a load is committed and before
// a snapshot is published.
func (k *Keeper) Check(ctx context.Context) error {
	if k == nil {
		return nil
	}
	k.mu.Lock()
	held := k.held
	k.mu.Unlock()
	if err := k.db.HoldsLease(ctx, held); err != nil {
		return fmt.Errorf("this machine may not run the pipeline: %w: nothing was recorded", err)
	}
	return nil
}

// Keep takes or renews the lease until the context ends, and tells changed when this machine came to hold it.
func (k *Keeper) Keep(ctx context.Context, taken func()) {
	if k == nil {
		return
	}
	tick := time.NewTicker(k.length / 3)
	defer tick.Stop()
	for {
		before := k.Fence()
		within, cancel := context.WithTimeout(ctx, k.length/3)
		err := k.Take(within)
		cancel()
		if err == nil && k.Fence() != before && taken != nil {
			taken()
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// Drop lets go of the lease, so that another machine need not wait.
func (k *Keeper) Drop(ctx context.Context) error {
	if k == nil || k.Fence() == 0 {
		return nil
	}
	k.mu.Lock()
	held := k.held
	k.held = postgres.Lease{}
	k.mu.Unlock()
	return k.db.DropLease(ctx, held)
}

// Close ends the connection that Open made.
func (k *Keeper) Close() error {
	if k == nil || !k.own {
		return nil
	}
	return k.db.Close()
}
