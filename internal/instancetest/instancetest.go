// Package instancetest gives tests a small instance that has loaded real formats and published twice. It is made once a package, which
// takes a few seconds, and copied for each test, which takes none.
package instancetest

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"time"

	"bellwether/casework/accounts"
	"bellwether/casework/store/sqlite"
	"bellwether/internal/audit"
	"bellwether/internal/config"
	"bellwether/internal/instance"
	"bellwether/internal/pipeline"
	sampledata "bellwether/sample-data"
)

// Noon is the clock of everything in the instance.
var Noon = time.Date(2026, 10, 1, 12, 0, 0, 0, time.UTC)

// Clock stands still at Noon.
func Clock() time.Time { return Noon }

var prototype string

// Main makes the instance, runs the tests and removes it again; TestMain calls it.
func Main(m *testing.M) int { return MainOf(m, Lay) }

// MainOf does the same with an instance that is laid out otherwise.
func MainOf(m *testing.M, lay func(dir string) (config.Config, error)) int {
	HashCheaply()
	dir, err := os.MkdirTemp("", "bellwether-instance-")
	if err == nil {
		defer os.RemoveAll(dir)
		prototype = filepath.Join(dir, "instance")
		err = build(context.Background(), prototype, lay)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "make an instance to test with:", err)
		return 1
	}
	return m.Run()
}

// HashCheaply makes passwords cheap to hash in this process. Every server that starts hashes one and every sign-in another, at a cost that is
// meant to be high. What it is, and that hashes of another cost are understood, is tested in casework/accounts; the demonstration's tests
// (internal/e2e) sign in at the program's own cost, unless the race detector watches: it makes that half a minute for each.
func HashCheaply() {
	accounts.DefaultHash = accounts.HashParams{MemoryKiB: 8, Passes: 1, Threads: 1}
}

// Copy gives the test an instance of its own.
func Copy(t testing.TB) config.Config {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "instance")
	if err := os.CopyFS(dir, os.DirFS(prototype)); err != nil {
		t.Fatal(err)
	}
	// CopyFS adds the rights that a umask leaves; an instance is for its owner alone.
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		mode := os.FileMode(0o600)
		if d.IsDir() {
			mode = 0o700
		}
		return os.Chmod(path, mode)
	})
	if err != nil {
		t.Fatal(err)
	}
	cfg, err := config.Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	return cfg
}

// files are what the instance loads: a part of the fictional county, without the register, whose weekly looks take the time.
var files = map[string]string{
	"contracts_ocds":     "larkshire/inbox/contracts_ocds",
	"company_events":     "larkshire/inbox/company_events",
	"contracts_register": "larkshire/inbox/contracts_register",
}

// Lay makes the same instance before anything was loaded: keys, settings, and every delivery waiting in its inbox.
func Lay(dir string) (config.Config, error) {
	if err := instance.Create(dir, instance.Options{Council: "Larkshire County Council (fictional)", Areas: []string{"Larkshire"}, AsOf: "2026-10-01", Sources: []string{"company_events"}}); err != nil {
		return config.Config{}, err
	}
	if err := instance.EnsureKeys(dir); err != nil {
		return config.Config{}, err
	}
	for source, from := range files {
		sub, err := fs.Sub(sampledata.Larkshire, from)
		if err != nil {
			return config.Config{}, err
		}
		if err := os.CopyFS(filepath.Join(dir, instance.Inbox, source), sub); err != nil {
			return config.Config{}, err
		}
	}
	return config.Load(dir)
}

func build(ctx context.Context, dir string, lay func(string) (config.Config, error)) error {
	cfg, err := lay(dir)
	if err != nil {
		return err
	}
	if err := publishTwice(ctx, cfg); err != nil {
		return err
	}
	return people(ctx, dir)
}

func publishTwice(ctx context.Context, cfg config.Config) (err error) {
	at := Noon
	p, err := pipeline.Open(ctx, pipeline.Options{Config: cfg, Doing: "test", Now: func() time.Time { at = at.Add(time.Millisecond); return at }})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, p.Close()) }()
	in, err := p.IngestInbox(ctx, "")
	if err != nil {
		return err
	}
	if in.Loaded == 0 || in.Problems() {
		return fmt.Errorf("%d files loaded, %d refused, %v", in.Loaded, in.Refused, in.Failures)
	}
	for _, asOf := range []time.Time{Noon.AddDate(0, -1, 0), Noon} {
		y, m, d := asOf.Date()
		if _, err := p.Publish(ctx, time.Date(y, m, d, 0, 0, 0, 0, time.UTC)); err != nil {
			return err
		}
	}
	return nil
}

// people gives the casework store an account and the audit some entries.
func people(ctx context.Context, dir string) (err error) {
	db, err := sqlite.Open(ctx, filepath.Join(dir, instance.Casework, instance.CaseworkStore), sqlite.Options{Now: Clock})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	all, err := accounts.New(db, accounts.Options{Now: Clock})
	if err != nil {
		return err
	}
	if _, err := all.Create(ctx, "test", accounts.NewAccount{Username: "chair", Name: "Ada Chair", Roles: []string{"qsig_chair"}, LocalAuthorities: []string{"*"}, Password: "correct horse battery staple"}); err != nil {
		return err
	}
	log, err := instance.OpenAudit(dir, Clock)
	if err != nil {
		return err
	}
	for i := range 5 {
		if err := log.Append(audit.Record{Actor: "u1", Action: "view", Class: "B", Kind: "provider", ID: fmt.Sprintf("p%d", i), Allow: true}); err != nil {
			return errors.Join(err, log.Close())
		}
	}
	return log.Close()
}

// Flip changes one byte of a file.
func Flip(t testing.TB, path string, at int64) {
	t.Helper()
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	b := make([]byte, 1)
	if _, err := f.ReadAt(b, at); err != nil {
		t.Fatal(err)
	}
	b[0] ^= 0x55
	if _, err := f.WriteAt(b, at); err != nil {
		t.Fatal(err)
	}
}

// Files lists the plain files below a folder of the instance, as paths, in order.
func Files(t testing.TB, dir string) []string {
	t.Helper()
	var out []string
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.Type().IsRegular() {
			out = append(out, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}
