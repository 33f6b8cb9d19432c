package runlog

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"time"

	"bellwether/internal/opstate"
)

// Folder lies in the instance's state folder.
const Folder = "runs"

// The bounds of one run's file and of one text in it. What goes beyond is counted, and the end is always kept.
const (
	maxBytes = 1 << 20
	maxText  = 600
)

// Outcome is how a run ended.
type Outcome string

// The outcomes. A run without one is under way, or was broken off.
const (
	Published   Outcome = "published"
	Loaded      Outcome = "loaded" // took files in, and published nothing
	Failed      Outcome = "failed"
	Interrupted Outcome = "interrupted" // on purpose: somebody stopped it
)

// The messages by which a reader knows the lines that pages make something of. They are English for the person who reads the log itself.
const (
	beganLine = "run began"
	endedLine = "run ended"
	stepLine  = "step began"
	tableLine = "table made"
	fileLine  = "file taken in"
)

// Recorder is a run that is under way. It is safe for several goroutines, and a nil one records nothing.
type Recorder struct {
	id    string
	began time.Time
	now   func() time.Time

	mu     sync.Mutex
	file   *os.File // nil where nothing can be written
	path   string
	buf    bytes.Buffer
	lines  slog.Handler
	size   int
	cut    int64 // lines left out
	totals Totals
	said   bool // anything beyond the steps every run takes
}

// Begin starts a run in the instance at dir; doing says who began it, such as "bellwether run". The error says why its lines can't be kept:
// the recorder works all the same.
func Begin(dir, doing string, now func() time.Time) (*Recorder, error) {
	r := &Recorder{id: newID(), began: now(), now: now}
	r.lines = slog.NewJSONHandler(&r.buf, &slog.HandlerOptions{ReplaceAttr: tidy})
	folder := filepath.Join(dir, opstate.Folder, Folder)
	err := os.MkdirAll(folder, 0o700)
	if err == nil {
		r.path = filepath.Join(folder, r.began.UTC().Format(stampLayout)+"-"+r.id+extension)
		r.file, err = os.OpenFile(r.path, os.O_CREATE|os.O_EXCL|os.O_WRONLY|os.O_APPEND, 0o600)
	}
	if err != nil {
		return r, fmt.Errorf("keep the lines of the run: %w", err)
	}
	// Held while the run lasts: whoever finds a file that is neither held nor ended knows that the run was broken off.
	_ = syscall.Flock(int(r.file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	r.write(slog.LevelInfo, beganLine, slog.String("doing", doing))
	return r, nil
}

func newID() string {
	raw := make([]byte, 6)
	_, _ = rand.Read(raw) // never fails: the runtime ends the program instead
	return hex.EncodeToString(raw)
}

// ID is the run's id: twelve hexadecimal digits.
func (r *Recorder) ID() string {
	if r == nil {
		return ""
	}
	return r.id
}

// Step says that a stage begins, such as "Transform".
func (r *Recorder) Step(name string) {
	r.note(false, slog.LevelInfo, stepLine, slog.String("step", name))
}

// Table says that a table was made.
func (r *Recorder) Table(name string, rows int64, took time.Duration) {
	r.note(false, slog.LevelInfo, tableLine, slog.String("table", name), slog.Int64("rows", rows), slog.Float64("seconds", seconds(took)))
}

// Taken is what became of one delivered file.
type Taken struct {
	Source, Load, Status         string
	Refused                      bool
	Read, Loaded, Held, Repeated int64
	Why                          string // of a refusal
}

// File says what became of a delivered file.
func (r *Recorder) File(f Taken) {
	if r == nil {
		return
	}
	level := slog.LevelInfo
	if f.Refused || f.Held > 0 {
		level = slog.LevelWarn
	}
	attrs := []slog.Attr{slog.String("source", f.Source), slog.String("load", f.Load), slog.String("status", f.Status), slog.Int64("read", f.Read), slog.Int64("loaded", f.Loaded), slog.Int64("held", f.Held), slog.Int64("repeated", f.Repeated)}
	if f.Why != "" {
		attrs = append(attrs, slog.String("why", f.Why))
	}
	r.mu.Lock()
	r.totals.Files++
	if f.Refused {
		r.totals.Refused++
	}
	r.totals.Rows += f.Loaded
	r.totals.Held += f.Held
	r.mu.Unlock()
	r.note(true, level, fileLine, attrs...)
}

// Say writes one more line. A line of level INFO alone does not make a run worth keeping.
func (r *Recorder) Say(level slog.Level, says string, attrs ...slog.Attr) {
	r.note(level >= slog.LevelWarn, level, says, attrs...)
}

func (r *Recorder) note(notable bool, level slog.Level, says string, attrs ...slog.Attr) {
	if r == nil {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.said = r.said || notable
	r.write(level, says, attrs...)
}

// write counts a line and puts it into the file, if there is one and it has room. The caller holds the lock.
func (r *Recorder) write(level slog.Level, says string, attrs ...slog.Attr) {
	switch {
	case level >= slog.LevelError:
		r.totals.Errors++
	case level >= slog.LevelWarn:
		r.totals.Warnings++
	}
	if r.file == nil {
		return
	}
	rec := slog.NewRecord(r.now().UTC(), level, flat(says), 0)
	rec.AddAttrs(slog.String(RunID, r.id))
	rec.AddAttrs(attrs...)
	r.buf.Reset()
	if r.lines.Handle(context.Background(), rec) != nil {
		return
	}
	if says != endedLine && r.size+r.buf.Len() > maxBytes {
		r.cut++
		return
	}
	n, _ := r.file.Write(r.buf.Bytes()) // a full disk costs the line, never the run
	r.size += n
}

// End is what is known when a run is over.
type End struct {
	Outcome  Outcome
	AsOf     time.Time // of a snapshot that was published
	Snapshot string
	Reason   string // why it failed, as the metrics label it
	Says     string // the error, safe to show
	Next     string // what to do about it
}

// End closes the run's file; nothing is recorded after it. A run that took nothing in and had nothing to say is forgotten: the schedule
// looks into an empty inbox every hour.
func (r *Recorder) End(e End) {
	if r == nil {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.file == nil {
		return
	}
	if e.Outcome == Loaded && !r.said {
		_ = os.Remove(r.path)
	} else {
		r.write(level(e.Outcome), endedLine, r.ending(e)...)
	}
	_ = r.file.Close()
	r.file = nil
}

func level(o Outcome) slog.Level {
	if o == Failed {
		return slog.LevelError
	}
	return slog.LevelInfo
}

func (r *Recorder) ending(e End) []slog.Attr {
	t := r.totals
	if e.Outcome == Failed {
		t.Errors++ // this very line
	}
	out := []slog.Attr{slog.String("outcome", string(e.Outcome)), slog.Float64("seconds", seconds(r.now().Sub(r.began))), slog.Int64("files", t.Files), slog.Int64("refused", t.Refused),
		slog.Int64("rows", t.Rows), slog.Int64("held", t.Held), slog.Int64("warnings", t.Warnings), slog.Int64("errors", t.Errors), slog.Int64("lines_left_out", r.cut)}
	if !e.AsOf.IsZero() {
		out = append(out, slog.String("as_of", e.AsOf.Format(time.DateOnly)))
	}
	for _, a := range []slog.Attr{slog.String("snapshot", e.Snapshot), slog.String("reason", e.Reason), slog.String("error", e.Says), slog.String("next", e.Next)} {
		if a.Value.String() != "" {
			out = append(out, a)
		}
	}
	return out
}

// seconds rounds to thousandths, and a clock that goes back takes nothing away.
func seconds(d time.Duration) float64 {
	return float64(max(d, 0).Round(time.Millisecond)) / float64(time.Second)
}

// tidy keeps a text to one line of bounded length.
func tidy(_ []string, a slog.Attr) slog.Attr {
	if a.Value.Kind() == slog.KindString {
		a.Value = slog.StringValue(flat(a.Value.String()))
	}
	return a
}

func flat(s string) string {
	s = strings.Map(func(c rune) rune {
		if c < ' ' || c == 0x7f {
			return ' '
		}
		return c
	}, s)
	if r := []rune(s); len(r) > maxText {
		return string(r[:maxText-1]) + "…"
	}
	return s
}
