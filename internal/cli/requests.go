package cli

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"bellwether/casework/requests"
	"bellwether/casework/workdays"
	"bellwether/internal/access"
	"bellwether/internal/answers"
	"bellwether/internal/instance"
)

// mayAnswer asks the policy whether somebody may do this with requests for information. The answer is recorded before it is given.
func (o *office) mayAnswer(username string, action access.Action, id, purpose string) (access.Subject, error) {
	sub, err := o.prove(username)
	if err != nil {
		return sub, err
	}
	sub.Purpose = purpose
	class := access.ClassB
	if action == access.Relink {
		class = access.ClassD
	}
	d := access.Authorise(sub, action, access.Resource{Class: class, Kind: access.InformationRequest, ID: id})
	if err := o.record(string(action), class, access.InformationRequest, id, sub.UserID, d.Reason, purpose, d.Allow); err != nil {
		return sub, err
	}
	if !d.Allow {
		return sub, refusal{errors.New("your role does not answer requests for information: information governance does, and the chair signs off")}
	}
	return sub, nil
}

// requestLog is what both verbs ask for when a request comes in.
type requestLog struct {
	Received string `required:"" help:"The day it was received, as 2026-09-14."`
	Words    string `required:"" help:"What it is about, in a few words. Name nobody."`
	As       string `required:"" help:"Your user name; your password is asked for."`
}

func (c requestLog) log(s *session, kind requests.Kind) error {
	received, err := time.Parse(time.DateOnly, c.Received)
	if err != nil {
		return usage{errors.New("--received is a day, for example 2026-09-14")}
	}
	return withOffice(s, func(o *office) error {
		sub, err := o.mayAnswer(c.As, access.Record, "", "")
		if err != nil {
			return err
		}
		r, err := o.asked.Log(s.ctx, sub.UserID, kind, received, c.Words)
		if err != nil {
			return requested(err)
		}
		next := fmt.Sprintf("bellwether foi build %s --from DAY --to DAY --as NAME", r.ID)
		if kind == requests.SubjectAccess {
			next = fmt.Sprintf("bellwether subject-access confirm %s --as SECOND-NAME", r.ID)
		}
		_, err = fmt.Fprintf(s.Stdout, "Logged: %s, due on %s.\nNext:\n  %s\n", r.ID, workdays.Format(r.Due), next)
		return err
	})
}

type requestLine struct {
	ID       string `json:"id"`
	State    string `json:"state"`
	Received string `json:"received"`
	Due      string `json:"due"`
	Overdue  bool   `json:"overdue"`
	Words    string `json:"words"`
}

func listRequests(s *session, as string, kind requests.Kind) error {
	return withOffice(s, func(o *office) error {
		if _, err := o.mayAnswer(as, access.View, "", ""); err != nil {
			return err
		}
		today := workdays.Day(s.Now())
		lines, rows := []requestLine{}, [][]string{}
		for _, r := range o.asked.List(kind) {
			l := requestLine{r.ID, r.State(), r.Received.Format(time.DateOnly), r.Due.Format(time.DateOnly), r.Overdue(today), r.Words}
			lines = append(lines, l)
			due := workdays.Format(r.Due)
			if l.Overdue {
				due += " (overdue)"
			}
			rows = append(rows, []string{l.ID, l.State, workdays.Format(r.Received), due, oneLine(l.Words)})
		}
		if s.JSON {
			return printJSON(s.Stdout, lines)
		}
		if len(rows) == 0 {
			_, err := fmt.Fprintln(s.Stdout, "No request has been logged.")
			return err
		}
		return printTable(s.Stdout, []string{"REQUEST", "STATE", "RECEIVED", "DUE", "ABOUT"}, rows)
	})
}

// requested makes a step that the request does not allow a refusal.
func requested(err error) error {
	var input *requests.InputError
	var refused *answers.RefusedError
	if errors.As(err, &input) || errors.As(err, &refused) || errors.Is(err, requests.ErrUnknown) {
		return refusal{err}
	}
	return err
}

// answers is what makes answers, over the newest snapshot.
func (o *office) answers() *answers.Desk {
	return &answers.Desk{Book: o.asked, Config: o.cfg, Now: o.s.Now, Newest: func(_ context.Context, use func(string, *sql.DB) error) error {
		info, err := pick(o.cfg.Path(instance.Snapshots), "")
		if err != nil {
			return err
		}
		return o.s.onNewest(o.cfg, func(db *sql.DB) error { return use(info.ID, db) })
	}}
}
