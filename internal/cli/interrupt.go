package cli

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"sync"
	"syscall"
	"time"

	"bellwether/ingest"
	"bellwether/internal/pipeline"
)

// Main runs a verb until it ends or somebody presses Ctrl-C, and gives the exit code. The first Ctrl-C (or SIGTERM) puts the work in hand
// back and stops; a second ends the process at once, which costs nothing but time: the next run clears up after it.
func Main(ctx context.Context, args []string, env Env) int {
	ctx, stop := signal.NotifyContext(ctx, os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop)
	return Run(ctx, args, env)
}

// watched notes how far the work has come, so that an interruption can say what was finished.
type watched struct {
	next pipeline.Progress // nil for none

	mu            sync.Mutex
	stage         string
	inHand        string
	files         []string // that came to their end
	loaded        int64    // rows
	refused, done int
}

func (w *watched) note(fn func()) pipeline.Progress {
	w.mu.Lock()
	defer w.mu.Unlock()
	fn()
	return w.next
}

// Stage implements pipeline.Progress.
func (w *watched) Stage(name string) {
	if p := w.note(func() { w.stage, w.inHand = name, "" }); p != nil {
		p.Stage(name)
	}
}

// File implements pipeline.Progress.
func (w *watched) File(r ingest.Result) {
	p := w.note(func() {
		w.inHand = ""
		switch r.Status {
		case ingest.StatusLoaded:
			w.done++
			w.loaded += r.RowsLoaded
			w.files = append(w.files, r.File)
		case ingest.StatusRejected:
			w.refused++
		}
	})
	if p != nil {
		p.File(r)
	}
}

// Rows implements pipeline.Progress.
func (w *watched) Rows(r ingest.Progress) {
	if p := w.note(func() { w.inHand = r.File }); p != nil {
		p.Rows(r)
	}
}

// Model implements pipeline.Progress.
func (w *watched) Model(table string, rows int64, took time.Duration) {
	if w.next != nil {
		w.next.Model(table, rows, took)
	}
}

// Say implements pipeline.Progress.
func (w *watched) Say(line string) {
	if w.next != nil {
		w.next.Say(line)
	}
}

// mostNamed is how many files an interruption names.
const mostNamed = 5

// interrupted says what was finished, what was put back, and how to go on.
func (w *watched) interrupted() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	if b, ok := w.next.(*bars); ok {
		b.end()
	}
	var b strings.Builder
	switch {
	case w.inHand != "":
		fmt.Fprintf(&b, "interrupted while %s was being read: nothing of it was kept.\n", oneLine(w.inHand))
	case w.stage != "" && w.stage != "Ingest":
		fmt.Fprintf(&b, "interrupted during %q: no snapshot was published, and the one before stays in force.\n", strings.ToLower(w.stage))
	default:
		b.WriteString("interrupted.\n")
	}
	if w.done > 0 {
		last := w.files[max(0, len(w.files)-mostNamed):]
		fmt.Fprintf(&b, "Finished and kept: %s, %s (", plural(w.done, "file"), plural64(w.loaded, "row"))
		if len(last) < len(w.files) {
			b.WriteString("the last of them ")
		}
		fmt.Fprintf(&b, "%s).\n", oneLine(strings.Join(last, ", ")))
	} else {
		b.WriteString("No file had been finished.\n")
	}
	b.WriteString("`bellwether run` goes on from here: nothing is lost, and nothing is loaded twice.")
	return b.String()
}

func plural(n int, one string) string { return plural64(int64(n), one) }

func plural64(n int64, one string) string {
	if n == 1 {
		return "1 " + one
	}
	return count(n) + " " + one + "s"
}

var _ pipeline.Progress = (*watched)(nil)
