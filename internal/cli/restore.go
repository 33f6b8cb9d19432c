package cli

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"bellwether/internal/access"
	"bellwether/internal/audit"
	"bellwether/internal/backup"
	"bellwether/internal/config"
	"bellwether/internal/instance"
	"bellwether/internal/opstate"
	"bellwether/internal/warehouse"
)

type restoreCmd struct {
	From  string `arg:"" help:"The backup: a folder that bellwether backup made." type:"existingdir"`
	To    string `help:"The folder to make the instance in; it must be new or empty." type:"path" placeholder:"FOLDER"`
	Key   string `name:"warehouse-key" help:"Your copy of the warehouse files' key, where they are encrypted and the backup was made without the secrets." type:"existingfile" placeholder:"FILE"`
	Drill bool   `help:"Practise: restore into a folder that is removed again, and record in --dir that the backup was found whole."`
}

// Help gives an example.
func (restoreCmd) Help() string {
	return "Holds every file against its sum, the snapshot against its content hash, and the audit against its checkpoints; the folder appears only when everything is whole.\n\n" +
		"Exit codes: 0 restored; 1 the backup is damaged or not finished, and nothing was made; 2 the folder is not empty or not named.\n\n" +
		"Examples:\n  bellwether restore /mnt/backups/bellwether-20260314T020000Z --to restored\n  bellwether restore /mnt/backups/bellwether-20260314T020000Z --drill --dir instance\n\nExample:\n  bellwether restore BACKUP --to FOLDER"
}

type restoreResult struct {
	backup.Restored
	Folder  string  `json:"folder,omitempty"`
	Drill   bool    `json:"drill"`
	Seconds float64 `json:"seconds"`
}

// Run makes an instance again from a backup.
func (c restoreCmd) Run(s *session) error {
	if c.Drill == (c.To != "") {
		return usage{errors.New("say where to restore with --to FOLDER, or practise with --drill")}
	}
	if c.Drill {
		return c.drill(s)
	}
	if entries, err := os.ReadDir(c.To); err == nil && len(entries) > 0 {
		return usage{fmt.Errorf("%s is not empty: restore into a new folder, so that nothing is mixed or overwritten", c.To)}
	}
	var vault warehouse.Vault
	if c.Key != "" {
		vault.Key = func() (string, error) { return instance.ReadWarehouseKey(c.Key) }
	}
	res, err := backup.RestoreWith(s.ctx, c.From, c.To, s.Now, vault)
	if err != nil {
		return err
	}
	if err := c.print(s, res, c.To); err != nil || s.JSON {
		return err
	}
	if !res.Info.Secrets {
		fmt.Fprintf(s.Stdout, "\nThe keys are not in this backup. Put your copy of the secrets folder at %s, for its owner alone (chmod -R go= %[1]s), before the next run.\n", filepath.Join(c.To, instance.Secrets))
	}
	if cfg, err := config.Load(c.To); err == nil && cfg.Casework.Postgres.URL != "" {
		fmt.Fprintf(s.Stdout, "\nThis instance keeps casework in a database. What the backup holds of it lies in %s: name an empty database in casework.postgres.url and run\n  bellwether casework move --dir %s\nor, if the database itself is sound, move the file away.\n",
			filepath.Join(c.To, instance.Casework, instance.CaseworkStore), c.To)
	}
	fmt.Fprintf(s.Stdout, "\nNext:\n  bellwether doctor --dir %s\n  bellwether serve --dir %[1]s\n", c.To)
	return nil
}

// drill restores beside the instance, where there is room for its data, and removes it again.
func (c restoreCmd) drill(s *session) (err error) {
	cfg, err := s.config()
	if err != nil {
		return err
	}
	s.giveWay(cfg)
	work, err := os.MkdirTemp(cfg.Path(instance.Temp), "drill-*")
	if err != nil {
		return fmt.Errorf("make a folder to practise in: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(work)) }()
	if err := s.audited(cfg, audit.Record{Actor: operator(), Action: "restore", Class: string(access.ClassD), Kind: "instance", Allow: true, Reason: "drill", PolicyHash: access.Hash()}); err != nil {
		return err
	}
	res, err := backup.RestoreWith(s.ctx, c.From, filepath.Join(work, "restored"), s.Now, instance.Vault(cfg))
	if err != nil {
		return err
	}
	if err := opstate.Practised(cfg.Dir, opstate.RestoreTest{At: s.Now(), BackedUp: res.Info.At, ContentHash: res.ContentHash, Seconds: res.Took.Seconds()}); err != nil {
		return err
	}
	return c.print(s, res, "")
}

func (c restoreCmd) print(s *session, res backup.Restored, folder string) error {
	if s.JSON {
		return printJSON(s.Stdout, restoreResult{res, folder, c.Drill, res.Took.Seconds()})
	}
	done := "Restored to " + folder
	if c.Drill {
		done = "Practised a restore; the backup is whole"
	}
	fmt.Fprintf(s.Stdout, "%s: %s files, %s, backed up on %s UTC, in %s.\n", done, count(int64(res.Files)), size(res.Bytes), res.Info.At.Format("2 Jan 2006 15:04"), res.Took.Round(time.Millisecond))
	for _, line := range res.Checked {
		fmt.Fprintf(s.Stdout, "  %s\n", line)
	}
	return nil
}
