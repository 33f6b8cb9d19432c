package dashboard

import (
	"errors"
	"net/http"

	"bellwether/dashboard/read"
	"bellwether/dashboard/words"
	"bellwether/internal/access"
)

// heldView asks to confirm that a held file is whole.
type heldView struct {
	Load read.Load
	Form *form
}

func (q *request) mayAccept() bool {
	return q.cfg.Held != nil && q.cfg.Authorise(q.sub, access.Operate, access.Resource{Class: access.ClassA, Kind: access.Source}).Allow
}

// theHeld is the held file that the address names.
func (q *request) theHeld() (read.Load, error) {
	if q.cfg.Held == nil {
		return read.Load{}, errNotFound
	}
	held, err := q.snap.Held(q.r.Context())
	if err != nil {
		return read.Load{}, err
	}
	for _, l := range held {
		if l.ID == q.r.PathValue("id") {
			return l, nil
		}
	}
	return read.Load{}, errNotFound
}

func heldPage(q *request) error {
	l, err := q.theHeld()
	if err != nil {
		return err
	}
	return q.page("held", "Accept a held file", heldView{Load: l}, step{"Data", "/data"})
}

func acceptHeld(q *request) error {
	f, err := q.sent()
	if err != nil {
		return err
	}
	l, err := q.theHeld()
	if err != nil {
		return err
	}
	why := words.Clip(f.Get("why"), 500)
	if why == "" {
		f.refuse("why", "say how you know that the file is whole, for the next reader")
		q.status = http.StatusUnprocessableEntity
		return q.page("held", "Accept a held file", heldView{Load: l, Form: f}, step{"Data", "/data"})
	}
	// What can't be audited isn't done either.
	if err := q.record(access.ClassA, l.ID, true, "file_accepted"); err != nil {
		return err
	}
	says, err := q.cfg.Held.Accept(q.r.Context(), l.ID, q.sub.UserID, why)
	if errors.Is(err, ErrBusy) {
		return &problem{status: http.StatusConflict, title: "A run is under way", says: "The file is still held. Try again when the run has ended.", next: []step{{"Back to the file", "/data/held/" + l.ID}}}
	}
	if err != nil {
		return err
	}
	return q.done(says, "/data#held")
}
