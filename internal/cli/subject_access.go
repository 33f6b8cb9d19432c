package cli

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"bellwether/casework/requests"
	"bellwether/internal/access"
	"bellwether/internal/release"
)

// subjectPurpose is the reason under which identities are looked up here.
const subjectPurpose = "subject_access"

type subjectCmd struct {
	Log     subjectLogCmd     `cmd:"" help:"Note a request that came in; the day for the answer is worked out."`
	List    subjectListCmd    `cmd:"" help:"List the requests and where they stand."`
	Confirm subjectConfirmCmd `cmd:"" help:"Confirm, as the second person, that it was checked who asks."`
	Build   subjectBuildCmd   `cmd:"" help:"Make the answer once, as an encrypted paper. Nothing of it is kept."`
	Answer  subjectAnswerCmd  `cmd:"" help:"Note that the answer has gone."`
}

type subjectLogCmd struct{ requestLog }

// Help gives an example.
func (subjectLogCmd) Help() string {
	return "The answer is due a month after the day it came. Name nobody: the words are for those who keep the list.\n\nExample:\n  bellwether subject-access log --received 2026-09-14 --words \"a former resident, by letter\" --as gil"
}

// Run logs a request.
func (c subjectLogCmd) Run(s *session) error { return c.log(s, requests.SubjectAccess) }

type subjectListCmd struct {
	As string `required:"" help:"Your user name; your password is asked for."`
}

// Help gives an example.
func (subjectListCmd) Help() string { return "Example:\n  bellwether subject-access list --as gil" }

// Run lists requests.
func (c subjectListCmd) Run(s *session) error { return listRequests(s, c.As, requests.SubjectAccess) }

type subjectConfirmCmd struct {
	ID string `arg:"" help:"The request."`
	As string `required:"" help:"Your user name; your password is asked for."`
}

// Help gives an example.
func (subjectConfirmCmd) Help() string {
	return "Whoever logged the request cannot confirm it. Confirm only when somebody has checked who asks, or that whoever asks may do so for them.\n\nExample:\n  bellwether subject-access confirm 0123456789abcdef --as ivy"
}

// Run confirms.
func (c subjectConfirmCmd) Run(s *session) error {
	return withOffice(s, func(o *office) error {
		sub, err := o.mayAnswer(c.As, access.Review, c.ID, "")
		if err != nil {
			return err
		}
		r, err := o.asked.Sign(s.ctx, requests.SubjectAccess, c.ID, sub.UserID)
		if err != nil {
			return requested(err)
		}
		_, err = fmt.Fprintf(s.Stdout, "Confirmed. Make the answer:\n  bellwether subject-access build %s --out FILE.pdf --as NAME\n", r.ID)
		return err
	})
}

type subjectBuildCmd struct {
	ID  string `arg:"" help:"The request, confirmed by a second person."`
	Out string `short:"o" required:"" help:"The file to write (PDF)." type:"path"`
	As  string `required:"" help:"Your user name; your password is asked for."`
}

// Help gives an example.
func (subjectBuildCmd) Help() string {
	return "The reference by which the council's systems know the person is asked for, or read as a line of standard input: never an argument, never kept, never logged. The paper is encrypted; its password is shown once and goes another way than the paper. Others who stand in the same records are left out. Case notes and meeting papers are not searched: a person looks through them.\n\nExit codes: 0 done, 1 failed, 2 a wrong entry, 3 refused.\n\nExample:\n  bellwether subject-access build 0123456789abcdef --out answer.pdf --as gil"
}

// Run makes the paper. The file is opened first: a folder that does not take it must not spend the request.
func (c subjectBuildCmd) Run(s *session) error {
	return withOffice(s, func(o *office) error {
		sub, err := o.mayAnswer(c.As, access.Relink, c.ID, subjectPurpose)
		if err != nil {
			return err
		}
		file, err := os.CreateTemp(filepath.Dir(c.Out), ".answer-*")
		if err == nil {
			defer os.Remove(file.Name()) // does nothing once it has been renamed
			defer file.Close()
			if at, missing := os.Stat(c.Out); missing == nil && at.IsDir() {
				err = fmt.Errorf("%s is a folder", c.Out)
			}
		}
		if err != nil {
			return fmt.Errorf("the paper could not be written, so the request is not spent: %w", err)
		}
		sealed, rows, err := o.answers().Held(s.ctx, c.ID, sub.UserID, func() (string, error) { return o.ask("the reference of the person") })
		if err != nil {
			return requested(err)
		}
		_, err = file.Write(sealed.PDF)
		if err := errors.Join(err, file.Sync(), file.Close()); err != nil {
			return err
		}
		if err := os.Rename(file.Name(), c.Out); err != nil {
			return err
		}
		if err := o.record("subject_access", access.ClassD, access.InformationRequest, c.ID, sub.UserID, fmt.Sprintf("rows:%d", rows), subjectPurpose, true); err != nil {
			return err
		}
		_, err = fmt.Fprintf(s.Stdout, "Wrote %s: %d records. SHA-256 %s.\nIts password, shown once: %s\nSend it another way than the paper. When both have gone:\n  bellwether subject-access answer %s --as NAME\n", c.Out, rows, release.Hash(sealed.PDF), sealed.Password, c.ID)
		return err
	})
}

type subjectAnswerCmd struct {
	ID string `arg:"" help:"The request."`
	As string `required:"" help:"Your user name; your password is asked for."`
}

// Help gives an example.
func (subjectAnswerCmd) Help() string {
	return "Example:\n  bellwether subject-access answer 0123456789abcdef --as gil"
}

// Run notes the answer.
func (c subjectAnswerCmd) Run(s *session) error {
	return withOffice(s, func(o *office) error {
		sub, err := o.mayAnswer(c.As, access.Record, c.ID, "")
		if err != nil {
			return err
		}
		r, err := o.asked.Answered(s.ctx, requests.SubjectAccess, c.ID, sub.UserID)
		if err != nil {
			return requested(err)
		}
		_, err = fmt.Fprintf(s.Stdout, "Answered: %s.\n", r.ID)
		return err
	})
}
