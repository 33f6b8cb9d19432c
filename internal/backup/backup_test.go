package backup

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"bellwether/casework/store"
	"bellwether/casework/store/sqlite"
	"bellwether/internal/config"
	"bellwether/internal/instance"
	"bellwether/internal/instancetest"
	"bellwether/internal/opstate"
	"bellwether/internal/pipeline"
	"bellwether/internal/warehouse"
)

func TestMain(m *testing.M) { os.Exit(instancetest.Main(m)) }

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func create(t *testing.T, cfg config.Config, change ...func(*Options)) Result {
	t.Helper()
	opt := Options{Config: cfg, To: filepath.Join(t.TempDir(), "backups"), Now: instancetest.Clock}
	for _, c := range change {
		c(&opt)
	}
	res, err := Create(t.Context(), opt)
	must(t, err)
	return res
}

func withSecrets(o *Options) { o.Secrets = true }

// A backup with its keys makes an instance that publishes what the first one published, to the last bit.
func TestARestoredInstancePublishesTheSameContent(t *testing.T) {
	cfg := instancetest.Copy(t)
	res := create(t, cfg, withSecrets)
	to := filepath.Join(t.TempDir(), "restored")
	back, err := Restore(t.Context(), res.Path, to, instancetest.Clock)
	must(t, err)
	if back.Files != res.Files || back.ContentHash != res.Info.ContentHash || back.ContentHash == "" || len(back.Checked) != 5 {
		t.Errorf("backed up %+v\nrestored %+v", res, back)
	}
	again, err := config.Load(to)
	must(t, err)
	p, err := pipeline.Open(t.Context(), pipeline.Options{Config: again, Doing: "test", Now: instancetest.Clock, Rebuild: true})
	must(t, err)
	out, err := p.Publish(t.Context(), p.AsOf(time.Time{}))
	must(t, errors.Join(err, p.Close()))
	if out.Hash != res.Info.ContentHash {
		t.Errorf("made again from the restored landing zone it is %s, it was %s", out.Hash, res.Info.ContentHash)
	}
}

func TestABackupIsRecordedAndSaysWhatItHolds(t *testing.T) {
	cfg := instancetest.Copy(t)
	res := create(t, cfg)
	state, err := opstate.Read(cfg.Dir)
	must(t, err)
	if !state.Backup.At.Equal(instancetest.Noon) || state.Backup.Files != res.Files || state.Backup.Bytes != res.Bytes {
		t.Errorf("%+v", state.Backup)
	}
	if filepath.Base(res.Path) != "bellwether-20261001T120000Z" || res.Info.Council == "" || res.Info.Secrets || res.Info.Snapshot == "" {
		t.Errorf("%+v", res)
	}
	listed, err := readSums(res.Path)
	must(t, err)
	onDisk := 0
	for _, f := range instancetest.Files(t, res.Path) {
		st, err := os.Stat(f)
		must(t, err)
		if st.Mode().Perm() != 0o600 {
			t.Errorf("%s has mode %v", f, st.Mode())
		}
		onDisk++
	}
	if onDisk != len(listed)+1 {
		t.Errorf("%d files are listed, %d are there", len(listed), onDisk)
	}
}

// Without the flag no key and no password of the service is in a backup, under any name.
func TestSecretsAreLeftOutUnlessAskedFor(t *testing.T) {
	cfg := instancetest.Copy(t)
	secrets := map[string][]byte{}
	for _, f := range instancetest.Files(t, cfg.Path(instance.Secrets)) {
		src, err := os.ReadFile(f)
		must(t, err)
		lines := bytes.Split(bytes.TrimSpace(src), []byte("\n"))
		secrets[filepath.Base(f)] = lines[len(lines)-1]
	}
	if len(secrets) < 3 {
		t.Fatalf("only %d secrets to look for", len(secrets))
	}
	holds := func(dir string) (names []string) {
		for _, f := range instancetest.Files(t, dir) {
			src, err := os.ReadFile(f)
			must(t, err)
			for name, secret := range secrets {
				if bytes.Contains(src, secret) {
					names = append(names, name)
				}
			}
		}
		return names
	}
	if got := holds(create(t, cfg).Path); len(got) > 0 {
		t.Errorf("the backup holds %v", got)
	}
	if got := holds(create(t, cfg, withSecrets).Path); len(got) != len(secrets) {
		t.Errorf("asked for secrets the backup holds only %v", got)
	}
}

// A decision that was recorded before the backup is in it, though the store stays open and written to meanwhile.
func TestTheCaseworkStoreIsCopiedWhileItIsUsed(t *testing.T) {
	cfg := instancetest.Copy(t)
	db, err := sqlite.Open(t.Context(), cfg.Path(instance.Casework, instance.CaseworkStore), sqlite.Options{Now: instancetest.Clock})
	must(t, err)
	defer db.Close()
	event := store.NewEvent{Type: "acknowledged", At: instancetest.Noon, Actor: "u1", Data: json.RawMessage(`{}`)}
	_, err = db.Append(t.Context(), "review/f1", 0, event)
	must(t, err)
	res := create(t, cfg)
	_, err = db.Append(t.Context(), "review/f1", 1, event)
	must(t, err)
	to := filepath.Join(t.TempDir(), "restored")
	_, err = Restore(t.Context(), res.Path, to, instancetest.Clock)
	must(t, err)
	copied, err := sqlite.Open(t.Context(), filepath.Join(to, instance.Casework, instance.CaseworkStore), sqlite.Options{Now: instancetest.Clock})
	must(t, err)
	defer copied.Close()
	if events, err := copied.Load(t.Context(), "review/f1"); err != nil || len(events) != 1 {
		t.Errorf("%d events, %v", len(events), err)
	}
}

// An entry that another process was writing is no part of the copy, so that the copy's chain holds.
func TestATornAuditLineIsLeftOut(t *testing.T) {
	cfg := instancetest.Copy(t)
	path := cfg.Path(instance.Audit, instance.AuditLog)
	whole, err := os.ReadFile(path)
	must(t, err)
	must(t, os.WriteFile(path, append(bytes.Clone(whole), []byte(`{"seq":6,"at":"2026`)...), 0o600))
	res := create(t, cfg)
	got, err := os.ReadFile(filepath.Join(res.Path, instance.Audit, instance.AuditLog))
	if err != nil || !bytes.Equal(got, whole) {
		t.Errorf("%d bytes, want %d, %v", len(got), len(whole), err)
	}
}

func TestBackupsAreRefusedOrPruned(t *testing.T) {
	cfg := instancetest.Copy(t)
	t.Run("inside the instance", func(t *testing.T) {
		for _, to := range []string{cfg.Path("backups"), cfg.Dir, cfg.Path("a", "..", "b", "c")} {
			if _, err := Create(t.Context(), Options{Config: cfg, To: to, Now: instancetest.Clock}); err == nil || !strings.Contains(err.Error(), "inside the instance") {
				t.Errorf("%s: %v", to, err)
			}
		}
	})
	t.Run("while something is loaded", func(t *testing.T) {
		lock, err := instance.Acquire(cfg.Dir, "run", instancetest.Noon)
		must(t, err)
		defer lock.Unlock()
		var held *instance.HeldError
		if _, err := Create(t.Context(), Options{Config: cfg, To: t.TempDir(), Now: instancetest.Clock}); !errors.As(err, &held) {
			t.Errorf("got %v", err)
		}
	})
	t.Run("twice in one second, and pruned", func(t *testing.T) {
		to, at := t.TempDir(), instancetest.Noon
		opt := Options{Config: cfg, To: to, Keep: 2, Now: func() time.Time { return at }}
		must(t, os.Mkdir(filepath.Join(to, "something else"), 0o700))
		for range 4 {
			_, err := Create(t.Context(), opt)
			must(t, err)
			if _, err := Create(t.Context(), opt); err == nil || !strings.Contains(err.Error(), "exists already") {
				t.Errorf("got %v", err)
			}
			at = at.Add(time.Hour)
		}
		entries, err := os.ReadDir(to)
		must(t, err)
		if len(entries) != 3 || entries[0].Name() != "bellwether-20261001T140000Z" {
			t.Errorf("%v are left", entries)
		}
	})
}

// A backup that was broken off leaves nothing that could be taken for one, and the next sweeps what a kill left.
func TestAnInterruptedBackupLeavesNothing(t *testing.T) {
	cfg, to := instancetest.Copy(t), t.TempDir()
	must(t, os.MkdirAll(filepath.Join(to, unfinished+"bellwether-20260101T000000Z", "landing"), 0o700))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Create(ctx, Options{Config: cfg, To: to, Now: instancetest.Clock}); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	if entries, err := os.ReadDir(to); err != nil || len(entries) != 0 {
		t.Errorf("%v are left, %v", entries, err)
	}
	if s, err := opstate.Read(cfg.Dir); err != nil || !s.Backup.At.IsZero() {
		t.Errorf("recorded %+v, %v", s.Backup, err)
	}
}

func TestANewInstanceCanBeBackedUp(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "new")
	must(t, errors.Join(instance.Create(dir, instance.Options{Council: "New"}), instance.EnsureKeys(dir)))
	cfg, err := config.Load(dir)
	must(t, err)
	res := create(t, cfg)
	if back, err := Restore(t.Context(), res.Path, filepath.Join(t.TempDir(), "r"), instancetest.Clock); err != nil || back.ContentHash != "" {
		t.Errorf("%+v, %v", back, err)
	}
}

// A backup that was damaged or altered in any way is refused, and no folder appears.
func TestRestoreRefuses(t *testing.T) {
	cfg := instancetest.Copy(t)
	sound := create(t, cfg).Path
	for name, c := range map[string]struct {
		change func(t *testing.T, dir string)
		want   string
	}{
		"no list of sums": {func(t *testing.T, dir string) { must(t, os.Remove(filepath.Join(dir, SumsFile))) }, "not a finished backup"},
		"an empty list":   {func(t *testing.T, dir string) { must(t, os.WriteFile(filepath.Join(dir, SumsFile), nil, 0o600)) }, "is empty"},
		"a path that leads out": {func(t *testing.T, dir string) {
			appendTo(t, filepath.Join(dir, SumsFile), strings.Repeat("a", 64)+"  ../../etc/passwd\n")
		}, "altered"},
		"an absolute path": {func(t *testing.T, dir string) {
			appendTo(t, filepath.Join(dir, SumsFile), strings.Repeat("a", 64)+"  /etc/passwd\n")
		}, "altered"},
		"a line that is no sum": {func(t *testing.T, dir string) { appendTo(t, filepath.Join(dir, SumsFile), "hello\n") }, "altered"},
		"a flipped byte": {func(t *testing.T, dir string) {
			instancetest.Flip(t, filepath.Join(dir, instance.Warehouse, warehouse.RawFile), 5000)
		}, "does not have the sum"},
		"a missing file": {func(t *testing.T, dir string) {
			must(t, os.Remove(filepath.Join(dir, instance.Audit, instance.AuditLog)))
		}, "lacks audit/audit.jsonl"},
		"another format": {func(t *testing.T, dir string) {
			rewrite(t, dir, InfoFile, func(src []byte) []byte { return bytes.Replace(src, []byte(`"format": 1`), []byte(`"format": 2`), 1) })
		}, "format 2"},
		"an audit entry changed and summed anew": {func(t *testing.T, dir string) {
			rewrite(t, dir, "audit/audit.jsonl", func(src []byte) []byte { return bytes.Replace(src, []byte(`"id":"p2"`), []byte(`"id":"p9"`), 1) })
		}, "does not hold"},
		"another snapshot, summed anew": {func(t *testing.T, dir string) {
			rewrite(t, dir, InfoFile, func(src []byte) []byte {
				return bytes.Replace(src, []byte(`"content_hash": "`), []byte(`"content_hash": "0`), 1)
			})
		}, "not the one that the backup names"},
	} {
		t.Run(name, func(t *testing.T) {
			dir, to := filepath.Join(t.TempDir(), "b"), filepath.Join(t.TempDir(), "to")
			must(t, os.CopyFS(dir, os.DirFS(sound)))
			c.change(t, dir)
			if _, err := Restore(t.Context(), dir, to, instancetest.Clock); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %q", err, c.want)
			}
			if entries, _ := os.ReadDir(filepath.Dir(to)); len(entries) != 0 {
				t.Errorf("%v is left", entries)
			}
		})
	}
}

func TestRestoreNeverMixesOrOverwrites(t *testing.T) {
	cfg := instancetest.Copy(t)
	sound := create(t, cfg).Path
	full, empty := t.TempDir(), t.TempDir()
	must(t, os.WriteFile(filepath.Join(full, "a"), []byte("mine"), 0o600))
	if _, err := Restore(t.Context(), sound, full, instancetest.Clock); err == nil || !strings.Contains(err.Error(), "not empty") {
		t.Errorf("got %v", err)
	}
	if got, err := os.ReadFile(filepath.Join(full, "a")); err != nil || string(got) != "mine" {
		t.Errorf("%q, %v", got, err)
	}
	if _, err := Restore(t.Context(), sound, empty, instancetest.Clock); err != nil {
		t.Errorf("an empty folder: %v", err)
	}
}

func TestRoomIsAskedForFirst(t *testing.T) {
	cfg := instancetest.Copy(t)
	n, err := size(cfg.Path(instance.Landing))
	must(t, err)
	var want int64
	for _, f := range instancetest.Files(t, cfg.Path(instance.Landing)) {
		st, err := os.Stat(f)
		must(t, err)
		want += st.Size()
	}
	if n != want || n == 0 {
		t.Errorf("%d bytes, want %d", n, want)
	}
	if n, err := size(cfg.Path("nowhere")); n != 0 || err != nil {
		t.Errorf("%d, %v", n, err)
	}
	if free, err := Free(cfg.Dir); err != nil || free <= 0 {
		t.Errorf("%d, %v", free, err)
	}
	if _, err := Free(cfg.Path("nowhere")); err == nil {
		t.Error("a folder that is not there has room")
	}
}

func appendTo(t *testing.T, path, text string) {
	t.Helper()
	f, err := os.OpenFile(path, os.O_APPEND|os.O_WRONLY, 0)
	must(t, err)
	_, err = f.WriteString(text)
	must(t, errors.Join(err, f.Close()))
}

// rewrite changes a file of a backup and lists its new sum, as somebody would who wants it to go unnoticed.
func rewrite(t *testing.T, dir, name string, change func([]byte) []byte) {
	t.Helper()
	path := filepath.Join(dir, filepath.FromSlash(name))
	src, err := os.ReadFile(path)
	must(t, err)
	out := change(src)
	if bytes.Equal(src, out) {
		t.Fatal("nothing was changed")
	}
	must(t, os.WriteFile(path, out, 0o600))
	list, err := readSums(dir)
	must(t, err)
	m := maker{sums: list}
	must(t, m.note(name, out))
	must(t, os.WriteFile(filepath.Join(dir, SumsFile), m.sums.encode(), 0o600))
}
