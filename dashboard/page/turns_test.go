package page

import (
	"context"
	"errors"
	"net/http/httptest"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// TestPagesAreWorkedOutInTurn: no more at a time than there are turns, in the order in which they were asked for.
func TestPagesAreWorkedOutInTurn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		at := make(turns, 2)
		const pages = 8
		var mu sync.Mutex
		var order []int
		working, most := 0, 0
		for i := range pages {
			go func() {
				end, err := at.take(t.Context())
				if err != nil {
					t.Error(err)
					return
				}
				defer end()
				mu.Lock()
				order = append(order, i)
				working++
				most = max(most, working)
				mu.Unlock()
				time.Sleep(10 * time.Millisecond)
				mu.Lock()
				working--
				mu.Unlock()
			}()
			synctest.Wait()
		}
		time.Sleep(time.Second)
		mu.Lock()
		defer mu.Unlock()
		for i, p := range order {
			if i != p {
				t.Fatalf("asked for in turn and worked out as %v", order)
			}
		}
		if most != 2 || len(order) != pages {
			t.Errorf("%d at a time, %d in all", most, len(order))
		}
	})
}

// TestAHeavyPageHoldsNobodyUp: after a while it goes on beside the others, and gives back no turn twice.
func TestAHeavyPageHoldsNobodyUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		at := make(turns, 1)
		heavy, err := at.take(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		began := time.Now()
		end, err := at.take(t.Context())
		if waited := time.Since(began); err != nil || waited != turnLasts {
			t.Fatalf("waited %s, %v", waited, err)
		}
		heavy()
		heavy()
		ctx, cancel := context.WithTimeout(t.Context(), turnLasts/2)
		defer cancel()
		if _, err := at.take(ctx); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("a turn was given back twice, or whoever went away still waits: %v", err)
		}
		end()
	})
}

// TestATurnEndsWithTheFirstByte, however long the browser takes to read the rest.
func TestATurnEndsWithTheFirstByte(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		at := make(turns, 1)
		for name, write := range map[string]func(*turnEnds){
			"a body":   func(w *turnEnds) { _, _ = w.Write([]byte("x")) },
			"a status": func(w *turnEnds) { w.WriteHeader(204) },
		} {
			end, err := at.take(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			write(&turnEnds{httptest.NewRecorder(), end})
			if len(at) != 0 {
				t.Errorf("%s: the turn lasts", name)
			}
		}
	})
}
