package cli

import (
	"database/sql"
	"errors"
	"fmt"
	"strconv"
	"time"

	"bellwether/dashboard/read"
	"bellwether/ingest/identity"
	"bellwether/internal/access"
	"bellwether/internal/app"
	"bellwether/internal/audit"
	"bellwether/internal/config"
	"bellwether/internal/instance"
	"bellwether/internal/warehouse"
)

type matchCmd struct {
	List   matchListCmd   `cmd:"" help:"Names that match no provider, with the likeliest candidates; or what was decided."`
	Accept matchAcceptCmd `cmd:"" help:"Say that a name means a location or provider."`
	Reject matchRejectCmd `cmd:"" help:"Say that a name does not mean a location or provider."`
	Undo   matchUndoCmd   `cmd:"" help:"Take back what was decided about a name."`
}

type matchListCmd struct {
	Decided bool `help:"List the decisions in force instead."`
	Limit   int  `help:"At most so many names." default:"50"`
}

// Help gives an example.
func (matchListCmd) Help() string {
	return "Candidates are proposals: nothing is joined by likeness alone until somebody says so. The names with the most records come first.\n\nExit codes: 0 done, 1 failed, 2 no such instance.\n\nExample:\n  bellwether match list --limit 10"
}

// matchLine is one name with its candidates.
type matchLine struct {
	ID         string           `json:"id"`
	Name       string           `json:"name"`
	Location   string           `json:"given_location_id,omitempty"`
	Postcode   string           `json:"postcode,omitempty"`
	Records    int              `json:"records"`
	Candidates []matchCandidate `json:"candidates"`
}

type matchCandidate struct {
	Place      int     `json:"place"`
	LocationID string  `json:"location_id,omitempty"`
	ProviderID string  `json:"provider_id"`
	Name       string  `json:"name"`
	Score      float64 `json:"score"`
	Margin     float64 `json:"margin"`
	Postcode   bool    `json:"same_postcode"`
}

func (m matchLine) given() identity.Given {
	return identity.Given{Name: m.Name, Location: m.Location, Postcode: m.Postcode}
}

// Run lists what waits for a decision, or what was decided.
func (c matchListCmd) Run(s *session) error {
	cfg, err := s.config()
	if err != nil {
		return err
	}
	if c.Decided {
		return s.printDecided(cfg)
	}
	lines, err := s.candidates(cfg)
	if err != nil {
		return err
	}
	if err := s.audited(cfg, audit.Record{Actor: operator(), Action: string(access.View), Class: string(access.ClassB), Kind: "match", Allow: true, Reason: "file_access", PolicyHash: access.Hash()}); err != nil {
		return err
	}
	all := len(lines)
	lines = lines[:min(all, max(c.Limit, 0))]
	if s.JSON {
		return printJSON(s.Stdout, lines)
	}
	for _, m := range lines {
		fmt.Fprintf(s.Stdout, "%s  %s%s: %s\n", m.ID, oneLine(m.Name), bracketed(m.Postcode), countOf(m.Records, "record"))
		for _, k := range m.Candidates {
			same := ""
			if k.Postcode {
				same = ", same postcode"
			}
			fmt.Fprintf(s.Stdout, "    %d  %s (%s), likeness %.2f, %.2f before the next%s\n", k.Place, oneLine(k.Name), orElse(k.LocationID, "provider "+k.ProviderID), k.Score, k.Margin, same)
		}
	}
	switch {
	case all == 0:
		fmt.Fprintln(s.Stdout, "No name waits for a decision.")
	case len(lines) < all:
		fmt.Fprintf(s.Stdout, "%s more; use --limit.\n", countOf(all-len(lines), "name"))
	}
	return nil
}

func bracketed(s string) string {
	if s == "" {
		return ""
	}
	return " (" + s + ")"
}

func orElse(s, other string) string {
	if s == "" {
		return other
	}
	return s
}

func countOf(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return strconv.Itoa(n) + " " + what + "s"
}

// candidates reads the newest snapshot's open names, leaving out those that somebody has decided on since.
func (s *session) candidates(cfg config.Config) ([]matchLine, error) {
	done := map[string]bool{}
	decided, err := app.Matches(cfg, s.Now).InForce(s.ctx)
	if err != nil {
		return nil, err
	}
	for _, d := range decided {
		if d.Action == identity.Accept {
			done[d.ID()] = true
		}
	}
	var out []matchLine
	err = s.onNewest(cfg, func(db *sql.DB) error {
		open, err := read.New(db, "").Matches(s.ctx)
		for _, m := range open {
			if done[m.ID()] {
				continue
			}
			line := matchLine{ID: m.ID(), Name: m.Name, Location: m.Location, Postcode: m.Postcode, Records: int(m.Records), Candidates: []matchCandidate{}}
			for _, c := range m.Candidates {
				line.Candidates = append(line.Candidates, matchCandidate{Place: int(c.Place), LocationID: c.LocationID, ProviderID: c.ProviderID, Name: c.Name, Score: c.Score, Margin: c.Margin, Postcode: c.Same})
			}
			out = append(out, line)
		}
		return err
	})
	return out, err
}

// onNewest opens the newest snapshot for reading.
func (s *session) onNewest(cfg config.Config, use func(*sql.DB) error) error {
	info, err := pick(cfg.Path(instance.Snapshots), "")
	if err != nil {
		return err
	}
	snap, err := warehouse.OpenSnapshot(info.Path, instance.Limits(cfg))
	if err != nil {
		return err
	}
	return errors.Join(use(snap.DB()), snap.Close())
}

func (s *session) printDecided(cfg config.Config) error {
	in, err := app.Matches(cfg, s.Now).InForce(s.ctx)
	if err != nil {
		return err
	}
	if s.JSON {
		return printJSON(s.Stdout, in)
	}
	for _, d := range in {
		fmt.Fprintf(s.Stdout, "%s  %s: %s %s, by %s on %s\n", d.ID(), oneLine(d.Name), map[identity.Action]string{identity.Accept: "means", identity.Reject: "does not mean"}[d.Action],
			orElse(d.LocationID, "provider "+d.ProviderID), d.By, d.At.In(time.UTC).Format("2 Jan 2006"))
	}
	if len(in) == 0 {
		fmt.Fprintln(s.Stdout, "Nothing has been decided about any name.")
	}
	return nil
}
