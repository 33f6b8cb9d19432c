package cases

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"bellwether/casework/decisions"
	"bellwether/casework/pathway"
	"bellwether/casework/store"
)

// Desk is all cases of one store: it follows what was recorded and records steps.
type Desk struct {
	Service

	refreshing sync.Mutex
	mu         sync.RWMutex
	position   int64
	cases      map[string]*Case             // replaced, never changed
	interests  map[string]map[string]string // by account and case, the provider
	declared   map[string][]Declaration     // by provider, apart from cases; replaced, never changed
	standing   map[string]*Standing
	ranked     []*Standing
	changes    int64 // how often any case has changed
	rankedAt   int64
	rankedOn   time.Time
}

// NewDesk returns the desk over a store, with the pathway that its cases follow.
func NewDesk(s store.Store, now func() time.Time, p *pathway.Pathway) (*Desk, error) {
	if s == nil || now == nil || p == nil {
		return nil, errors.New("cases: a desk needs a store, a clock and a pathway")
	}
	return &Desk{Service: Service{s, now, p}, cases: map[string]*Case{}, interests: map[string]map[string]string{}, declared: map[string][]Declaration{}, standing: map[string]*Standing{}}, nil
}

// Pathway is the pathway that the cases follow.
func (d *Desk) Pathway() *pathway.Pathway { return d.pathway }

// Now is the desk's clock.
func (d *Desk) Now() time.Time { return d.now() }

// Refresh reads what has been recorded since the last time.
func (d *Desk) Refresh(ctx context.Context) error {
	d.refreshing.Lock()
	defer d.refreshing.Unlock()
	d.mu.RLock()
	position := d.position
	d.mu.RUnlock()
	return d.store.Replay(ctx, position, func(e store.Event) error {
		d.mu.Lock()
		defer d.mu.Unlock()
		if id, ours := strings.CutPrefix(e.Stream, streamPrefix); ours {
			var before Case
			if held := d.cases[id]; held != nil {
				before = *held
			}
			c, err := Fold(before, e)
			if err != nil {
				return err
			}
			d.cases[id] = &c
			d.noteInterests(&before, &c)
			d.changes++
		}
		if provider, ours := strings.CutPrefix(e.Stream, interestPrefix); ours {
			held, err := foldInterest(d.declared[provider], e)
			if err != nil {
				return err
			}
			d.declared[provider] = held
		}
		d.position = e.Position
		return nil
	})
}

// noteInterests keeps who has declared an interest in what. The caller holds the lock.
func (d *Desk) noteInterests(before, after *Case) {
	if len(before.Records["interests"]) == 0 && len(after.Records["interests"]) == 0 {
		return
	}
	for _, user := range before.Interested() {
		delete(d.interests[user], after.ID)
	}
	for _, user := range after.Interested() {
		if d.interests[user] == nil {
			d.interests[user] = map[string]string{}
		}
		d.interests[user][after.ID] = after.Subject()
	}
}

// Interests are the providers, and the cases without one, in which an account has an interest that no chair has cleared, declared on a
// case or apart from one.
func (d *Desk) Interests(ctx context.Context, user string) ([]string, error) {
	if err := d.Refresh(ctx); err != nil {
		return nil, err
	}
	d.mu.RLock()
	defer d.mu.RUnlock()
	var out []string
	for _, subject := range d.interests[user] {
		out = append(out, subject)
	}
	for provider, held := range d.declared {
		if stands(held, user) {
			out = append(out, provider)
		}
	}
	slices.Sort(out)
	return slices.Compact(out), nil
}

// All lists the cases as recorded up to this moment: open ones first, the highest level first, then the longest in their stage.
func (d *Desk) All(ctx context.Context) ([]Case, error) {
	all, err := d.Standings(ctx)
	if err != nil {
		return nil, err
	}
	out := make([]Case, len(all))
	for n, s := range all {
		out[n] = *s.Case
	}
	return out, nil
}

// Get gives one case; false if there is none.
func (d *Desk) Get(ctx context.Context, id string) (Case, bool, error) {
	if err := d.Refresh(ctx); err != nil {
		return Case{}, false, err
	}
	d.mu.RLock()
	defer d.mu.RUnlock()
	c, found := d.cases[id]
	if !found {
		return Case{}, false, nil
	}
	return *c, true, nil
}

// ProviderOf gives the provider of a case; false where there is no such case.
func (d *Desk) ProviderOf(ctx context.Context, id string) (provider string, known bool, err error) {
	c, known, err := d.Get(ctx, id)
	return c.ProviderID, known, err
}

// Decisions are what cases tell the next run of the pipeline: the levels that people moved providers to, and the reviews that found
// improvement, the days on which actions of a plan ran late, and the intelligence written down on the case. Cases of which hidden says so tell nothing.
func Decisions(events []store.Event, p *pathway.Pathway, hidden func(caseID string) bool) ([]decisions.Line, error) {
	all, notes := map[string]Case{}, map[string]noteVersions{}
	for _, e := range events {
		id, ours := strings.CutPrefix(e.Stream, streamPrefix)
		if !ours {
			continue
		}
		if err := keepNote(notes, id, e); err != nil {
			return nil, err
		}
		c, err := Fold(all[id], e)
		if err != nil {
			return nil, err
		}
		all[id] = c
	}
	var out []decisions.Line
	for _, c := range all {
		if c.ProviderID == "" || hidden(c.ID) {
			continue
		}
		first := c.Stage
		if len(c.Moves) > 0 {
			first = c.Moves[0].From
		}
		if s, ok := p.Stage(first); ok && s.Level > 0 {
			out = append(out, decisions.Line{Kind: decisions.Hold, ProviderID: c.ProviderID, On: c.OpenedAt.Format(time.DateOnly), Level: s.Level, Event: s.Level == 3})
		}
		for _, m := range c.Moves {
			from, _ := p.Stage(m.From)
			to, ok := p.Stage(m.To)
			l := decisions.Line{Kind: decisions.Review, ProviderID: c.ProviderID, On: m.At.Format(time.DateOnly)}
			switch {
			case !ok:
				continue
			case to.Level > from.Level:
				l.Kind, l.Level, l.Event = decisions.Hold, to.Level, to.Level == 3
			case to.Level < from.Level || m.To == "closure" || p.Ended(m.To):
				l.Kind = decisions.ClearReview
			}
			out = append(out, l)
		}
		out = append(out, lateActions(c, p)...)
		for number, versions := range notes[c.ID] {
			out = append(out, decisions.Notes(streamPrefix+c.ID+"/"+Intelligence+"/"+strconv.Itoa(number), c.ProviderID, "", versions)...)
		}
	}
	return out, nil
}
