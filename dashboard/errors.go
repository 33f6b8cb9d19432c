package dashboard

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"

	"bellwether/dashboard/class"
)

// problem is a refusal that a person can act on.
type problem struct {
	status int
	title  string
	says   string
	next   []step
}

// step is something to do about a problem.
type step struct{ Text, Link string }

// Error implements error.
func (p *problem) Error() string { return p.title + ": " + p.says }

// errNotFound answers whoever asks for what isn't there, or is not for them to know of.
var errNotFound = &problem{status: http.StatusNotFound, title: "Nothing here",
	says: "There is no such page, or it names something that this snapshot doesn't hold. Ids last across snapshots; check the address for a slip.",
	next: []step{{"Search the providers", "/providers"}, {"See the flags", "/flags"}}}

var errNoSnapshotPage = &problem{status: http.StatusServiceUnavailable, title: "No snapshot yet",
	says: "Nothing has been published. The first run reads the sources, checks them and publishes a snapshot; this page then fills by itself. Whoever runs the service starts one with: bellwether run.",
	next: []step{{"Runs so far, with what they said", "/data/runs"}, {"Read what Bellwether does", "/help"}}}

// forbidden says what the reader's role lacks, without saying whether the thing exists.
func forbidden(says string) *problem {
	return &problem{status: http.StatusForbidden, title: "Your role doesn't show this", says: says,
		next: []step{{"See what each role shows", "/help#roles"}, {"Go to the market", "/market"}}}
}

// errorView is the error page.
type errorView struct {
	Title, Says, Reference string
	Next                   []step
}

// fail answers with an error page, or with JSON under /api/. The cause of an unexpected failure goes to the log under the reference.
// q is given where the request got far enough to know who asks: their menu then stays on the page.
func (s *Server) fail(w http.ResponseWriter, r *http.Request, err error, q ...*request) {
	ref := reference()
	var p *problem
	switch {
	case errors.As(err, &p):
	case errors.Is(err, ErrNoSnapshot):
		p = errNoSnapshotPage
	case errors.Is(err, context.Canceled):
		p = &problem{status: 499, title: "The request was given up", says: "The browser closed the connection."}
	default:
		s.cfg.Log.Error("request failed", "reference", ref, "path", routePath(r), "error", err)
		p = &problem{status: http.StatusInternalServerError, title: "Something went wrong",
			says: "The page can't be shown just now. Nothing was changed. If it happens again, give the reference below to whoever runs the service."}
	}
	h := w.Header()
	h.Set("Cache-Control", "no-store")
	if strings.HasPrefix(r.URL.Path, "/api/") {
		h.Set("Content-Type", "application/json; charset=utf-8")
		w.WriteHeader(p.status)
		_ = json.NewEncoder(w).Encode(map[string]any{"error": p.title, "says": p.says, "reference": ref})
		return
	}
	frame := pageFrame{Title: p.title, Words: s.cfg.Words, Marking: s.cfg.Words.Markings.For(class.None), Built: s.assets.Built, Path: r.URL.Path}
	if len(q) == 1 && q[0].signed {
		frame.Nav, frame.User, frame.Strip = q[0].nav(), q[0].sub.Name, q[0].strip()
	}
	s.write(w, p.status, "error", frame, errorView{Title: p.title, Says: p.says, Reference: ref, Next: p.next})
}

// routePath is the pattern that a request matched, for the log: never the address itself, which may hold what somebody searched for.
func routePath(r *http.Request) string {
	if r.Pattern != "" {
		return r.Pattern
	}
	return "none"
}
