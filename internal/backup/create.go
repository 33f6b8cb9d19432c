package backup

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"bellwether/casework/store/relational"
	"bellwether/casework/store/sqlite"
	"bellwether/internal/audit"
	"bellwether/internal/config"
	"bellwether/internal/failpoint"
	"bellwether/internal/instance"
	"bellwether/internal/opstate"
	"bellwether/internal/version"
	"bellwether/internal/warehouse"
)

// InfoFile says what a backup holds.
const InfoFile = "backup.json"

// format of a backup's folder; a restore refuses any other.
const format = 1

// Info is what a backup says of itself.
type Info struct {
	Format      int       `json:"format"`
	At          time.Time `json:"at"`
	Version     string    `json:"version"`
	Council     string    `json:"council"`
	Snapshot    string    `json:"snapshot,omitempty"` // file name of the snapshot that is in it, if any
	ContentHash string    `json:"content_hash,omitempty"`
	AuditKey    string    `json:"audit_public_key"`
	Secrets     bool      `json:"secrets"`
}

// Options are what a backup is told.
type Options struct {
	Config  config.Config
	To      string // the folder that holds the backups
	Secrets bool   // take the keys too
	Keep    int    // remove all but the newest so many; 0 keeps all
	Now     func() time.Time
}

// Result is what was made.
type Result struct {
	Path    string        `json:"path"`
	Info    Info          `json:"info"`
	Files   int           `json:"files"`
	Bytes   int64         `json:"bytes"`
	Removed []string      `json:"removed,omitempty"`
	Took    time.Duration `json:"-"`
}

const (
	namePrefix = "bellwether-"
	nameTime   = "20060102T150405Z"
	unfinished = ".unfinished-"
)

var backupName = regexp.MustCompile(`^bellwether-\d{8}T\d{6}Z$`)

type maker struct {
	Options
	dir   string // the unfinished folder
	sums  sums
	bytes int64
}

// Create makes a backup. The instance's lock is held meanwhile, so that nothing is loaded; the dashboard goes on serving and recording
// decisions. What was begun and not finished is removed.
func Create(ctx context.Context, opt Options) (res Result, err error) {
	cfg := opt.Config
	if inside(opt.To, cfg.Dir) {
		return res, fmt.Errorf("%s lies inside the instance: a backup there is lost with it; name a folder on another disk", opt.To)
	}
	lock, err := instance.Acquire(cfg.Dir, "bellwether backup", opt.Now())
	if err != nil {
		return res, err
	}
	defer func() { err = errors.Join(err, lock.Unlock()) }()
	began := opt.Now()
	if err := os.MkdirAll(opt.To, 0o700); err != nil {
		return res, fmt.Errorf("make the folder for backups: %w", err)
	}
	if err := sweep(opt.To); err != nil {
		return res, err
	}
	name := namePrefix + began.UTC().Format(nameTime)
	final := filepath.Join(opt.To, name)
	if _, err := os.Lstat(final); err == nil {
		return res, fmt.Errorf("%s exists already: wait a second and try again", final)
	}
	m := &maker{Options: opt, dir: filepath.Join(opt.To, unfinished+name), sums: sums{}}
	defer func() {
		if err != nil {
			err = errors.Join(explain(err), os.RemoveAll(m.dir))
		}
	}()
	if err := os.Mkdir(m.dir, 0o700); err != nil {
		return res, fmt.Errorf("make the backup's folder: %w", err)
	}
	if err := m.room(); err != nil {
		return res, err
	}
	info, err := m.all(ctx, began)
	if err != nil {
		return res, err
	}
	if err := errors.Join(instance.WriteFile(filepath.Join(m.dir, SumsFile), m.sums.encode(), 0o600), syncDirs(m.dir)); err != nil {
		return res, err
	}
	if err := failpoint.At(failpoint.BackupSummed); err != nil {
		return res, err
	}
	if err := errors.Join(os.Rename(m.dir, final), failpoint.At(failpoint.BackupNamed), syncDir(opt.To)); err != nil {
		return res, fmt.Errorf("name the finished backup: %w", err)
	}
	res = Result{Path: final, Info: info, Files: len(m.sums), Bytes: m.bytes, Took: opt.Now().Sub(began)}
	if res.Removed, err = prune(opt.To, opt.Keep); err != nil {
		return res, err
	}
	return res, opstate.BackedUp(cfg.Dir, opstate.Backup{At: began, Bytes: res.Bytes, Files: res.Files, Seconds: res.Took.Seconds()})
}

// all copies every part. The order matters: what refers to another part is copied before it, so that nothing refers to what is missing.
func (m *maker) all(ctx context.Context, at time.Time) (Info, error) {
	info := Info{Format: format, At: at.UTC(), Version: version.Version, Council: m.Config.Council, Secrets: m.Secrets}
	key, err := audit.ReadKey(m.Config.Path(instance.Secrets, instance.AuditKey))
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return info, err
	}
	if key != nil {
		info.AuditKey = audit.FormatPublicKey(key.Public().(ed25519.PublicKey))
	}
	for _, part := range []func(context.Context) error{m.configuration, m.casework, m.audit, m.warehouse, m.landing} {
		if err := errors.Join(part(ctx), failpoint.At(failpoint.BackupPart)); err != nil {
			return info, err
		}
	}
	if err := m.snapshot(ctx, &info); err != nil {
		return info, err
	}
	if m.Secrets {
		if err := m.tree(ctx, instance.Secrets, func(string) bool { return true }); err != nil {
			return info, err
		}
	}
	src, err := json.MarshalIndent(info, "", "  ")
	if err != nil {
		return info, err
	}
	path := filepath.Join(m.dir, InfoFile)
	if err := instance.WriteFile(path, append(src, '\n'), 0o600); err != nil {
		return info, err
	}
	return info, m.note(InfoFile, append(src, '\n'))
}

// take copies one file of the instance to the same place in the backup.
func (m *maker) take(ctx context.Context, name string, limit int64) error {
	sum, n, err := copyFile(ctx, m.Config.Path(filepath.FromSlash(name)), filepath.Join(m.dir, filepath.FromSlash(name)), limit)
	if err != nil {
		return err
	}
	m.sums[name] = sum
	m.bytes += n
	return nil
}

// tree copies the files below a folder of the instance that are wanted; a folder that is missing has none.
func (m *maker) tree(ctx context.Context, folder string, want func(name string) bool) error {
	root := m.Config.Path(folder)
	return filepath.WalkDir(root, func(p string, d fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) && p == root {
			return nil
		}
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		rel, err := filepath.Rel(m.Config.Dir, p)
		if err != nil || !want(d.Name()) {
			return err
		}
		return m.take(ctx, filepath.ToSlash(rel), -1)
	})
}

// configuration takes the settings and the files that they name: rule sets, mappings, web configurations. Keys don't lie here.
func (m *maker) configuration(ctx context.Context) error {
	entries, err := os.ReadDir(m.Config.Dir)
	if err != nil {
		return err
	}
	kept := []string{".yml", ".yaml", ".json", ".csv"}
	apart := []string{instance.Secrets, instance.Inbox, instance.Landing, instance.Warehouse, instance.Snapshots, instance.Casework, instance.Audit, instance.Temp, opstate.Folder}
	want := func(name string) bool {
		return slices.Contains(kept, path.Ext(name)) && !strings.HasPrefix(name, ".")
	}
	for _, e := range entries {
		switch {
		case e.IsDir() && !slices.Contains(apart, e.Name()):
			err = m.tree(ctx, e.Name(), want)
		case e.Type().IsRegular() && want(e.Name()):
			err = m.take(ctx, e.Name(), -1)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// casework takes a consistent copy of the store while people go on working in it. What is kept in a database is copied into a file of the
// same tables, so that a backup is whole by itself and is checked in the same way.
func (m *maker) casework(ctx context.Context) (err error) {
	if !instance.HasStore(m.Config) {
		return nil
	}
	db, err := instance.OpenStore(ctx, m.Config, m.Now)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	name := path.Join(instance.Casework, instance.CaseworkStore)
	to := filepath.Join(m.dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(to), 0o700); err != nil {
		return err
	}
	if file, is := db.(*sqlite.DB); is {
		err = file.Backup(ctx, to)
	} else {
		err = m.export(ctx, db, to)
	}
	if err != nil {
		return err
	}
	return m.sum(ctx, name)
}

// export copies everything from a database into a new file, held against what was read.
func (m *maker) export(ctx context.Context, db relational.DB, to string) (err error) {
	file, err := sqlite.Open(ctx, to, sqlite.Options{Now: m.Now})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	return db.View(ctx, func(from *sql.Tx) error {
		return file.Update(ctx, func(tx *sql.Tx) error {
			_, err := relational.Copy(ctx, from, tx)
			return err
		})
	})
}

// audit takes the checkpoints first and the log after them, so that the log reaches every checkpoint, and only whole entries of it.
func (m *maker) audit(ctx context.Context) error {
	for _, name := range []string{instance.AuditCheckpoints, instance.AuditLog} {
		from := m.Config.Path(instance.Audit, name)
		whole, err := wholeLines(from)
		if errors.Is(err, os.ErrNotExist) {
			continue
		}
		if err != nil {
			return err
		}
		if err := m.take(ctx, path.Join(instance.Audit, name), whole); err != nil {
			return err
		}
	}
	return nil
}

// wholeLines is the length of a file up to the end of its last whole line.
func wholeLines(name string) (int64, error) {
	f, err := os.Open(name)
	if err != nil {
		return 0, err
	}
	defer f.Close()
	st, err := f.Stat()
	if err != nil {
		return 0, err
	}
	block := make([]byte, 64<<10)
	for end := st.Size(); end > 0; {
		start := max(end-int64(len(block)), 0)
		piece := block[:end-start]
		if _, err := f.ReadAt(piece, start); err != nil {
			return 0, err
		}
		if i := bytes.LastIndexByte(piece, '\n'); i >= 0 {
			return start + int64(i) + 1, nil
		}
		end = start
	}
	return 0, nil
}

// warehouse has the engine bring the raw file to rest and copies it.
func (m *maker) warehouse(ctx context.Context) error {
	name := path.Join(instance.Warehouse, warehouse.RawFile)
	if _, err := os.Stat(m.Config.Path(filepath.FromSlash(name))); errors.Is(err, os.ErrNotExist) {
		return nil
	}
	raw, err := warehouse.OpenRaw(ctx, m.Config.Path(instance.Warehouse), instance.Limits(m.Config))
	if err != nil {
		return err
	}
	if err := errors.Join(raw.Checkpoint(ctx), raw.Close()); err != nil {
		return err
	}
	return m.take(ctx, name, -1)
}

// landing takes the landed files and the manifest; what an interrupted delivery left is no part of them.
func (m *maker) landing(ctx context.Context) error {
	return m.tree(ctx, instance.Landing, func(name string) bool { return !strings.HasPrefix(name, ".") })
}

func (m *maker) snapshot(ctx context.Context, info *Info) error {
	all, err := warehouse.Snapshots(m.Config.Path(instance.Snapshots))
	if err != nil || len(all) == 0 {
		return err
	}
	snap, err := warehouse.OpenSnapshot(all[0].Path, instance.SmallLimits(m.Config))
	if err != nil {
		return fmt.Errorf("the newest snapshot can't be backed up: %w; `bellwether verify` sets a damaged one aside", err)
	}
	info.ContentHash, err = snap.RecordedHash(ctx)
	if err := errors.Join(err, snap.Close()); err != nil {
		return err
	}
	info.Snapshot = filepath.Base(all[0].Path)
	return m.take(ctx, path.Join(instance.Snapshots, info.Snapshot), -1)
}
