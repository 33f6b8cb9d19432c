package cli

import (
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"bellwether/casework/requests"
	"bellwether/casework/workdays"
	"bellwether/internal/access"
	"bellwether/internal/config"
	"bellwether/internal/disclosure"
	"bellwether/internal/instance"
	"bellwether/internal/release"
)

type foiCmd struct {
	Log    foiLogCmd    `cmd:"" help:"Note a request that came in; the day for the answer is worked out."`
	List   foiListCmd   `cmd:"" help:"List the requests and where they stand."`
	Build  foiBuildCmd  `cmd:"" help:"Make the answer: counts under a disclosure rule, as CSV and a page."`
	Sign   foiSignCmd   `cmd:"" help:"Sign the answer off as the second person; it goes into the register of releases."`
	Answer foiAnswerCmd `cmd:"" help:"Take the signed answer out as a ZIP file and note that it has gone."`
}

type foiLogCmd struct{ requestLog }

// Help gives an example.
func (foiLogCmd) Help() string {
	return "Requests go to the chair: whoever chairs the group sees them in the list and may sign the answer off. It is due twenty working days after the day it came.\n\nExample:\n  bellwether foi log --received 2026-09-14 --words \"concerns by area since 2024\" --as gil"
}

// Run logs a request.
func (c foiLogCmd) Run(s *session) error { return c.log(s, requests.FOI) }

type foiListCmd struct {
	As string `required:"" help:"Your user name; your password is asked for."`
}

// Help gives an example.
func (foiListCmd) Help() string { return "Example:\n  bellwether foi list --as ada" }

// Run lists requests.
func (c foiListCmd) Run(s *session) error { return listRequests(s, c.As, requests.FOI) }

type foiBuildCmd struct {
	ID      string `arg:"" help:"The request."`
	From    string `required:"" help:"The first day counted, as 2025-04-01."`
	To      string `required:"" help:"The first day no longer counted, as 2026-04-01."`
	By      string `help:"A column a month, quarter or year." enum:"month,quarter,year" default:"quarter"`
	Profile string `help:"The disclosure rule: sac or nhs." enum:"sac,nhs" default:"sac"`
	As      string `required:"" help:"Your user name; your password is asked for."`
}

// Help gives an example.
func (foiBuildCmd) Help() string {
	return "Counts concerns, section 42 enquiries and complaints by area and time, hides small counts and what would give them back, and holds the result against what was released before. Nothing but these tables is in it: no workbook, no names, no hidden columns. Whether an exemption applies is for a person to decide.\n\nExit codes: 0 done, 1 failed, 2 a wrong entry, 3 refused.\n\nExample:\n  bellwether foi build 0123456789abcdef --from 2025-04-01 --to 2026-04-01 --as gil"
}

// Run makes a candidate.
func (c foiBuildCmd) Run(s *session) error {
	span, err := release.ParseSpan(c.From, c.To, c.By)
	if err != nil {
		return usage{err}
	}
	profile, err := disclosure.Find(c.Profile)
	if err != nil {
		return usage{err}
	}
	return withOffice(s, func(o *office) error {
		sub, err := o.mayAnswer(c.As, access.Record, c.ID, "")
		if err != nil {
			return err
		}
		if _, err := o.asked.Find(requests.FOI, c.ID); err != nil {
			return requested(err)
		}
		bundle, parts, err := c.make(o, profile, span)
		if err != nil {
			return err
		}
		book, err := release.OpenRegister(o.cfg.Path(instance.Casework, release.File))
		if err != nil {
			return err
		}
		for _, p := range parts {
			if err := book.Check(profile, p); err != nil {
				return errors.Join(o.record(string(access.Export), access.ClassA, access.InformationRequest, c.ID, sub.UserID, "differencing", "", false), refusal{err})
			}
		}
		if err := keepCandidate(o.cfg, c.ID, bundle, parts); err != nil {
			return err
		}
		if _, err := o.asked.Built(s.ctx, requests.FOI, c.ID, sub.UserID, release.Hash(bundle)); err != nil {
			return requested(err)
		}
		_, err = fmt.Fprintf(s.Stdout, "Made: %s\nLook at it, then a second person signs it off:\n  bellwether foi sign %s --as SECOND-NAME\n", candidate(o.cfg, c.ID, ".zip"), c.ID)
		return err
	})
}

// make counts each subject in the newest snapshot. A subject of which nothing is recorded is left out.
func (c foiBuildCmd) make(o *office, profile disclosure.Profile, span release.Span) (bundle []byte, parts []disclosure.Release, err error) {
	b := release.Bundle{Reference: c.ID, Authority: o.cfg.Council, Span: span}
	err = o.onSnapshot(func(info known, db *sql.DB) error {
		b.Snapshot, b.AsOf = info.ID, info.AsOf
		for _, subject := range release.Subjects {
			counts, err := release.Count(o.s.ctx, db, subject, span)
			if errors.Is(err, release.ErrNothing) {
				continue
			}
			if err != nil {
				return err
			}
			sheet, err := counts.Publish(profile)
			if err != nil {
				return err
			}
			b.Sheets = append(b.Sheets, sheet)
			parts = append(parts, disclosure.Release{ID: info.ID + "-" + c.ID, Subject: subject.Name, Profile: profile.Name, At: o.s.Now().UTC(), By: operator(), Counts: counts.Units})
		}
		if len(b.Sheets) == 0 {
			return release.ErrNothing
		}
		return nil
	})
	if err == nil {
		bundle, err = b.Zip()
	}
	return bundle, parts, err
}

// candidate is where what was made for a request waits: beside the decisions, as sensitive as they until it is signed off.
func candidate(cfg config.Config, id, ending string) string {
	return cfg.Path(instance.Casework, "requests", id+ending)
}

func keepCandidate(cfg config.Config, id string, bundle []byte, parts []disclosure.Release) error {
	counts, err := json.Marshal(parts)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(candidate(cfg, id, "")), 0o700); err != nil {
		return err
	}
	return errors.Join(instance.WriteFile(candidate(cfg, id, ".counts.json"), counts, 0o600), instance.WriteFile(candidate(cfg, id, ".zip"), bundle, 0o600))
}

// kept reads a candidate back and refuses one that is not what was made.
func kept(cfg config.Config, r requests.Request) ([]byte, error) {
	bundle, err := os.ReadFile(candidate(cfg, r.ID, ".zip"))
	if err != nil || release.Hash(bundle) != r.Hash {
		return nil, refusal{fmt.Errorf("what was made for %s is missing or was changed since: make it again with `bellwether foi build`", r.ID)}
	}
	return bundle, nil
}

type foiSignCmd struct {
	ID string `arg:"" help:"The request."`
	As string `required:"" help:"Your user name; your password is asked for."`
}

// Help gives an example.
func (foiSignCmd) Help() string {
	return "Whoever made the answer cannot sign it off. It is held against the register again, and entered there.\n\nExample:\n  bellwether foi sign 0123456789abcdef --as ada"
}

// Run signs an answer off.
func (c foiSignCmd) Run(s *session) error {
	return withOffice(s, func(o *office) error {
		sub, err := o.mayAnswer(c.As, access.Review, c.ID, "")
		if err != nil {
			return err
		}
		r, err := o.asked.Find(requests.FOI, c.ID)
		if err != nil {
			return requested(err)
		}
		if r.Hash != "" {
			if _, err := kept(o.cfg, r); err != nil {
				return err
			}
		}
		if r.Hash != "" && r.SignedAt.IsZero() && r.BuiltBy != sub.UserID {
			if err := enterReleases(o, c.ID); err != nil {
				return err
			}
		}
		if r, err = o.asked.Sign(s.ctx, requests.FOI, c.ID, sub.UserID); err != nil {
			return requested(err)
		}
		_, err = fmt.Fprintf(s.Stdout, "Signed off; due on %s.\nNext:\n  bellwether foi answer %s --out FILE.zip --as NAME\n", workdays.Format(r.Due), r.ID)
		return err
	})
}

// enterReleases enters what is about to leave in the register. It stands there before the signature: a release that is in the register and
// never left does no harm, one that left and is not there does.
func enterReleases(o *office, id string) error {
	body, err := os.ReadFile(candidate(o.cfg, id, ".counts.json"))
	if err != nil {
		return err
	}
	var parts []disclosure.Release
	if err := json.Unmarshal(body, &parts); err != nil {
		return fmt.Errorf("the counts of %s can't be read: %w: make the answer again", id, err)
	}
	book, err := release.OpenRegister(o.cfg.Path(instance.Casework, release.File))
	if err != nil {
		return err
	}
	for _, p := range parts {
		profile, err := disclosure.Find(p.Profile)
		if err != nil {
			return err
		}
		if err := book.Check(profile, p); err != nil {
			return refusal{err}
		}
	}
	return book.Add(parts...)
}

type foiAnswerCmd struct {
	ID  string `arg:"" help:"The request."`
	Out string `short:"o" required:"" help:"The file to write (ZIP)." type:"path"`
	As  string `required:"" help:"Your user name; your password is asked for."`
}

// Help gives an example.
func (foiAnswerCmd) Help() string {
	return "Example:\n  bellwether foi answer 0123456789abcdef --out answer.zip --as gil"
}

// Run writes the signed answer.
func (c foiAnswerCmd) Run(s *session) error {
	return withOffice(s, func(o *office) error {
		sub, err := o.mayAnswer(c.As, access.Record, c.ID, "")
		if err != nil {
			return err
		}
		r, err := o.asked.Find(requests.FOI, c.ID)
		if err != nil {
			return requested(err)
		}
		if r.SignedAt.IsZero() {
			return refusal{errors.New("a second person has not signed this off yet: nothing leaves before")}
		}
		bundle, err := kept(o.cfg, r)
		if err != nil {
			return err
		}
		if err := o.record(string(access.Export), access.ClassA, access.InformationRequest, r.ID, sub.UserID, "answered", "", true); err != nil {
			return err
		}
		if err := os.WriteFile(c.Out, bundle, 0o600); err != nil {
			return err
		}
		if r.AnsweredAt.IsZero() {
			if _, err := o.asked.Answered(s.ctx, requests.FOI, c.ID, sub.UserID); err != nil {
				return requested(err)
			}
		}
		_, err = fmt.Fprintf(s.Stdout, "Wrote %s. SHA-256 %s.\n", c.Out, r.Hash)
		return err
	})
}
