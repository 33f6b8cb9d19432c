package cli

import (
	"errors"
	"fmt"
	"time"

	"bellwether/analytics/rules"
	"bellwether/casework/review"
	"bellwether/internal/access"
	"bellwether/internal/app"
	"bellwether/internal/audit"
	"bellwether/internal/config"
)

type reviewCmd struct {
	List reviewListCmd `cmd:"" help:"List the items of the queue, ranked as on the page."`
}

type reviewListCmd struct {
	All bool `help:"Also what has an owner, a decision or a day on which it comes back, and what is closed."`
}

// Help gives an example.
func (reviewListCmd) Help() string {
	return "Lists what waits for the reviewing group, the highest level first. Reading it is recorded in the audit.\n\nExit codes: 0 done, 1 failed, 2 no such instance.\n\nExample:\n  bellwether review list --json"
}

type reviewLine struct {
	Flag     string   `json:"flag_id"`
	Provider string   `json:"provider_id"`
	Name     string   `json:"provider"`
	Level    string   `json:"level"`
	State    string   `json:"state"`
	Marks    []string `json:"marks"`
	Sentence string   `json:"sentence"`
	Evidence int      `json:"evidence_rows"`
	Opened   string   `json:"opened_on"`
	Due      string   `json:"due_on,omitempty"`
	Owner    string   `json:"owner,omitempty"`
	Outcome  string   `json:"decision,omitempty"`
	HeldBack string   `json:"held_back,omitempty"`
}

type reviewList struct {
	Unreviewed int          `json:"unreviewed"`
	Overdue    int          `json:"overdue"`
	HeldBack   int          `json:"held_back"`
	OldestDays int          `json:"oldest_days"`
	Items      []reviewLine `json:"items"`
}

// Run prints the queue.
func (c reviewListCmd) Run(s *session) (err error) {
	cfg, err := s.config()
	if err != nil {
		return err
	}
	if err := s.audited(cfg, audit.Record{Actor: operator(), Action: string(access.View), Class: string(access.ClassB), Kind: string(access.ReviewItem), Allow: true,
		Reason: "file_access", PolicyHash: access.Hash()}); err != nil {
		return err
	}
	work, err := app.OpenCasework(s.ctx, cfg, s.Now, s.logger())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, work.Close()) }()
	flags, items, err := work.Queue(s.ctx)
	if err != nil {
		return err
	}
	counts := review.Count(items, work.Desk.Now())
	out := reviewList{Unreviewed: counts.Unreviewed, Overdue: counts.Overdue, HeldBack: counts.HeldBack, OldestDays: counts.OldestDays, Items: []reviewLine{}}
	var rows [][]string
	for _, i := range items {
		if !c.All && (!i.State.Waiting() || i.Flag.HeldBack != "") {
			continue
		}
		f := flags[i.Flag.ID]
		l := reviewLine{Flag: i.Flag.ID, Provider: i.Flag.ProviderID, Name: f.ProviderName, Level: rules.Level(i.Flag.Level).String(), State: string(i.State), Marks: marksOf(i),
			Sentence: f.Sentence, Evidence: i.Flag.Evidence, Opened: i.Flag.OpenedOn.Format(time.DateOnly), Owner: i.Review.Owner, HeldBack: i.Flag.HeldBack}
		if !i.Due.IsZero() {
			l.Due = i.Due.Format(time.DateOnly)
		}
		if i.Review.Decision != nil {
			l.Outcome = string(i.Review.Decision.Outcome)
		}
		out.Items = append(out.Items, l)
		rows = append(rows, []string{l.Level, l.State, day(i.Flag.OpenedOn), day(i.Due), l.Name, l.Sentence})
	}
	if s.JSON {
		return printJSON(s.Stdout, out)
	}
	fmt.Fprintf(s.Stdout, "%d to review, %d of them overdue; the oldest has waited %d days. %d held back.\n\n", out.Unreviewed, out.Overdue, out.OldestDays, out.HeldBack)
	return printTable(s.Stdout, []string{"LEVEL", "STATE", "OPENED", "DUE", "PROVIDER", "WHAT"}, rows)
}

func marksOf(i review.Item) []string {
	out := []string{}
	for _, m := range []struct {
		is   bool
		word string
	}{{i.Overdue, "overdue"}, {i.Escalating, "escalating"}, {i.Changed, "changed"}, {i.Cleared, "cleared"}, {i.Missing, "missing"}} {
		if m.is {
			out = append(out, m.word)
		}
	}
	return out
}

// sweep lets the review queue take in a run that has just been published.
func (s *session) sweep(cfg config.Config) (err error) {
	work, err := app.OpenCasework(s.ctx, cfg, s.Now, s.logger())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, work.Close()) }()
	return work.Sweep(s.ctx)
}
