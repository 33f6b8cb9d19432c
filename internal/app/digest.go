package app

import (
	"context"
	"errors"
	"path/filepath"
	"strings"
	"time"

	"bellwether/casework/cases"
	"bellwether/casework/restricted"
	"bellwether/casework/review"
	"bellwether/casework/workdays"
	"bellwether/dashboard/class"
	"bellwether/dashboard/page"
	"bellwether/dashboard/read"
	"bellwether/dashboard/words"
	"bellwether/internal/config"
	"bellwether/internal/digest"
	"bellwether/internal/instance"
	"bellwether/internal/opstate"
	"bellwether/internal/warehouse"
	"bellwether/metrics"
)

// digestEvery is how often the schedule looks whether the week's digest is due. Asking often is harmless: each address gets one a week.
const digestEvery = 15 * time.Minute

// DigestFile remembers which addresses have had the week's digest.
const DigestFile = "digest.json"

// digestInput counts what the digest tells of. Restricted cases are in none of the numbers.
func digestInput(ctx context.Context, cfg config.Config, q queue, desk *cases.Desk, hidden *restricted.Book, follower metrics.Snapshots) (digest.Input, error) {
	vocabulary := page.DefaultVocabulary
	in := digest.Input{Council: cfg.Council, Link: strings.TrimSuffix(cfg.Server.PublicURL, "/"), Markings: class.Markings{Open: vocabulary.Markings.Open, Sensitive: cfg.Marking}}
	in.Levels.Names = vocabulary.Levels
	snap, release, err := follower.Acquire(ctx)
	if err != nil {
		return in, err
	}
	defer release()
	items, frame, err := q.items(ctx, snap)
	if err != nil {
		return in, err
	}
	in.AsOf, in.Snapshot = frame.Run.AsOf, snap.ID
	for _, s := range frame.Sources {
		in.Sources.All++
		if s.State == "fresh" {
			in.Sources.Fresh++
		}
		if s.Late() {
			in.Sources.Late = append(in.Sources.Late, words.SourceName(s.Name, s.Title))
		}
	}
	in.Queue = queueNumbers(items, q.desk.Now())
	market, err := read.New(snap.DB(), snap.ID).Market(ctx, frame, read.Everyone)
	if err != nil {
		return in, err
	}
	for _, l := range market.Levels {
		in.Levels.At[min(max(l.Level, 0), 3)] = int(l.Providers)
	}
	for _, m := range market.Moves {
		if m.To > m.From {
			in.Levels.Up++
		} else {
			in.Levels.Down++
		}
	}
	in.Cases, err = caseNumbers(ctx, desk, q.desk, hidden)
	return in, err
}

func queueNumbers(items []review.Item, now time.Time) digest.Queue {
	c := review.Count(items, now)
	q := digest.Queue{Unreviewed: c.Unreviewed, Overdue: c.Overdue, OldestDays: c.OldestDays, Returned: c.ByState[review.Returned] + c.ByState[review.Regressed]}
	week := workdays.Day(now).AddDate(0, 0, 7)
	for _, i := range items {
		if i.Flag.HeldBack != "" || i.State == review.Closed {
			continue
		}
		if i.Changed || i.Escalating {
			q.Changed++
		}
		if i.State == review.Decided && !i.Due.IsZero() && !i.Due.After(week) {
			q.ReviewsDue++
		}
	}
	return q
}

func caseNumbers(ctx context.Context, desk *cases.Desk, reviews *review.Desk, hidden *restricted.Book) (digest.Cases, error) {
	var out digest.Cases
	w, err := work{desk, reviews, hidden}.Work(ctx)
	if err != nil {
		return out, err
	}
	for _, n := range w.Cases {
		out.Open += n
	}
	out.OverLimit, out.ActionsOverdue, out.MinutesOverdue, out.NotificationsOverdue = w.OverLimit, w.ActionsOverdue, w.MinutesOverdue, w.NotificationsOverdue
	all, err := desk.All(ctx)
	if err != nil {
		return out, err
	}
	now := desk.Now()
	week := workdays.Day(now).AddDate(0, 0, 7)
	for _, c := range all {
		if hidden.Restricted(c.ID) {
			continue
		}
		for _, d := range c.Dues(now) {
			if d.Register == "actions" && !d.Overdue && !d.By.After(week) {
				out.ActionsDue++
			}
		}
	}
	return out, nil
}

// digest posts the week's digest to those who have not had it.
func (a *App) digest(ctx context.Context, send func(digest.Post, context.Context, digest.Digest, string) error) (digest.Outcome, error) {
	return postDigest(ctx, a.opt.Config, CaseworkClock(a.opt.Config, a.opt.Now)(), send, func() (digest.Input, error) {
		return digestInput(ctx, a.opt.Config, a.queue, a.cases, a.hidden, a.follower)
	})
}

func postDigest(ctx context.Context, cfg config.Config, now time.Time, send func(digest.Post, context.Context, digest.Digest, string) error, input func() (digest.Input, error)) (digest.Outcome, error) {
	d := cfg.Digest
	post := digest.Post{Host: d.SMTP.Host, Port: d.SMTP.Port, TLS: d.SMTP.TLS, From: d.SMTP.From, Username: d.SMTP.Username}
	if d.SMTP.PasswordFile != "" {
		var err error
		if post.Password, err = instance.ReadSecret(cfg.Path(instance.Secrets, d.SMTP.PasswordFile)); err != nil {
			return digest.Outcome{}, err
		}
	}
	in, err := input()
	if err != nil {
		return digest.Outcome{}, err
	}
	return digest.Round(ctx, filepath.Join(cfg.Path(opstate.Folder), DigestFile), d.Recipients, in, now, func(ctx context.Context, one digest.Digest, to string) error {
		return send(post, ctx, one, to)
	})
}

// digest is the schedule's look: it posts from the configured day and hour on, and a week that was missed is not made up for.
func (s *schedule) digest() {
	if !s.cfg.Digest.On() || s.mail == nil || !digest.Due(s.now().Local(), s.cfg.Digest.Weekday(), s.cfg.Digest.Hour) {
		return
	}
	out, err := s.mail(s.ctx)
	if out.Sent > 0 {
		s.log.Info("the weekly digest has gone out", "messages", out.Sent)
	}
	if err != nil && s.ctx.Err() == nil && !errors.Is(err, warehouse.ErrNoSnapshot) {
		s.log.Error("posting the weekly digest failed; it is tried again within the hour", "failed", out.Failed, "error", err.Error())
	}
}

// WriteDigest gives each role's digest without posting it, for a command.
func (c *Casework) WriteDigest(ctx context.Context, cfg config.Config, roles []string) ([]digest.Digest, error) {
	in, err := c.digestInput(ctx, cfg)
	if err != nil {
		return nil, err
	}
	out := make([]digest.Digest, 0, len(roles))
	for _, r := range roles {
		out = append(out, digest.For(r, in, c.Desk.Now()))
	}
	return out, nil
}

// PostDigest posts the week's digest to those who have not had it, for a command.
func (c *Casework) PostDigest(ctx context.Context, cfg config.Config) (digest.Outcome, error) {
	return postDigest(ctx, cfg, c.Desk.Now(), digest.Post.Send, func() (digest.Input, error) { return c.digestInput(ctx, cfg) })
}

func (c *Casework) digestInput(ctx context.Context, cfg config.Config) (digest.Input, error) {
	way, err := instance.Pathway(cfg)
	if err != nil {
		return digest.Input{}, err
	}
	desk, err := cases.NewDesk(c.store, c.Desk.Now, way)
	if err != nil {
		return digest.Input{}, err
	}
	hidden, err := restricted.NewBook(ctx, c.store, c.Desk.Now)
	if err != nil {
		return digest.Input{}, err
	}
	return digestInput(ctx, cfg, c.queue, desk, hidden, c.follower)
}
