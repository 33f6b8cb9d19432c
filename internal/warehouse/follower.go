package warehouse

import (
	"context"
	"log/slog"
	"sync"
)

// Follower hands out the newest snapshot and moves to a newer one between requests: a request keeps the snapshot it began with,
// so that no page mixes two. A newest file that can't be opened is reported and passed over for the one before it.
type Follower struct {
	dir string
	lim Limits
	log *slog.Logger

	mu      sync.Mutex
	current *held
	earlier *held           // one snapshot before it that somebody looks back at
	bad     map[string]bool // files that failed to open, so that each is reported once
}

// held counts the requests that use a snapshot; the last one closes it once it has been replaced.
type held struct {
	snap    *Snapshot
	users   int
	retired bool
}

// NewFollower follows dir; nothing is opened until the first Acquire. A nil logger discards.
func NewFollower(dir string, lim Limits, log *slog.Logger) *Follower {
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	return &Follower{dir: dir, lim: lim, log: log, bad: map[string]bool{}}
}

// Acquire gives the newest usable snapshot and a function that must be called once when done with it. ErrNoSnapshot if there is
// none yet.
func (f *Follower) Acquire(ctx context.Context) (*Snapshot, func(), error) {
	if err := ctx.Err(); err != nil {
		return nil, nil, err
	}
	all, err := Snapshots(f.dir)
	if err != nil {
		return nil, nil, err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.current != nil && !f.current.snap.answers(ctx) {
		f.log.Error("the handle of the snapshot in force no longer answers; it is opened anew", "snapshot", f.current.snap.ID)
		f.retire()
	}
	for _, info := range all {
		if f.current != nil && f.current.snap.Path == info.Path {
			break
		}
		if f.bad[info.Path] {
			continue
		}
		snap, err := OpenSnapshot(info.Path, f.lim)
		if err != nil {
			f.bad[info.Path] = true
			f.log.Error("snapshot can't be opened, serving the one before it", "snapshot", info.ID, "error", err.Error())
			continue
		}
		f.retire()
		f.current = &held{snap: snap}
		break
	}
	if f.current == nil {
		return nil, nil, ErrNoSnapshot
	}
	h := f.current
	h.users++
	var once sync.Once
	return h.snap, func() { once.Do(func() { f.release(h) }) }, nil
}

// AcquireAt gives the snapshot with an id, however old, and a function that must be called once when done with it. ErrNoSnapshot if none with
// that id is kept, or not any more: what has been erased can't be looked back at. One earlier snapshot is open at a time.
func (f *Follower) AcquireAt(ctx context.Context, id string) (*Snapshot, func(), error) {
	if err := ctx.Err(); err != nil {
		return nil, nil, err
	}
	all, err := Snapshots(f.dir)
	if err != nil {
		return nil, nil, err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	path := ""
	for _, info := range all {
		if info.ID == id {
			path = info.Path
			break
		}
	}
	if f.earlier != nil && f.earlier.snap.Path != path {
		f.earlier = retired(f.earlier)
	}
	h := f.earlier
	switch {
	case path == "":
		return nil, nil, ErrNoSnapshot
	case f.current != nil && f.current.snap.Path == path:
		h = f.current
	case h == nil:
		snap, err := OpenSnapshot(path, f.lim)
		if err != nil {
			return nil, nil, err
		}
		h = &held{snap: snap}
		f.earlier = h
	}
	h.users++
	var once sync.Once
	return h.snap, func() { once.Do(func() { f.release(h) }) }, nil
}

// retired closes a snapshot as soon as nobody uses it.
func retired(h *held) *held {
	h.retired = true
	if h.users == 0 {
		_ = h.snap.Close()
	}
	return nil
}

func (f *Follower) release(h *held) {
	f.mu.Lock()
	defer f.mu.Unlock()
	h.users--
	if h.retired && h.users == 0 {
		_ = h.snap.Close()
	}
}

func (f *Follower) retire() {
	if f.current == nil {
		return
	}
	f.current = retired(f.current)
}

// Close retires the current snapshot; requests still using it finish first.
func (f *Follower) Close() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.retire()
	if f.earlier != nil {
		f.earlier = retired(f.earlier)
	}
	return nil
}

// Bad counts the files that could not be opened since the start.
func (f *Follower) Bad() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return len(f.bad)
}
