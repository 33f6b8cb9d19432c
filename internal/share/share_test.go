package share

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/johannesboyne/gofakes3"
	"github.com/johannesboyne/gofakes3/backend/s3mem"
	"go.uber.org/goleak"

	"bellwether/internal/config"
	"bellwether/internal/instance"
	"bellwether/internal/warehouse"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// world is one shared place and the machines around it.
type world struct {
	t    *testing.T
	now  time.Time
	set  config.Snapshots
	fake *fakeS3 // nil for a folder
}

const secretFile, secretKey = "s3.secret", "not a secret, only a test"

// fakeS3 is an object store in this process that can be made to refuse, to be silent, or to hand out damage.
type fakeS3 struct {
	*httptest.Server
	refuse, damage atomic.Bool
	hook           atomic.Pointer[fault]
	began          atomic.Pointer[time.Time] // what its clock says; nil is the time of day
}

// Now and Since are its clock.
func (f *fakeS3) Now() time.Time {
	if at := f.began.Load(); at != nil {
		return *at
	}
	return time.Now()
}

func (f *fakeS3) Since(t time.Time) time.Duration { return f.Now().Sub(t) }

func newFakeS3(t *testing.T, buckets ...string) *fakeS3 {
	backend := s3mem.New()
	for _, b := range buckets {
		if err := backend.CreateBucket(b); err != nil {
			t.Fatal(err)
		}
	}
	f := &fakeS3{}
	inner := gofakes3.New(backend, gofakes3.WithTimeSource(f), gofakes3.WithTimeSkewLimit(0)).Server()
	f.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if f.refuse.Load() {
			w.WriteHeader(http.StatusForbidden)
			fmt.Fprint(w, `<Error><Code>AccessDenied</Code><Message>the words of the service</Message></Error>`)
			return
		}
		if f.damage.Load() && r.Method == http.MethodGet && strings.Contains(r.URL.Path, "/files/") {
			w = &flipper{ResponseWriter: w}
		}
		if hook := f.hook.Load(); hook != nil {
			(*hook)(w, r, inner)
			return
		}
		inner.ServeHTTP(w, r)
	}))
	t.Cleanup(f.Close)
	return f
}

// flipper changes the first byte of an answer.
type flipper struct {
	http.ResponseWriter
	done bool
}

func (f *flipper) Write(b []byte) (int, error) {
	if !f.done && len(b) > 0 {
		f.done = true
		b = append([]byte{b[0] ^ 0x55}, b[1:]...)
	}
	return f.ResponseWriter.Write(b)
}

// onBoth runs a test on a folder and on a bucket.
func onBoth(t *testing.T, test func(*world)) {
	t.Run("folder", func(t *testing.T) {
		test(&world{t: t, now: start, set: config.Snapshots{Share: t.TempDir(), Every: time.Second}})
	})
	t.Run("bucket", func(t *testing.T) { test(bucketWorld(t)) })
}

var start = time.Date(2026, 10, 1, 12, 0, 0, 0, time.UTC)

// bucketWorld is a world around a bucket.
func bucketWorld(t *testing.T) *world {
	fake := newFakeS3(t, "council")
	return &world{t: t, now: start, fake: fake, set: config.Snapshots{Share: "s3://council/bellwether/live", Every: time.Second,
		S3: config.S3{Endpoint: fake.URL, Region: "eu-west-2", AccessID: "bellwether", SecretKeyFile: secretFile}}}
}

type machine struct {
	*Store
	w   *world
	cfg config.Config
}

func (w *world) machine(change ...func(*config.Config)) machine {
	w.t.Helper()
	cfg := config.Default()
	cfg.Dir, cfg.Snapshots, cfg.Warehouse.KeepSnapshots = w.t.TempDir(), w.set, 2
	cfg.Warehouse.MemoryMiB, cfg.Warehouse.Threads = 256, 1
	for _, c := range change {
		c(&cfg)
	}
	if err := instance.Folders(cfg.Dir, nil); err != nil {
		w.t.Fatal(err)
	}
	if err := os.WriteFile(cfg.Path(instance.Secrets, secretFile), []byte(secretKey+"\n"), 0o600); err != nil {
		w.t.Fatal(err)
	}
	s, err := Open(cfg, func() time.Time { return w.now }, nil)
	if err != nil {
		w.t.Fatal(err)
	}
	return machine{s, w, cfg}
}

// publish makes a small snapshot on the machine.
func (m machine) publish(id string, format int) warehouse.SnapshotInfo {
	m.w.t.Helper()
	ctx := m.w.t.Context()
	raw, err := warehouse.OpenRaw(ctx, m.cfg.Path(instance.Warehouse), m.lim)
	if err != nil {
		m.w.t.Fatal(err)
	}
	if err := raw.Close(); err != nil {
		m.w.t.Fatal(err)
	}
	b, err := warehouse.OpenBuild(ctx, m.cfg.Path(instance.Temp, "build.duckdb"), m.cfg.Path(instance.Warehouse), m.lim)
	if err != nil {
		m.w.t.Fatal(err)
	}
	if _, err := b.CreateTableAs(ctx, "ops.run", fmt.Sprintf("SELECT %d AS format_version, '%s' AS id", format, id)); err != nil {
		m.w.t.Fatal(err)
	}
	if err := b.Finish(ctx); err != nil {
		m.w.t.Fatal(err)
	}
	m.w.now = m.w.now.Add(time.Minute)
	info, err := warehouse.Publish(b, m.cfg.Path(instance.Snapshots), id, m.w.now)
	if err != nil {
		m.w.t.Fatal(err)
	}
	if _, err := warehouse.Prune(m.cfg.Path(instance.Snapshots), m.keep); err != nil {
		m.w.t.Fatal(err)
	}
	return info
}

func (m machine) push(fence int64) {
	m.w.t.Helper()
	if err := m.Push(m.w.t.Context(), fence); err != nil {
		m.w.t.Fatal(err)
	}
}

// serves gives the id of the snapshot that the machine would serve.
func (m machine) serves() string {
	m.w.t.Helper()
	all, err := warehouse.Snapshots(m.cfg.Path(instance.Snapshots))
	if err != nil {
		m.w.t.Fatal(err)
	}
	if len(all) == 0 {
		return ""
	}
	return all[0].ID
}

func (m machine) pulls(want string) {
	m.w.t.Helper()
	if _, err := m.Pull(m.w.t.Context()); err != nil {
		m.w.t.Fatal(err)
	}
	if got := m.serves(); got != want {
		m.w.t.Fatalf("it serves %q, want %q", got, want)
	}
	left, err := os.ReadDir(m.cfg.Path(instance.Snapshots, incoming))
	if len(left) > 0 || err != nil && !errors.Is(err, fs.ErrNotExist) {
		m.w.t.Errorf("left among what comes in: %v, %v", left, err)
	}
}

const one, two, three, four = "000000000001", "000000000002", "000000000003", "000000000004"

func TestEveryMachineServesWhatOnePublishes(t *testing.T) {
	onBoth(t, func(w *world) {
		maker, a, b := w.machine(), w.machine(), w.machine()
		a.pulls("")
		maker.push(0) // there is nothing yet
		for _, id := range []string{one, two, three} {
			maker.publish(id, warehouse.FormatVersion)
			maker.push(0)
			maker.push(0) // once is enough
			a.pulls(id)
		}
		b.pulls(three)
		for _, m := range []machine{a, b} {
			snap, err := warehouse.OpenSnapshot(filepath.Join(m.cfg.Path(instance.Snapshots), filepath.Base(first(w.t, m).Path)), m.lim)
			if err != nil {
				w.t.Fatal(err)
			}
			snap.Close()
			if s := m.Stats(); s.Failing || s.At != w.now {
				w.t.Errorf("stats = %+v", s)
			}
		}
		// Only as many as are kept lie there, and no file that nothing names.
		for prefix, want := range map[string]int{publicationsPrefix: 2, filesPrefix: 2} {
			if names, err := maker.place.list(w.t.Context(), prefix); err != nil || len(names) != want {
				w.t.Errorf("%s holds %v, %v", prefix, names, err)
			}
		}
	})
}

func first(t *testing.T, m machine) warehouse.SnapshotInfo {
	t.Helper()
	all, err := warehouse.Snapshots(m.cfg.Path(instance.Snapshots))
	if err != nil || len(all) == 0 {
		t.Fatal(all, err)
	}
	return all[0]
}

// A machine that lost the lease and does not know it yet publishes in vain, however late and with whatever clock.
func TestWhatALostLeasePublishesIsNeverTaken(t *testing.T) {
	onBoth(t, func(w *world) {
		old, next, reader := w.machine(), w.machine(), w.machine()
		old.publish(one, warehouse.FormatVersion)
		old.push(4)
		next.pulls(one)
		next.publish(two, warehouse.FormatVersion)
		next.push(5)
		old.publish(three, warehouse.FormatVersion) // later by the clock
		old.push(4)
		reader.pulls(two)
		if fence, err := reader.Fence(w.t.Context()); err != nil || fence != 5 {
			w.t.Errorf("Fence() = %d, %v", fence, err)
		}
		old.pulls(three) // what it has itself it shows, until something newer comes
		next.publish(four, warehouse.FormatVersion)
		next.push(5)
		old.pulls(four)
	})
}

func TestDamageIsNeverServed(t *testing.T) {
	onBoth(t, func(w *world) {
		maker, a, fresh := w.machine(), w.machine(), w.machine()
		maker.publish(one, warehouse.FormatVersion)
		maker.push(0)
		a.pulls(one)
		stem := strings.TrimSuffix(filepath.Base(maker.publish(two, warehouse.FormatVersion).Path), ".duckdb")
		maker.push(0)
		ctx := w.t.Context()
		name := filesPrefix + stem + ".duckdb"
		body := strings.Repeat("x", 4096)
		for _, tt := range []struct {
			name, key, body, want string
		}{
			{"a file of other bytes", name, body, "instead of"},
			{"a publication that is no JSON", keyOf(0, stem), "{", "unexpected end"},
			{"a publication of another snapshot", keyOf(0, stem), `{"snapshot":"../../secrets/x","bytes":1,"sha256":"` + strings.Repeat("0", 64) + `"}`, "does not describe it"},
		} {
			if err := maker.place.put(ctx, tt.key, strings.NewReader(tt.body), int64(len(tt.body))); err != nil {
				w.t.Fatal(err)
			}
			_, err := a.Pull(ctx)
			var known *Error
			if !errors.As(err, &known) || known.Problem != Damaged || !strings.Contains(err.Error(), tt.want) {
				w.t.Errorf("%s: %v", tt.name, err)
			}
			if got := a.serves(); got != one {
				w.t.Errorf("%s: it serves %q", tt.name, got)
			}
			w.now = w.now.Add(longest)
		}
		if s := a.Stats(); !s.Failing || s.Failures[Damaged] != 3 {
			w.t.Errorf("stats = %+v", s)
		}
		// A machine that has nothing yet takes the last good one.
		if _, err := fresh.Pull(ctx); err == nil || fresh.serves() != one {
			w.t.Errorf("a new machine serves %q, %v", fresh.serves(), err)
		}
		// It is not fetched at every tick, and what is published next makes up for it.
		before := a.Stats().Failures[Damaged]
		w.now = w.now.Add(-longest)
		if _, err := a.Pull(ctx); err == nil || a.Stats().Failures[Damaged] != before {
			w.t.Errorf("a damaged file was fetched again at once: %v, %+v", err, a.Stats())
		}
		maker.publish(three, warehouse.FormatVersion)
		maker.push(0)
		a.pulls(three)
		fresh.pulls(three)
		if a.Stats().Failing {
			w.t.Error("it is still failing")
		}
	})
}

func TestBytesChangedOnTheWayAreFound(t *testing.T) {
	onBoth(t, func(w *world) {
		if w.fake == nil {
			return
		}
		maker, a := w.machine(), w.machine()
		maker.publish(one, warehouse.FormatVersion)
		maker.push(0)
		w.fake.damage.Store(true)
		if _, err := a.Pull(w.t.Context()); err == nil || !strings.Contains(err.Error(), "its sum differs") || a.serves() != "" {
			w.t.Errorf("Pull() = %v, it serves %q", err, a.serves())
		}
		w.fake.damage.Store(false)
		w.now = w.now.Add(firstPause)
		a.pulls(one)
	})
}

func TestAnotherVersionsSnapshotIsRefused(t *testing.T) {
	onBoth(t, func(w *world) {
		maker, a := w.machine(), w.machine()
		maker.publish(one, warehouse.FormatVersion)
		maker.push(0)
		a.pulls(one)
		maker.publish(two, warehouse.FormatVersion+1)
		maker.push(0)
		_, err := a.Pull(w.t.Context())
		if err == nil || !strings.Contains(err.Error(), "install the same version of Bellwether on every machine") || a.serves() != one || a.Stats().Failures[Refused] != 1 {
			w.t.Errorf("Pull() = %v, it serves %q, %+v", err, a.serves(), a.Stats())
		}
	})
}

func TestAPlaceThatRefuses(t *testing.T) {
	onBoth(t, func(w *world) {
		maker, a := w.machine(), w.machine()
		maker.publish(one, warehouse.FormatVersion)
		maker.push(0)
		a.pulls(one)
		maker.publish(two, warehouse.FormatVersion)
		problem, want := Refused, "AccessDenied"
		if w.fake != nil {
			w.fake.refuse.Store(true)
		} else {
			problem, want = Unreachable, "is the folder mounted on this machine?"
			if err := os.Rename(w.set.Share, w.set.Share+".away"); err != nil {
				w.t.Fatal(err)
			}
		}
		for _, err := range []error{maker.Push(w.t.Context(), 0), second(a.Pull(w.t.Context()))} {
			var known *Error
			if !errors.As(err, &known) || known.Problem != problem || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "the words of the service") || strings.Contains(err.Error(), secretKey) {
				w.t.Errorf("%v, want %s", err, problem)
			}
		}
		if a.serves() != one || a.Stats().Failures[problem] != 1 || !a.Stats().Failing {
			w.t.Errorf("it serves %q, %+v", a.serves(), a.Stats())
		}
		if w.fake != nil {
			w.fake.refuse.Store(false)
		} else if err := os.Rename(w.set.Share+".away", w.set.Share); err != nil {
			w.t.Fatal(err)
		}
		maker.push(0)
		a.pulls(two)
	})
}

func TestAPlaceThatIsNotThere(t *testing.T) {
	w := &world{t: t, now: time.Now()}
	fake := newFakeS3(t, "other")
	s3 := config.S3{Endpoint: fake.URL, Region: "eu-west-2", AccessID: "bellwether", SecretKeyFile: secretFile}
	gone := s3
	gone.Endpoint = "http://127.0.0.1:1"
	for _, tt := range []struct {
		name    string
		set     config.Snapshots
		problem string
		want    string
	}{
		{"a bucket that is missing", config.Snapshots{Share: "s3://council/live", S3: s3}, Refused, "check the bucket's name"},
		{"a service that does not answer", config.Snapshots{Share: "s3://council/live", S3: gone}, Unreachable, "check snapshots.s3.endpoint"},
		{"a folder that is missing", config.Snapshots{Share: filepath.Join(t.TempDir(), "away")}, Unreachable, "is the folder mounted"},
	} {
		w.set = tt.set
		m := w.machine()
		_, err := m.Pull(t.Context())
		var known *Error
		if !errors.As(err, &known) || known.Problem != tt.problem || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: %v", tt.name, err)
		}
	}
}

func TestFollowTakesWhatComesAndPublishesWhatWasLeft(t *testing.T) {
	onBoth(t, func(w *world) {
		maker, a := w.machine(), w.machine()
		maker.publish(one, warehouse.FormatVersion)
		ctx, cancel := context.WithCancel(w.t.Context())
		done := make(chan struct{})
		go func() {
			maker.Follow(ctx, time.Millisecond, func() (int64, bool) { return 7, true })
			close(done)
		}()
		for a.serves() != one && w.t.Context().Err() == nil {
			if _, err := a.Pull(ctx); err != nil {
				w.t.Error(err)
				break
			}
		}
		cancel()
		<-done
		if fence, err := a.Fence(w.t.Context()); err != nil || fence != 7 {
			w.t.Errorf("Fence() = %d, %v", fence, err)
		}
	})
}

func second[T any](_ T, err error) error { return err }
