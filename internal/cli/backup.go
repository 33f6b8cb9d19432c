package cli

import (
	"fmt"
	"time"

	"bellwether/internal/access"
	"bellwether/internal/audit"
	"bellwether/internal/backup"
)

type backupCmd struct {
	To      string `help:"The folder that holds the backups; it should lie on another disk." required:"" type:"path" placeholder:"FOLDER"`
	Secrets bool   `help:"Take the keys too. Who holds such a backup holds everything: keep it apart."`
	Keep    int    `help:"Afterwards remove all but the newest so many backups in the folder." placeholder:"N"`
}

// Help gives an example.
func (backupCmd) Help() string {
	return "Copies the raw file, the landing zone with its manifest, the newest snapshot, the casework store, the audit and the configuration while the dashboard keeps serving. " +
		"Without --secrets the keys are left out: keep a copy of the secrets folder apart, since without it nothing landed can be read.\n\n" +
		"Exit codes: 0 done; 1 failed, and nothing half-done is left; 4 another process is loading, try again later.\n\nExample:\n  bellwether backup --dir instance --to /mnt/backups --keep 14"
}

type backupResult struct {
	backup.Result
	Seconds float64 `json:"seconds"`
}

// Run makes a backup.
func (c backupCmd) Run(s *session) error {
	if c.Keep < 0 {
		return usage{fmt.Errorf("--keep: %d is not a number of backups to keep", c.Keep)}
	}
	cfg, err := s.config()
	if err != nil {
		return err
	}
	s.giveWay(cfg)
	if err := s.audited(cfg, audit.Record{Actor: operator(), Action: "backup", Class: string(access.ClassD), Kind: "instance", Allow: true, Reason: "file_access", PolicyHash: access.Hash()}); err != nil {
		return err
	}
	res, err := backup.Create(s.ctx, backup.Options{Config: cfg, To: c.To, Secrets: c.Secrets, Keep: c.Keep, Now: s.Now})
	if err != nil {
		return err
	}
	if s.JSON {
		return printJSON(s.Stdout, backupResult{res, res.Took.Seconds()})
	}
	fmt.Fprintf(s.Stdout, "Backed up to %s: %s files, %s, in %s.\n", res.Path, count(int64(res.Files)), size(res.Bytes), res.Took.Round(time.Millisecond))
	for _, r := range res.Removed {
		fmt.Fprintf(s.Stdout, "Removed the old backup %s.\n", r)
	}
	if !c.Secrets {
		fmt.Fprintln(s.Stdout, "The keys are not in it: keep a copy of the secrets folder apart.")
	}
	return nil
}
