package crash

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"bellwether/internal/cli"
	"bellwether/internal/config"
	"bellwether/internal/failpoint"
	"bellwether/internal/instance"
	"bellwether/internal/instancetest"
	"bellwether/internal/warehouse"
)

// This test program is also the program under test: with asCommand set it is the command line, with asPanel somebody who decides. Only
// here are failpoints armed, by dieAt.
const (
	asCommand = "BELLWETHER_TEST_COMMAND" // seconds after instancetest.Noon at which its clock stands
	asPanel   = "BELLWETHER_TEST_PANEL"   // how many decisions to record
	dieAt     = "BELLWETHER_TEST_DIE_AT"  // "name n": the n-th passing of the point is its last moment
)

// laid is an instance before its first load; done is what it holds once everything went undisturbed.
var (
	laid string
	done outcome
)

func TestMain(m *testing.M) {
	instancetest.HashCheaply()
	armFromTest(os.Getenv(dieAt))
	limitFiles(os.Getenv(fileLimit))
	if s := os.Getenv(asCommand); s != "" {
		os.Exit(cli.Main(context.Background(), os.Args[1:], childEnv(s)))
	}
	if n := os.Getenv(asPanel); n != "" {
		os.Exit(panel(os.Args[1], n))
	}
	os.Exit(func() int {
		dir, err := os.MkdirTemp("", "bellwether-crash-")
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
		defer os.RemoveAll(dir)
		laid = filepath.Join(dir, "laid")
		if _, err := instancetest.Lay(laid); err != nil {
			fmt.Fprintln(os.Stderr, "lay out an instance to test with:", err)
			return 1
		}
		return m.Run()
	}())
}

func childEnv(seconds string) cli.Env {
	n, _ := strconv.Atoi(seconds)
	began := time.Now()
	env := cli.OS()
	env.Now = func() time.Time {
		return instancetest.Noon.Add(time.Duration(n)*time.Second + time.Since(began))
	}
	env.Terminal = false
	env.GiveWay = nil // to the tests of other packages, which would keep it waiting
	return env
}

// armFromTest has this process kill itself, as kill -9 would, at the n-th passing of a point.
func armFromTest(where string) {
	name, count, ok := strings.Cut(where, " ")
	if !ok {
		return
	}
	n, _ := strconv.Atoi(count)
	failpoint.Arm(func(passed string) error {
		if passed == name {
			if n--; n == 0 {
				_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
				select {}
			}
		}
		return nil
	})
}

// limitFiles has the operating system refuse to make any file of this process longer.
func limitFiles(bytes string) {
	n, err := strconv.ParseUint(bytes, 10, 64)
	if err != nil {
		return
	}
	signal.Ignore(syscall.SIGXFSZ)
	_ = syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: n, Max: n})
}

// child is the program in a process of its own.
func child(t testing.TB, round int, args ...string) *exec.Cmd {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), self, args...)
	cmd.Env = append(os.Environ(), asCommand+"="+strconv.Itoa(round))
	return cmd
}

// run waits for a child and gives what it said, and its exit code; -1 for one that was killed.
func run(t testing.TB, cmd *exec.Cmd) (out string, code int) {
	t.Helper()
	var both bytes.Buffer
	cmd.Stdout, cmd.Stderr = &both, &both
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return both.String(), cmd.ProcessState.ExitCode()
}

// fresh copies the instance in which nothing was loaded yet.
func fresh(t testing.TB) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "instance")
	copyTree(t, laid, dir)
	return dir
}

func copyTree(t testing.TB, from, to string) {
	t.Helper()
	err := filepath.WalkDir(from, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(from, path)
		if err != nil {
			return err
		}
		if d.IsDir() {
			return os.MkdirAll(filepath.Join(to, rel), 0o700)
		}
		src, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		return os.WriteFile(filepath.Join(to, rel), src, 0o600)
	})
	if err != nil {
		t.Fatal(err)
	}
}

// outcome is all that must be the same however often the work was broken off.
type outcome struct {
	Hash string         // of the newest snapshot's content, computed from its rows
	Rows map[string]int // by load, in the raw file
}

// undisturbed runs the instance once without any disturbance.
func undisturbed(t testing.TB) outcome {
	t.Helper()
	if done.Hash == "" {
		dir := fresh(t)
		if out, code := run(t, child(t, 0, "run", "--dir", dir)); code != 0 {
			t.Fatalf("an undisturbed run ended with %d:\n%s", code, out)
		}
		done = look(t, dir)
	}
	return done
}

func look(t testing.TB, dir string) outcome {
	t.Helper()
	o := outcome{Rows: map[string]int{}}
	snap, err := warehouse.OpenSnapshot(newest(t, dir), limits)
	if err != nil {
		t.Fatal(err)
	}
	defer snap.Close()
	if o.Hash, _, err = snap.ContentHash(t.Context()); err != nil {
		t.Fatal(err)
	}
	raw, err := warehouse.OpenRaw(t.Context(), filepath.Join(dir, instance.Warehouse), limits)
	if err != nil {
		t.Fatal(err)
	}
	defer raw.Close()
	byLoad, err := raw.RowsByLoad(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for load, n := range byLoad {
		o.Rows[load] = int(n)
	}
	return o
}

var limits = warehouse.Limits{MemoryMiB: 256, Threads: 1}

func newest(t testing.TB, dir string) string {
	t.Helper()
	all, err := warehouse.Snapshots(filepath.Join(dir, instance.Snapshots))
	if err != nil || len(all) == 0 {
		t.Fatalf("no snapshot: %v", err)
	}
	return all[0].Path
}

// settings adds lines to an instance's configuration.
func settings(t testing.TB, dir, lines string) {
	t.Helper()
	path := filepath.Join(dir, config.FileName)
	src, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, append(src, lines...), 0o600); err != nil {
		t.Fatal(err)
	}
}

// leftovers lists what an interrupted run left behind and a later one should have cleared away.
func leftovers(t testing.TB, dir string) (out []string) {
	t.Helper()
	for _, pattern := range []string{"tmp/build-*", "landing/.incoming-*", "landing/*/.incoming-*", "landing/.new-*", "snapshots/.*", "state/.new-*"} {
		found, err := filepath.Glob(filepath.Join(dir, pattern))
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, found...)
	}
	return out
}
