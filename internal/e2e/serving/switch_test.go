package serving

import (
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"bellwether/internal/instancetest"
)

// TestSnapshotsAreSwitchedUnderLoad publishes several snapshots while eight readers keep asking for pages: every answer is whole and
// speaks of one snapshot, nobody is ever sent back to an older one, and the newest is what they end on.
func TestSnapshotsAreSwitchedUnderLoad(t *testing.T) {
	cfg := instancetest.Copy(t)
	a := start(t, cfg)
	base := "http://" + a.Addr()
	c := client(t, base)
	const readers = 8
	var (
		mu     sync.Mutex
		order  = map[string]int{} // snapshot to its place among those published
		served atomic.Int64
		done   = make(chan struct{})
		wg     sync.WaitGroup
	)
	p := pipe(t, cfg)
	newest, err := p.Newest()
	if err != nil {
		t.Fatal(err)
	}
	order[newest.ID] = 0
	place := func(id string) (int, bool) {
		mu.Lock()
		defer mu.Unlock()
		for full, n := range order {
			if len(id) <= len(full) && full[:len(id)] == id {
				return n, true
			}
		}
		return 0, false
	}
	for i := range readers {
		wg.Go(func() {
			last, paths := 0, []string{"/data", "/market", "/flags", "/providers"}
			tick := time.NewTicker(readers * 60 * time.Millisecond) // together below what one person may ask
			defer tick.Stop()
			for n := i; ; n++ {
				select {
				case <-done:
					return
				case <-tick.C:
				}
				resp, err := c.Get(base + paths[n%len(paths)])
				if err != nil {
					t.Errorf("a reader was turned away: %v", err)
					return
				}
				body, err := read(resp)
				if err != nil || resp.StatusCode != http.StatusOK {
					t.Errorf("%s: %d, %v", resp.Request.URL.Path, resp.StatusCode, err)
					return
				}
				ids := idsIn(body)
				if len(ids) != 1 {
					t.Errorf("%s speaks of the snapshots %v, not of one", resp.Request.URL.Path, ids)
					return
				}
				at, known := place(ids[0])
				if known && at < last {
					t.Errorf("a reader who had seen snapshot number %d was sent back to number %d", last, at)
				}
				if known {
					last = at
				}
				served.Add(1)
			}
		})
	}
	for n := 1; n <= 5; n++ {
		out, err := p.Publish(t.Context(), instancetest.Noon.AddDate(0, 0, -7*n))
		if err != nil {
			t.Error(err)
			break
		}
		mu.Lock()
		order[out.Snapshot.ID] = n
		mu.Unlock()
	}
	close(done)
	wg.Wait()
	if served.Load() < 3*readers {
		t.Errorf("only %d pages were read: the test does not test", served.Load())
	}
	resp, err := c.Get(base + "/data")
	if err != nil {
		t.Fatal(err)
	}
	body, err := read(resp)
	if err != nil {
		t.Fatal(err)
	}
	if at, known := place(idsIn(body)[0]); !known || at != 5 {
		t.Errorf("after the last publication number %d is served", at)
	}
	t.Logf("%d pages by %d readers while 5 snapshots were published: each of one snapshot, none refused", served.Load(), readers)
}

// idsIn lists the different snapshots that a page names; the strip's short form and its full form are one.
func idsIn(body string) []string {
	seen := map[string]bool{}
	var out []string
	for _, m := range shown.FindAllStringSubmatch(body, -1) {
		id := m[1] + m[2]
		if id = id[:6]; !seen[id] {
			seen[id] = true
			out = append(out, id)
		}
	}
	return out
}
