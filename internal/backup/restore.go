package backup

import (
	"context"
	"crypto/ed25519"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"bellwether/casework/store/sqlite"
	"bellwether/ingest/ledger"
	"bellwether/internal/audit"
	"bellwether/internal/config"
	"bellwether/internal/instance"
	"bellwether/internal/verify"
	"bellwether/internal/warehouse"
)

// Restored is what was made again.
type Restored struct {
	Info        Info          `json:"info"`
	Files       int           `json:"files"`
	Bytes       int64         `json:"bytes"`
	ContentHash string        `json:"content_hash,omitempty"`
	Checked     []string      `json:"checked"` // what was found whole, in words
	Took        time.Duration `json:"-"`
}

// Restore makes an instance again from a backup. The folder must be new or empty; it appears only when everything in it was found
// whole. Each file is held against its sum, the snapshot against its content hash, the audit against its checkpoints.
func Restore(ctx context.Context, from, to string, now func() time.Time) (Restored, error) {
	return RestoreWith(ctx, from, to, now, warehouse.Vault{})
}

// RestoreWith is Restore with the key of encrypted warehouse files, for a backup that does not hold it itself.
func RestoreWith(ctx context.Context, from, to string, now func() time.Time, vault warehouse.Vault) (res Restored, err error) {
	began := now()
	list, err := readSums(from)
	if err != nil {
		return res, err
	}
	if entries, err := os.ReadDir(to); err == nil && len(entries) > 0 {
		return res, fmt.Errorf("%s is not empty: restore into a new folder, so that nothing is mixed or overwritten", to)
	} else if err != nil && !errors.Is(err, os.ErrNotExist) {
		return res, fmt.Errorf("look at the folder to restore into: %w", err)
	}
	if err := os.MkdirAll(filepath.Dir(to), 0o700); err != nil {
		return res, err
	}
	work, err := os.MkdirTemp(filepath.Dir(to), ".restoring-*")
	if err != nil {
		return res, fmt.Errorf("make a folder to restore into: %w", err)
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.RemoveAll(work))
		}
	}()
	for _, name := range list.paths() {
		sum, n, err := copyFile(ctx, filepath.Join(from, filepath.FromSlash(name)), filepath.Join(work, filepath.FromSlash(name)), -1)
		if errors.Is(err, os.ErrNotExist) {
			return res, fmt.Errorf("the backup lacks %s: use another backup", name)
		}
		if err != nil {
			return res, err
		}
		if sum != list[name] {
			return res, fmt.Errorf("%s does not have the sum that the backup lists: it was damaged since; use another backup", name)
		}
		res.Files++
		res.Bytes += n
	}
	if res.Info, err = readInfo(work); err != nil {
		return res, err
	}
	if err := instance.Folders(work, nil); err != nil {
		return res, err
	}
	if err := res.check(ctx, work, now, vault); err != nil {
		return res, err
	}
	if err := errors.Join(os.Remove(filepath.Join(work, InfoFile)), syncDirs(work)); err != nil {
		return res, err
	}
	if err := os.Remove(to); err != nil && !errors.Is(err, os.ErrNotExist) {
		return res, err
	}
	if err := errors.Join(os.Rename(work, to), syncDir(filepath.Dir(to))); err != nil {
		return res, fmt.Errorf("name the restored folder: %w", err)
	}
	res.Took = now().Sub(began)
	return res, nil
}

func readInfo(dir string) (Info, error) {
	var info Info
	src, err := os.ReadFile(filepath.Join(dir, InfoFile))
	if err != nil {
		return info, fmt.Errorf("the backup does not say what it holds: %w", err)
	}
	if err := json.Unmarshal(src, &info); err != nil {
		return info, fmt.Errorf("the backup's %s can't be read: %w", InfoFile, err)
	}
	if info.Format != format {
		return info, fmt.Errorf("the backup has format %d and this version reads format %d: restore it with the version that made it (%s)", info.Format, format, info.Version)
	}
	return info, nil
}

// check proves the parts, beyond their sums: a backup of something damaged would have the right sums.
func (r *Restored) check(ctx context.Context, dir string, now func() time.Time, vault warehouse.Vault) (err error) {
	cfg, err := config.Load(dir)
	if err != nil {
		return err
	}
	limits, err := restoring(cfg, vault)
	if err != nil {
		return err
	}
	snaps, err := warehouse.Snapshots(cfg.Path(instance.Snapshots))
	if err != nil {
		return err
	}
	if (r.Info.Snapshot != "") != (len(snaps) == 1) {
		return errors.New("the backup does not hold the snapshot that it names: use another backup")
	}
	for _, info := range snaps {
		says, err := verify.Snapshot(ctx, info, limits)
		if err != nil {
			return fmt.Errorf("the snapshot in the backup is damaged: %w: use another backup", err)
		}
		if info.ID != r.Info.ContentHash[:min(12, len(r.Info.ContentHash))] {
			return errors.New("the snapshot in the backup is not the one that the backup names: use another backup")
		}
		r.ContentHash = r.Info.ContentHash
		r.Checked = append(r.Checked, says)
	}
	records, err := ledger.Read(cfg.Path(instance.Landing))
	if err != nil {
		return err
	}
	r.Checked = append(r.Checked, fmt.Sprintf("%d loads are in the manifest", len(records)))
	if err := r.checkRaw(ctx, cfg, limits); err != nil {
		return err
	}
	if err := r.checkCasework(ctx, cfg, now); err != nil {
		return err
	}
	return r.checkAudit(cfg)
}

// restoring are the limits with which the restored files are read: the key that is in the backup, else the one that was given.
func restoring(cfg config.Config, vault warehouse.Vault) (warehouse.Limits, error) {
	limits := instance.Limits(cfg)
	if limits.Vault.Key == nil {
		return limits, nil
	}
	if vault.Extensions != (warehouse.Extensions{}) {
		limits.Vault.Extensions = vault.Extensions
	}
	if _, err := os.Stat(cfg.Path(instance.Secrets, cfg.Warehouse.EncryptionKeyFile)); !errors.Is(err, os.ErrNotExist) {
		return limits, err
	}
	if limits.Vault.Key = vault.Key; vault.Key == nil {
		return limits, errors.New("the warehouse files in this backup are encrypted and their key is not in it: name your copy of it with --warehouse-key FILE, so that they can be read and checked")
	}
	return limits, nil
}

func (r *Restored) checkRaw(ctx context.Context, cfg config.Config, limits warehouse.Limits) (err error) {
	if _, err := os.Stat(cfg.Path(instance.Warehouse, warehouse.RawFile)); errors.Is(err, os.ErrNotExist) {
		return nil
	}
	raw, err := warehouse.OpenRaw(ctx, cfg.Path(instance.Warehouse), limits)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, raw.Close()) }()
	tables, err := raw.Scan(ctx)
	if err != nil {
		return fmt.Errorf("the raw file in the backup is damaged: %w: use another backup", err)
	}
	var rows int64
	for _, t := range tables {
		rows += t.Rows
	}
	r.Checked = append(r.Checked, fmt.Sprintf("%d raw rows can be read", rows))
	return nil
}

func (r *Restored) checkCasework(ctx context.Context, cfg config.Config, now func() time.Time) (err error) {
	path := cfg.Path(instance.Casework, instance.CaseworkStore)
	if _, err := os.Stat(path); errors.Is(err, os.ErrNotExist) {
		return nil
	}
	db, err := sqlite.Open(ctx, path, sqlite.Options{Now: now})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	if err := db.Check(ctx); err != nil {
		return err
	}
	r.Checked = append(r.Checked, "the casework store is whole")
	return nil
}

func (r *Restored) checkAudit(cfg config.Config) error {
	log := cfg.Path(instance.Audit, instance.AuditLog)
	if _, err := os.Stat(log); errors.Is(err, os.ErrNotExist) || r.Info.AuditKey == "" {
		return nil
	}
	key, err := audit.ParsePublicKey(r.Info.AuditKey)
	if err != nil {
		return err
	}
	report, err := audit.Verify(log, audit.VerifyOptions{Checkpoints: cfg.Path(instance.Audit, instance.AuditCheckpoints), Keys: []ed25519.PublicKey{key}})
	if err != nil {
		return err
	}
	if !report.OK() {
		return fmt.Errorf("the audit in the backup does not hold: %s", report.Problems[0].Says)
	}
	r.Checked = append(r.Checked, fmt.Sprintf("the audit's %d entries hold against %d checkpoints", report.Entries, report.Checkpoints))
	return nil
}
