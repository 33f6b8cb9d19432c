package page

import (
	"context"
	"errors"
	"net/http"
	"strings"

	"bellwether/dashboard/read"
)

// cachedFrame keeps the newest snapshot's frame: a snapshot never changes, and every page needs its frame.
type cachedFrame struct {
	id    string
	frame read.Frame
}

// FrameOf is what a snapshot says of itself, kept for the newest.
func (s *Server) FrameOf(ctx context.Context, snap *read.Snapshot) (read.Frame, error) {
	if c := s.frames.Load(); c != nil && c.id == snap.ID {
		return c.frame, nil
	}
	f, err := snap.Frame(ctx)
	if err != nil {
		return f, err
	}
	s.frames.Store(&cachedFrame{id: snap.ID, frame: f})
	return f, nil
}

// KeyBack is the snapshot at which a reader looks back, in the session.
const KeyBack = "looking_back"

// acquire gives the snapshot that the request is about: the newest, or the earlier one at which the reader looks back. Programs are always
// answered from the newest.
func (q *Request) acquire(ctx context.Context) (*read.Snapshot, func(), error) {
	id := q.Sessions.GetString(ctx, KeyBack)
	earlier, can := q.Config.Snapshots.(Earlier)
	if id == "" || !can || strings.HasPrefix(q.R.URL.Path, "/api/") {
		return q.Config.Snapshots.Acquire(ctx)
	}
	if q.R.Method != http.MethodGet && q.R.Method != http.MethodHead {
		return nil, nil, &Problem{Status: http.StatusConflict, Title: "You are looking back", Says: "Nothing can be recorded from an earlier day. Return to now, and send it again.", Next: []Step{{"Runs and earlier snapshots", "/data/snapshots"}}}
	}
	if strings.HasPrefix(q.R.URL.Path, "/contingency") {
		return nil, nil, &Problem{Status: http.StatusConflict, Title: "Contingency is about now", Says: "Where people could go is shown for today alone: a list of an earlier day would name places that are gone. Return to now first.", Next: []Step{{"Runs and earlier snapshots", "/data/snapshots"}}}
	}
	snap, release, err := earlier.At(ctx, id)
	if errors.Is(err, ErrNoSnapshot) {
		q.Sessions.Remove(ctx, KeyBack)
		q.Sessions.Put(ctx, keyFlash, "The earlier snapshot is no longer kept. This is what is known now.")
		return q.Config.Snapshots.Acquire(ctx)
	}
	if err != nil {
		return nil, nil, err
	}
	newest, done, err := q.Config.Snapshots.Acquire(ctx)
	if err == nil {
		q.Back = newest.ID != snap.ID
		done()
	}
	return snap, release, nil
}

// cachedPlaces keeps the newest snapshot's providers and their areas, which every page with limits asks for.
type cachedPlaces struct {
	id     string
	places []read.Place
}

func (s *Server) placesOf(ctx context.Context, snap *read.Snapshot) ([]read.Place, error) {
	if c := s.places.Load(); c != nil && c.id == snap.ID {
		return c.places, nil
	}
	places, err := snap.Places(ctx)
	if err == nil {
		s.places.Store(&cachedPlaces{snap.ID, places})
	}
	return places, err
}
