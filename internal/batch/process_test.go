package batch

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"bellwether/internal/config"
	"bellwether/internal/instance"
	"bellwether/internal/instancetest"
	"bellwether/internal/priority"
	"bellwether/internal/runlog"
	"bellwether/internal/warehouse"
)

// This test program is also the process that works, the one that never ends by itself, and a service that is killed.
const (
	asWorker  = "BELLWETHER_TEST_WORKER"
	asService = "BELLWETHER_TEST_SERVICE" // the instance folder
)

func TestMain(m *testing.M) {
	switch as := os.Getenv(asWorker); as {
	case "": // a test or a service
	case "broken":
		fmt.Println("not JSON")
		os.Exit(0)
	default:
		c := Child{Now: instancetest.Clock, Log: slog.New(slog.NewTextHandler(os.Stderr, nil)), GiveWay: func(nice int) error {
			err := priority.Lower(nice)
			if as == "waits" {
				fmt.Fprintf(os.Stderr, "waiting %d\n", os.Getpid())
				select {}
			}
			return err
		}}
		if err := c.Serve(context.Background(), os.Stdin, os.Stdout); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	if dir := os.Getenv(asService); dir != "" {
		cfg, err := config.Load(dir)
		if err == nil {
			_, err = Process{Command: worker("waits", os.Stdout), Config: cfg}.Do(context.Background(), Order{Work: Look, Source: "company_events"})
		}
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(instancetest.Main(m))
}

func worker(as string, stderr interface{ Write([]byte) (int, error) }) func() (*exec.Cmd, error) {
	return func() (*exec.Cmd, error) {
		self, err := os.Executable()
		if err != nil {
			return nil, err
		}
		cmd := exec.Command(self)
		cmd.Env = append(os.Environ(), asWorker+"="+as)
		cmd.Stderr = stderr
		return cmd, nil
	}
}

func published(t *testing.T, cfg config.Config) int {
	t.Helper()
	all, err := warehouse.Snapshots(cfg.Path(instance.Snapshots))
	if err != nil {
		t.Fatal(err)
	}
	return len(all)
}

const event = "Company Number,Company Name,Event,Event Date,Filing Code\n99198781,Damsonmere Support Limited,charge_created,2026-01-03,MR01\n"

func deliver(t *testing.T, cfg config.Config) {
	t.Helper()
	if err := os.WriteFile(cfg.Path(instance.Inbox, "company_events", "more.csv"), []byte(event), 0o600); err != nil {
		t.Fatal(err)
	}
}

// TestAProcessOfItsOwnDoesTheWork has one look at an inbox done as a service has it done, and holds what it says against what is there.
func TestAProcessOfItsOwnDoesTheWork(t *testing.T) {
	cfg := instancetest.Copy(t)
	before := published(t, cfg)
	deliver(t, cfg)
	var said strings.Builder
	p := Process{Command: worker("works", &said), Config: cfg}
	out, err := p.Do(t.Context(), Order{Work: Look, Source: "company_events", AskBehind: true})
	if want := (Outcome{Asked: true, Published: true}); err != nil || out != want {
		t.Fatalf("%+v, %v, want %+v\n%s", out, err, want, &said)
	}
	if n := published(t, cfg); n != before+1 {
		t.Errorf("%d snapshots after %d", n, before)
	}
	runs, err := runlog.List(cfg.Dir)
	if err != nil || len(runs) == 0 || runs[0].Outcome != runlog.Published {
		t.Errorf("the run is not in the list of runs: %v, %v", runs, err)
	}
	// The same day again: nothing to publish.
	if out, err = p.Do(t.Context(), Order{Work: TurnOfDay}); err != nil || out.Published {
		t.Errorf("the turn of a day that has not turned: %+v, %v", out, err)
	}
	// Somebody else at work is told as such.
	lock, err := instance.Acquire(cfg.Dir, "somebody else", instancetest.Noon)
	if err != nil {
		t.Fatal(err)
	}
	defer lock.Unlock()
	var held *instance.HeldError
	if _, err = p.Do(t.Context(), Order{Work: Look, Source: "company_events"}); !errors.As(err, &held) || held.Holder.PID != os.Getpid() || held.Holder.Doing != "somebody else" {
		t.Errorf("while somebody else is at work: %v", err)
	}
}

// TestRequestsOfTheProcessAreCountedByTheService has the register asked over the network by the process.
func TestRequestsOfTheProcessAreCountedByTheService(t *testing.T) {
	api := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusForbidden) }))
	defer api.Close()
	cfg := instancetest.Copy(t)
	if err := os.WriteFile(cfg.Path("secrets", "cqc.key"), []byte("a key\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	cfg.Sources["cqc_api"] = config.Source{API: &config.API{KeyFile: "secrets/cqc.key", BaseURL: api.URL}}
	var got []string
	p := Process{Command: worker("works", os.Stderr), Config: cfg, Requested: func(source, code string, _ time.Duration) { got = append(got, source+" "+code) }}
	_, _ = p.Do(t.Context(), Order{Work: Look, Source: "cqc_api"}) // what a source refuses is told as its failure, which other tests hold
	if !slices.Contains(got, "cqc_api 403") {
		t.Errorf("told of %q", got)
	}
}

// TestAProcessThatEndsTooSoonIsAFailureThatIsNamed: killed, or another program altogether.
func TestAProcessThatEndsTooSoonIsAFailureThatIsNamed(t *testing.T) {
	cfg := instancetest.Copy(t)
	for as, want := range map[string]string{"broken": "is not JSON", "waits": "signal: killed"} {
		p := Process{Command: worker(as, writes(func(line string) {
			if pid, ok := strings.CutPrefix(strings.TrimSpace(line), "waiting "); ok {
				n, _ := strconv.Atoi(pid)
				_ = syscall.Kill(n, syscall.SIGKILL)
			}
		})), Config: cfg}
		if _, err := p.Do(t.Context(), Order{Work: Look, Source: "company_events"}); err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "nothing half-done was kept") {
			t.Errorf("%s: %v", as, err)
		}
	}
	if lock, err := instance.Acquire(cfg.Dir, "afterwards", instancetest.Noon); err != nil {
		t.Error(err)
	} else if err := lock.Unlock(); err != nil {
		t.Error(err)
	}
}

// TestAStopIsHeard: the work ends at a point at which nothing is half done, and whoever asked waits for that.
func TestAStopIsHeard(t *testing.T) {
	cfg := instancetest.Copy(t)
	deliver(t, cfg)
	before := published(t, cfg)
	ctx, stop := context.WithCancel(t.Context())
	stop()
	if _, err := (Process{Command: worker("works", os.Stderr), Config: cfg}).Do(ctx, Order{Work: Look, Source: "company_events"}); err == nil {
		t.Error("it was done all the same")
	}
	if n := published(t, cfg); n != before {
		t.Errorf("%d snapshots after %d", n, before)
	}
}

// TestNoProcessOutlivesItsService kills a service as kill -9 does, while its process works.
func TestNoProcessOutlivesItsService(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	service := exec.Command(self)
	service.Env = append(os.Environ(), asService+"="+instancetest.Copy(t).Dir)
	says, err := service.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	service.Stderr = os.Stderr
	if err := service.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewReader(says)
	line, err := lines.ReadString('\n')
	pid, _ := strconv.Atoi(strings.TrimSpace(strings.TrimPrefix(line, "waiting ")))
	if err != nil || pid == 0 {
		t.Fatalf("%q, %v", line, err)
	}
	if status, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(pid), "stat")); err == nil {
		if nice := strings.Fields(string(status)[strings.LastIndex(string(status), ")")+1:])[16]; nice != "10" {
			t.Errorf("its nice value is %s, want the default of runs.nice", nice)
		}
	}
	if err := service.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	// The process holds the other end of this pipe: it ends when the last of them does.
	if rest, err := lines.ReadString('\n'); err == nil {
		t.Errorf("it said more: %q", rest)
	}
	_ = service.Wait()
}

// TestTheSettingsTravelWhole: what a service was started with by file, flag and environment is what its process works with.
func TestTheSettingsTravelWhole(t *testing.T) {
	cfg := instancetest.Copy(t)
	off := false
	cfg.Warehouse.Threads, cfg.Runs.Nice, cfg.Areas, cfg.Marking = 7, 3, []string{"Larkshire", "Elsewhere: \"quoted\" # no comment"}, "OFFICIAL"
	cfg.Sources["complaints"] = config.Source{Enabled: &off, Every: 90 * time.Minute, Expected: 31, Mapping: "larkshire-complaints"}
	cfg.Digest.Recipients = map[string][]string{"qsig_chair": {"a@council.example"}}
	cfg.Digest.SMTP.Host, cfg.Digest.SMTP.From = "mail.council.example", "b@council.example"
	cfg.Server.PublicURL = "https://b.example"
	text, err := write(cfg)
	if err != nil {
		t.Fatal(err)
	}
	got, err := given{Dir: cfg.Dir, Config: text}.settings()
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(cfg, got, cmpopts.EquateEmpty()); d != "" {
		t.Errorf("what arrives differs:\n%s", d)
	}
}

// writes is a writer that shows each write to somebody.
type writes func(string)

func (w writes) Write(b []byte) (int, error) {
	w(string(b))
	return len(b), nil
}
