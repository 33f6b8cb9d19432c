package several

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/johannesboyne/gofakes3"
	"github.com/johannesboyne/gofakes3/backend/s3mem"

	"bellwether/casework/accounts"
	"bellwether/casework/store/postgres/pgtest"
	"bellwether/ingest/sources"
	"bellwether/internal/cli"
	"bellwether/internal/config"
	"bellwether/internal/instance"
	"bellwether/internal/instancetest"
	"bellwether/internal/opstate"
	"bellwether/internal/warehouse"
)

// asCommand in the environment makes this test program the program under test.
const asCommand = "BELLWETHER_TEST_SEVERAL"

func program() int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	return cli.Run(ctx, os.Args[1:], cli.OS())
}

const (
	onlySource = "company_events" // one source is enough, and the first in order of names
	s3Secret   = "s3.secret"
	leaseTime  = time.Second
	patience   = 4 * time.Minute // for what takes a second on a machine with nothing else to do
)

// group is three machines of one council: one database, one bucket, and the shared folders of deliveries and of what was sent. Each has
// keys, snapshots, a raw file and an audit of its own.
type group struct {
	t        *testing.T
	shared   string
	machines []*machine
	held     []string // deliveries that have not come yet
	store    string   // address of the service of the bucket
}

type machine struct {
	g    *group
	name string
	cfg  config.Config
	proc *exec.Cmd
	base string
	said *strings.Builder
}

// TestThreeMachinesOneCouncil runs three processes over one PostgreSQL and one bucket and kills each in turn. The pipeline moves to another
// machine, which loads what had arrived meanwhile; what anybody was told had been recorded is there; everybody stays signed in.
func TestThreeMachinesOneCouncil(t *testing.T) {
	g := newGroup(t, empty(t))
	began := time.Now()
	for _, m := range g.machines {
		m.start()
	}
	g.until("one machine runs the pipeline", func() bool { return len(g.holders()) == 1 })
	g.until("all serve the same snapshot", func() bool { return g.loads() == g.arrived() })
	t.Logf("from nothing to three machines with one snapshot in %s", time.Since(began).Round(100*time.Millisecond))

	chair := browser(t)
	signIn(t, chair, g.machines[0].base)
	kept := 0
	moved := 0
	killed := map[*machine]bool{}
	for range g.machines {
		victim := g.victim(killed)
		killed[victim] = true
		was := len(g.holders()) == 1 && g.holders()[0] == victim
		for _, m := range g.machines { // every machine, the victim last of all, acknowledges something
			if m != victim {
				kept += g.keep(chair, m, kept+1)
			}
		}
		kept += g.keep(chair, victim, kept+1)
		if was {
			g.deliver() // the next one looks as soon as it runs the pipeline
		}
		at := time.Now()
		victim.kill()
		g.until("another machine runs the pipeline", func() bool { h := g.holders(); return len(h) == 1 && h[0] != victim })
		g.until("the survivors serve what arrived", func() bool { return g.loads() == g.arrived() })
		if was {
			moved++
			t.Logf("%s was killed while it ran the pipeline; another had published what had arrived after %s", victim.name, time.Since(at).Round(100*time.Millisecond))
		}
		for _, m := range g.alive() {
			if !signedIn(t, chair, m.base) {
				t.Errorf("%s was killed, and %s no longer knows who is asking", victim.name, m.name)
			}
			if got := g.keptOn(chair, m); got != kept {
				t.Errorf("%s was killed, and %s has %d of %d things that were acknowledged", victim.name, m.name, got, kept)
			}
		}
		victim.start()
		g.until("the machine that was killed serves again", func() bool { return signedIn(t, chair, victim.base) })
	}
	if moved == 0 {
		t.Error("the pipeline never moved: no machine was killed while it ran it")
	}
	g.onlyOneMayRun()
	g.until("all serve the same snapshot in the end", func() bool { return g.loads() == g.arrived() })
	// In the end one stops in good order, and the next takes over without waiting for the lease to run out.
	holder := g.holders()[0]
	holder.stop()
	g.until("another machine runs the pipeline after a stop", func() bool { return len(g.holders()) == 1 })
	db, err := instance.OpenStore(t.Context(), g.machines[0].cfg, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if err := db.Check(t.Context()); err != nil {
		t.Error(err)
	}
}

func newGroup(t *testing.T, address string) *group {
	g := &group{t: t, shared: t.TempDir()}
	backend := s3mem.New()
	if err := backend.CreateBucket("council"); err != nil {
		t.Fatal(err)
	}
	store := httptest.NewServer(gofakes3.New(backend).Server())
	t.Cleanup(store.Close)
	g.store = store.URL

	first := filepath.Join(t.TempDir(), "dash1")
	cfg, err := instancetest.Lay(first)
	if err != nil {
		t.Fatal(err)
	}
	for _, folder := range []string{instance.Inbox, instance.Landing, opstate.Folder} {
		if err := os.MkdirAll(cfg.Path(folder), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.Rename(cfg.Path(folder), filepath.Join(g.shared, folder)); err != nil {
			t.Fatal(err)
		}
	}
	g.holdBack()
	off := ""
	for _, s := range sources.All() {
		if s.Name != onlySource {
			off += s.Name + ": {enabled: false}, "
		}
	}
	write(t, filepath.Join(first, config.FileName), strings.Replace(read(t, filepath.Join(first, config.FileName)), "sources: {}", "sources: {"+off+"}", 1))
	onPostgres(t, first, address, pgtest.Password)
	write(t, filepath.Join(first, config.FileName), strings.Replace(read(t, filepath.Join(first, config.FileName)),
		"casework: {postgres: {", fmt.Sprintf("casework: {postgres: {lease: %s, ", leaseTime), 1))
	settings(t, first, fmt.Sprintf("snapshots: {share: s3://council/live, every: 1s, s3: {endpoint: %s, region: eu-west-2, access_id: bellwether, secret_key_file: %s}}\n", store.URL, s3Secret))
	write(t, filepath.Join(first, instance.Secrets, s3Secret), "not a secret, only a test\n")
	chair(t, load(t, first))
	for i := range 3 {
		dir := filepath.Join(filepath.Dir(first), fmt.Sprintf("dash%d", i+1))
		if i > 0 {
			if err := os.CopyFS(dir, os.DirFS(first)); err != nil {
				t.Fatal(err)
			}
			secure(t, dir)
		}
		g.machines = append(g.machines, &machine{g: g, name: filepath.Base(dir), cfg: load(t, dir)})
	}
	for _, m := range g.machines {
		for _, folder := range []string{instance.Inbox, instance.Landing, opstate.Folder} {
			if err := os.Symlink(filepath.Join(g.shared, folder), m.cfg.Path(folder)); err != nil {
				t.Fatal(err)
			}
		}
	}
	return g
}

// secure gives a copied instance to its owner alone.
func secure(t *testing.T, dir string) {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(dir, instance.Secrets, "*"))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range found {
		if err := os.Chmod(f, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

func chair(t *testing.T, cfg config.Config) {
	t.Helper()
	db, err := instance.OpenStore(t.Context(), cfg, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	all, err := accounts.New(db, accounts.Options{Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := all.Create(t.Context(), "test", accounts.NewAccount{Username: "chair", Name: "Ada Chair", Roles: []string{"qsig_chair"}, LocalAuthorities: []string{"*"}, Password: "correct horse battery staple"}); err != nil {
		t.Fatal(err)
	}
}

func read(t *testing.T, path string) string {
	t.Helper()
	src, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(src)
}

// holdBack leaves one delivery of one source in the inbox and keeps others for later.
func (g *group) holdBack() {
	g.t.Helper()
	all, err := filepath.Glob(filepath.Join(g.shared, instance.Inbox, "*", "*", "*"))
	if err != nil {
		g.t.Fatal(err)
	}
	for _, f := range all[1:] {
		if !strings.Contains(f, onlySource) {
			if err := os.Remove(f); err != nil {
				g.t.Fatal(err)
			}
			continue
		}
		away := filepath.Join(g.shared, "later", strings.TrimPrefix(f, filepath.Join(g.shared, instance.Inbox)))
		if err := os.MkdirAll(filepath.Dir(away), 0o700); err != nil {
			g.t.Fatal(err)
		}
		if err := os.Rename(f, away); err != nil {
			g.t.Fatal(err)
		}
		g.held = append(g.held, away)
	}
}

// deliver puts one more delivery into the inbox that all machines share.
func (g *group) deliver() {
	g.t.Helper()
	from := g.held[0]
	g.held = g.held[1:]
	to := filepath.Join(g.shared, instance.Inbox, strings.TrimPrefix(from, filepath.Join(g.shared, "later")))
	if err := os.Rename(from, to); err != nil {
		g.t.Fatal(err)
	}
}

// arrived counts the deliveries in the inbox.
func (g *group) arrived() int {
	all, err := filepath.Glob(filepath.Join(g.shared, instance.Inbox, "*", "*", "*"))
	if err != nil {
		g.t.Fatal(err)
	}
	return len(all)
}

// loads counts the deliveries in the snapshot that every machine that is alive serves, -1 while they serve different ones.
func (g *group) loads() int {
	name := ""
	for _, m := range g.alive() {
		all, err := warehouse.Snapshots(m.cfg.Path(instance.Snapshots))
		if err != nil {
			g.t.Fatal(err)
		}
		if len(all) == 0 || name != "" && filepath.Base(all[0].Path) != name {
			return -1
		}
		name = filepath.Base(all[0].Path)
	}
	snap, err := warehouse.OpenSnapshot(g.alive()[0].cfg.Path(instance.Snapshots, name), warehouse.Limits{MemoryMiB: 256, Threads: 1})
	if err != nil {
		g.t.Fatal(err)
	}
	defer snap.Close()
	var n int
	if err := snap.DB().QueryRowContext(g.t.Context(), "SELECT count(*) FROM ops.load WHERE status = 'loaded'").Scan(&n); err != nil {
		g.t.Fatal(err)
	}
	return n
}

func (g *group) alive() (out []*machine) {
	for _, m := range g.machines {
		if m.proc != nil {
			out = append(out, m)
		}
	}
	return out
}

// holders are the machines whose metrics say that they run the pipeline.
func (g *group) holders() (out []*machine) {
	for _, m := range g.alive() {
		if strings.Contains(m.get(m.base+"/metrics"), "\nbellwether_pipeline_holder 1\n") {
			out = append(out, m)
		}
	}
	return out
}

// victim is the machine to be killed next: the one that runs the pipeline, unless it had its turn.
func (g *group) victim(killed map[*machine]bool) *machine {
	for _, m := range append(g.holders(), g.machines...) {
		if !killed[m] {
			return m
		}
	}
	g.t.Fatal("everybody has been killed")
	return nil
}

// until waits for something to become so.
func (g *group) until(what string, so func() bool) {
	g.t.Helper()
	end := time.After(patience)
	for !so() {
		select {
		case <-end:
			for _, m := range g.machines {
				g.t.Logf("%s said:\n%s", m.name, m.said)
			}
			g.t.Fatalf("not within %s: %s (holders %d, loads %d of %d)", patience, what, len(g.holders()), g.loads(), g.arrived())
		case <-time.After(100 * time.Millisecond):
		}
	}
}

// keep has a machine record something and acknowledge it, and says how many there are more.
func (g *group) keep(c *http.Client, m *machine, n int) int {
	g.t.Helper()
	resp, err := c.PostForm(m.base+"/account/views", url.Values{"name": {fmt.Sprintf("kept list %d", n)}, "query": {"q=mill"}})
	if err != nil {
		g.t.Fatal(err)
	}
	body, err := io.ReadAll(resp.Body)
	resp.Body.Close()
	if err != nil || resp.StatusCode != http.StatusOK {
		g.t.Fatalf("%s did not record: %d, %v\n%s", m.name, resp.StatusCode, err, body)
	}
	return 1
}

var keptList = regexp.MustCompile(`kept list \d+`)

// keptOn counts what a machine shows of it.
func (g *group) keptOn(c *http.Client, m *machine) int {
	g.t.Helper()
	resp, err := c.Get(m.base + "/providers")
	if err != nil {
		g.t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		g.t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, name := range keptList.FindAllString(string(body), -1) {
		seen[name] = true
	}
	return len(seen)
}

// onlyOneMayRun asks a machine that does not run the pipeline to run it.
func (g *group) onlyOneMayRun() {
	g.t.Helper()
	for _, m := range g.alive() {
		if m != g.holders()[0] {
			if out, code := command("run", "--full", "--dir", m.cfg.Dir); code != 4 || !strings.Contains(out, "runs the pipeline of this instance") {
				g.t.Errorf("%s may run the pipeline too: exit code %d:\n%s", m.name, code, out)
			}
			return
		}
	}
}

func (m *machine) get(address string) string {
	resp, err := http.Get(address)
	if err != nil {
		return ""
	}
	defer resp.Body.Close()
	body, _ := io.ReadAll(resp.Body)
	return string(body)
}

var address = regexp.MustCompile(`on (http://127\.0\.0\.1:\d+)`)

// start serves in a process of its own, on any free port.
func (m *machine) start() {
	t := m.g.t
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	m.proc = exec.Command(self, "serve", "--dir", m.cfg.Dir, "--listen", "127.0.0.1:0")
	m.proc.Env = append(os.Environ(), asCommand+"=1")
	m.said = &strings.Builder{}
	m.proc.Stderr = m.said
	out, err := m.proc.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := m.proc.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(m.kill)
	line, err := bufio.NewReader(out).ReadString('\n')
	found := address.FindStringSubmatch(line)
	if found == nil {
		m.kill()
		t.Fatalf("%s does not say where it serves: %q, %v\n%s", m.name, line, err, m.said)
	}
	m.base = found[1]
}

// kill ends the process as kill -9 does.
func (m *machine) kill() {
	if m.proc != nil {
		_ = m.proc.Process.Kill()
		_ = m.proc.Wait()
		m.proc = nil
	}
}

// stop ends it in good order.
func (m *machine) stop() {
	m.g.t.Helper()
	if err := m.proc.Process.Signal(os.Interrupt); err != nil {
		m.g.t.Fatal(err)
	}
	if err := m.proc.Wait(); err != nil {
		m.g.t.Errorf("%s did not stop in good order: %v\n%s", m.name, err, m.said)
	}
	m.proc = nil
}
