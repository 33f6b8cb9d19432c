// Package decisions makes the extract of people's decisions that a run of the
// pipeline reads at its start. The extract is canonical: the same recorded
// decisions give the same bytes and so the same hash, whatever the order in
// which they were read. It holds no free text and no names, and what is
// restricted never enters it.
package decisions

import (
	"bufio"
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"bellwether/casework/review"
)

// Kind says what a line is.
type Kind string

// The kinds of lines. The first three bear on a provider's level, the fourth
// says whether the group agreed with a flag, the last is evidence.
const (
	Hold         Kind = "hold"         // a level was decided: it stays until it is stepped down
	ClearReview  Kind = "clear_review" // a review that found nothing left to do
	Review       Kind = "review"       // any other review
	Confirmation Kind = "confirmation" // the group's answer to a flag
	Intelligence Kind = "intelligence" // what somebody knows of a provider and wrote down; see [Notes]
)

// Line is one decision.
type Line struct {
	Kind       Kind   `json:"kind"`
	ProviderID string `json:"provider_id"`
	On         string `json:"on"` // 2026-03-14
	// Level and Event are of a hold; Event says that the failure is one that
	// happened, not a risk of it.
	Level int  `json:"level,omitempty"`
	Event bool `json:"event,omitempty"`
	// The rest is of a confirmation.
	FlagID     string `json:"flag_id,omitempty"`
	LocationID string `json:"location_id,omitempty"`
	RuleID     string `json:"rule_id,omitempty"`
	Confirmed  bool   `json:"confirmed,omitempty"`
	Outcome    string `json:"outcome,omitempty"`
	Doubt      string `json:"doubt,omitempty"`
	// A note is one version of one piece of intelligence; LocationID is of a note too.
	Note
}

// Extract is a canonical list of decisions with its hash.
type Extract struct {
	Lines []Line
	Body  []byte // one JSON object a line
	Hash  string // SHA-256 of Body, hex
}

// holds are the outcomes that confirm a level: the group means to act at it.
var holds = []review.Outcome{review.ImprovementPlan, review.Escalate, review.SuspendPlacements}

// Make makes the extract of what was decided by the end of a day, from reviews
// and from lines that cases add.
func Make(reviews map[string]review.Review, cases []Line, asOf time.Time) (Extract, error) {
	last := asOf.Format(time.DateOnly)
	var all []Line
	add := func(l Line) {
		if l.ProviderID != "" && l.On <= last {
			all = append(all, l)
		}
	}
	for _, r := range reviews {
		for _, l := range ofReview(r) {
			add(l)
		}
	}
	for _, c := range review.Confirmations(known(reviews, asOf)) {
		add(Line{Kind: Confirmation, ProviderID: c.ProviderID, On: c.At.Format(time.DateOnly), FlagID: c.FlagID, LocationID: c.LocationID, RuleID: c.RuleID,
			Confirmed: c.Confirmed, Outcome: string(c.Outcome), Doubt: string(c.Doubt)})
	}
	for _, l := range cases {
		add(l)
	}
	slices.SortFunc(all, compare)
	all = slices.Compact(all)
	var body bytes.Buffer
	out := json.NewEncoder(&body)
	for _, l := range all {
		if err := out.Encode(l); err != nil {
			return Extract{}, fmt.Errorf("decisions: %w", err)
		}
	}
	sum := sha256.Sum256(body.Bytes())
	return Extract{Lines: all, Body: body.Bytes(), Hash: hex.EncodeToString(sum[:])}, nil
}

// ofReview gives the lines of one item: what each decision says about the level of the provider. Text is left behind.
func ofReview(r review.Review) []Line {
	var out []Line
	for _, d := range r.Decisions {
		l := Line{Kind: Review, ProviderID: d.Seen.Provider, On: d.At.Format(time.DateOnly)}
		switch {
		case slices.Contains(holds, d.Outcome) && d.Seen.Level > 0:
			l.Kind, l.Level = Hold, min(d.Seen.Level, 2)
		case d.Outcome == review.NoAction && !d.Seen.Open:
			l.Kind = ClearReview
		}
		out = append(out, l)
	}
	return out
}

// known leaves out what was decided and doubted after a day, so that a past run can be made again.
func known(reviews map[string]review.Review, asOf time.Time) map[string]review.Review {
	end := asOf.AddDate(0, 0, 1)
	out := make(map[string]review.Review, len(reviews))
	for id, r := range reviews {
		r.Decision = nil
		for n := range r.Decisions {
			if r.Decisions[n].At.Before(end) {
				r.Decision = &r.Decisions[n]
			}
		}
		r.Disagreements = slices.Clone(r.Disagreements)
		r.Disagreements = slices.DeleteFunc(r.Disagreements, func(d review.Disagreement) bool { return !d.At.Before(end) })
		out[id] = r
	}
	return out
}

func compare(a, b Line) int {
	return cmp.Or(cmp.Compare(a.On, b.On), cmp.Compare(a.ProviderID, b.ProviderID), cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.FlagID, b.FlagID),
		cmp.Compare(a.Level, b.Level), cmp.Compare(fmt.Sprint(a), fmt.Sprint(b)))
}

// Read reads an extract back and checks every line.
func Read(body []byte) (Extract, error) {
	var e Extract
	lines := bufio.NewScanner(bytes.NewReader(body))
	lines.Buffer(nil, 1<<20)
	for n := 1; lines.Scan(); n++ {
		var l Line
		strict := json.NewDecoder(bytes.NewReader(lines.Bytes()))
		strict.DisallowUnknownFields()
		if err := strict.Decode(&l); err != nil {
			return Extract{}, fmt.Errorf("decisions: line %d can't be read: %w", n, err)
		}
		if err := l.check(); err != nil {
			return Extract{}, fmt.Errorf("decisions: line %d: %w", n, err)
		}
		e.Lines = append(e.Lines, l)
	}
	if err := lines.Err(); err != nil {
		return Extract{}, fmt.Errorf("decisions: %w", err)
	}
	sum := sha256.Sum256(body)
	e.Body, e.Hash = body, hex.EncodeToString(sum[:])
	return e, nil
}

func (l Line) check() error {
	if _, err := time.Parse(time.DateOnly, l.On); err != nil {
		return fmt.Errorf("%q is not a day", l.On)
	}
	switch {
	case l.ProviderID == "":
		return fmt.Errorf("there is no provider")
	case !slices.Contains([]Kind{Hold, ClearReview, Review, Confirmation, Intelligence}, l.Kind):
		return fmt.Errorf("%q is not a kind of decision", l.Kind)
	case l.Kind == Hold && (l.Level < 1 || l.Level > 3):
		return fmt.Errorf("a hold is at level 1 to 3, not %d", l.Level)
	case l.Kind == Confirmation && l.FlagID == "":
		return fmt.Errorf("a confirmation names its flag")
	case l.Kind == Intelligence:
		return l.Note.check()
	}
	return nil
}

// Day is the day of the line.
func (l Line) Day() time.Time {
	at, _ := time.Parse(time.DateOnly, l.On)
	return at
}
