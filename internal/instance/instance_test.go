package instance

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"bellwether/internal/config"
)

var noon = time.Date(2026, 10, 1, 12, 0, 0, 0, time.UTC)

func TestCreateOnce(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "larkshire")
	opt := Options{Council: `Larkshire "County" Council`, Areas: []string{"Larkshire"}, AsOf: "2026-10-01", Sources: []string{"complaints"}, Listen: "127.0.0.1:0"}
	if err := Create(dir, opt); err != nil {
		t.Fatal(err)
	}
	cfg, err := config.Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	if cfg.Council != opt.Council || cfg.AsOf != opt.AsOf || len(cfg.Areas) != 1 {
		t.Errorf("read back %+v", cfg)
	}
	if err := Create(dir, opt); !errors.Is(err, ErrExists) {
		t.Errorf("a second create gave %v", err)
	}
	for _, f := range []string{Secrets, filepath.Join(Inbox, "complaints")} {
		st, err := os.Stat(filepath.Join(dir, f))
		if err != nil || st.Mode().Perm() != 0o700 {
			t.Errorf("%s: %v %v", f, st, err)
		}
	}
}

func TestLockNamesItsHolder(t *testing.T) {
	dir := t.TempDir()
	lock, err := Acquire(dir, "run", noon)
	if err != nil {
		t.Fatal(err)
	}
	var held *HeldError
	if _, err := Acquire(dir, "ingest", noon); !errors.As(err, &held) || held.Holder.PID != os.Getpid() || !strings.Contains(err.Error(), "run, since 1 Oct 2026 12:00:00") {
		t.Fatalf("got %v", err)
	}
	if err := lock.Unlock(); err != nil {
		t.Fatal(err)
	}
	again, err := Acquire(dir, "ingest", noon)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(again.Unlock(), again.Unlock()); err != nil {
		t.Fatal(err)
	}
}

func TestTokenIsMadeOnceAndKeptPrivate(t *testing.T) {
	path := filepath.Join(t.TempDir(), "metrics.token")
	first, made, err := EnsureToken(path)
	if err != nil || !made || len(first) < 30 {
		t.Fatalf("%q %v %v", first, made, err)
	}
	second, made, err := EnsureToken(path)
	if err != nil || made || second != first {
		t.Fatalf("%v %v", made, err)
	}
	if err := os.Chmod(path, 0o644); err != nil {
		t.Fatal(err)
	}
	if _, _, err := EnsureToken(path); err == nil || strings.Contains(err.Error(), first) {
		t.Fatalf("a secret others may read: %v", err)
	}
}
