package review

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"bellwether/casework/store"
)

// streamPrefix opens the name of every stream of this package.
const streamPrefix = "review/"

// The types of events.
const (
	acknowledged = "review.acknowledged"
	noted        = "review.noted"
	released     = "review.released"
	decided      = "review.decided"
	parked       = "review.parked"
	disagreed    = "review.disagreed"
	closed       = "review.closed"
	reopened     = "review.reopened"
	returned     = "review.returned" // by the program: a condition was met
)

// payload is the data of every event of this package; each type uses some of
// its fields.
type payload struct {
	Owner      string    `json:"owner,omitempty"`
	Deputy     string    `json:"deputy,omitempty"`
	Outcome    Outcome   `json:"outcome,omitempty"`
	Condition  Condition `json:"condition,omitempty"`
	Doubt      Doubt     `json:"doubt,omitempty"`
	Text       string    `json:"text,omitempty"`
	NextReview time.Time `json:"next_review,omitzero"`
	Until      time.Time `json:"until,omitzero"`
	Seen       Seen      `json:"seen"`
}

// Fold adds one event to a review and returns the result; r is not changed, so
// it may be in use elsewhere.
func Fold(r Review, e store.Event) (Review, error) {
	var p payload
	strict := json.NewDecoder(bytes.NewReader(e.Data))
	strict.DisallowUnknownFields()
	if err := strict.Decode(&p); err != nil {
		return r, fmt.Errorf("review: event %d cannot be read: %w", e.Position, err)
	}
	if r.Version+1 != e.Version {
		return r, fmt.Errorf("review: event %d is version %d where %d belongs", e.Position, e.Version, r.Version+1)
	}
	r.FlagID = strings.TrimPrefix(e.Stream, streamPrefix)
	r.Version, r.LastAt, r.Seen = e.Version, e.At, p.Seen
	if r.State == "" {
		r.State, r.FirstAt = New, e.At
	}
	switch e.Type {
	case acknowledged:
		r.State, r.Owner, r.Deputy, r.Touched = Acknowledged, p.Owner, p.Deputy, e.At
		r.Parking, r.ClosedAt = nil, time.Time{}
		r.Back, r.BackAt = "", time.Time{}
	case noted:
		r.Touched = e.At
	case released:
		r.State, r.Owner, r.Deputy = New, "", ""
		r.Back, r.BackAt = "It was handed back: "+p.Text, e.At
	case decided:
		r.State, r.Touched = Decided, e.At
		r.Decision = &Decision{Outcome: p.Outcome, Reason: p.Text, NextReview: p.NextReview, By: e.Actor, At: e.At, Seen: p.Seen}
		r.Decisions = append(r.Decisions[:len(r.Decisions):len(r.Decisions)], *r.Decision)
	case parked:
		r.State, r.Touched = Parked, e.At
		r.Parking = &Parking{Condition: p.Condition, Until: p.Until, Reason: p.Text, By: e.Actor, At: e.At, Seen: p.Seen}
	case disagreed:
		r.Disagreements = append(r.Disagreements[:len(r.Disagreements):len(r.Disagreements)],
			Disagreement{Doubt: p.Doubt, Reason: p.Text, By: e.Actor, At: e.At})
	case closed:
		r.State, r.ClosedAt = Closed, e.At
	case reopened:
		r.State, r.ClosedAt = New, time.Time{}
		r.Back, r.BackAt = "It was reopened: "+p.Text, e.At
	case returned:
		r.State, r.Parking = New, nil
		r.Back, r.BackAt = p.Text, e.At
	default:
		return r, fmt.Errorf("review: event %d is of the unknown type %s: it was written by a newer version", e.Position, e.Type)
	}
	r.History = append(r.History[:len(r.History):len(r.History)],
		Entry{Version: e.Version, At: e.At, By: e.Actor, What: strings.TrimPrefix(e.Type, "review."), Text: p.Text, Seen: p.Seen})
	return r, nil
}

// FoldAll makes reviews out of events, keyed by flag. Events of other packages
// are passed over.
func FoldAll(events []store.Event) (map[string]Review, error) {
	all := map[string]Review{}
	for _, e := range events {
		id, ours := strings.CutPrefix(e.Stream, streamPrefix)
		if !ours {
			continue
		}
		r, err := Fold(all[id], e)
		if err != nil {
			return nil, err
		}
		all[id] = r
	}
	return all, nil
}
