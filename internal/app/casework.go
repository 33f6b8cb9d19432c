package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"bellwether/analytics/rules"
	"bellwether/casework/accounts"
	"bellwether/casework/cases"
	"bellwether/casework/restricted"
	"bellwether/casework/review"
	"bellwether/casework/store/relational"
	"bellwether/dashboard/page"
	"bellwether/dashboard/read"
	"bellwether/ingest/identity"
	"bellwether/internal/config"
	"bellwether/internal/instance"
	"bellwether/internal/warehouse"
	"bellwether/metrics"
)

// CaseworkClock is the clock that decisions are recorded by. An instance with a fixed date, which only demonstrations have, lives on that
// date: its queue would otherwise be overdue by as long as the demonstration is old.
func CaseworkClock(cfg config.Config, now func() time.Time) func() time.Time {
	fixed, err := time.Parse(time.DateOnly, cfg.AsOf)
	if err != nil {
		return now
	}
	return func() time.Time {
		t := now().UTC()
		return time.Date(fixed.Year(), fixed.Month(), fixed.Day(), t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), time.UTC)
	}
}

// Matches is the instance's book of who is meant by a name, for pages and commands alike.
func Matches(cfg config.Config, now func() time.Time) identity.Book {
	return identity.Book{Dir: cfg.Path(instance.Landing), Now: now, Calendar: CaseworkClock(cfg, now)}
}

// queue is the review queue over the snapshots: the same for pages, metrics and the sweep.
type queue struct {
	desk *review.Desk
	log  *slog.Logger
}

// items reads the whole queue of a snapshot.
func (q queue) items(ctx context.Context, snap *warehouse.Snapshot) ([]review.Item, read.Frame, error) {
	s := read.Own(snap)
	frame, err := s.Frame(ctx)
	if err != nil || frame.Empty {
		return nil, frame, err
	}
	_, items, err := s.Review(ctx, q.desk, read.Everyone, frame.Sources)
	return items, frame, err
}

// Waiting implements metrics.Reviews.
func (q queue) Waiting(ctx context.Context, snap *warehouse.Snapshot) (map[string]metrics.Waiting, error) {
	items, _, err := q.items(ctx, snap)
	if err != nil {
		return nil, err
	}
	out := map[string]metrics.Waiting{}
	for level, c := range review.Count(items, q.desk.Now()).ByLevel {
		out[rules.Level(level).String()] = metrics.Waiting{Unreviewed: c.Unreviewed, Overdue: c.Overdue, Oldest: c.Oldest}
	}
	return out, nil
}

// sweep writes down what has moved by itself: it runs after each published run, and hourly for what only time moves.
func (q queue) sweep(ctx context.Context, follower metrics.Snapshots) error {
	snap, release, err := follower.Acquire(ctx)
	if errors.Is(err, warehouse.ErrNoSnapshot) {
		return nil
	}
	if err != nil {
		return err
	}
	defer release()
	items, frame, err := q.items(ctx, snap)
	if err != nil {
		return fmt.Errorf("sweep the review queue: %w", err)
	}
	if err := q.desk.Begin(ctx); err != nil {
		return fmt.Errorf("sweep the review queue: %w", err)
	}
	n, err := q.desk.Observe(ctx, items, snap.ID, frame.Run.RuleSetHash)
	if n > 0 {
		q.log.Info("items of the review queue moved by themselves", "items", n)
	}
	return err
}

// work counts what cases and the reviewing group's meetings ask of people, leaving out every case that is hidden from anybody.
type work struct {
	desk    *cases.Desk
	reviews *review.Desk
	hidden  *restricted.Book
}

// Work implements metrics.Cases.
func (w work) Work(ctx context.Context) (metrics.Work, error) {
	out := metrics.Work{Cases: map[string]int{}}
	if err := w.hidden.Refresh(ctx); err != nil {
		return out, err
	}
	all, err := w.desk.Standings(ctx)
	if err != nil {
		return out, err
	}
	if out.MinutesOverdue, err = w.reviews.MinutesOverdue(ctx); err != nil {
		return out, err
	}
	for _, s := range all {
		if w.hidden.Restricted(s.Case.ID) {
			continue
		}
		if !s.Ended {
			out.Cases[rules.Level(s.Stage.Level).String()]++
			if s.Over {
				out.OverLimit++
			}
		}
		for _, d := range s.Dues {
			switch {
			case d.Register == "actions":
				out.ActionsOpen++
				if d.Overdue {
					out.ActionsOverdue++
				}
			case d.Register == "meetings" && d.Overdue:
				out.MinutesOverdue++
			case d.Register == "notifications" && d.Overdue:
				out.NotificationsOverdue++
			}
		}
	}
	return out, nil
}

// OpenByProvider implements metrics.CasesByProvider.
func (w work) OpenByProvider(ctx context.Context) (map[string]int, error) {
	if err := w.hidden.Refresh(ctx); err != nil {
		return nil, err
	}
	all, err := w.desk.Standings(ctx)
	if err != nil {
		return nil, err
	}
	out := map[string]int{}
	for _, s := range all {
		if !s.Ended && !w.hidden.Restricted(s.Case.ID) {
			out[s.Case.ProviderID]++
		}
	}
	return out, nil
}

// everybody lists the accounts in use.
func everybody(local *accounts.Accounts) func(context.Context) ([]page.Person, error) {
	return func(ctx context.Context) ([]page.Person, error) {
		all, err := local.List(ctx)
		if err != nil {
			return nil, err
		}
		var out []page.Person
		for _, a := range all {
			if a.Status == accounts.Active {
				out = append(out, page.Person{Subject: a.Subject()})
			}
		}
		return out, nil
	}
}

var _ metrics.Reviews = queue{}

// Casework is the part of an instance in which people's decisions are kept, opened for a command.
type Casework struct {
	Desk     *review.Desk
	follower *warehouse.Follower
	store    relational.DB
	queue    queue
}

// queueOptions are the council's own clocks of the review queue.
func queueOptions(cfg config.Config) review.Options {
	return review.Options{AckDays: cfg.Casework.NoteDays, ReviewDays: cfg.Casework.ReviewDays}
}

// OpenCasework opens it; Close lets it go. Several processes may have it open at once.
func OpenCasework(ctx context.Context, cfg config.Config, now func() time.Time, log *slog.Logger) (*Casework, error) {
	store, err := instance.OpenStore(ctx, cfg, now)
	if err != nil {
		return nil, err
	}
	desk, err := review.NewDesk(store, CaseworkClock(cfg, now), queueOptions(cfg))
	if err != nil {
		return nil, errors.Join(err, store.Close())
	}
	limits := instance.Limits(cfg)
	return &Casework{Desk: desk, store: store, queue: queue{desk, log}, follower: warehouse.NewFollower(cfg.Path(instance.Snapshots), limits, log)}, nil
}

// Sweep lets the review queue take in what the newest snapshot has moved.
func (c *Casework) Sweep(ctx context.Context) error { return c.queue.sweep(ctx, c.follower) }

// Queue reads the review queue of the newest snapshot, with the flags by id.
func (c *Casework) Queue(ctx context.Context) (flags map[string]read.QueueFlag, items []review.Item, err error) {
	snap, release, err := c.follower.Acquire(ctx)
	if err != nil {
		return nil, nil, err
	}
	defer release()
	s := read.New(snap.DB(), snap.ID)
	frame, err := s.Frame(ctx)
	if err != nil {
		return nil, nil, err
	}
	return s.Review(ctx, c.Desk, read.Everyone, frame.Sources)
}

// Close lets everything go.
func (c *Casework) Close() error { return errors.Join(c.follower.Close(), c.store.Close()) }

// clearingLeads says who clears lists of destinations; nil, where nobody was chosen, is everybody whose role may. Names are looked up when
// asked, so that an account made later counts.
func clearingLeads(cfg config.Config, local *accounts.Accounts) func(string) bool {
	if len(cfg.Casework.ClearingLeads) == 0 {
		return nil
	}
	return func(userID string) bool {
		a, err := local.Get(context.Background(), userID)
		return err == nil && slices.Contains(cfg.Casework.ClearingLeads, a.Username)
	}
}
