package ingest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"bellwether/ingest/ledger"
)

var errKilled = errors.New("killed")

// stopAt ends the work when it comes to the point for the n-th time.
func stopAt(point string, n int) Failpoint {
	return func(p string) error {
		if p == point {
			if n--; n == 0 {
				return errKilled
			}
		}
		return nil
	}
}

// crashInbox is a small drop zone with every kind of outcome.
func crashInbox(w *world) {
	w.drop("visits/received=2026-03-02/a.csv", visits(visit("V1", nil), visit("V2", map[int]string{1: "x"}), visit("V3", nil)))
	w.drop("visits/received=2026-03-09/b.csv", visits(visit("V1", map[int]string{2: "9"}), visit("V4", nil), visit("V4", map[int]string{2: "1"}), visit("V5", nil), visit("V6", nil)))
	w.drop("visits/received=2026-03-09/bad.csv", "nothing,known\n1,2\n")
	w.drop("beds/received=2026-03-03/homes.txt", "A,,yes,1,nursing:10;other:2\nA,,no,1,nursing:10\n")
}

func takeAll(w *world) {
	w.t.Helper()
	rec, err := w.loader.Reconcile(context.Background())
	w.must(err)
	taken, err := w.loader.LoadInbox(context.Background(), w.path("inbox"), nil)
	w.must(err)
	if len(rec.Failed)+len(taken.Failed) > 0 {
		w.t.Fatalf("failed: %v %v", rec.Failed, taken.Failed)
	}
}

// undisturbed gives the content that a run without any crash leaves.
func undisturbed(t *testing.T) []string {
	t.Helper()
	w := newWorld(t)
	crashInbox(w)
	takeAll(w)
	return w.content()
}

// A process that ends at any named point, in any of the loads, leaves a state from which the next run reaches the same content:
// nothing is lost and nothing is there twice.
func TestStopAtEveryPoint(t *testing.T) {
	want := undisturbed(t)
	for _, point := range Failpoints() {
		for n := 1; n <= 3; n++ {
			t.Run(fmt.Sprintf("%s %d", point, n), func(t *testing.T) {
				t.Parallel()
				w := newWorld(t)
				crashInbox(w)
				w.loader.cfg.Failpoint = stopAt(point, n)
				if _, err := w.loader.LoadInbox(t.Context(), w.path("inbox"), nil); !errors.Is(err, errKilled) {
					t.Fatalf("the failpoint was not reached: %v", err)
				}
				w.reopen()
				takeAll(w)
				if d := cmp.Diff(want, w.content()); d != "" {
					t.Error(d)
				}
				settledOnce(w)
			})
		}
	}
}

// settledOnce checks that manifest and database agree, and that another run finds nothing to do.
func settledOnce(w *world) {
	w.t.Helper()
	c, err := w.loader.Compare(context.Background())
	w.must(err)
	if !c.Clean() {
		w.t.Errorf("manifest and database differ: %+v", c)
	}
	before := w.content()
	lines, err := os.ReadFile(w.path("landing", ledger.File))
	w.must(err)
	w.reopen()
	takeAll(w)
	if d := cmp.Diff(before, w.content()); d != "" {
		w.t.Errorf("a run with nothing new changed the content: %s", d)
	}
	after, err := os.ReadFile(w.path("landing", ledger.File))
	w.must(err)
	if d := cmp.Diff(string(lines), string(after)); d != "" {
		w.t.Errorf("a run with nothing new wrote into the manifest: %s", d)
	}
}

// The same with a real process and a real SIGKILL.
func TestKillAtEveryPoint(t *testing.T) {
	if dir := os.Getenv("BELLWETHER_TEST_KILL"); dir != "" {
		killedChild(t, dir, os.Getenv("BELLWETHER_TEST_POINT"))
		return
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	want := undisturbed(t)
	for _, point := range Failpoints() {
		t.Run(point, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			crashInbox(w)
			w.close()
			for _, n := range []string{"1", "2"} {
				cmd := exec.CommandContext(t.Context(), self, "-test.run=^TestKillAtEveryPoint$")
				cmd.Env = append(os.Environ(), "TMPDIR="+t.TempDir(), "BELLWETHER_TEST_KILL="+w.dir, "BELLWETHER_TEST_POINT="+point+" "+n)
				out, err := cmd.CombinedOutput()
				var exit *exec.ExitError
				if !errors.As(err, &exit) || exit.Sys().(syscall.WaitStatus).Signal() != syscall.SIGKILL {
					t.Fatalf("the child was not killed: %v\n%s", err, out)
				}
			}
			w.open()
			takeAll(w)
			if d := cmp.Diff(want, w.content()); d != "" {
				t.Error(d)
			}
			settledOnce(w)
		})
	}
}

// killedChild runs in a process of its own until it kills itself at the point.
func killedChild(t *testing.T, dir, where string) {
	point, n, _ := strings.Cut(where, " ")
	w := newWorld(t)
	w.close()
	w.dir = dir
	w.open()
	w.loader.cfg.Failpoint = stopAt(point, int(n[0]-'0'))
	stop := w.loader.cfg.Failpoint
	w.loader.cfg.Failpoint = func(p string) error {
		if stop(p) != nil {
			_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
			select {}
		}
		return nil
	}
	takeAll(w)
}

// A database that forgot a load (its log was cut) gets it again, and says so.
func TestLostLoadsComeBack(t *testing.T) {
	w := newWorld(t)
	crashInbox(w)
	takeAll(w)
	want := w.content()
	for name, lose := range map[string]func(){
		"one load": func() {
			id := w.query("SELECT load_id FROM raw.load WHERE file_name = 'a.csv'")[0]
			for _, table := range []string{"load", "quarantine", "visit"} {
				_, err := w.cfg.Raw.DB().Exec("DELETE FROM "+table+" WHERE load_id = ?", id)
				w.must(err)
			}
		},
		"everything": func() {
			w.close()
			w.must(os.RemoveAll(w.path("warehouse")))
			w.open()
		},
	} {
		lose()
		rec, err := w.loader.Reconcile(t.Context())
		if err != nil || len(rec.Lost) == 0 || len(rec.Lost) != len(rec.Results) {
			t.Fatalf("%s: %+v %v", name, rec, err)
		}
		lines := strings.Join(rec.Lines(), "\n")
		if !strings.Contains(lines, "missing from the database") || !strings.Contains(lines, "lost: a.csv, received 2 Mar 2026") {
			t.Errorf("%s: %s", name, lines)
		}
		if d := cmp.Diff(want, w.content()); d != "" {
			t.Errorf("%s: %s", name, d)
		}
	}
}

func TestLostLoadWithoutItsFileIsReported(t *testing.T) {
	w := newWorld(t)
	gone := w.load("visits", "gone.csv", visits(visit("V1", nil)))
	damaged := w.load("visits", "damaged.csv", visits(visit("V2", nil)))
	w.load("visits", "fine.csv", visits(visit("V3", nil)))
	blob := func(r Result) string {
		rec, _ := w.cfg.Ledger.Get(r.LoadID)
		return w.path("landing", rec.SHA256[:2], rec.SHA256+".age")
	}
	w.must(os.Remove(blob(gone)))
	w.must(os.Truncate(blob(damaged), 100))
	w.close()
	w.must(os.RemoveAll(w.path("warehouse")))
	w.open()
	rec, err := w.loader.Reconcile(t.Context())
	if err != nil || len(rec.Failed) != 2 || len(rec.Results) != 1 {
		t.Fatalf("%+v %v", rec, err)
	}
	lines := strings.Join(rec.Lines(), "\n")
	for _, want := range []string{"not loaded: gone.csv", "deliver it again", "not loaded: damaged.csv", "restore it from a backup", "fine.csv: loaded 1 of 1 rows"} {
		if !strings.Contains(lines, want) {
			t.Errorf("no %q in\n%s", want, lines)
		}
	}
}

// A manifest restored from an older backup learns from the database what it does not know.
func TestOlderManifest(t *testing.T) {
	w := newWorld(t)
	w.load("visits", "a.csv", visits(visit("V1", nil)))
	old, err := os.ReadFile(w.path("landing", ledger.File))
	w.must(err)
	b := w.load("visits", "b.csv", visits(visit("V2", nil)))
	before := w.content()
	w.close()
	w.must(os.WriteFile(w.path("landing", ledger.File), old, 0o600))
	w.open()
	rec, err := w.loader.Reconcile(t.Context())
	if err != nil || !cmp.Equal(rec.Unknown, []string{b.LoadID}) || !strings.Contains(strings.Join(rec.Lines(), " "), "1 load was unknown to the manifest") {
		t.Fatalf("%+v %v", rec, err)
	}
	if got, ok := w.cfg.Ledger.Get(b.LoadID); !ok || got.State != ledger.Loaded || got.File != "b.csv" || got.Received.Format(time.DateOnly) != "2026-03-29" {
		t.Errorf("manifest %+v", got)
	}
	if d := cmp.Diff(before, w.content()); d != "" {
		t.Error(d)
	}
	settledOnce(w)
}

// Even without a comparison first, a file that the database holds is not loaded a second time.
func TestDeliveryUnknownToTheManifestAlone(t *testing.T) {
	w := newWorld(t)
	content := visits(visit("V1", nil))
	first := w.load("visits", "a.csv", content)
	before := w.content()
	w.close()
	w.must(os.Remove(w.path("landing", ledger.File)))
	w.open()
	if r := w.load("visits", "a.csv", content); r.Status != StatusAlreadyLoaded || r.LoadID != first.LoadID || r.RowsLoaded != 1 {
		t.Errorf("%+v", r)
	}
	if d := cmp.Diff(before, w.content()); d != "" {
		t.Error(d)
	}
	settledOnce(w)
}

// A torn last line is cut off, and what it announced is done again.
func TestTornManifest(t *testing.T) {
	w := newWorld(t)
	crashInbox(w)
	takeAll(w)
	want := w.content()
	name := w.path("landing", ledger.File)
	whole, err := os.ReadFile(name)
	w.must(err)
	for _, cut := range []int{1, 30, 200} {
		w.close()
		w.must(os.WriteFile(name, whole[:len(whole)-cut], 0o600))
		w.open()
		takeAll(w)
		if d := cmp.Diff(want, w.content()); d != "" {
			t.Errorf("cut by %d: %s", cut, d)
		}
		settledOnce(w)
	}
}

func TestReconcileClearsInterruptedDeliveries(t *testing.T) {
	w := newWorld(t)
	left := filepath.Join(w.path("landing"), ".incoming-0123")
	w.must(os.WriteFile(left, []byte("half"), 0o600))
	rec, err := w.loader.Reconcile(t.Context())
	if err != nil || rec.Swept != 1 || !rec.Clean() || !cmp.Equal(rec.Lines(), []string{"1 interrupted delivery was cleared away"}) {
		t.Errorf("%+v %v", rec, err)
	}
	if _, err := os.Stat(left); !errors.Is(err, os.ErrNotExist) {
		t.Error(err)
	}
}
