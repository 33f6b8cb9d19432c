package cli

import (
	"database/sql"
	"fmt"
	"slices"

	"bellwether/dashboard/read"
	"bellwether/ingest/identity"
	"bellwether/internal/access"
	"bellwether/internal/app"
	"bellwether/internal/audit"
	"bellwether/internal/config"
)

type matchAcceptCmd struct {
	Name   string `arg:"" help:"The id of the name, as match list shows it."`
	Target string `arg:"" help:"The number of a candidate, or a location or provider id."`
	Why    string `help:"What it rests on, for the next reader." placeholder:"TEXT"`
}

// Help gives an example.
func (matchAcceptCmd) Help() string {
	return "The decision is kept with who made it and when, and holds from the next run on, for records already loaded too.\n\nExit codes: 0 done, 1 failed, 2 no such name or target.\n\nExample:\n  bellwether match accept 3f9c01ab22 1 --why \"trading name on their letters\""
}

// Run remembers that the name means the target.
func (c matchAcceptCmd) Run(s *session) error {
	return s.decide(identity.Accept, c.Name, c.Target, c.Why)
}

type matchRejectCmd struct {
	Name   string `arg:"" help:"The id of the name."`
	Target string `arg:"" help:"The number of a candidate, or a location or provider id."`
	Why    string `help:"What it rests on." placeholder:"TEXT"`
}

// Help gives an example.
func (matchRejectCmd) Help() string {
	return "The pair is not proposed again, and is not joined by any rule.\n\nExample:\n  bellwether match reject 3f9c01ab22 2"
}

// Run remembers that the name does not mean the target.
func (c matchRejectCmd) Run(s *session) error {
	return s.decide(identity.Reject, c.Name, c.Target, c.Why)
}

type matchUndoCmd struct {
	Name string `arg:"" help:"The id of the name, as match list --decided shows it."`
	Why  string `help:"Why it is taken back." placeholder:"TEXT"`
}

// Help gives an example.
func (matchUndoCmd) Help() string {
	return "Earlier decisions stay in the record; they no longer hold.\n\nExample:\n  bellwether match undo 3f9c01ab22"
}

// Run takes back every decision about the name.
func (c matchUndoCmd) Run(s *session) error { return s.decide(identity.Undo, c.Name, "", c.Why) }

// decide finds what is meant, remembers the decision, and records in the audit that one was made.
func (s *session) decide(action identity.Action, id, target, why string) error {
	cfg, err := s.config()
	if err != nil {
		return err
	}
	book := app.Matches(cfg, s.Now)
	d := identity.Decision{By: operator(), Action: action, Why: why}
	all, err := book.All(s.ctx)
	if err != nil {
		return err
	}
	at := slices.IndexFunc(all, func(o identity.Decision) bool { return o.ID() == id })
	if action == identity.Undo {
		if at < 0 {
			return usage{fmt.Errorf("nothing was decided about %q; `bellwether match list --decided` lists what was", id)}
		}
		d.Given = all[at].Given
	} else if err := s.aim(cfg, &d, id, target, all, at); err != nil {
		return err
	}
	if err := s.audited(cfg, audit.Record{Actor: d.By, Action: "match_" + string(action), Class: string(access.ClassB), Kind: "match", ID: id, Allow: true, Reason: "file_access", PolicyHash: access.Hash()}); err != nil {
		return err
	}
	if d, err = book.Decide(s.ctx, d); err != nil {
		return err
	}
	if s.JSON {
		return printJSON(s.Stdout, d)
	}
	said := map[identity.Action]string{identity.Accept: "means", identity.Reject: "does not mean", identity.Undo: "is open again"}[action]
	if action != identity.Undo {
		said += " " + orElse(d.LocationID, "provider "+d.ProviderID)
	}
	fmt.Fprintf(s.Stdout, "%s: %s. It holds from the next run on: `bellwether run`.\n", oneLine(d.Name), said)
	return nil
}

// aim fills in the name and the target: a candidate's number, or an id that the newest snapshot knows.
func (s *session) aim(cfg config.Config, d *identity.Decision, id, target string, all []identity.Decision, at int) error {
	lines, err := s.candidates(cfg)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(lines, func(m matchLine) bool { return m.ID == id })
	switch {
	case i >= 0:
		d.Given = lines[i].given()
		for _, k := range lines[i].Candidates {
			if target == fmt.Sprint(k.Place) {
				d.LocationID, d.ProviderID = k.LocationID, k.ProviderID
				return nil
			}
		}
	case at >= 0:
		d.Given = all[at].Given
	default:
		return usage{fmt.Errorf("no name has the id %q; `bellwether match list` lists those that wait", id)}
	}
	return s.onNewest(cfg, func(db *sql.DB) error {
		t, ok, err := read.New(db, "").MatchTarget(s.ctx, target)
		if err == nil && !ok {
			return usage{fmt.Errorf("%q is neither the number of a candidate nor the id of a location or provider in the newest snapshot", target)}
		}
		d.LocationID, d.ProviderID = t.LocationID, t.ProviderID
		return err
	})
}
