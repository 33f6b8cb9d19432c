package backup

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"bellwether/internal/config"
	"bellwether/internal/instance"
	"bellwether/internal/instancetest"
	"bellwether/internal/pipeline"
	"bellwether/internal/tooltest"
	"bellwether/internal/verify"
	"bellwether/internal/warehouse"
)

// Two keys of 32 bytes, invented.
const (
	oneKey   = "q1Ry0Pj8b0m3bJm9m2k1r0b5zv8Xw1cQ2d3e4f5g6h4="
	otherKey = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
)

// sealed turns encryption on for an instance and publishes, as an operator would.
func sealed(t *testing.T) config.Config {
	t.Helper()
	cfg := instancetest.Copy(t)
	path := filepath.Join(cfg.Dir, config.FileName)
	src, err := os.ReadFile(path)
	must(t, err)
	must(t, os.WriteFile(path, append(src, "\nwarehouse: {encryption_key_file: warehouse.key, extensions: "+tooltest.Extensions(t)+", keep_snapshots: 1}\n"...), 0o600))
	must(t, os.WriteFile(cfg.Path(instance.Secrets, "warehouse.key"), []byte(oneKey+"\n"), 0o600))
	cfg, err = config.Load(cfg.Dir)
	must(t, err)
	p, err := pipeline.Open(t.Context(), pipeline.Options{Config: cfg, Doing: "test", Now: instancetest.Clock})
	must(t, err)
	_, err = p.Publish(t.Context(), p.AsOf(time.Time{}))
	must(t, errors.Join(err, p.Close()))
	return cfg
}

// TestAnEncryptedInstance goes the whole way: a plain instance is given a key, publishes the content that it had, is verified, backed up and
// restored; without the key or with another one nothing is made, and nothing is taken for damage.
func TestAnEncryptedInstance(t *testing.T) {
	plain := create(t, instancetest.Copy(t)).Info.ContentHash
	cfg := sealed(t)
	files := 0
	must(t, filepath.WalkDir(cfg.Dir, func(path string, _ fs.DirEntry, err error) error {
		if err == nil && strings.HasSuffix(path, ".duckdb") {
			files++
			if encrypted, err := warehouse.Encrypted(path); err != nil || !encrypted {
				t.Errorf("%s is not encrypted, %v", filepath.Base(path), err)
			}
		}
		return err
	}))
	if files != 2 {
		t.Errorf("%d warehouse files, want the raw file and one snapshot", files)
	}
	if r, err := verify.Run(t.Context(), verify.Options{Config: cfg, Now: instancetest.Clock, SetAside: true}); err != nil || !r.OK {
		t.Errorf("%+v, %v", r, err)
	}
	whole, bare := create(t, cfg, withSecrets), create(t, cfg)
	if whole.Info.ContentHash != plain {
		t.Errorf("encrypted the content is %s, plain it was %s", whole.Info.ContentHash, plain)
	}
	to := filepath.Join(t.TempDir(), "restored")
	back, err := Restore(t.Context(), whole.Path, to, instancetest.Clock)
	if err != nil || back.ContentHash != plain {
		t.Errorf("%+v, %v", back, err)
	}
	for _, c := range []struct{ key, want string }{{"", "--warehouse-key"}, {otherKey, "does not open"}, {oneKey, ""}} {
		var vault warehouse.Vault
		if c.key != "" {
			vault.Key = func() (string, error) { return c.key, nil }
		}
		to := filepath.Join(t.TempDir(), "restored")
		_, err := RestoreWith(t.Context(), bare.Path, to, instancetest.Clock, vault)
		_, made := os.Stat(to)
		if c.want == "" && (err != nil || made != nil) || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want) || made == nil) {
			t.Errorf("with the key %q: %v, %v", c.want, err, made)
		}
	}
	must(t, os.WriteFile(cfg.Path(instance.Secrets, "warehouse.key"), []byte(otherKey), 0o600))
	r, err := verify.Run(t.Context(), verify.Options{Config: cfg, Now: instancetest.Clock, SetAside: true})
	if err != nil || r.OK || len(r.Aside) != 0 || !strings.Contains(r.Parts[0].Problems[0], "does not open") {
		t.Errorf("with another key nothing is damaged, and nothing may be set aside: %+v, %v", r, err)
	}
	var wrong *warehouse.KeyError
	if _, err := pipeline.Open(t.Context(), pipeline.Options{Config: cfg, Doing: "test", Now: instancetest.Clock}); !errors.As(err, &wrong) {
		t.Errorf("a run with another key: %v", err)
	}
}
