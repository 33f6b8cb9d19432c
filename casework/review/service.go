package review

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"bellwether/casework/store"
	"bellwether/casework/workdays"
)

// Limits on what is entered.
const (
	MinText = 3
	MaxText = 4000
	// MaxReview and MaxPark are how many days ahead a review may be set and an
	// item be parked: nothing rests for ever.
	MaxReview = 366
	MaxPark   = 182
)

// Act is what every step needs: who acts, and on which item as they saw it.
type Act struct {
	// By is the account that acts.
	By string
	// Item is the item from the queue that was on the screen. Its review's
	// version is what the step stands on: when somebody else acted meanwhile
	// the step is refused with a *store.ConflictError.
	Item Item
	// Snapshot and RuleSet say what the item was worked out from: the id of
	// the snapshot and the hash of the rule set.
	Snapshot, RuleSet string
	// Others is how many further flags are open on the provider.
	Others int
}

// Service records steps.
type Service struct {
	store store.Store
	now   func() time.Time
}

// NewService returns a service that records in s.
func NewService(s store.Store, now func() time.Time) (*Service, error) {
	if s == nil || now == nil {
		return nil, errors.New("review: a service needs a store and a clock")
	}
	return &Service{store: s, now: now}, nil
}

// Acknowledge names the owner of an item, who is from now on asked about it,
// and a deputy if there is one. Acknowledging an item that has an owner hands
// it over.
func (s *Service) Acknowledge(ctx context.Context, a Act, owner, deputy string) (Review, error) {
	if owner == "" {
		return Review{}, &InputError{"owner", "choose who takes the item up"}
	}
	if owner == deputy {
		return Review{}, &InputError{"deputy", "the deputy is somebody other than the owner"}
	}
	if a.Item.State == Acknowledged && a.Item.Review.Owner == owner && a.Item.Review.Deputy == deputy {
		return Review{}, &InputError{"owner", "the item has this owner and deputy already: add a note instead"}
	}
	return s.record(ctx, a, StepAcknowledge, event{acknowledged, payload{Owner: owner, Deputy: deputy}})
}

// Note adds a note, which shows that the owner is at work.
func (s *Service) Note(ctx context.Context, a Act, text string) (Review, error) {
	text, err := clean("note", text)
	if err != nil {
		return Review{}, err
	}
	return s.record(ctx, a, StepNote, event{noted, payload{Text: text}})
}

// Release hands an item back to the queue.
func (s *Service) Release(ctx context.Context, a Act, reason string) (Review, error) {
	reason, err := clean("reason", reason)
	if err != nil {
		return Review{}, err
	}
	return s.record(ctx, a, StepRelease, event{released, payload{Text: reason}})
}

// Decide records a decision with its reason and the day of its next review. An
// item that nobody has taken up gets whoever decides as its owner.
func (s *Service) Decide(ctx context.Context, a Act, outcome Outcome, reason string, nextReview time.Time) (Review, error) {
	if !slices.Contains(Outcomes, outcome) {
		return Review{}, &InputError{"outcome", "choose what was decided"}
	}
	reason, err := clean("reason", reason)
	if err != nil {
		return Review{}, err
	}
	day, err := s.ahead("next_review", "the next review", nextReview, MaxReview)
	if err != nil {
		return Review{}, err
	}
	return s.record(ctx, a, StepDecide, s.owned(a, event{decided, payload{Outcome: outcome, Text: reason, NextReview: day}})...)
}

// Park puts an item aside until a condition is met, and in any case until a
// day. An item that nobody has taken up gets whoever parks it as its owner.
func (s *Service) Park(ctx context.Context, a Act, c Condition, until time.Time, reason string) (Review, error) {
	if !slices.Contains(Conditions, c) {
		return Review{}, &InputError{"condition", "choose what brings the item back"}
	}
	reason, err := clean("reason", reason)
	if err != nil {
		return Review{}, err
	}
	day, err := s.ahead("until", "the end of parking", until, MaxPark)
	if err != nil {
		return Review{}, err
	}
	return s.record(ctx, a, StepPark, s.owned(a, event{parked, payload{Condition: c, Until: day, Text: reason}})...)
}

// Disagree records a disagreement with the flag. It changes no state: what
// becomes of the item is decided apart from it.
func (s *Service) Disagree(ctx context.Context, a Act, d Doubt, reason string) (Review, error) {
	if !slices.Contains(Doubts, d) {
		return Review{}, &InputError{"doubt", "choose what you disagree with"}
	}
	reason, err := clean("reason", reason)
	if err != nil {
		return Review{}, err
	}
	return s.record(ctx, a, StepDisagree, event{disagreed, payload{Doubt: d, Text: reason}})
}

// Close ends an item whose flag has cleared and on which there is a decision.
func (s *Service) Close(ctx context.Context, a Act, reason string) (Review, error) {
	reason, err := clean("reason", reason)
	if err != nil {
		return Review{}, err
	}
	if a.Item.Flag.Open() || a.Item.Review.Decision == nil {
		return Review{}, &StepError{StepClose, a.Item.State, allowed[StepClose].rule}
	}
	return s.record(ctx, a, StepClose, event{closed, payload{Text: reason}})
}

// Reopen brings a closed item back into the queue.
func (s *Service) Reopen(ctx context.Context, a Act, reason string) (Review, error) {
	reason, err := clean("reason", reason)
	if err != nil {
		return Review{}, err
	}
	return s.record(ctx, a, StepReopen, event{reopened, payload{Text: reason}})
}

// Program is the actor of what the program records by itself.
const Program = "bellwether"

// Observe writes down which items have moved because of what their flags are
// now: come back because a flag rose or met a condition, or closed because it
// cleared after no action was decided. From then on the day is known, whatever
// the flag does next. The program calls it after each run, with a queue of all
// flags. An item that somebody acts on at the same moment is left to them. It
// returns how many it recorded.
func (s *Service) Observe(ctx context.Context, items []Item, snapshot, ruleSet string) (int, error) {
	n := 0
	for _, i := range items {
		if i.unrecorded == "" || i.Flag.HeldBack != "" {
			continue
		}
		_, err := s.add(ctx, Act{By: Program, Item: i, Snapshot: snapshot, RuleSet: ruleSet}, event{i.unrecorded, payload{Text: i.Why}})
		var conflict *store.ConflictError
		switch {
		case errors.As(err, &conflict):
		case err != nil:
			return n, err
		default:
			n++
		}
	}
	return n, nil
}

type event struct {
	kind string
	data payload
}

// owned puts an acknowledgement before an event on an item without an owner.
func (s *Service) owned(a Act, e event) []event {
	if a.Item.State == Acknowledged {
		return []event{e}
	}
	return []event{{acknowledged, payload{Owner: a.By}}, e}
}

func (s *Service) record(ctx context.Context, a Act, step Step, events ...event) (Review, error) {
	if a.Item.Flag.ID == "" {
		return Review{}, &InputError{"flag", "there is no item"}
	}
	if a.Item.Flag.HeldBack != "" && step != StepDisagree && step != StepNote {
		return Review{}, &StepError{step, a.Item.State, "it is held back: " + a.Item.Flag.HeldBack}
	}
	if err := checkStep(step, a.Item.State); err != nil {
		return Review{}, err
	}
	return s.add(ctx, a, events...)
}

// add appends events that have been found allowed.
func (s *Service) add(ctx context.Context, a Act, events ...event) (Review, error) {
	f, now := a.Item.Flag, s.now()
	seen := Seen{Snapshot: a.Snapshot, RuleSet: a.RuleSet, Provider: f.ProviderID, Location: f.LocationID, Rule: f.RuleID,
		Level: f.Level, Evidence: f.Evidence, Open: f.Open(), OpenedOn: f.OpenedOn, MetOn: f.LastMetOn, Others: a.Others}
	var additions []store.NewEvent
	for _, e := range events {
		e.data.Seen = seen
		data, err := json.Marshal(e.data)
		if err != nil {
			return Review{}, fmt.Errorf("review: cannot record the step: %w", err)
		}
		additions = append(additions, store.NewEvent{Type: e.kind, At: now, Actor: a.By, Data: data})
	}
	recorded, err := s.store.Append(ctx, streamPrefix+f.ID, a.Item.Review.Version, additions...)
	if err != nil {
		return Review{}, err
	}
	r := a.Item.Review
	for _, e := range recorded {
		if r, err = Fold(r, e); err != nil {
			return Review{}, err
		}
	}
	return r, nil
}

// clean checks a text that a person entered.
func clean(field, text string) (string, error) {
	text = strings.TrimSpace(text)
	switch n := utf8.RuneCountInString(text); {
	case n < MinText:
		return "", &InputError{field, "enter a " + field + ", so that the next reader understands"}
	case n > MaxText:
		return "", &InputError{field, fmt.Sprintf("the %s may have at most %d letters; it has %d", field, MaxText, n)}
	case !utf8.ValidString(text):
		return "", &InputError{field, "the " + field + " holds letters that cannot be read"}
	}
	return text, nil
}

// ahead checks a day that lies in the future.
func (s *Service) ahead(field, what string, day time.Time, limit int) (time.Time, error) {
	if day.IsZero() {
		return day, &InputError{field, "enter the day of " + what}
	}
	day = time.Date(day.Year(), day.Month(), day.Day(), 0, 0, 0, 0, time.UTC)
	today := workdays.Day(s.now())
	switch {
	case !day.After(today):
		return day, &InputError{field, what + " must lie after today"}
	case day.After(today.AddDate(0, 0, limit)):
		return day, &InputError{field, fmt.Sprintf("%s may lie at most %d days ahead", what, limit)}
	}
	return day, nil
}
