//go:build unix

package decode

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strconv"
	"syscall"
	"testing"
	"time"

	"bellwether/internal/tooltest"
)

const (
	hostileChild   = "BELLWETHER_HOSTILE_CHILD"
	hostileMemory  = 512 * mib
	hostilePerMiB  = 5 * time.Second
	hostileAtLeast = 1 // MiB: a small file may take as long as one of this size
)

// cpu returns the processor time this process has used, which a busy machine does not stretch.
func cpu(t *testing.T) time.Duration {
	t.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		t.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// TestHostileCorpusIsContained reads the corpus in a process of its own that may not write to any file, and checks the time
// that each file takes, the memory that all of them take, and that nothing is left behind.
func TestHostileCorpusIsContained(t *testing.T) {
	if dir := os.Getenv(hostileChild); dir != "" {
		readContained(t, dir)
		return
	}
	if testing.Short() {
		t.Skip("reads the whole corpus again, left out by -short")
	}
	// The files are made here: making them takes more than reading them.
	corpus, empty := t.TempDir(), t.TempDir()
	for i, c := range hostile {
		if err := os.WriteFile(corpusFile(corpus, i), c.data(), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	child := exec.Command(self, "-test.run=^TestHostileCorpusIsContained$", "-test.v")
	// With a limit the collector keeps up however busy the machine is, so that what is measured is what reading needs, not garbage
	// that nobody has come for yet. What is needed beyond the limit would still show.
	child.Env = append(os.Environ(), hostileChild+"="+corpus, "TMPDIR="+empty, "HOME="+empty, "GOCOVERDIR=", "GOMEMLIMIT=384MiB")
	child.Dir = empty
	out, err := child.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	resident := peakOf(t, out, child.ProcessState)
	t.Logf("at most %d MiB resident, %s of processor time", resident/mib, child.ProcessState.UserTime()+child.ProcessState.SystemTime())
	if resident > hostileMemory && !tooltest.Detector {
		t.Errorf("reading the corpus took %d MiB", resident/mib)
	}
	if left, err := os.ReadDir(empty); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

// peakOf gives the most memory the child held, in bytes. Linux counts in a child's own usage what its parent held when it was started, so
// there the child says it of itself.
func peakOf(t *testing.T, out []byte, ended *os.ProcessState) int64 {
	t.Helper()
	if runtime.GOOS != "linux" {
		return ended.SysUsage().(*syscall.Rusage).Maxrss // counted in bytes on macOS
	}
	found := regexp.MustCompile(`VmHWM:\s+(\d+) kB`).FindSubmatch(out)
	if found == nil {
		t.Fatalf("the child did not say what it held:\n%s", out)
	}
	kb, err := strconv.ParseInt(string(found[1]), 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	return kb * 1024
}

func corpusFile(dir string, i int) string {
	return filepath.Join(dir, hostile[i].name)
}

func readContained(t *testing.T, dir string) {
	// From here on a write to a file ends the process; the report goes out through a pipe.
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{}); err != nil {
		t.Fatal(err)
	}
	for i, c := range hostile {
		f, err := os.Open(corpusFile(dir, i))
		if err != nil {
			t.Fatal(err)
		}
		info, err := f.Stat()
		if err != nil {
			t.Fatal(err)
		}
		started := cpu(t)
		_, count, _, err := readHostileFrom(c, f, info.Size())
		took := cpu(t) - started
		f.Close()
		t.Logf("%-40s %9d bytes %8s %8d rows, refused: %v", c.name, info.Size(), took.Round(time.Millisecond), count, err)
		if (err != nil) != (c.refused != "") {
			t.Errorf("%s: %v", c.name, err)
		}
		if allowed := hostilePerMiB * time.Duration(max(info.Size()/mib, hostileAtLeast)); took > allowed && !tooltest.Detector {
			t.Errorf("%s took %s, allowed %s", c.name, took, allowed)
		}
	}
	if status, err := os.ReadFile("/proc/self/status"); err == nil {
		t.Logf("%s", status)
	}
}
