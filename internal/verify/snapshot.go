package verify

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"bellwether/internal/instance"
	"bellwether/internal/warehouse"
)

// Damaged is the folder beside the snapshots that damaged ones are moved to; they are kept as evidence.
const Damaged = "damaged"

// snapshot reads the newest snapshot in full. If it is damaged and may be set aside, the next older one is read, until one is whole.
func (r *run) snapshot(ctx context.Context, p *Part) error {
	dir := r.Config.Path(instance.Snapshots)
	all, err := warehouse.Snapshots(dir)
	if err != nil {
		return err
	}
	if len(all) == 0 {
		p.Says = "nothing has been published yet"
		return nil
	}
	for _, info := range all {
		says, err := Snapshot(ctx, info, r.limits)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err == nil {
			p.Says = says
			return nil
		}
		p.problem("snapshot %s: %v", info.ID, err)
		if errors.As(err, new(*warehouse.FormatError)) {
			p.Says = "the newest snapshot is of another version; it stays where it is"
			p.Next = "run `bellwether run`, which publishes it anew"
			return nil
		}
		if !damaged(err) {
			p.Says = "the newest snapshot could not be read"
			p.Next = "see the message above, and run `bellwether verify` again"
			return nil
		}
		p.Next = "run `bellwether run --full` to publish it again"
		if !r.SetAside {
			p.Says = "the newest snapshot is damaged and still in force"
			p.Next = "run `bellwether verify` without --leave, so that the last good snapshot is served, then `bellwether run --full`"
			return nil
		}
		if err := setAside(dir, info); err != nil {
			return err
		}
		r.aside = append(r.aside, info.ID)
	}
	p.Says = "no snapshot is whole"
	return nil
}

// Snapshot reads one snapshot in full and holds its content against the hash that it was published under.
func Snapshot(ctx context.Context, info warehouse.SnapshotInfo, limits warehouse.Limits) (says string, err error) {
	snap, err := warehouse.OpenSnapshot(info.Path, limits)
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, snap.Close()) }()
	tables, err := snap.Scan(ctx)
	if err != nil {
		return "", err
	}
	var rows int64
	for _, t := range tables {
		rows += t.Rows
	}
	got := warehouse.Combine(tables)
	want, err := snap.RecordedHash(ctx)
	if err != nil {
		return "", err
	}
	if got != want {
		return "", fmt.Errorf("its content has the hash %.12s, but it was published as %.12s: rows were changed, lost or added", got, want)
	}
	if want[:12] != info.ID {
		return "", fmt.Errorf("it holds the content %.12s under another snapshot's name", want)
	}
	return fmt.Sprintf("snapshot %s: %d rows in %d tables have the content hash that they were published under", info.ID, rows, len(tables)), nil
}

// damaged says whether an error means that the file is damaged. A snapshot of another version, and one that could not be read for want
// of room or memory, may be perfectly sound and must stay where it is.
func damaged(err error) bool {
	var format *warehouse.FormatError
	var held *warehouse.HeldError
	var key *warehouse.KeyError
	var encrypted *warehouse.EncryptedError
	var extension *warehouse.ExtensionError
	if errors.As(err, &format) || errors.As(err, &held) || errors.As(err, &key) || errors.As(err, &encrypted) || errors.As(err, &extension) {
		return false
	}
	for _, passing := range []string{"No space left", "Out of Memory", "Permission denied", "too many open files", "Interrupted"} {
		if strings.Contains(err.Error(), passing) {
			return false
		}
	}
	return true
}

func setAside(dir string, info warehouse.SnapshotInfo) error {
	folder := filepath.Join(dir, Damaged)
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return fmt.Errorf("make a folder for damaged snapshots: %w", err)
	}
	if err := os.Rename(info.Path, filepath.Join(folder, filepath.Base(info.Path))); err != nil {
		return fmt.Errorf("set a damaged snapshot aside: %w", err)
	}
	return nil
}
