package cli

import (
	"errors"
	"fmt"
	"strconv"

	"bellwether/internal/access"
	"bellwether/internal/audit"
	"bellwether/internal/config"
	"bellwether/internal/pipeline"
	"bellwether/internal/retention"
)

type retentionFilesCmd struct {
	Days     int  `help:"Erase files kept for so many days, instead of ingest.keep_files_days." placeholder:"DAYS"`
	WithHeld bool `help:"Erase files with held rows, and rejected files, too: only another delivery can mend those afterwards."`
	DryRun   bool `help:"Only say what would be erased."`
}

// Help gives an example and the exit codes.
func (retentionFilesCmd) Help() string {
	return "A delivered file holds names, dates of birth and free text that the contracts drop. After its days it is erased, in the landing zone with the key that alone opens it, and in the inbox; an extract of its rows, under pseudonyms, is kept, read back first, and is what the database is made again from. Files with held rows and files under a legal hold are kept and listed. `serve` does it every day once ingest.keep_files_days is set.\n\nAfterwards `relink show` needs --references for people who were on erased files alone, and backups made before still hold them until they run out.\n\nExit codes: 0 done, 1 failed, 2 no age is set, 4 a run holds the instance.\n\nExample:\n  bellwether retention files --dry-run"
}

// Run erases what is due.
func (c retentionFilesCmd) Run(s *session) error {
	return withRegister(s, func(cfg config.Config, book *retention.Book) (err error) {
		days := c.Days
		if days == 0 {
			days = cfg.Ingest.KeepFilesDays
		}
		if days <= 0 {
			return usage{errors.New("no age is set: give --days, or set ingest.keep_files_days in " + config.FileName)}
		}
		if !c.DryRun {
			if err := s.audited(cfg, audit.Record{Actor: operator(), Action: "erase", Class: string(access.ClassC), Kind: string(access.Retention), ID: "delivered-files", Allow: true, Reason: "file_access", PolicyHash: access.Hash()}); err != nil {
				return err
			}
		}
		p, err := pipeline.Open(s.ctx, pipeline.Options{Config: cfg, Doing: "retention files", Now: s.Now, Log: s.logger()})
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, p.Close()) }()
		r, err := retention.EraseFiles(s.ctx, retention.Options{Config: cfg, Book: book, Now: s.Now, By: operator()}, p, retention.FilesOptions{Days: days, WithHeld: c.WithHeld, DryRun: c.DryRun})
		if err != nil {
			return err
		}
		if s.JSON {
			return printJSON(s.Stdout, r)
		}
		return c.print(s, r)
	})
}

func (c retentionFilesCmd) print(s *session, r retention.FilesReport) error {
	did := "Erased"
	if c.DryRun {
		did = "Would erase"
	}
	fmt.Fprintf(s.Stdout, "%s %d delivered files that landed before %s; their rows stay.\n", did, len(r.Erased), r.Before.Format("2 Jan 2006"))
	rows := make([][]string, 0, len(r.Erased)+len(r.Kept))
	for _, f := range r.Erased {
		rows = append(rows, []string{f.File, f.Source, strconv.Itoa(f.Age), did})
	}
	for _, f := range r.Kept {
		rows = append(rows, []string{f.File, f.Source, strconv.Itoa(f.Age), "kept: " + f.Why})
	}
	if len(rows) == 0 {
		return nil
	}
	return printTable(s.Stdout, []string{"FILE", "SOURCE", "DAYS", "WHAT"}, rows)
}
