package cli

import (
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"bellwether/ingest"
	"bellwether/internal/config"
	"bellwether/internal/instance"
	"bellwether/internal/warehouse"
)

type quarantineCmd struct {
	List   quarantineListCmd   `cmd:"" help:"Count what is held, by file and reason."`
	Show   quarantineShowCmd   `cmd:"" help:"Show held rows one by one, with their reasons."`
	Replay quarantineReplayCmd `cmd:"" help:"Read the landed files again and load the held rows that now pass."`
}

type quarantineFilter struct {
	Source string `help:"Only this source." placeholder:"SOURCE"`
	Load   string `help:"Only this load (the beginning of its id is enough)." placeholder:"ID"`
	Reason string `help:"Only this reason code, such as bad_date." placeholder:"CODE"`
}

func (f quarantineFilter) filter() ingest.Filter {
	return ingest.Filter{Source: f.Source, LoadID: f.Load, Code: f.Reason}
}

type quarantineListCmd struct{ quarantineFilter }

// Help gives an example.
func (quarantineListCmd) Help() string {
	return "Example:\n  bellwether quarantine list --source complaints"
}

// Run counts what is held.
func (c quarantineListCmd) Run(s *session) error {
	return s.withQuarantine(func(db *sql.DB, table string) error {
		groups, err := ingest.ListQuarantine(s.ctx, db, table, c.filter())
		if err != nil {
			return err
		}
		if s.JSON {
			return printJSON(s.Stdout, groups)
		}
		if len(groups) == 0 {
			fmt.Fprintln(s.Stdout, "Nothing is held in quarantine.")
			return nil
		}
		rows := make([][]string, len(groups))
		for i, g := range groups {
			rows[i] = []string{g.LoadID[:min(12, len(g.LoadID))], g.Source, g.File, count(g.Rows), g.Column, g.Code, ago(s.Now(), g.Since), g.Reason}
		}
		return printTable(s.Stdout, []string{"LOAD", "SOURCE", "FILE", "ROWS", "COLUMN", "CODE", "HELD FOR", "REASON (AN EXAMPLE)"}, rows)
	})
}

type quarantineShowCmd struct {
	quarantineFilter
	Limit int `help:"At most so many rows." default:"50"`
}

// Help gives an example.
func (quarantineShowCmd) Help() string {
	return "Values of personal fields are never shown, only what kind of value was found.\n\nExample:\n  bellwether quarantine show --load 3f2a --limit 20"
}

// Run shows held rows.
func (c quarantineShowCmd) Run(s *session) error {
	return s.withQuarantine(func(db *sql.DB, table string) error {
		held, err := ingest.ShowQuarantine(s.ctx, db, table, c.filter(), c.Limit, 0)
		if err != nil {
			return err
		}
		if s.JSON {
			return printJSON(s.Stdout, held)
		}
		if len(held) == 0 {
			fmt.Fprintln(s.Stdout, "Nothing is held in quarantine.")
			return nil
		}
		for _, h := range held {
			fmt.Fprintln(s.Stdout, heldSentence(h, s.Now()))
		}
		return nil
	})
}

// heldSentence words one held row, or a file that was refused as a whole.
func heldSentence(h ingest.Held, now time.Time) string {
	where := oneLine(h.File)
	if h.Row > 0 {
		where += fmt.Sprintf(", row %d", h.Row)
	}
	reason := oneLine(h.Reason)
	if h.Column != "" && !strings.HasPrefix(reason, "column ") {
		where += ", " + oneLine(h.Column)
	}
	what := h.Code
	if h.ValueClass != "" {
		what += "; found " + h.ValueClass
	}
	return fmt.Sprintf("%s: %s (%s; held for %s)", where, reason, what, ago(now, h.Since))
}

type quarantineReplayCmd struct{ quarantineFilter }

// Help gives an example.
func (quarantineReplayCmd) Help() string {
	return "Mend the mapping or the contract first; then this loads what was held, once.\n\nExample:\n  bellwether quarantine replay --source safeguarding_concerns"
}

// Run replays held rows.
func (c quarantineReplayCmd) Run(s *session) error {
	cfg, err := s.config()
	if err != nil {
		return err
	}
	s.giveWay(cfg)
	p, err := s.open(cfg, "quarantine replay")
	if err != nil {
		return err
	}
	defer p.Close()
	done, failed, err := p.Loader().Replay(s.ctx, c.filter())
	if err != nil {
		return err
	}
	if s.JSON {
		return printJSON(s.Stdout, done)
	}
	for _, r := range done {
		fmt.Fprintln(s.Stdout, oneLine(r.Summary()))
	}
	for _, f := range failed {
		fmt.Fprintf(s.Stderr, "not replayed: %s: %v\n", oneLine(f.File), f.Err)
	}
	if len(done) == 0 && len(failed) == 0 {
		fmt.Fprintln(s.Stdout, "Nothing is held in quarantine.")
		return nil
	}
	fmt.Fprintln(s.Stdout, "`bellwether run` publishes the result.")
	if len(failed) > 0 {
		return refusal{fmt.Errorf("%d loads could not be replayed", len(failed))}
	}
	return nil
}

// withQuarantine reads what is held now. While another process is loading, its raw file can't be opened: then the newest snapshot
// answers, and a line says so.
func (s *session) withQuarantine(fn func(db *sql.DB, table string) error) error {
	cfg, err := s.config()
	if err != nil {
		return err
	}
	p, err := s.open(cfg, "quarantine")
	if err != nil {
		if exitCode(err) != ExitHeld {
			return err
		}
		return s.withSnapshot(func(_ config.Config, db *sql.DB) error {
			fmt.Fprintln(s.Stderr, "Another process is loading; this is what the newest snapshot knows.")
			return fn(db, ingest.QuarantineSnapshot)
		})
	}
	defer p.Close()
	return fn(p.Raw(), ingest.QuarantineRaw)
}

// withSnapshot opens the newest snapshot for a verb that only reads.
func (s *session) withSnapshot(fn func(config.Config, *sql.DB) error) (err error) {
	cfg, err := s.config()
	if err != nil {
		return err
	}
	info, err := pick(cfg.Path(instance.Snapshots), "")
	if err != nil {
		return err
	}
	snap, err := warehouse.OpenSnapshot(info.Path, instance.Limits(cfg))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, snap.Close()) }()
	return fn(cfg, snap.DB())
}

func orDash(s string) string {
	if s == "" {
		return "–"
	}
	return oneLine(s)
}

// ago writes an age for people.
func ago(now, then time.Time) string {
	if then.IsZero() {
		return "–"
	}
	d := now.Sub(then)
	switch {
	case d < time.Minute:
		return "under a minute"
	case d < time.Hour:
		return fmt.Sprintf("%d min", int(d.Minutes()))
	case d < 48*time.Hour:
		return fmt.Sprintf("%d h", int(d.Hours()))
	default:
		return fmt.Sprintf("%d days", int(d.Hours()/24))
	}
}
