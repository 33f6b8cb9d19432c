package review

import (
	"bytes"
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

// groupStream holds what concerns the group itself and no single flag.
const groupStream = "group/qsig"

const (
	groupMet     = "group.met"
	groupBegan   = "group.began"
	groupMinuted = "group.minuted"
	groupSent    = "group.circulated" // the agreed minutes went to all members
	groupIssued  = "group.issued"     // a pack was made; who was to get a copy
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

// Met is one meeting of the reviewing group.
type Met struct {
	On time.Time // a day
	By string
	At time.Time
	// Minutes are as last recorded, empty for none; Agreed says that the chair has agreed them.
	Minutes string
	Agreed  bool
	// Due is the day by which the minutes are with all members; Circulated is the day on which they were, zero until then.
	Due, Circulated time.Time
}

// Overdue says whether the minutes should have been with all members before this day.
func (m Met) Overdue(today time.Time) bool { return m.Circulated.IsZero() && today.After(m.Due) }

// Copy is one copy of a pack.
type Copy struct {
	On        time.Time // the meeting's day
	Recipient string
	By        string
	At        time.Time
	Providers []string
}

type metPayload struct {
	On        time.Time `json:"on"`
	Minutes   string    `json:"minutes,omitempty"`
	Agreed    bool      `json:"agreed,omitempty"`
	Sent      time.Time `json:"sent,omitzero"`
	Recipient string    `json:"recipient,omitempty"`
	Providers []string  `json:"providers,omitempty"`
}

// toGroup adds events to the group's own stream, after what others add meanwhile.
func (s *Service) toGroup(ctx context.Context, by, kind string, all ...metPayload) error {
	var events []store.NewEvent
	for _, p := range all {
		data, err := json.Marshal(p)
		if err != nil {
			return fmt.Errorf("review: cannot record it: %w", err)
		}
		events = append(events, store.NewEvent{Type: kind, At: s.now(), Actor: by, Data: data})
	}
	for attempt := 0; ; attempt++ {
		held, err := s.store.Load(ctx, groupStream)
		if err != nil {
			return err
		}
		_, err = s.store.Append(ctx, groupStream, int64(len(held)), events...)
		var conflict *store.ConflictError
		if err == nil || attempt == 4 || !errors.As(err, &conflict) {
			return err
		}
	}
}

// RecordMinutes keeps the minutes of a meeting that was recorded; a later text stands for the earlier one, which stays in the store.
func (s *Service) RecordMinutes(ctx context.Context, by string, on time.Time, minutes string, agreed bool) error {
	met, err := s.Meetings(ctx)
	if err != nil {
		return err
	}
	at := slices.IndexFunc(met, func(m Met) bool { return m.On.Equal(on) })
	switch minutes = strings.TrimSpace(minutes); {
	case at < 0:
		return &InputError{"minutes_on", "choose one of the meetings that were recorded"}
	case utf8.RuneCountInString(minutes) < 3 || utf8.RuneCountInString(minutes) > 20000:
		return &InputError{"minutes", "minutes have 3 to 20,000 letters"}
	case met[at].Agreed:
		return &InputError{"minutes", "agreed minutes are locked: record the correction at the next meeting"}
	}
	return s.toGroup(ctx, by, groupMinuted, metPayload{On: on, Minutes: minutes, Agreed: agreed})
}

// Circulate notes the day on which the agreed minutes of a meeting went to all members, which ends their clock.
func (s *Service) Circulate(ctx context.Context, by string, on, sent time.Time) error {
	met, err := s.Meetings(ctx)
	if err != nil {
		return err
	}
	at := slices.IndexFunc(met, func(m Met) bool { return m.On.Equal(on) })
	switch {
	case at < 0:
		return &InputError{"circulated_of", "choose one of the meetings that were recorded"}
	case !met[at].Agreed:
		return &InputError{"circulated_of", "minutes go to the chair as a draft and are agreed by the chair before they are circulated"}
	case !met[at].Circulated.IsZero():
		return &InputError{"circulated_of", "these minutes were circulated on " + workdays.Format(met[at].Circulated)}
	case sent.IsZero():
		return &InputError{"circulated_on", "enter the day on which the minutes went to all members"}
	case sent.Before(on):
		return &InputError{"circulated_on", "minutes cannot be circulated before the meeting"}
	case sent.After(workdays.Day(s.now())):
		return &InputError{"circulated_on", "this lies after today"}
	}
	return s.toGroup(ctx, by, groupSent, metPayload{On: on, Sent: sent})
}

// MinutesOverdue counts the meetings of the group whose minutes should be with all members and are not.
func (d *Desk) MinutesOverdue(ctx context.Context) (int, error) {
	met, err := d.Meetings(ctx)
	n := 0
	for _, m := range met {
		if m.Overdue(workdays.Day(d.now())) {
			n++
		}
	}
	return n, err
}

// IssuePack notes that a pack for a meeting was made for people, one event a recipient.
func (s *Service) IssuePack(ctx context.Context, by string, on time.Time, providers, recipients []string) error {
	var all []metPayload
	for _, r := range recipients {
		if n := utf8.RuneCountInString(r); n < 2 || n > 200 {
			return &InputError{"recipients", "each recipient has 2 to 200 letters"}
		}
		all = append(all, metPayload{On: on, Recipient: r, Providers: providers})
	}
	if len(all) == 0 {
		return &InputError{"recipients", "say who gets a copy: each copy is logged"}
	}
	return s.toGroup(ctx, by, groupIssued, all...)
}

// Copies lists the copies of packs, the newest first.
func (s *Service) Copies(ctx context.Context) ([]Copy, error) {
	held, err := s.store.Load(ctx, groupStream)
	if err != nil {
		return nil, err
	}
	var out []Copy
	for _, e := range slices.Backward(held) {
		if e.Type == groupIssued {
			p, err := onDay(e)
			if err != nil {
				return nil, err
			}
			out = append(out, Copy{On: p.On, Recipient: p.Recipient, By: e.Actor, At: e.At, Providers: p.Providers})
		}
	}
	return out, nil
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
	met, err := s.Meetings(ctx)
	if err != nil {
		return err
	}
	if slices.ContainsFunc(met, func(m Met) bool { return m.On.Equal(on) }) {
		return &InputError{"met_on", "the meeting of " + workdays.Format(on) + " is recorded already"}
	}
	return s.toGroup(ctx, by, groupMet, metPayload{On: on})
}

// Meetings lists the recorded meetings of the group, the newest first.
func (s *Service) Meetings(ctx context.Context) ([]Met, error) {
	held, err := s.store.Load(ctx, groupStream)
	if err != nil {
		return nil, err
	}
	var all []Met
	for _, e := range held {
		if e.Type != groupMet && e.Type != groupMinuted && e.Type != groupSent {
			continue
		}
		p, err := onDay(e)
		if err != nil {
			return nil, err
		}
		if e.Type == groupMet {
			all = append(all, Met{On: p.On, By: e.Actor, At: e.At, Due: workdays.MinutesDue(p.On)})
			continue
		}
		for n := range all {
			switch {
			case !all[n].On.Equal(p.On):
			case e.Type == groupMinuted:
				all[n].Minutes, all[n].Agreed = p.Minutes, p.Agreed
			default:
				all[n].Circulated = p.Sent
			}
		}
	}
	slices.SortStableFunc(all, func(a, b Met) int { return b.On.Compare(a.On) })
	return all, nil
}
