package cli

import (
	"errors"
	"fmt"
	"strconv"

	"bellwether/internal/runlog"
)

type runsCmd struct {
	ID string `arg:"" optional:"" help:"The run whose lines to print; the list of runs without it."`
}

// Help gives an example.
func (runsCmd) Help() string {
	return "Each run keeps what it said under its id, by which the service's log, the metrics and the foot of every page know it too.\n\nExample:\n  bellwether runs --dir instance\n  bellwether runs 0a1b2c3d4e5f --dir instance"
}

// Run lists the runs kept on this machine, newest first, or prints the lines of one.
func (c runsCmd) Run(s *session) error {
	cfg, err := s.config()
	if err != nil {
		return err
	}
	if c.ID != "" {
		return c.lines(s, cfg.Dir)
	}
	all, err := runlog.List(cfg.Dir)
	if err != nil {
		return err
	}
	if s.JSON {
		return printJSON(s.Stdout, all)
	}
	if len(all) == 0 {
		fmt.Fprintln(s.Stdout, "No run is kept on this machine yet. `bellwether run` makes the first.")
		return nil
	}
	rows := make([][]string, len(all))
	for i, r := range all {
		rows[i] = []string{r.ID, r.Began.UTC().Format("2 Jan 2006 15:04:05"), outcome(r), count(r.Files), count(r.Rows), count(r.Warnings), strconv.FormatFloat(r.Seconds, 'f', 1, 64), r.Doing}
	}
	return printTable(s.Stdout, []string{"RUN", "BEGAN (UTC)", "OUTCOME", "FILES", "ROWS", "WARNINGS", "SECONDS", "BEGUN BY"}, rows)
}

func outcome(r runlog.Run) string {
	switch {
	case r.UnderWay:
		return "under way"
	case r.BrokenOff():
		return "broken off"
	case r.Reason != "":
		return string(r.Outcome) + ": " + r.Reason
	}
	return string(r.Outcome)
}

func (c runsCmd) lines(s *session, dir string) error {
	d, err := runlog.Read(dir, c.ID)
	if errors.Is(err, runlog.ErrUnknown) {
		return usage{fmt.Errorf("no lines of a run %q are kept on this machine; `bellwether runs` lists those that are", c.ID)}
	}
	if err != nil {
		return err
	}
	if s.JSON {
		return printJSON(s.Stdout, d)
	}
	for _, l := range d.Lines {
		fmt.Fprintln(s.Stdout, l.Text())
	}
	return nil
}
