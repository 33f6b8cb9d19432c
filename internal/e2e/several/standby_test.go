package several

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"testing"
	"time"

	"bellwether/casework/store/postgres/pgtest"
	"bellwether/internal/instance"
	"bellwether/internal/share"
)

// standby in the environment has the services meet a standby that is promoted, by night; the store alone does in every run of its tests.
const standby = "BELLWETHER_STANDBY"

// TestAStandbyTakesOver has two services over a database server and the standby that follows it, both named in one address. The server crashes
// while the council works, and the standby is promoted: everything that was acknowledged is there, everybody stays signed in, never two
// machines run the pipeline, and once the one that did is killed too, the other publishes what had arrived under a greater number.
func TestAStandbyTakesOver(t *testing.T) {
	if os.Getenv(standby) == "" {
		t.Skip("it takes half a minute: " + standby + "=1 runs it, as `make nightly` does")
	}
	first := pgtest.Start(t)
	address := first.Database()
	second := first.Standby(t)
	g := newGroup(t, first.OrElse(address, second))
	g.machines = g.machines[:2]
	for _, m := range g.machines {
		m.start()
	}
	g.until("one machine runs the pipeline", func() bool { return len(g.holders()) == 1 })
	g.until("both serve the same snapshot", func() bool { return g.loads() == g.arrived() })
	chair := browser(t)
	signIn(t, chair, g.machines[0].base)
	fence := g.fence()

	kept := 0
	for _, m := range g.machines {
		kept += g.keep(chair, m, kept+1)
	}
	first.Kill()
	at := time.Now()
	for _, m := range g.machines { // not a word is taken that would be lost
		if code, err := post(chair, m, kept+1); err == nil && code != http.StatusServiceUnavailable {
			t.Errorf("without a server that takes writes %s answers %d", m.name, code)
		}
	}
	second.Promote(t)
	g.until("both know who is asking", func() bool { return signedIn(t, chair, g.machines[0].base) && signedIn(t, chair, g.machines[1].base) })
	t.Logf("pages are back %s after the crash", time.Since(at).Round(100*time.Millisecond))
	g.until("one machine runs the pipeline again", func() bool {
		n := len(g.holders())
		if n > 1 {
			t.Errorf("%d machines run the pipeline", n)
		}
		return n == 1
	})
	for _, m := range g.machines {
		kept += g.keep(chair, m, kept+1)
	}
	for _, m := range g.machines {
		if got := g.keptOn(chair, m); got != kept {
			t.Errorf("%s has %d of %d things that were acknowledged", m.name, got, kept)
		}
	}
	g.onlyOneMayRun()
	holder := g.holders()[0]
	g.deliver()
	holder.kill()
	g.until("the other runs the pipeline, by the new server's clock", func() bool { h := g.holders(); return len(h) == 1 && h[0] != holder })
	g.until("it serves what arrived", func() bool { return g.loads() == g.arrived() })
	if now := g.fence(); now <= fence {
		t.Errorf("the lease's number went from %d to %d", fence, now)
	}
	db, err := instance.OpenStore(t.Context(), g.machines[0].cfg, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(db.Check(t.Context()), db.Close()); err != nil {
		t.Error(err)
	}
}

// post asks a machine to keep a list and gives the answer's status.
func post(c *http.Client, m *machine, n int) (int, error) {
	resp, err := c.PostForm(m.base+"/account/views", url.Values{"name": {fmt.Sprintf("lost list %d", n)}, "query": {"q=mill"}})
	if err != nil {
		return 0, err
	}
	return resp.StatusCode, resp.Body.Close()
}

// fence is the greatest number under which anything is published.
func (g *group) fence() int64 {
	g.t.Helper()
	place, err := share.Open(g.machines[0].cfg, time.Now, nil)
	if err != nil {
		g.t.Fatal(err)
	}
	n, err := place.Fence(g.t.Context())
	if err != nil {
		g.t.Fatal(err)
	}
	return n
}
