package crash

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"

	"bellwether/internal/config"
	"bellwether/internal/instance"
	"bellwether/internal/instancetest"
	"bellwether/internal/opstate"
	"bellwether/internal/pipeline"
	"bellwether/internal/tooltest"
	"bellwether/internal/trouble"
	"bellwether/internal/warehouse"
)

// onSmallDisk puts a folder of the instance on a small file system of its own that is full but for a little, and gives a function that
// makes room. It needs the right to mount; where there is none, TestFileSizeLimit still fills every file.
func onSmallDisk(t *testing.T, dir, folder string, left int64) (room func()) {
	t.Helper()
	path := filepath.Join(dir, folder)
	held := filepath.Join(t.TempDir(), "held")
	copyTree(t, path, held)
	err := syscall.Mount("tmpfs", path, "tmpfs", 0, "size=96m,mode=0700")
	if errors.Is(err, syscall.EPERM) || errors.Is(err, syscall.EACCES) {
		tooltest.Missing(t, "this user may not mount a small disk: run the tests as root in a container that may")
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(path, syscall.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
	copyTree(t, held, path)
	filler := filepath.Join(path, ".filler")
	f, err := os.OpenFile(filler, os.O_WRONLY|os.O_CREATE, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	n, err := io.Copy(f, zeros{})
	if !errors.Is(err, syscall.ENOSPC) {
		t.Fatalf("the small disk took %d bytes and ended with %v", n, err)
	}
	if err := errors.Join(f.Truncate(n-left), f.Close()); err != nil {
		t.Fatal(err)
	}
	return func() {
		if err := os.Remove(filler); err != nil {
			t.Fatal(err)
		}
	}
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

// TestFullDisk fills the disk of each folder in turn. What needs the folder fails with one message that says so, an exit code and a
// count; the last snapshot stays in force; once there is room the same command goes through and nothing is missing.
func TestFullDisk(t *testing.T) {
	want := undisturbed(t)
	published := fresh(t)
	if out, code := run(t, child(t, 0, "run", "--dir", published)); code != 0 {
		t.Fatal(out)
	}
	for _, c := range []struct {
		folder  string
		left    int64
		args    []string
		counted bool // as a failed run
		fresh   bool // begins with nothing loaded
	}{
		{folder: instance.Landing, left: 24 << 10, args: []string{"run"}, fresh: true, counted: true},
		{folder: instance.Warehouse, left: 64 << 10, args: []string{"run"}, fresh: true, counted: true},
		{folder: instance.Temp, left: 256 << 10, args: []string{"run", "--full"}, counted: true},
		{folder: instance.Snapshots, left: 256 << 10, args: []string{"run", "--full"}, counted: true},
		{folder: instance.Casework, left: 40 << 10, args: []string{"user", "add", "mo", "--role", "qsig_member"}},
		{folder: instance.Audit, left: 0, args: []string{"user", "add", "mo", "--role", "qsig_member"}},
	} {
		t.Run(c.folder, func(t *testing.T) {
			dir := fresh(t)
			if !c.fresh {
				if err := os.RemoveAll(dir); err != nil {
					t.Fatal(err)
				}
				copyTree(t, published, dir)
			}
			room := onSmallDisk(t, dir, c.folder, c.left)
			args := append(c.args, "--dir", dir)
			out, code := run(t, child(t, 10, args...))
			if code != 1 || strings.Count(out, "The disk is full.") != 1 || strings.Contains(out, "panic") {
				t.Errorf("exit code %d:\n%s", code, out)
			}
			if c.counted {
				if s, err := opstate.Read(dir); err != nil || s.Runs.Failures[trouble.NoSpace] != 1 {
					t.Errorf("the failed run is counted as %v, %v", s.Runs, err)
				}
			}
			if !c.fresh {
				if got := look(t, dir).Hash; got != want.Hash {
					t.Errorf("on a full disk snapshot %s is in force, not %s", got, want.Hash)
				}
			}
			room()
			if out, code := run(t, child(t, 20, args...)); code != 0 {
				t.Fatalf("with room again, exit code %d:\n%s", code, out)
			}
			if d := cmp.Diff(want, look(t, dir)); d != "" {
				t.Errorf("with room again:\n%s", d)
			}
		})
	}
	t.Run("backups", func(t *testing.T) {
		dir := fresh(t)
		to := filepath.Join(dir, "..", "backups")
		if err := os.Mkdir(to, 0o700); err != nil {
			t.Fatal(err)
		}
		room := onSmallDisk(t, filepath.Dir(to), "backups", 8<<10)
		if out, code := run(t, child(t, 10, "backup", "--to", to, "--dir", published)); code != 1 || strings.Count(out, "The disk is full.") != 1 {
			t.Errorf("exit code %d:\n%s", code, out)
		}
		if left, _ := filepath.Glob(filepath.Join(to, "*bellwether-*")); len(left) > 0 {
			t.Errorf("left behind: %v", left)
		}
		room()
		if out, code := run(t, child(t, 20, "backup", "--to", to, "--dir", published)); code != 0 {
			t.Errorf("with room again, exit code %d:\n%s", code, out)
		}
	})
}

// fileLimit is the environment in which a child may write no file longer than so many bytes.
const fileLimit = "BELLWETHER_TEST_FILE_LIMIT"

// TestFileSizeLimit has a limit of the operating system's fail every write beyond so many bytes of any file: it stands for a quota, and
// for a full disk where nothing may be mounted.
func TestFileSizeLimit(t *testing.T) {
	want := undisturbed(t)
	dir := fresh(t)
	for _, limit := range []int{16 << 10, 300 << 10, 1 << 20} {
		cmd := child(t, 1, "run", "--dir", dir)
		cmd.Env = append(cmd.Env, fmt.Sprintf("%s=%d", fileLimit, limit))
		if out, code := run(t, cmd); code != 1 || strings.Contains(out, "panic") || !strings.Contains(out, "The disk is full.") {
			t.Errorf("no file longer than %d: exit code %d:\n%s", limit, code, out)
		}
	}
	recovered(t, "after the limits", dir, 5, want)
}

// TestWriteAndSyncErrors has the kernel answer a run's own calls with errors, from the n-th on, as a failing disk does.
func TestWriteAndSyncErrors(t *testing.T) {
	strace := tooltest.Find(t, "strace")
	want := undisturbed(t)
	dir := fresh(t)
	for i, inject := range []string{
		"fsync,fdatasync:error=EIO:when=1+", "fsync,fdatasync:error=EIO:when=25+", "pwrite64:error=ENOSPC:when=12+", "pwrite64:error=EIO:when=40+", "rename,renameat,renameat2:error=ENOSPC:when=1+",
	} {
		cmd := child(t, i+1, "run", "--full", "--dir", dir)
		args := append([]string{"-f", "-qq", "--seccomp-bpf", "-o", "/dev/null", "-e", "inject=" + inject, "-e", "trace=" + strings.SplitN(inject, ":", 2)[0]}, cmd.Args...)
		traced := exec.CommandContext(t.Context(), strace, args...)
		traced.Env = cmd.Env
		out, code := run(t, traced)
		if code != 1 || strings.Contains(out, "panic:") {
			t.Errorf("%s: exit code %d:\n%s", inject, code, out)
		}
		if !strings.Contains(out, "The disk is full.") && !strings.Contains(out, "The disk reports errors.") {
			t.Errorf("%s: the message does not say what is wrong:\n%s", inject, out)
		}
	}
	recovered(t, "after the errors", dir, 20, want)
}

// unfoldedLog kills a run once loads are acknowledged in the manifest and still in the raw file's log alone: the instance, the log's place in it and
// the log as it was.
func unfoldedLog(t *testing.T) (dir, log string, whole os.FileInfo) {
	t.Helper()
	dir = fresh(t)
	cmd := child(t, 1, "run", "--dir", dir)
	cmd.Env = append(cmd.Env, dieAt+"=load-after-manifest 25")
	if out, code := run(t, cmd); code != -1 {
		t.Fatalf("exit code %d:\n%s", code, out)
	}
	log = filepath.Join(instance.Warehouse, "raw.duckdb.wal")
	whole, err := os.Stat(filepath.Join(dir, log))
	if err != nil {
		t.Fatal(err)
	}
	return dir, log, whole
}

// TestCutWriteAheadLog models a loss of power: the write-ahead log of the raw file is cut at many points after loads were acknowledged
// in the manifest. The engine opens a cut log without a word, so the next run must notice what is missing by itself, name it, and
// load it again.
func TestCutWriteAheadLog(t *testing.T) {
	want := undisturbed(t)
	torn, log, whole := unfoldedLog(t)
	noticed := 0
	for part := range int64(4) {
		dir := filepath.Join(t.TempDir(), "instance")
		copyTree(t, torn, dir)
		if err := os.Truncate(filepath.Join(dir, log), whole.Size()*part/4+part); err != nil {
			t.Fatal(err)
		}
		out, code := run(t, child(t, 2, "run", "--dir", dir))
		if code != 0 {
			t.Errorf("cut after %d quarters: exit code %d:\n%s", part, code, out)
			continue
		}
		if strings.Contains(out, "missing from the database") {
			noticed++
		}
		if d := cmp.Diff(want, look(t, dir)); d != "" {
			t.Errorf("cut after %d quarters:\n%s", part, d)
		}
	}
	if noticed != 4 {
		t.Errorf("%d of 4 cuts were noticed", noticed)
	}
}

// TestEveryCutOfTheWriteAheadLogIsMended cuts the log at many points (BELLWETHER_CUTS; make nightly asks for 200) and opens what is left: every load that
// was acknowledged and is missing is named by its id and loaded again before anything else, row for row, and none is there by half.
func TestEveryCutOfTheWriteAheadLogIsMended(t *testing.T) {
	cuts, err := strconv.Atoi(os.Getenv("BELLWETHER_CUTS"))
	if err != nil {
		cuts = 6
	}
	torn, log, whole := unfoldedLog(t)
	dir := filepath.Join(t.TempDir(), "instance")
	opened := func(cut int64) (rows map[string]int64, mended []string) {
		t.Helper()
		if err := os.RemoveAll(dir); err != nil {
			t.Fatal(err)
		}
		copyTree(t, torn, dir)
		if err := os.Truncate(filepath.Join(dir, log), cut); err != nil {
			t.Fatal(err)
		}
		cfg, err := config.Load(dir)
		if err != nil {
			t.Fatal(err)
		}
		p, err := pipeline.Open(t.Context(), pipeline.Options{Config: cfg, Doing: "test", Now: instancetest.Clock})
		if err != nil {
			t.Fatalf("cut to %d of %d bytes: %v", cut, whole.Size(), err)
		}
		mended = p.Recovered
		if err := p.Close(); err != nil {
			t.Fatal(err)
		}
		raw, err := warehouse.OpenRaw(t.Context(), cfg.Path(instance.Warehouse), limits)
		if err != nil {
			t.Fatal(err)
		}
		defer raw.Close()
		if rows, err = raw.RowsByLoad(t.Context()); err != nil {
			t.Fatal(err)
		}
		return rows, mended
	}
	want, mended := opened(whole.Size())
	if len(mended) > 0 || len(want) < 25 {
		t.Fatalf("uncut it holds %d loads and says %q", len(want), mended)
	}
	named := 0
	for i := range cuts {
		cut := whole.Size()*int64(i)/int64(cuts) + int64(i%7)
		rows, mended := opened(cut)
		if d := cmp.Diff(want, rows); d != "" {
			t.Errorf("cut to %d of %d bytes:\n%s", cut, whole.Size(), d)
		}
		if len(mended) > 0 {
			named++
		}
	}
	t.Logf("%d cuts of a log of %d bytes: every one opens and is mended, %d with something to load again", cuts, whole.Size(), named)
	if named < cuts*9/10 {
		t.Errorf("only %d of %d cuts took anything away", named, cuts)
	}
}
