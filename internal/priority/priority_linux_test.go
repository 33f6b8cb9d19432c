package priority

import (
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
)

const asChild = "BELLWETHER_TEST_LOWERED"

// TestMain is also the process that is lowered: this one would stay lowered.
func TestMain(m *testing.M) {
	if n, err := strconv.Atoi(os.Getenv(asChild)); err == nil {
		os.Exit(lowered(n))
	}
	os.Exit(m.Run())
}

// lowered lowers a process that begins threads all the while, and prints every thread's value that is not the one asked for.
func lowered(n int) int {
	const busy = 2
	stop := make(chan struct{})
	var begun, ended sync.WaitGroup
	for range busy {
		begun.Add(1)
		ended.Go(func() {
			first := true
			for {
				began := make(chan struct{})
				go func() {
					runtime.LockOSThread() // a thread of its own, which ends with it
					close(began)
				}()
				<-began
				if first {
					begun.Done()
					first = false
				}
				select {
				case <-stop:
					return
				default:
				}
			}
		})
	}
	begun.Wait()
	err := Lower(n)
	close(stop)
	ended.Wait()
	if err != nil {
		println(err.Error())
		return 1
	}
	threads, err := os.ReadDir("/proc/self/task")
	if err != nil {
		println(err.Error())
		return 1
	}
	for _, t := range threads {
		id, _ := strconv.Atoi(t.Name())
		raw, err := syscall.Getpriority(syscall.PRIO_PROCESS, id)
		if err == nil && 20-raw != n {
			println("thread", id, "has nice value", 20-raw)
			return 1
		}
	}
	return 0
}

func TestEveryThreadIsLoweredAlsoThoseThatBeginMeanwhile(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		cmd := exec.Command(self)
		cmd.Env = append(os.Environ(), asChild+"=7")
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%v: %s", err, strings.TrimSpace(string(out)))
		}
	}
}

func TestTryingLowersNothingThatLasts(t *testing.T) {
	before, err := syscall.Getpriority(syscall.PRIO_PROCESS, 0)
	if err != nil {
		t.Fatal(err)
	}
	if err := Try(Lowest); err != nil {
		t.Fatal(err)
	}
	if after, _ := syscall.Getpriority(syscall.PRIO_PROCESS, 0); after != before {
		t.Errorf("the process's own value went from %d to %d", before, after)
	}
}
