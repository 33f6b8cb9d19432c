package review

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"bellwether/casework/store"
	"bellwether/casework/workdays"
)

// Desk is the queue over one store: it follows what was recorded, merges it
// with the flags of a snapshot, and records steps. Pages, metrics and the
// command line all ask the same desk, so that they can never disagree.
type Desk struct {
	*Service
	projection *Projection
	options    Options
}

// NewDesk returns the desk over a store.
func NewDesk(s store.Store, now func() time.Time, o Options) (*Desk, error) {
	service, err := NewService(s, now)
	if err != nil {
		return nil, err
	}
	return &Desk{Service: service, projection: NewProjection(s), options: o}, nil
}

// Queue merges flags with what has been recorded up to this moment. A caller
// that gives every flag asks with whole, and gets the items too whose flag is
// in the snapshot no more.
func (d *Desk) Queue(ctx context.Context, flags []Flag, whole bool) ([]Item, error) {
	if err := d.projection.Refresh(ctx); err != nil {
		return nil, err
	}
	o := d.options
	o.Missing = whole
	if o.Since.IsZero() {
		var err error
		if o.Since, err = d.Began(ctx); err != nil {
			return nil, err
		}
	}
	return Queue(flags, d.projection.All(), d.now(), o), nil
}

// Sweep looks at all flags of a snapshot and writes down which items have
// moved because of what their flags are now; see Service.Observe. It is called
// after each run, and now and then in between.
func (d *Desk) Sweep(ctx context.Context, flags []Flag, snapshot, ruleSet string) (int, error) {
	if err := d.Begin(ctx); err != nil {
		return 0, err
	}
	items, err := d.Queue(ctx, flags, true)
	if err != nil {
		return 0, err
	}
	return d.Observe(ctx, items, snapshot, ruleSet)
}

// Reviews are all reviews as recorded up to this moment, by flag.
func (d *Desk) Reviews(ctx context.Context) (map[string]Review, error) {
	if err := d.projection.Refresh(ctx); err != nil {
		return nil, err
	}
	return d.projection.All(), nil
}

// Now is the desk's clock.
func (d *Desk) Now() time.Time { return d.now() }

// groupStream holds what concerns the group itself and no single flag.
const groupStream = "group/qsig"

const (
	groupMet   = "group.met"
	groupBegan = "group.began"
)

// Begin writes down, once, the day on which the first snapshot came before the group: what was raised before that day can be late
// from then only.
func (s *Service) Begin(ctx context.Context) error {
	began, err := s.Began(ctx)
	if err != nil || !began.IsZero() {
		return err
	}
	held, err := s.store.Load(ctx, groupStream)
	if err != nil {
		return err
	}
	data, err := json.Marshal(metPayload{On: workdays.Day(s.now())})
	if err != nil {
		return fmt.Errorf("review: cannot record the beginning: %w", err)
	}
	_, err = s.store.Append(ctx, groupStream, int64(len(held)), store.NewEvent{Type: groupBegan, At: s.now(), Actor: Program, Data: data})
	return err
}

// Began is the day on which reviewing began, zero if it has not.
func (s *Service) Began(ctx context.Context) (time.Time, error) {
	held, err := s.store.Load(ctx, groupStream)
	if err != nil {
		return time.Time{}, err
	}
	for _, e := range held {
		if e.Type == groupBegan {
			p, err := onDay(e)
			return p.On, err
		}
	}
	return time.Time{}, nil
}

// onDay reads the day of an event of the group's.
func onDay(e store.Event) (p metPayload, err error) {
	strict := json.NewDecoder(bytes.NewReader(e.Data))
	strict.DisallowUnknownFields()
	if err := strict.Decode(&p); err != nil {
		return p, errors.Join(fmt.Errorf("review: event %d cannot be read", e.Position), err)
	}
	return p, nil
}

// Met is one meeting of the reviewing group, as the queue needs to know it.
type Met struct {
	On time.Time // a day
	By string
	At time.Time
}

type metPayload struct {
	On time.Time `json:"on"`
}

// RecordMeeting notes that the group met on a day: what has changed is counted
// from the end of that day.
func (s *Service) RecordMeeting(ctx context.Context, by string, on time.Time) error {
	on = time.Date(on.Year(), on.Month(), on.Day(), 0, 0, 0, 0, time.UTC)
	switch today := workdays.Day(s.now()); {
	case on.Year() < 1901:
		return &InputError{"met_on", "enter the day on which the group met"}
	case on.After(today):
		return &InputError{"met_on", "the meeting cannot lie after today"}
	case on.Before(today.AddDate(-1, 0, 0)):
		return &InputError{"met_on", "the meeting lies more than a year back"}
	}
	held, err := s.store.Load(ctx, groupStream)
	if err != nil {
		return err
	}
	data, err := json.Marshal(metPayload{On: on})
	if err != nil {
		return fmt.Errorf("review: cannot record the meeting: %w", err)
	}
	_, err = s.store.Append(ctx, groupStream, int64(len(held)), store.NewEvent{Type: groupMet, At: s.now(), Actor: by, Data: data})
	return err
}

// Meetings lists the recorded meetings of the group, the newest first.
func (s *Service) Meetings(ctx context.Context) ([]Met, error) {
	held, err := s.store.Load(ctx, groupStream)
	if err != nil {
		return nil, err
	}
	var all []Met
	for _, e := range held {
		if e.Type != groupMet {
			continue
		}
		p, err := onDay(e)
		if err != nil {
			return nil, err
		}
		all = append(all, Met{On: p.On, By: e.Actor, At: e.At})
	}
	slices.SortStableFunc(all, func(a, b Met) int { return b.On.Compare(a.On) })
	return all, nil
}
