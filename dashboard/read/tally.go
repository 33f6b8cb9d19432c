package read

import "sync/atomic"

// Tally says how many of the questions that people's pages asked were answered from what was kept. The zero value is ready, and nil counts
// nothing; it may be used by several goroutines at once.
type Tally struct{ asked, kept atomic.Int64 }

// Asked is how many questions there were whose answers may be kept.
func (c *Tally) Asked() int64 { return c.asked.Load() }

// Kept is how many of them were answered without asking the database.
func (c *Tally) Kept() int64 { return c.kept.Load() }

func (c *Tally) note(kept bool) {
	if c == nil {
		return
	}
	c.asked.Add(1)
	if kept {
		c.kept.Add(1)
	}
}
