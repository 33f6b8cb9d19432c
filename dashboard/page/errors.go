package page

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"

	"bellwether/dashboard/class"
)

// Problem is a refusal that a person can act on.
type Problem struct {
	Status int
	Title  string
	Says   string
	Next   []Step
}

// Step is something to do about a problem.
type Step struct{ Text, Link string }

// To is a step in words and the address that it leads to.
func To(text, link string) Step { return Step{text, link} }

// Error implements error.
func (p *Problem) Error() string { return p.Title + ": " + p.Says }

// ErrNotFound answers whoever asks for what isn't there, or is not for them to know of.
var ErrNotFound = &Problem{Status: http.StatusNotFound, Title: "Nothing here",
	Says: "There is no such page, or it names something that this snapshot doesn't hold. Ids last across snapshots; check the address for a slip.",
	Next: []Step{{"Search the providers", "/providers"}, {"See the flags", "/flags"}}}

var errNoSnapshotPage = &Problem{Status: http.StatusServiceUnavailable, Title: "No snapshot yet",
	Says: "Nothing has been published. The first run reads the sources, checks them and publishes a snapshot; this page then fills by itself. Whoever runs the service starts one with: bellwether run.",
	Next: []Step{{"Runs so far, with what they said", "/data/runs"}, {"Read what Bellwether does", "/help"}}}

// errCasework is the one answer while the casework store is away: who is asking, and what is hidden from them, stands there alone.
var errCasework = &Problem{Status: http.StatusServiceUnavailable, Title: "Casework can't be reached",
	Says: "Who is asking, and what is hidden from them, is known to the casework store alone, and that does not answer. So nothing is shown, and nothing was recorded. It goes on by itself once the store answers: try again in a minute. Whoever runs the service finds the cause in its log; bellwether doctor says what to do."}

// Forbidden says what the reader's role lacks, without saying whether the thing exists.
func Forbidden(says string) *Problem {
	return &Problem{Status: http.StatusForbidden, Title: "Your role doesn't show this", Says: says,
		Next: []Step{{"See what each role shows", "/help#roles"}, {"Go to the market", "/market"}}}
}

// errorView is the error page.
type errorView struct {
	Title, Says, Reference string
	Next                   []Step
}

// fail answers with an error page, or with JSON under /api/. The cause of an unexpected failure goes to the log under the reference.
// q is given where the request got far enough to know who asks: their menu then stays on the page.
func (s *Server) fail(w http.ResponseWriter, r *http.Request, err error, q ...*Request) {
	ref := reference()
	var p *Problem
	switch {
	case errors.As(err, &p):
	case errors.Is(err, ErrNoSnapshot):
		p = errNoSnapshotPage
	case unavailable(err):
		s.Config.Log.Error("request failed", "reference", ref, "path", routePath(r), "error", err)
		p = errCasework
	case errors.Is(err, context.Canceled):
		p = &Problem{Status: 499, Title: "The request was given up", Says: "The browser closed the connection."}
	default:
		s.Config.Log.Error("request failed", "reference", ref, "path", routePath(r), "error", err)
		p = &Problem{Status: http.StatusInternalServerError, Title: "Something went wrong",
			Says: "The page can't be shown just now. Nothing was changed. If it happens again, give the reference below to whoever runs the service."}
	}
	h := w.Header()
	h.Set("Cache-Control", "no-store")
	if strings.HasPrefix(r.URL.Path, "/api/") {
		h.Set("Content-Type", "application/json; charset=utf-8")
		w.WriteHeader(p.Status)
		_ = json.NewEncoder(w).Encode(map[string]any{"error": p.Title, "says": p.Says, "reference": ref})
		return
	}
	frame := pageFrame{Title: p.Title, Words: s.Config.Words, Marking: s.Config.Words.Markings.For(class.None), Built: s.Assets.Built, Path: r.URL.Path}
	if len(q) == 1 && q[0].Signed {
		frame.Nav, frame.User, frame.Strip = q[0].nav(), q[0].Subject.Name, q[0].strip()
	}
	s.write(w, p.Status, "error", frame, errorView{Title: p.Title, Says: p.Says, Reference: ref, Next: p.Next})
}

// unavailable says that an error is of a store that did not answer at all.
func unavailable(err error) bool {
	var away interface{ Unavailable() bool }
	return errors.As(err, &away) && away.Unavailable()
}

// routePath is the pattern that a request matched, for the log: never the address itself, which may hold what somebody searched for.
func routePath(r *http.Request) string {
	if r.Pattern != "" {
		return r.Pattern
	}
	return "none"
}
