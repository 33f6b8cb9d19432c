package cli

import (
	"bytes"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"time"

	"bellwether/internal/access"
	"bellwether/internal/audit"
	"bellwether/internal/config"
	"bellwether/internal/disclosure"
	"bellwether/internal/instance"
	"bellwether/internal/release"
)

type releaseCmd struct {
	Subject  string `help:"What is counted: concerns, enquiries or complaints." enum:"concerns,enquiries,complaints" default:"concerns"`
	From     string `required:"" help:"The first day counted, as 2025-04-01."`
	To       string `required:"" help:"The first day no longer counted, as 2026-04-01."`
	By       string `help:"A column a month, quarter or year." enum:"month,quarter,year" default:"quarter"`
	Profile  string `help:"The disclosure rule: sac or nhs." enum:"sac,nhs" default:"sac"`
	Out      string `short:"o" required:"" help:"The file to write (CSV)." type:"path"`
	Approved string `required:"" help:"Who has signed it off: a second person, by name of their account."`
}

// Help gives an example and the exit codes.
func (releaseCmd) Help() string {
	return "Writes counts by area and time for somebody outside: small counts hidden, others rounded, totals that would give a hidden count back hidden too. Beside the table lies a .json that says on which terms it was released, for `bellwether rollup`. Each release is held against the earlier ones and refused (exit code 3) if both together would give a hidden count away. For a request under the Freedom of Information Act use `bellwether foi`, which also keeps the clock and the sign-off.\n\nExample:\n  bellwether release --from 2025-04-01 --to 2026-04-01 --out concerns.csv --approved gil"
}

// Run writes one release and remembers it.
func (c releaseCmd) Run(s *session) error {
	span, err := release.ParseSpan(c.From, c.To, c.By)
	if err != nil {
		return usage{err}
	}
	cfg, err := s.config()
	if err != nil {
		return err
	}
	profile, err := disclosure.Find(c.Profile)
	if err != nil {
		return usage{err}
	}
	subject, err := release.Find(c.Subject)
	if err != nil {
		return usage{err}
	}
	info, err := pick(cfg.Path(instance.Snapshots), "")
	if err != nil {
		return err
	}
	var counts release.Counts
	if err := s.onNewest(cfg, func(db *sql.DB) error {
		counts, err = release.Count(s.ctx, db, subject, span)
		return err
	}); err != nil {
		return err
	}
	sheet, err := counts.Publish(profile)
	if err != nil {
		return err
	}
	fresh := disclosure.Release{ID: info.ID + "-" + c.By, Subject: subject.Name, Profile: profile.Name, At: s.Now().UTC(), By: operator(), Counts: counts.Units}
	if err := s.register(cfg, profile, fresh, c.Approved); err != nil {
		return err
	}
	var b bytes.Buffer
	if err := errors.Join(sheet.CSV(&b), os.WriteFile(c.Out, b.Bytes(), 0o600)); err != nil {
		return err
	}
	if err := writeTerms(c.Out, b.Bytes(), disclosure.Terms{Council: cfg.Council, Subject: subject.Name, From: c.From, To: c.To, By: c.By, Profile: profile.Name, Besides: sheet.Released.Suppressed > 0, At: s.Now().UTC().Format(time.RFC3339)}); err != nil {
		return err
	}
	_, err = fmt.Fprintf(s.Stdout, "Wrote %s and %[1]s.json: %d areas, %d columns, %d cells and totals hidden besides those that the rule hides.\n%s\n", c.Out, len(sheet.Areas), len(sheet.Columns), sheet.Released.Suppressed, profile.About)
	return err
}

// register holds a release against the earlier ones, records it in the audit and remembers it.
func (s *session) register(cfg config.Config, p disclosure.Profile, fresh disclosure.Release, approved string) error {
	if approved == "" || "operator:"+approved == operator() {
		return usage{errors.New("a release is signed off by a second person: name somebody else with --approved")}
	}
	book, err := release.OpenRegister(cfg.Path(instance.Casework, release.File))
	if err != nil {
		return err
	}
	clash := book.Check(p, fresh)
	if err := s.audited(cfg, audit.Record{Actor: operator(), Action: string(access.Export), Class: string(access.ClassA), Kind: "release", ID: fresh.ID, Allow: clash == nil,
		Reason: map[bool]string{true: "checked", false: "differencing"}[clash == nil], Purpose: "approved_by:" + approved, PolicyHash: access.Hash()}); err != nil {
		return err
	}
	if clash != nil {
		return refusal{clash}
	}
	return book.Add(fresh)
}
