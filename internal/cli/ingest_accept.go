package cli

import (
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"bellwether/ingest"
	"bellwether/internal/access"
	"bellwether/internal/audit"
	"bellwether/internal/config"
)

// acceptWord stands where a source's name stands otherwise.
const acceptWord = "accept"

// heldLine is one file that waits, for --json.
type heldLine struct {
	LoadID   string `json:"load_id"`
	Source   string `json:"source"`
	File     string `json:"file"`
	Received string `json:"received"`
	Reason   string `json:"reason"`
}

// accept loads the held files that are named, or lists what is held.
func (c ingestCmd) accept(s *session, cfg config.Config) error {
	if c.DryRun || c.Received != "" {
		return usage{errors.New("accept takes the ids of loads and --why; --dry-run and --received belong to files")}
	}
	p, err := s.open(cfg, "ingest accept")
	if err != nil {
		return err
	}
	defer p.Close()
	if len(c.Files) == 0 {
		return s.printHeld(p.Loader())
	}
	for _, given := range c.Files {
		id := filepath.Base(given) // the argument was taken for a path
		r, err := p.Accept(s.ctx, id, operator(), c.Why)
		if err != nil {
			return err
		}
		if err := s.audited(cfg, audit.Record{Actor: operator(), Action: "accept", Class: string(access.ClassA), Kind: "load", ID: r.LoadID, Allow: true, Reason: "file_access", PolicyHash: access.Hash()}); err != nil {
			return err
		}
		if s.JSON {
			if err := printJSON(s.Stdout, []ingestLine{toLine(r)}); err != nil {
				return err
			}
			continue
		}
		fmt.Fprintln(s.Stdout, oneLine(r.Summary()))
	}
	if !s.JSON {
		fmt.Fprintln(s.Stdout, "Run `bellwether run` to publish it.")
	}
	return nil
}

func (s *session) printHeld(l *ingest.Loader) error {
	held := l.HeldFiles()
	if s.JSON {
		lines := make([]heldLine, 0, len(held))
		for _, r := range held {
			lines = append(lines, heldLine{LoadID: r.LoadID, Source: r.Source, File: r.File, Received: r.Received.Format(time.DateOnly), Reason: r.Reason})
		}
		return printJSON(s.Stdout, lines)
	}
	for _, r := range held {
		fmt.Fprintf(s.Stdout, "%.12s  %s, received %s: %s\n", r.LoadID, r.File, r.Received.Format("2 Jan 2006"), oneLine(r.Reason))
	}
	if len(held) == 0 {
		fmt.Fprintln(s.Stdout, "No file is held for its number of rows.")
	}
	return nil
}
