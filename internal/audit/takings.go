package audit

import (
	"strconv"
	"strings"
	"sync"
	"time"
)

// RowsTaken begins the reason of an entry that tells how many rows left in a file, as in "rows:812".
const RowsTaken = "rows:"

// takingsKept is how long single takings are remembered; the total is kept for good.
const takingsKept = 24 * time.Hour

// Takings adds up the rows that people have taken away in files, from the log itself: a restart or a second process forgets nothing.
type Takings struct {
	tally *Tally

	mu    sync.Mutex
	last  time.Time
	by    map[string][]taking
	total int64
}

type taking struct {
	at   time.Time
	rows int64
}

// NewTakings reads the log at path from its beginning, and later what was added.
func NewTakings(path string) *Takings {
	t := &Takings{by: map[string][]taking{}}
	t.tally = newTally(path, t.add, `"reason":"`+RowsTaken)
	return t
}

// Since gives the rows that an actor has taken away since a moment, at most a day before now.
func (t *Takings) Since(actor string, from time.Time) (rows int64, err error) {
	if err := t.tally.Update(); err != nil {
		return 0, err
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, k := range t.by[actor] {
		if !k.at.Before(from) {
			rows += k.rows
		}
	}
	return rows, nil
}

// Total gives the rows that everybody has taken away over the life of the log.
func (t *Takings) Total() (int64, error) {
	if err := t.tally.Update(); err != nil {
		return 0, err
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.total, nil
}

func (t *Takings) add(e Entry) {
	n, err := strconv.ParseInt(strings.TrimPrefix(e.Reason, RowsTaken), 10, 64)
	if err != nil || n < 0 || !e.Allow {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.total += n
	if e.At.After(t.last) {
		t.last = e.At
	}
	kept := t.by[e.Actor][:0]
	for _, k := range t.by[e.Actor] {
		if k.at.After(t.last.Add(-takingsKept)) {
			kept = append(kept, k)
		}
	}
	t.by[e.Actor] = append(kept, taking{e.At, n})
}
