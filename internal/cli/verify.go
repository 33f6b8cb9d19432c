package cli

import (
	"errors"
	"fmt"
	"time"

	"bellwether/internal/verify"
)

type verifyCmd struct {
	Leave bool `help:"Only report: leave a damaged snapshot in force instead of setting it aside."`
}

// Help gives an example.
func (verifyCmd) Help() string {
	return "Reads everything that the instance keeps: the newest snapshot against its content hash, the raw file against the manifest, every landed file, the casework store, and the audit's chain. " +
		"A damaged snapshot is moved to snapshots/damaged, so that the last good one is served. The result is shown as the metric bellwether_warehouse_verify_ok.\n\n" +
		"Exit codes: 0 everything is whole; 3 damage was found; 4 another process is loading, try again later.\n\nExample:\n  bellwether verify --dir instance --json"
}

// Run verifies the instance.
func (c verifyCmd) Run(s *session) error {
	cfg, err := s.config()
	if err != nil {
		return err
	}
	s.giveWay(cfg)
	report, err := verify.Run(s.ctx, verify.Options{Config: cfg, Now: s.Now, SetAside: !c.Leave, Say: func(part string) {
		if !s.Quiet {
			fmt.Fprintf(s.Stderr, "Reading the %s …\n", part)
		}
	}})
	if err != nil {
		return err
	}
	if s.JSON {
		if err := printJSON(s.Stdout, report); err != nil {
			return err
		}
	} else {
		s.printVerification(report)
	}
	if !report.OK {
		return refusal{errors.New("not everything is whole; each part above says what to do")}
	}
	return nil
}

func (s *session) printVerification(report verify.Report) {
	for _, p := range report.Parts {
		state := "whole"
		if !p.OK {
			state = "DAMAGED"
		}
		fmt.Fprintf(s.Stdout, "%-10s %-8s %s\n", p.Name, state, oneLine(p.Says))
		for _, problem := range p.Problems {
			fmt.Fprintf(s.Stdout, "  - %s\n", oneLine(problem))
		}
		if p.More > 0 {
			fmt.Fprintf(s.Stdout, "  and %d more\n", p.More)
		}
		if !p.OK {
			fmt.Fprintf(s.Stdout, "  next: %s\n", p.Next)
		}
	}
	for _, id := range report.Aside {
		fmt.Fprintf(s.Stdout, "Snapshot %s was set aside in snapshots/damaged; the last good one is served from now on.\n", id)
	}
	fmt.Fprintf(s.Stdout, "Took %s.\n", time.Duration(report.Seconds*float64(time.Second)).Round(time.Millisecond))
}
