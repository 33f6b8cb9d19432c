package pipeline

import (
	"fmt"
	"time"

	"bellwether/ingest"
)

// Progress is told how far a run has come, so that nobody stares at silence.
type Progress interface {
	Stage(name string)                                  // a stage begins: "Ingest", "Transform", …
	File(r ingest.Result)                               // a file came to its end
	Rows(p ingest.Progress)                             // a file is being read
	Model(table string, rows int64, took time.Duration) // a table was made
	Say(line string)                                    // anything else worth a line
}

type silent struct{}

func (silent) Stage(string)                       {}
func (silent) File(ingest.Result)                 {}
func (silent) Rows(ingest.Progress)               {}
func (silent) Model(string, int64, time.Duration) {}
func (silent) Say(string)                         {}

var _ Progress = silent{}

// step is called as a part of a stage begins; what it gives is called at its end, and says how long the part took if that was long enough
// for somebody to wonder.
func step(progress Progress, now func() time.Time, what string) func() {
	began := now()
	return func() {
		if took := now().Sub(began); took >= time.Second {
			progress.Say(fmt.Sprintf("%s in %s", what, took.Round(100*time.Millisecond)))
		}
	}
}
