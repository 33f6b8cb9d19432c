package crash

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/johannesboyne/gofakes3"
	"github.com/johannesboyne/gofakes3/backend/s3mem"

	"bellwether/casework/store"
	"bellwether/casework/store/postgres/pgtest"
	"bellwether/casework/store/sqlite"
	"bellwether/internal/config"
	"bellwether/internal/instance"
	"bellwether/internal/instancetest"
	"bellwether/internal/lake"
	"bellwether/internal/share"
	"bellwether/internal/tooltest"
	"bellwether/internal/warehouse"
)

// killedPublications are the named kills of runs that hand their snapshot on: to other machines, and as Parquet.
var killedPublications = []string{"share-file-put 1", "--full share-published 1", "--full marts-written 1", "--full marts-named 1", "--full marts-current 1", "--full share-file-put 1"}

// publicationsKilled breaks off what is published elsewhere: another machine and another engine have a whole publication or the one
// before, and one more run, though nothing new has arrived, gives both what they lack.
func publicationsKilled(t *testing.T, want outcome) int {
	t.Helper()
	dir, shared, marts := fresh(t), t.TempDir(), filepath.Join(t.TempDir(), "marts")
	settings(t, dir, fmt.Sprintf("snapshots: {share: %q}\npublish: {parquet: {folder: %q}}\n", shared, marts))
	other := follower(t, dir)
	for round, point := range killedPublications {
		killedAt(t, dir, round+1, point)
		other.whole(t, point)
		martsWhole(t, point, marts)
	}
	recovered(t, "publications", dir, len(killedPublications)+1, want)
	other.whole(t, "the end")
	if got, last := other.newest(t), filepath.Base(newest(t, dir)); got != last {
		t.Errorf("the other machine has %s, and the newest is %s", got, last)
	}
	if m := martsWhole(t, "the end", marts); !strings.HasSuffix(newest(t, dir), "-"+m.Snapshot+".duckdb") {
		t.Errorf("the marts are those of %s, and the newest is %s", m.Snapshot, filepath.Base(newest(t, dir)))
	}
	return len(killedPublications)
}

// uploadsKilled breaks off what goes into a bucket: in the middle of a snapshot's bytes, before anything names them, and once it is published.
func uploadsKilled(t *testing.T, want outcome) int {
	t.Helper()
	backend := s3mem.New()
	if err := backend.CreateBucket("council"); err != nil {
		t.Fatal(err)
	}
	inner := gofakes3.New(backend).Server()
	var victim atomic.Pointer[exec.Cmd] // dies when half of a snapshot has arrived
	store := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if cmd := victim.Load(); cmd != nil && r.Method == http.MethodPut && strings.Contains(r.URL.Path, "/files/") {
			_, _ = io.CopyN(io.Discard, r.Body, r.ContentLength/2)
			_ = cmd.Process.Kill()
			return
		}
		inner.ServeHTTP(w, r)
	}))
	t.Cleanup(store.Close)
	dir := fresh(t)
	if err := os.WriteFile(filepath.Join(dir, instance.Secrets, "s3.secret"), []byte("not a secret, only a test\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	settings(t, dir, fmt.Sprintf("snapshots: {share: s3://council/live, s3: {endpoint: %s, region: eu-west-2, access_id: bellwether, secret_key_file: s3.secret}}\n", store.URL))
	other := follower(t, dir)
	cmd := child(t, 1, "run", "--dir", dir)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	victim.Store(cmd)
	_ = cmd.Wait()
	victim.Store(nil)
	if code := cmd.ProcessState.ExitCode(); code != -1 {
		t.Fatalf("a run that was to die in the middle of an upload ended with %d", code)
	}
	other.whole(t, "in the middle of an upload")
	for round, point := range []string{"--full share-file-put 1", "--full share-published 1"} {
		killedAt(t, dir, round+2, point)
		other.whole(t, point+" of a bucket")
	}
	recovered(t, "uploads", dir, 4, want)
	other.whole(t, "the end")
	if got, last := other.newest(t), filepath.Base(newest(t, dir)); got != last {
		t.Errorf("the other machine has %s, and the newest is %s", got, last)
	}
	return 3
}

// machine is another machine that takes its snapshots from the shared place.
type machine struct {
	store *share.Store
	dir   string
}

func follower(t *testing.T, of string) machine {
	t.Helper()
	cfg, err := config.Load(of)
	if err != nil {
		t.Fatal(err)
	}
	cfg.Dir = filepath.Join(t.TempDir(), "other")
	if err := errors.Join(instance.Folders(cfg.Dir, nil), os.CopyFS(filepath.Join(cfg.Dir, instance.Secrets), os.DirFS(filepath.Join(of, instance.Secrets)))); err != nil {
		t.Fatal(err)
	}
	private(t, filepath.Join(cfg.Dir, instance.Secrets))
	s, err := share.Open(cfg, instancetest.Clock, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	return machine{s, cfg.Path(instance.Snapshots)}
}

// private gives copied secrets to their owner alone.
func private(t *testing.T, folder string) {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(folder, "*"))
	for _, f := range found {
		err = errors.Join(err, os.Chmod(f, 0o600))
	}
	if err != nil {
		t.Fatal(err)
	}
}

// whole takes what is shared; nothing that is may be damaged.
func (m machine) whole(t *testing.T, when string) {
	t.Helper()
	if _, err := m.store.Pull(t.Context()); err != nil {
		t.Errorf("%s: another machine says %v", when, err)
	}
	all, err := warehouse.Snapshots(m.dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, info := range all {
		snap, err := warehouse.OpenSnapshot(info.Path, limits)
		if err != nil {
			t.Fatalf("%s: %v", when, err)
		}
		if hash, _, err := snap.ContentHash(t.Context()); err != nil || hash[:12] != info.ID {
			t.Errorf("%s: %s holds %.12s, %v", when, info.ID, hash, err)
		}
		if err := snap.Close(); err != nil {
			t.Error(err)
		}
	}
}

func (m machine) newest(t *testing.T) string {
	t.Helper()
	all, err := warehouse.Snapshots(m.dir)
	if err != nil || len(all) == 0 {
		t.Fatalf("the other machine has nothing: %v", err)
	}
	return filepath.Base(all[0].Path)
}

// martsWhole reads the publication that engines are sent to, if there is one.
func martsWhole(t *testing.T, when, marts string) lake.Manifest {
	t.Helper()
	current, err := filepath.EvalSymlinks(filepath.Join(marts, lake.Current))
	if errors.Is(err, os.ErrNotExist) {
		return lake.Manifest{}
	} else if err != nil {
		t.Fatal(err)
	}
	m, problems, err := lake.Verify(t.Context(), current)
	if err != nil || len(problems) > 0 {
		t.Errorf("%s: engines find %v, %v", when, problems, err)
	}
	return m
}

// databaseKilled breaks off what is written into a database: a lake, of which readers have the publication before, and the move of casework,
// after which every event is in one place or the other, and the same command goes through.
func databaseKilled(t *testing.T) int {
	t.Helper()
	server := pgtest.Start(t)
	extensions := tooltest.Extensions(t)
	dir := fresh(t)
	secret := filepath.Join(dir, instance.Secrets, "database.password")
	if err := os.WriteFile(secret, []byte(pgtest.Password+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	settings(t, dir, fmt.Sprintf("warehouse: {extensions: %q}\npublish: {ducklake: {catalogue: %q, password_file: database.password, data: %q}}\n", extensions, server.Database(), filepath.Join(t.TempDir(), "lake")))
	n := 0
	for _, point := range []string{"lake-filled 1", "--full lake-filled 1", "--full lake-replaced 1"} {
		n += killedAt(t, dir, n+1, point)
	}
	if out, code := run(t, child(t, n+1, "run", "--dir", dir)); code != 0 {
		t.Fatalf("the run after the kills ended with %d:\n%s", code, out)
	}
	cfg, err := config.Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	if r, err := lake.CheckDuckLake(t.Context(), cfg, instance.SmallLimits(cfg)); err != nil || len(r.Problems) > 0 || !strings.Contains(newest(t, dir), r.About["snapshot"]) || r.About["snapshot"] == "" {
		t.Errorf("the lake: %v, %v, %v", err, r.Problems, r.About)
	}
	return n + moveKilled(t, server)
}

func moveKilled(t *testing.T, server *pgtest.Server) int {
	t.Helper()
	dir := fresh(t)
	file := filepath.Join(dir, instance.Casework, instance.CaseworkStore)
	db, err := sqlite.Open(t.Context(), file, sqlite.Options{Now: instancetest.Clock})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.Append(t.Context(), "review/f1", 0, store.NewEvent{Type: "review.noted", At: instancetest.Noon, Actor: "u1", Data: json.RawMessage(`{"text":"A visit."}`)}); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, instance.Secrets, "database.password"), []byte(pgtest.Password+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	settings(t, dir, fmt.Sprintf("casework: {postgres: {url: %q, password_file: database.password}}\n", server.Database()))
	points := []string{"casework-copied 1", "casework-copied 1", "casework-moved 1"}
	for _, point := range points {
		cmd := child(t, 0, "casework", "move", "--dir", dir)
		cmd.Env = append(cmd.Env, dieAt+"="+point)
		if out, code := run(t, cmd); code != -1 {
			t.Fatalf("a move that was to die at %s ended with %d:\n%s", point, code, out)
		}
	}
	if out, code := run(t, child(t, 0, "casework", "move", "--dir", dir)); code != 0 {
		t.Fatalf("the move after the kills ended with %d:\n%s", code, out)
	}
	cfg, err := config.Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	moved, err := instance.OpenStore(t.Context(), cfg, instancetest.Clock)
	if err != nil {
		t.Fatal(err)
	}
	defer moved.Close()
	if events, err := moved.Load(t.Context(), "review/f1"); err != nil || len(events) != 1 {
		t.Errorf("after the move: %v, %v", events, err)
	}
	return len(points)
}
