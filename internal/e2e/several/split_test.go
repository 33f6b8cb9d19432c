package several

import (
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"bellwether/internal/instance"
	"bellwether/internal/warehouse"
)

// wire stands between one machine and one thing that it reaches over the network.
type wire struct {
	listener net.Listener
	to       func() (net.Conn, error)

	mu     sync.Mutex
	state  string // "" carries; "silent" lets nothing through and says nothing; "down" refuses
	mended chan struct{}
	open   map[net.Conn]bool
}

// lay puts a wire before a network address.
func lay(t *testing.T, network, at, to string) *wire {
	t.Helper()
	l, err := net.Listen(network, at)
	if err != nil {
		t.Fatal(err)
	}
	w := &wire{listener: l, to: func() (net.Conn, error) { return net.Dial(network, to) }, mended: make(chan struct{}), open: map[net.Conn]bool{}}
	t.Cleanup(func() {
		w.set("down")
		_ = l.Close()
	})
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go w.carry(c)
		}
	}()
	return w
}

// set changes what the wire does. What was open stays open and silent, or breaks.
func (w *wire) set(state string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.state = state
	if state != "silent" {
		close(w.mended)
		w.mended = make(chan struct{})
	}
	if state == "down" {
		for c := range w.open {
			_ = c.Close()
		}
	}
}

// waits blocks while the wire is silent, and says whether it carries.
func (w *wire) waits() bool {
	for {
		w.mu.Lock()
		state, mended := w.state, w.mended
		w.mu.Unlock()
		if state != "silent" {
			return state == ""
		}
		<-mended
	}
}

func (w *wire) carry(near net.Conn) {
	w.mu.Lock()
	w.open[near] = true
	w.mu.Unlock()
	defer func() {
		_ = near.Close()
		w.mu.Lock()
		delete(w.open, near)
		w.mu.Unlock()
	}()
	if !w.waits() {
		return
	}
	far, err := w.to()
	if err != nil {
		return
	}
	defer far.Close()
	done := make(chan struct{}, 2)
	for _, way := range [][2]net.Conn{{near, far}, {far, near}} {
		go func() {
			defer func() { done <- struct{}{} }()
			buf := make([]byte, 32<<10)
			for {
				n, err := way[0].Read(buf)
				if !w.waits() {
					return
				}
				if _, failed := way[1].Write(buf[:n]); failed != nil || err != nil {
					return
				}
			}
		}()
	}
	<-done
}

// wired is a machine whose network can be split.
type wired struct {
	*machine
	database, bucket *wire
}

// wires puts wires between a machine and what the group shares.
func (g *group) wires(m *machine, database, bucket string) wired {
	t := g.t
	t.Helper()
	folder, err := os.MkdirTemp("", "wire") // a socket's path must be short
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(folder) })
	const socket = ".s.PGSQL.5432"
	out := wired{m, lay(t, "unix", filepath.Join(folder, socket), filepath.Join(database, socket)), lay(t, "tcp", "127.0.0.1:0", strings.TrimPrefix(bucket, "http://"))}
	path := filepath.Join(m.cfg.Dir, "bellwether.yml")
	text := strings.ReplaceAll(read(t, path), strings.ReplaceAll(database, "/", "%2F"), strings.ReplaceAll(folder, "/", "%2F"))
	write(t, path, strings.ReplaceAll(text, bucket, "http://"+out.bucket.listener.Addr().String()))
	m.cfg = load(t, m.cfg.Dir)
	if !strings.Contains(m.cfg.Casework.Postgres.URL, filepath.Base(folder)) || m.cfg.Snapshots.S3.Endpoint == bucket {
		t.Fatalf("%s goes round the wires: %s, %s", m.name, m.cfg.Casework.Postgres.URL, m.cfg.Snapshots.S3.Endpoint)
	}
	return out
}

// metric says whether a machine's metrics hold a line.
func (m *machine) metric(line string) bool {
	return strings.Contains(m.get(m.base+"/metrics"), "\n"+line+"\n")
}

// page asks for an address and gives the status and the text.
func (m *machine) page(c *http.Client, path string) (int, string) {
	m.g.t.Helper()
	resp, err := c.Get(m.base + path)
	if err != nil {
		m.g.t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		m.g.t.Fatal(err)
	}
	return resp.StatusCode, string(body)
}

// newestOf is the snapshot that a machine would serve.
func (m *machine) newest() string {
	all, err := warehouse.Snapshots(m.cfg.Path(instance.Snapshots))
	if err != nil || len(all) == 0 {
		m.g.t.Fatal(all, err)
	}
	return filepath.Base(all[0].Path)
}

// TestASplitNetwork takes from one machine the database, from another the bucket, and then both ways round. At most one machine runs the pipeline at
// any time; who can't know who is asking shows nothing and says so; who can't reach the bucket serves the last good snapshot and still
// records; and once the network is whole everything that was acknowledged is on every machine, and nothing twice.
func TestASplitNetwork(t *testing.T) {
	g := newGroup(t, empty(t))
	g.machines = g.machines[:2]
	a, b := g.wires(g.machines[0], database.Folder(), g.store), g.wires(g.machines[1], database.Folder(), g.store)
	a.start()
	g.until("the first machine runs the pipeline", func() bool { return len(g.holders()) == 1 })
	b.start()
	g.until("both serve the same snapshot", func() bool { return g.loads() == g.arrived() })
	chair := browser(t)
	signIn(t, chair, a.base)
	kept := g.keep(chair, a.machine, 1)

	t.Log("the machine that runs the pipeline can't reach the database, and is told nothing")
	a.database.set("silent")
	g.deliver()
	g.until("the other runs the pipeline alone", func() bool {
		return b.metric("bellwether_pipeline_holder 1") && a.metric("bellwether_pipeline_holder 0")
	})
	g.until("it has published what arrived, and the machine without a database follows", func() bool { return g.loads() == g.arrived() })
	if code, text := a.page(chair, "/readyz"); code != http.StatusServiceUnavailable || text != "the casework store does not answer\n" {
		t.Errorf("/readyz says %d %q", code, text)
	}
	if !a.metric("bellwether_casework_store_up 0") || a.metric("bellwether_casework_store_up 1") {
		t.Error("the metrics do not say that the casework store is away")
	}
	if code, _ := a.page(chair, "/healthz"); code != http.StatusOK {
		t.Errorf("the process lives, and /healthz says %d", code)
	}
	kept += g.keep(chair, b.machine, kept+1)
	a.database.set("down")
	if code, text := a.page(chair, "/providers"); code != http.StatusServiceUnavailable || !strings.Contains(text, "Casework can&#39;t be reached") || !strings.Contains(text, "nothing was recorded") || strings.Contains(text, "kept list") {
		t.Errorf("without a database a page answers %d:\n%.1500s", code, text)
	}
	if out, code := command("run", "--full", "--dir", a.cfg.Dir); code != 1 || !strings.Contains(out, "can't be reached") || strings.Count(out, "\n") > 1 {
		t.Errorf("a run without the database: exit code %d:\n%s", code, out)
	}
	a.database.set("")
	g.until("it is ready again", func() bool { code, _ := a.page(chair, "/readyz"); return code == http.StatusOK })
	if got := g.keptOn(chair, a.machine); got != kept {
		t.Errorf("it has %d of %d things that were acknowledged meanwhile", got, kept)
	}
	if h := g.holders(); len(h) != 1 || h[0] != b.machine {
		t.Errorf("%d machines run the pipeline", len(h))
	}

	t.Log("the machine that runs the pipeline can't reach the bucket")
	before := a.newest()
	b.bucket.set("down")
	g.deliver()
	if out, code := command("run", "--dir", b.cfg.Dir); !strings.Contains(out, "unreachable") || !strings.Contains(out, "check snapshots.s3.endpoint") {
		t.Errorf("a run without the bucket: exit code %d:\n%s", code, out)
	} else {
		t.Logf("exit code %d: %s", code, out)
	}
	g.until("it has published for itself, says so, and keeps the pipeline", func() bool {
		return b.newest() != before && b.metric("bellwether_share_failing 1") && b.metric("bellwether_pipeline_holder 1")
	})
	if a.newest() != before || !signedIn(t, chair, a.base) {
		t.Error("the other does not serve the last good snapshot")
	}
	kept += g.keep(chair, a.machine, kept+1)
	kept += g.keep(chair, b.machine, kept+1)
	b.bucket.set("")
	g.until("all have what arrived", func() bool { return g.loads() == g.arrived() && b.metric("bellwether_share_failing 0") })

	t.Log("one can't reach the bucket, the other not the database: nobody may run the pipeline, and what may be read is read")
	a.bucket.set("down")
	b.database.set("down")
	g.deliver()
	g.until("nobody runs the pipeline", func() bool { return len(g.holders()) == 0 && a.metric("bellwether_share_failing 1") })
	kept += g.keep(chair, a.machine, kept+1)
	a.bucket.set("")
	g.until("the one with both runs it", func() bool { h := g.holders(); return len(h) == 1 && h[0] == a.machine })
	b.database.set("")
	g.until("all have what arrived in the end", func() bool { return g.loads() == g.arrived() })
	for _, m := range g.alive() {
		if got := g.keptOn(chair, m); got != kept {
			t.Errorf("%s has %d of %d things that were acknowledged", m.name, got, kept)
		}
	}
}
