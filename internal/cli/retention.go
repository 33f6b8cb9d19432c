package cli

import (
	"context"
	"errors"
	"fmt"
	"time"

	"bellwether/internal/access"
	"bellwether/internal/audit"
	"bellwether/internal/config"
	"bellwether/internal/instance"
	"bellwether/internal/pipeline"
	"bellwether/internal/retention"
)

type retentionCmd struct {
	Propose  retentionProposeCmd  `cmd:"" help:"Propose for destruction what has come to the end of its retention."`
	List     retentionListCmd     `cmd:"" help:"List what was proposed and what people decided."`
	Appraise retentionAppraiseCmd `cmd:"" help:"Decide about one proposal: destroy or keep."`
	Hold     retentionHoldCmd     `cmd:"" help:"Put a legal hold on a proposal."`
	Release  retentionReleaseCmd  `cmd:"" help:"Take a legal hold away."`
	Destroy  retentionDestroyCmd  `cmd:"" help:"Destroy what somebody decided to destroy, prove it, and write a certificate."`
	Files    retentionFilesCmd    `cmd:"" help:"Erase delivered files that have been kept for ingest.keep_files_days; their pseudonymised rows stay."`
}

// withRegister opens the register of proposals.
func withRegister(s *session, fn func(config.Config, *retention.Book) error) (err error) {
	cfg, err := s.config()
	if err != nil {
		return err
	}
	db, err := instance.OpenStore(s.ctx, cfg, s.Now)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	err = fn(cfg, retention.NewBook(db, s.Now))
	var input *retention.InputError
	if errors.As(err, &input) {
		return refusal{err}
	}
	return err
}

type retentionProposeCmd struct{}

// Help gives an example.
func (retentionProposeCmd) Help() string {
	return "Looks at every delivered file and the schedules (retention.yml in the instance folder, or those that ship) and notes what is due. Nothing is destroyed: somebody appraises each proposal first.\n\nExit codes: 0 done, 1 failed, 4 a run holds the instance.\n\nExample:\n  bellwether retention propose"
}

// Run proposes.
func (retentionProposeCmd) Run(s *session) error {
	return withRegister(s, func(cfg config.Config, book *retention.Book) (err error) {
		schedules, err := retention.Read(cfg.Path(retention.File))
		if err != nil {
			return usage{err}
		}
		p, err := pipeline.Open(s.ctx, pipeline.Options{Config: cfg, Doing: "retention propose", Now: s.Now})
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, p.Close()) }()
		days, err := p.NewestDays(s.ctx)
		if err != nil {
			return err
		}
		var loads []retention.Load
		for _, r := range p.Records() {
			loads = append(loads, retention.Load{Record: r, Newest: days[r.LoadID]})
		}
		due := retention.Due(loads, schedules, p.AsOf(time.Time{}))
		n, err := book.Propose(s.ctx, operator(), due)
		if err != nil {
			return err
		}
		_, err = fmt.Fprintf(s.Stdout, "%d files are due under %d schedules; %d are newly proposed. Next: bellwether retention list\n", len(due), len(schedules), n)
		return err
	})
}

type retentionListCmd struct{}

// Help gives an example.
func (retentionListCmd) Help() string { return "Example:\n  bellwether retention list --json" }

// Run lists the register.
func (retentionListCmd) Run(s *session) error {
	return withRegister(s, func(_ config.Config, book *retention.Book) error {
		items, err := book.List(s.ctx)
		if err != nil {
			return err
		}
		if s.JSON {
			if items == nil {
				items = []retention.Item{}
			}
			return printJSON(s.Stdout, items)
		}
		if len(items) == 0 {
			_, err := fmt.Fprintln(s.Stdout, "Nothing has been proposed. `bellwether retention propose` looks at the schedules.")
			return err
		}
		rows := make([][]string, len(items))
		for i, it := range items {
			rows[i] = []string{it.ID, it.State(), it.Source, it.File, day(it.Newest), day(it.Due), it.Basis}
		}
		return printTable(s.Stdout, []string{"PROPOSAL", "STATE", "SOURCE", "FILE", "NEWEST DAY", "DUE SINCE", "BASIS"}, rows)
	})
}

// appraiser is what the verbs that a named person uses share.
type appraiser struct {
	ID    string `arg:"" help:"The proposal, as retention list shows it."`
	As    string `required:"" help:"Your user name; your password is asked for."`
	Words string `required:"" help:"Why, in a few words."`
}

// step has somebody prove who they are and asks the policy before anything is changed.
func (c appraiser) step(s *session, what string, do func(*retention.Book, string) error) error {
	var who string
	if err := withOffice(s, func(o *office) error {
		sub, err := o.prove(c.As)
		if err != nil {
			return err
		}
		who = sub.UserID
		d := access.Authorise(sub, access.Review, access.Resource{Class: access.ClassB, Kind: access.Retention, ID: c.ID})
		if err := o.record(string(access.Review), access.ClassB, access.Retention, c.ID, who, d.Reason, what, d.Allow); err != nil {
			return err
		}
		if !d.Allow {
			return refusal{errors.New("this is for information governance: the policy gives the right to nobody else")}
		}
		return nil
	}); err != nil {
		return err
	}
	return withRegister(s, func(_ config.Config, book *retention.Book) error {
		if err := do(book, who); err != nil {
			return err
		}
		i, err := book.Find(s.ctx, c.ID)
		if err != nil {
			return err
		}
		_, err = fmt.Fprintf(s.Stdout, "%s is %s.\n", c.ID, i.State())
		return err
	})
}

type retentionAppraiseCmd struct {
	appraiser
	Decision string `required:"" enum:"destroy,keep" help:"destroy or keep."`
}

// Help gives an example.
func (retentionAppraiseCmd) Help() string {
	return "What is kept is proposed again in a year. What is to be destroyed still waits for `retention destroy`.\n\nExit codes: 0 done, 1 failed, 2 a wrong entry, 3 refused.\n\nExample:\n  bellwether retention appraise 3f9c01ab22d4e5f6 --as gil --decision destroy --words \"past its schedule, nothing open\""
}

// Run records a decision.
func (c retentionAppraiseCmd) Run(s *session) error {
	return c.step(s, c.Decision, func(b *retention.Book, who string) error { return b.Appraise(s.ctx, c.ID, who, c.Decision, c.Words) })
}

type retentionHoldCmd struct{ appraiser }

// Help gives an example.
func (retentionHoldCmd) Help() string {
	return "While a hold is on it nothing is destroyed, whatever was decided.\n\nExample:\n  bellwether retention hold 3f9c01ab22d4e5f6 --as gil --words \"an inquiry asks for these years\""
}

// Run puts a hold on.
func (c retentionHoldCmd) Run(s *session) error {
	return c.step(s, "hold", func(b *retention.Book, who string) error { return b.Hold(s.ctx, c.ID, who, c.Words) })
}

type retentionReleaseCmd struct{ appraiser }

// Help gives an example.
func (retentionReleaseCmd) Help() string {
	return "Example:\n  bellwether retention release 3f9c01ab22d4e5f6 --as gil --words \"the inquiry has ended\""
}

// Run takes a hold away.
func (c retentionReleaseCmd) Run(s *session) error {
	return c.step(s, "release", func(b *retention.Book, who string) error { return b.Release(s.ctx, c.ID, who, c.Words) })
}

type retentionDestroyCmd struct {
	ID      string `arg:"" help:"The proposal that somebody decided to destroy."`
	Backups string `help:"The folder of backups: all that were made before are removed, because they hold it. Take a new one at once." type:"existingdir" placeholder:"FOLDER"`
}

// Help gives an example and the exit codes.
func (retentionDestroyCmd) Help() string {
	return "Takes the rows out and rewrites the file of loaded rows, removes the landed file with its key, the file in the inbox, every older snapshot and, with --backups, the backups; publishes a snapshot without it; and searches for texts that only this delivery held, which were found before and must be found nowhere after. Only then is a certificate written. Copies elsewhere, on tapes or other machines, are yours to destroy.\n\nExit codes: 0 destroyed and certified, 1 failed, 3 refused, 4 a run holds the instance.\n\nExample:\n  bellwether retention destroy 3f9c01ab22d4e5f6 --backups /srv/backups"
}

// Run destroys.
func (c retentionDestroyCmd) Run(s *session) error {
	return withRegister(s, func(cfg config.Config, book *retention.Book) error {
		if err := s.audited(cfg, audit.Record{Actor: operator(), Action: "destroy", Class: string(access.ClassC), Kind: string(access.Retention), ID: c.ID, Allow: true, Reason: "file_access", PolicyHash: access.Hash()}); err != nil {
			return err
		}
		cert, err := retention.Destroy(s.ctx, retention.Options{Config: cfg, Book: book, Now: s.Now, By: operator(), Backups: c.Backups,
			Open: func(ctx context.Context) (*pipeline.Pipeline, error) {
				return pipeline.Open(ctx, pipeline.Options{Config: cfg, Doing: "retention destroy", Now: s.Now, Log: s.logger()})
			}}, c.ID)
		if err != nil {
			return err
		}
		if s.JSON {
			return printJSON(s.Stdout, cert)
		}
		fmt.Fprintf(s.Stdout, "Destroyed: %d rows, %d older snapshots, %d backups. %d texts were found before and none after, in %d places.\nCertificate %s in %s\n",
			cert.Rows, len(cert.Snapshots), len(cert.Backups), cert.Searched, len(cert.Places), cert.ID, cfg.Path(instance.Casework, "certificates"))
		if c.Backups == "" {
			fmt.Fprintln(s.Stdout, "Backups were not looked at: run it with --backups, or let them run out, before you say that it is gone everywhere.")
		} else {
			fmt.Fprintln(s.Stdout, "Next: bellwether backup")
		}
		return nil
	})
}
