package pipeline

import (
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
