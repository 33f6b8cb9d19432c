package datapages

import (
	"errors"
	"net/http"

	"bellwether/dashboard/page"
	"bellwether/dashboard/read"
	"bellwether/dashboard/words"
	"bellwether/internal/access"
)

// heldView asks to confirm that a held file is whole.
type heldView struct {
	Load read.Load
	Form *page.Form
}

func mayAccept(q *page.Request) bool {
	return q.Config.Held != nil && q.Config.Authorise(q.Subject, access.Operate, access.Resource{Class: access.ClassA, Kind: access.Source}).Allow
}

// theHeld is the held file that the address names.
func theHeld(q *page.Request) (read.Load, error) {
	if q.Config.Held == nil {
		return read.Load{}, page.ErrNotFound
	}
	held, err := q.Snapshot.Held(q.R.Context())
	if err != nil {
		return read.Load{}, err
	}
	for _, l := range held {
		if l.ID == q.R.PathValue("id") {
			return l, nil
		}
	}
	return read.Load{}, page.ErrNotFound
}

// Held asks whether a file that the completeness gate holds is whole.
func Held(q *page.Request) error {
	l, err := theHeld(q)
	if err != nil {
		return err
	}
	return q.Page("held", "Accept a held file", heldView{Load: l}, page.To("Data", "/data"))
}

// AcceptHeld loads a held file.
func AcceptHeld(q *page.Request) error {
	f, err := q.Sent()
	if err != nil {
		return err
	}
	l, err := theHeld(q)
	if err != nil {
		return err
	}
	why := words.Clip(f.Get("why"), 500)
	if why == "" {
		f.Refuse("why", "say how you know that the file is whole, for the next reader")
		q.Status = http.StatusUnprocessableEntity
		return q.Page("held", "Accept a held file", heldView{Load: l, Form: f}, page.To("Data", "/data"))
	}
	// What can't be audited isn't done either.
	if err := q.Record(access.ClassA, l.ID, true, "file_accepted"); err != nil {
		return err
	}
	says, err := q.Config.Held.Accept(q.R.Context(), l.ID, q.Subject.UserID, why)
	if errors.Is(err, page.ErrBusy) {
		return &page.Problem{Status: http.StatusConflict, Title: "A run is under way", Says: "The file is still held. Try again when the run has ended.", Next: []page.Step{page.To("Back to the file", "/data/held/"+l.ID)}}
	}
	if err != nil {
		return err
	}
	return q.Done(says, "/data#held")
}
