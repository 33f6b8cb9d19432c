package lake_test

import (
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/johannesboyne/gofakes3"
	"github.com/johannesboyne/gofakes3/backend/s3mem"

	"bellwether/casework/store/postgres/pgtest"
	"bellwether/internal/config"
	"bellwether/internal/instance"
	"bellwether/internal/instancetest"
	"bellwether/internal/lake"
	"bellwether/internal/tooltest"
	"bellwether/internal/warehouse"
)

// world is an instance with a lake: its catalogue in a real PostgreSQL, its data in a folder.
type world struct {
	*pgtest.Server
	cfg       config.Config
	snapshots []warehouse.SnapshotInfo // newest first
}

func newWorld(t *testing.T) *world {
	t.Helper()
	extensions := tooltest.Extensions(t)
	w := &world{Server: pgtest.Start(t), cfg: instancetest.Copy(t)}
	w.cfg.Warehouse.Extensions = extensions
	w.cfg.Publish.DuckLake = config.DuckLake{Catalogue: w.Database(), PasswordFile: "lake.password", Data: filepath.Join(t.TempDir(), "lake"), KeepDays: 7}
	w.secret(t, "lake.password", pgtest.Password)
	var err error
	if w.snapshots, err = warehouse.Snapshots(w.cfg.Path(instance.Snapshots)); err != nil || len(w.snapshots) < 2 {
		t.Fatalf("%v, %v", w.snapshots, err)
	}
	return w
}

func (w *world) secret(t *testing.T, name, text string) {
	t.Helper()
	if err := os.WriteFile(w.cfg.Path(instance.Secrets, name), []byte(text+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
}

func (w *world) limits() warehouse.Limits {
	lim := instance.SmallLimits(w.cfg)
	return lim
}

func (w *world) publish(ctx context.Context, nth int) lake.Delivery {
	courier := lake.Courier{Config: w.cfg, Limits: w.limits(), Now: time.Now, Log: slog.New(slog.DiscardHandler)}
	return courier.To(ctx, lake.EngineDuckLake, w.snapshots[nth])
}

// read gives what a reader finds, which must be whole.
func (w *world) read(t *testing.T) warehouse.LakeReport {
	t.Helper()
	r, err := lake.CheckDuckLake(t.Context(), w.cfg, w.limits())
	if err != nil || len(r.Problems) > 0 {
		t.Errorf("%v, %v", err, r.Problems)
	}
	return r
}

func files(t *testing.T, dir string) (n int) {
	t.Helper()
	err := filepath.WalkDir(dir, func(_ string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			n++
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// TestALake is one lake's life, with the figures printed: many engines read while one writes, each fault is one clear message that leaves
// readers what they had, and what is to be forgotten goes.
func TestALake(t *testing.T) {
	w := newWorld(t)
	began := time.Now()
	if d := w.publish(t.Context(), 0); d.Err != nil || d.Tables != 19 || d.Rows < 1000 {
		t.Fatalf("%+v", d)
	}
	if r := w.read(t); r.About["snapshot"] != w.snapshots[0].ID || r.Tables != 19 || r.Rows < 1000 {
		t.Fatalf("%+v", r)
	}
	t.Logf("published and read back in %s", time.Since(began).Round(time.Millisecond))
	t.Run("many engines read while one writes", w.manyRead)
	t.Run("faults", w.faults)
	t.Run("a bucket", w.bucket)
	t.Run("a bucket that refuses", w.bucketRefuses)
	t.Run("forgetting", w.forgets)
}

// manyRead lets three engines read without a pause while a fourth publishes one snapshot after another.
func (w *world) manyRead(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	var mu sync.Mutex
	seen := map[string]int{}
	for range 3 {
		wg.Go(func() {
			for ctx.Err() == nil {
				r, err := lake.CheckDuckLake(context.WithoutCancel(ctx), w.cfg, w.limits())
				mu.Lock()
				seen[r.About["snapshot"]]++
				if err != nil || len(r.Problems) > 0 || r.Tables != 19 {
					t.Errorf("a reader met %v, %v", err, r.Problems)
				}
				mu.Unlock()
			}
		})
	}
	for _, nth := range []int{0, 1} {
		if d := w.publish(t.Context(), nth); d.Err != nil {
			t.Error(d.Err)
		}
	}
	stop()
	wg.Wait()
	if r := w.read(t); r.About["snapshot"] != w.snapshots[1].ID {
		t.Errorf("in the end readers meet %s", r.About["snapshot"])
	}
	t.Logf("three engines read %v while one published twice; each met one publication whole", seen)
}

func (w *world) faults(t *testing.T) {
	defer lake.SetPatience(300 * time.Millisecond)()
	before := w.read(t).About["snapshot"]
	cfg := w.cfg
	for _, c := range []struct {
		name  string
		spoil func(t *testing.T)
		want  string
	}{
		{"another password", func(t *testing.T) { w.secret(t, "lake.password", "not the password") }, "refuses the user"},
		{"another folder for the data", func(t *testing.T) { w.cfg.Publish.DuckLake.Data = t.TempDir() }, "keeps its data elsewhere"},
		{"no extensions", func(t *testing.T) { w.cfg.Warehouse.Extensions = t.TempDir() }, "is missing: put postgres_scanner.duckdb_extension for DuckDB v1.5.5"},
		{"a locked catalogue", w.locked, "locked by somebody else"},
		{"no such database", func(*testing.T) { w.cfg.Publish.DuckLake.Catalogue = w.URL("nowhere") }, "can't be reached"},
		{"a server that is gone", func(t *testing.T) { w.Stop(); t.Cleanup(w.Begin) }, "can't be reached"},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.spoil(t)
			d := w.publish(t.Context(), 0)
			if d.Err == nil || !strings.Contains(d.Err.Error(), c.want) || !strings.Contains(d.Err.Error(), "readers have what was there before") {
				t.Errorf("%v", d.Err)
			}
			if d.Err != nil && (strings.Contains(d.Err.Error(), pgtest.Password) || strings.Contains(d.Err.Error(), "not the password")) {
				t.Error("the message holds the password")
			}
			w.cfg = cfg
			w.secret(t, "lake.password", pgtest.Password)
		})
	}
	if r := w.read(t); r.About["snapshot"] != before {
		t.Errorf("readers meet %s, before the faults they met %s", r.About["snapshot"], before)
	}
}

// locked holds the catalogue's list of snapshots from another session until the test ends.
func (w *world) locked(t *testing.T) {
	address, err := pgx.ParseConfig(w.cfg.Publish.DuckLake.Catalogue)
	if err != nil {
		t.Fatal(err)
	}
	address.Password = pgtest.Password
	conn, err := pgx.ConnectConfig(t.Context(), address)
	if err == nil {
		_, err = conn.Exec(t.Context(), "BEGIN; LOCK TABLE ducklake_snapshot IN ACCESS EXCLUSIVE MODE")
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close(context.Background()) })
}

// bucket publishes into a lake whose data lies in an S3-compatible bucket, and reads it from there.
func (w *world) bucket(t *testing.T) {
	store := s3mem.New()
	if err := store.CreateBucket("marts"); err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(gofakes3.New(store).Server())
	defer server.Close()
	cfg := w.cfg
	defer func() { w.cfg = cfg }()
	w.secret(t, "lake.s3", "a-secret-of-the-bucket")
	w.cfg.Publish.DuckLake = config.DuckLake{Catalogue: w.Database(), PasswordFile: "lake.password", Data: "s3://marts/lake", KeepDays: 7,
		S3: config.S3{Endpoint: server.URL, Region: "eu-west-2", AccessID: "an-id", SecretKeyFile: "lake.s3"}, PathStyle: true}
	if d := w.publish(t.Context(), 0); d.Err != nil {
		t.Fatal(d.Err)
	}
	held, err := store.ListBucket("marts", &gofakes3.Prefix{Prefix: "lake/", HasPrefix: true}, gofakes3.ListBucketPage{})
	if err != nil || len(held.Contents) == 0 {
		t.Errorf("the bucket holds %v, %v", held, err)
	}
	if r := w.read(t); r.About["snapshot"] != w.snapshots[0].ID || r.Rows < 1000 {
		t.Errorf("%+v", r)
	}
}

// bucketRefuses publishes into a bucket whose server answers that the key may not write there.
func (w *world) bucketRefuses(t *testing.T) {
	asked := 0
	server := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, _ *http.Request) {
		asked++
		rw.Header().Set("Content-Type", "application/xml")
		rw.WriteHeader(http.StatusForbidden)
		_, _ = rw.Write([]byte(`<?xml version="1.0"?><Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>`))
	}))
	defer server.Close()
	cfg := w.cfg
	defer func() { w.cfg = cfg }()
	w.secret(t, "lake.s3", "a-secret-of-the-bucket")
	w.cfg.Publish.DuckLake = config.DuckLake{Catalogue: w.Database(), PasswordFile: "lake.password", Data: "s3://marts/lake", KeepDays: 7,
		S3: config.S3{Endpoint: server.URL, Region: "eu-west-2", AccessID: "an-id", SecretKeyFile: "lake.s3"}, PathStyle: true}
	d := w.publish(t.Context(), 0)
	var refused *warehouse.LakeError
	if !errors.As(d.Err, &refused) || !strings.Contains(d.Err.Error(), "the bucket refuses") || asked == 0 {
		t.Errorf("%v (asked %d times)", d.Err, asked)
	}
	if d.Err != nil && strings.Contains(d.Err.Error(), "a-secret-of-the-bucket") {
		t.Error("the message holds the secret")
	}
}

// forgets removes what was published before now, with its files.
func (w *world) forgets(t *testing.T) {
	before := files(t, w.cfg.Publish.DuckLake.Data)
	if err := lake.ForgetDuckLake(t.Context(), w.cfg, w.limits(), time.Now()); err != nil {
		t.Fatal(err)
	}
	after := files(t, w.cfg.Publish.DuckLake.Data)
	if after >= before || after == 0 {
		t.Errorf("%d files before and %d after", before, after)
	}
	w.read(t)
	t.Logf("%d files of three publications, %d of the one that stays", before, after)
}
