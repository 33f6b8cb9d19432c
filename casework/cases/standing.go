package cases

import (
	"context"
	"slices"
	"strings"
	"time"

	"bellwether/casework/pathway"
	"bellwether/casework/workdays"
)

// Standing is where a case stands on a day: what lists, queues and counts ask of every case. It is worked out once for each state of the
// case and each day, however often it is asked for; what it holds is shared and not to be changed.
type Standing struct {
	Case  *Case
	Stage pathway.Stage
	Ended bool
	Days  int
	// Over says that the case has stood in its stage for longer than the local limit.
	Over    bool
	Dues    []Due
	Overdue int
	Risk    Risk
	// Actions are those of the tracker as its page over all cases shows them: the open ones by the day on which they are due, then the
	// completed ones. The first ActionsOpen are open, the first ActionsLate overdue. Owners are who owns one or deputises.
	Actions                  []ActionLine
	ActionsOpen, ActionsLate int
	Owners                   []string
	// Who and what decides about access to the case.
	People, Interested, SharedWith, PlacedBy []string
	ContactRestricted, Referred              bool

	on time.Time
}

// ActionLine is one action of the tracker: what lists ask of every one.
type ActionLine struct {
	Record  *Record
	Due     time.Time
	Done    bool
	Overdue bool
}

// Order puts open actions before completed ones, and each by the day on which they are due.
func (a ActionLine) Order(b ActionLine) int {
	if a.Done != b.Done {
		if b.Done {
			return -1
		}
		return 1
	}
	return a.Due.Compare(b.Due)
}

// actionLines works out the tracker's lines and who owns them.
func (s *Standing) actionLines() {
	list := s.Case.Records["actions"]
	s.Actions = make([]ActionLine, 0, len(list))
	for n := range list {
		l := ActionLine{Record: &list[n], Due: list[n].Day("due_on"), Done: list[n].Values["completed_on"] != ""}
		if l.Overdue = !l.Done && s.on.After(l.Due); l.Overdue {
			s.ActionsLate++
		}
		if !l.Done {
			s.ActionsOpen++
		}
		s.Actions = append(s.Actions, l)
		for _, field := range []string{"owner", "deputy"} {
			if who := list[n].Values[field]; who != "" && !slices.Contains(s.Owners, who) {
				s.Owners = append(s.Owners, who)
			}
		}
	}
	slices.SortStableFunc(s.Actions, ActionLine.Order)
}

// Subject is what an interest is declared in: the provider, or the case where the provider is not in the data.
func (c *Case) Subject() string {
	if c.ProviderID != "" {
		return c.ProviderID
	}
	return "case:" + c.ID
}

// StandingOf works a case's standing out.
func StandingOf(c *Case, p *pathway.Pathway, now time.Time) *Standing {
	s := &Standing{Case: c, Ended: p.Ended(c.Stage), Days: c.DaysInStage(now), Dues: c.Dues(now), on: workdays.Day(now),
		People: c.People(), Interested: c.Interested(), SharedWith: c.SharedWith(now), PlacedBy: c.PlacedBy(), ContactRestricted: c.ContactRestricted(), Referred: c.Referred()}
	s.Stage, _ = p.Stage(c.Stage)
	s.actionLines()
	s.Over = s.Stage.Days > 0 && s.Days > s.Stage.Days && !s.Ended
	for _, d := range s.Dues {
		if d.Overdue {
			s.Overdue++
		}
	}
	if !s.Ended {
		s.Risk = c.HighRisk(now, s.Stage)
	}
	return s
}

// Standings lists the cases as recorded up to this moment with where they stand today: open ones first, the highest level first, then
// the longest in their stage.
func (d *Desk) Standings(ctx context.Context) ([]*Standing, error) {
	if err := d.Refresh(ctx); err != nil {
		return nil, err
	}
	today := workdays.Day(d.now())
	d.mu.RLock()
	if d.rankedAt == d.changes && d.rankedOn.Equal(today) {
		defer d.mu.RUnlock()
		return d.ranked, nil
	}
	d.mu.RUnlock()
	d.mu.Lock()
	defer d.mu.Unlock()
	all := make([]*Standing, 0, len(d.cases))
	for id, c := range d.cases {
		s := d.standing[id]
		if s == nil || s.Case != c || !s.on.Equal(today) {
			s = StandingOf(c, d.pathway, d.now())
			d.standing[id] = s
		}
		all = append(all, s)
	}
	level := func(s *Standing) int {
		if s.Ended {
			return -1
		}
		return s.Stage.Level
	}
	slices.SortFunc(all, func(a, b *Standing) int {
		if n := level(b) - level(a); n != 0 {
			return n
		}
		if n := a.Case.Since.Compare(b.Case.Since); n != 0 {
			return n
		}
		return strings.Compare(a.Case.ID, b.Case.ID)
	})
	d.ranked, d.rankedAt, d.rankedOn = all, d.changes, today
	return all, nil
}

// Standing gives one case as it stands today; false if there is none.
func (d *Desk) Standing(ctx context.Context, id string) (*Standing, bool, error) {
	c, found, err := d.Get(ctx, id)
	if err != nil || !found {
		return nil, false, err
	}
	return StandingOf(&c, d.pathway, d.now()), true, nil
}
