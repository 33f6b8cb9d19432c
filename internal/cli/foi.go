package cli

import (
	"errors"
	"fmt"
	"os"

	"bellwether/casework/requests"
	"bellwether/casework/workdays"
	"bellwether/internal/access"
	"bellwether/internal/answers"
	"bellwether/internal/disclosure"
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
		if err := o.answers().Build(s.ctx, c.ID, sub.UserID, operator(), profile, span); err != nil {
			var refused *answers.RefusedError
			if errors.As(err, &refused) {
				err = errors.Join(o.record(string(access.Export), access.ClassA, access.InformationRequest, c.ID, sub.UserID, refused.Code, "", false), requested(err))
			}
			return requested(err)
		}
		_, err = fmt.Fprintf(s.Stdout, "Made: %s\nLook at it, then a second person signs it off:\n  bellwether foi sign %s --as SECOND-NAME\n", o.answers().Candidate(c.ID, ".zip"), c.ID)
		return err
	})
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
		r, err := o.answers().Sign(s.ctx, c.ID, sub.UserID)
		if err != nil {
			return requested(err)
		}
		_, err = fmt.Fprintf(s.Stdout, "Signed off; due on %s.\nNext:\n  bellwether foi answer %s --out FILE.zip --as NAME\n", workdays.Format(r.Due), r.ID)
		return err
	})
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
		bundle, r, err := o.answers().Leaving(c.ID)
		if err != nil {
			return requested(err)
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
