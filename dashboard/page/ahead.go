package page

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"

	"bellwether/dashboard/read"
	"bellwether/internal/access"
)

// A new snapshot has answered nothing yet, and whoever came first after a run waited for every question of a page. So once it is there, its
// pages are made for those who read the one before, or before the service was started, and shown to nobody.
const (
	aheadReaders   = 16 // the latest readers are remembered,
	aheadStandings = 4  // and pages made for those who stand differently, up to this many;
	aheadProviders = 16 // the first of them are also made the pages of the providers that are flagged highest
	aheadFlags     = 50 // among as many flags as a page of them shows
)

// aheadPages are the pages that a working day begins with.
var aheadPages = []string{"/market", "/providers", "/flags"}

// ahead remembers who has read lately, and for which snapshot pages were made.
type ahead struct {
	mu      sync.Mutex
	readers []string // ids of accounts, the latest first
	asked   bool     // whether those who read before this process began were asked for
	made    string

	drawn map[string]bool // by template: it was rendered once, which works out how each of its values is escaped

	one sync.Mutex // held while pages are made
}

func (a *ahead) saw(userID string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if len(a.readers) > 0 && a.readers[0] == userID {
		return
	}
	a.readers = slices.DeleteFunc(a.readers, func(id string) bool { return id == userID })
	a.readers = slices.Insert(a.readers, 0, userID)
	a.readers = a.readers[:min(len(a.readers), aheadReaders)]
}

// rendered says whether a template was rendered before a reader asked for it, and that it now is.
func (a *ahead) rendered(name string) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	before := a.drawn[name]
	if a.drawn == nil {
		a.drawn = map[string]bool{}
	}
	a.drawn[name] = true
	return before
}

// Ahead opens the newest snapshot and, the first time that it sees it, asks it what the pages of a working day ask, as those who read lately
// may ask. What they may see is worked out anew; nothing is shown and so nothing recorded. Whoever opens a page meanwhile shares the
// answers. When the context's time is up it ends without an error, and the rest is asked by whoever opens the page.
func (s *Server) Ahead(ctx context.Context) error {
	s.ahead.one.Lock()
	defer s.ahead.one.Unlock()
	snap, release, err := s.Config.Snapshots.Acquire(ctx)
	if errors.Is(err, ErrNoSnapshot) {
		return nil
	}
	if err != nil {
		return err
	}
	defer release()
	if err := s.readBefore(ctx); err != nil {
		return err
	}
	s.ahead.mu.Lock()
	readers, known := slices.Clone(s.ahead.readers), s.ahead.made == snap.ID
	s.ahead.made = snap.ID
	s.ahead.mu.Unlock()
	if known {
		return nil
	}
	err = s.makeAhead(ctx, snap, readers)
	if errors.Is(err, context.DeadlineExceeded) {
		return nil
	}
	return err
}

// readBefore remembers, once, who read before this process began: after a restart the same people come again.
func (s *Server) readBefore(ctx context.Context) error {
	s.ahead.mu.Lock()
	asked := s.ahead.asked
	s.ahead.asked = true
	s.ahead.mu.Unlock()
	if asked || s.Config.Visits == nil {
		return nil
	}
	before, err := s.Config.Visits.Latest(ctx, aheadReaders)
	if err != nil {
		return fmt.Errorf("ask who read last: %w", err)
	}
	s.ahead.mu.Lock()
	defer s.ahead.mu.Unlock()
	for _, id := range before { // behind those who have come since
		if len(s.ahead.readers) < aheadReaders && !slices.Contains(s.ahead.readers, id) {
			s.ahead.readers = append(s.ahead.readers, id)
		}
	}
	return nil
}

func (s *Server) makeAhead(ctx context.Context, snap *read.Snapshot, readers []string) error {
	frame, err := s.FrameOf(ctx, snap)
	if err != nil || frame.Empty {
		return err
	}
	if s.Config.Restricted != nil {
		if err := s.Config.Restricted.Refresh(ctx); err != nil {
			return err
		}
	}
	stood := map[string]bool{}
	for _, id := range readers {
		sub, err := s.Person(ctx, id)
		if errors.Is(err, ErrNoAccount) {
			continue
		}
		if err != nil {
			return err
		}
		first := len(stood) == 0
		q, err := s.unseen(ctx, sub, snap, frame, aheadPages[0])
		if err != nil {
			return err
		}
		stands, err := q.stands()
		if err != nil {
			return err
		}
		if stood[stands] || len(stood) == aheadStandings {
			continue
		}
		stood[stands] = true
		pages := slices.Clone(aheadPages)
		if first {
			highest, err := q.flaggedHighest()
			if err != nil {
				return err
			}
			pages = append(pages, highest...)
		}
		for _, path := range pages {
			if err := s.makeUnseen(ctx, sub, snap, frame, path); err != nil {
				return err
			}
		}
	}
	return nil
}

// makeUnseen makes one page. A page that the reader may not open, or that fails, is left to whoever opens it.
func (s *Server) makeUnseen(ctx context.Context, sub access.Subject, snap *read.Snapshot, frame read.Frame, path string) error {
	defer func() {
		if v := recover(); v != nil {
			s.Config.Log.Error("making a page ahead panicked; the page itself answers with its own error", "panic", fmt.Sprint(v))
		}
	}()
	q, err := s.unseen(ctx, sub, snap, frame, path)
	if err != nil || q.Route.Handle == nil {
		return err
	}
	if err := q.admitted(); err != nil && ctx.Err() == nil {
		s.Config.Log.Debug("a page was not made ahead", "path", q.Route.Pattern, "error", err.Error())
	}
	return ctx.Err()
}

// unseen is a request that nobody has made.
func (s *Server) unseen(ctx context.Context, sub access.Subject, snap *read.Snapshot, frame read.Frame, path string) (*Request, error) {
	ctx, err := s.sessions.Load(ctx, "") // an empty session, which is never saved
	if err != nil {
		return nil, err
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, path, nil)
	if err != nil {
		return nil, fmt.Errorf("make a page ahead: %w", err)
	}
	q := &Request{Server: s, Config: &s.Config, Sessions: s.sessions, W: &nowhere{header: http.Header{}}, R: r, Reference: reference(), Status: http.StatusOK, Subject: sub, Signed: true,
		Frame: frame, Back: true, unseen: true, scopes: map[access.Kind]read.Scope{}} // nobody has looked at what is known now
	for _, rt := range s.Routes {
		pattern, ok := strings.CutPrefix(rt.Pattern, "GET ")
		if before, names := strings.CutSuffix(pattern, "{id}"); ok && names && strings.HasPrefix(path, before) && !strings.Contains(path[len(before):], "/") {
			r.SetPathValue("id", path[len(before):])
			q.Route = rt
		} else if ok && pattern == path {
			q.Route = rt
			break
		}
	}
	q.Snapshot, err = snap.For(q.Reader())
	return q, err
}

// stands names where a reader stands: two who stand the same are shown the same answers.
func (q *Request) stands() (string, error) {
	inside, err := q.inside(q.R.Context())
	if err != nil {
		return "", err
	}
	roles := slices.Sorted(slices.Values(q.Subject.Roles))
	return strings.Join(roles, ",") + " " + inside.Mark(), nil
}

// flaggedHighest are the pages of the providers on the first page of flags.
func (q *Request) flaggedHighest() (paths []string, err error) {
	scope, err := q.Scope(access.Flag)
	if err != nil {
		return nil, err
	}
	flags, _, err := q.Snapshot.Flags(q.R.Context(), q.Frame, scope, read.FlagQuery{State: "open", Sort: "level", Limit: aheadFlags})
	if err != nil {
		return nil, err
	}
	for _, f := range flags {
		if path := "/providers/" + f.ProviderID; !slices.Contains(paths, path) && len(paths) < aheadProviders {
			paths = append(paths, path)
		}
	}
	return paths, nil
}

// nowhere takes an answer that nobody reads.
type nowhere struct {
	header http.Header
	bytes.Buffer
}

// Header implements [http.ResponseWriter].
func (n *nowhere) Header() http.Header { return n.header }

// WriteHeader implements [http.ResponseWriter].
func (n *nowhere) WriteHeader(int) {}
