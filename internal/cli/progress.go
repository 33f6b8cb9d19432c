package cli

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/vbauerster/mpb/v8"
	"github.com/vbauerster/mpb/v8/decor"

	"bellwether/ingest"
	"bellwether/internal/pipeline"
)

// newProgress shows a bar with rows, rate and time left on a terminal, and plain lines elsewhere.
func (s *session) newProgress() pipeline.Progress {
	switch {
	case s.Quiet:
		return nil
	case s.Terminal:
		return &bars{out: s.Stderr, plain: plain{out: s.Stderr, now: s.Now}}
	default:
		return &plain{out: s.Stderr, now: s.Now}
	}
}

// plain writes one line an event, at most one about a running file every few seconds.
type plain struct {
	out  io.Writer
	now  func() time.Time
	told time.Time
	made int
	pace pace
}

// Stage writes the stage's name.
func (p *plain) Stage(name string) { fmt.Fprintf(p.out, "%s …\n", name) }

// Say writes a line.
func (p *plain) Say(line string) { fmt.Fprintln(p.out, "  "+oneLine(line)) }

// File writes what became of a file; one that was known before is not worth a line.
func (p *plain) File(r ingest.Result) {
	if r.Status == ingest.StatusAlreadyLoaded {
		return
	}
	fmt.Fprintf(p.out, "  %-24s %s\n", r.Source, oneLine(r.Summary()))
}

// Rows writes how far a long file has been read, every five seconds.
func (p *plain) Rows(pr ingest.Progress) {
	p.pace.see(pr, p.now())
	if p.told.IsZero() {
		p.told = p.now()
		return
	}
	if p.now().Sub(p.told) < 5*time.Second {
		return
	}
	p.told = p.now()
	fmt.Fprintf(p.out, "  %-24s %s: %s rows so far%s\n", pr.Source, oneLine(pr.File), count(pr.Rows), p.pace.says(pr, p.now()))
}

// pace is how fast the file in hand is being read.
type pace struct {
	file  string
	began time.Time
	bytes int64 // where it was when it was first seen
	rows  int64
}

// see notes when a file is first seen.
func (p *pace) see(pr ingest.Progress, now time.Time) {
	if p.file != pr.File {
		*p = pace{pr.File, now, pr.Bytes, pr.Rows}
	}
}

// rate is rows a second since the file was first seen.
func (p *pace) rate(pr ingest.Progress, now time.Time) int64 {
	if took := now.Sub(p.began).Seconds(); took > 0 {
		return int64(float64(pr.Rows-p.rows) / took)
	}
	return 0
}

// says gives the share read, the rate and the time left, as far as they can be told.
func (p *pace) says(pr ingest.Progress, now time.Time) string {
	out := ""
	if rate := p.rate(pr, now); rate > 0 {
		out += ", " + count(rate) + " a second"
	}
	if pr.TotalBytes <= 0 || pr.Bytes <= p.bytes {
		return out
	}
	out += fmt.Sprintf(", %d %% read", 100*min(pr.Bytes, pr.TotalBytes)/pr.TotalBytes)
	left := time.Duration(float64(now.Sub(p.began)) * float64(pr.TotalBytes-pr.Bytes) / float64(pr.Bytes-p.bytes))
	if left = left.Round(time.Second); left > 0 {
		out += ", about " + left.String() + " left"
	}
	return out
}

// Model counts the tables; the last line of a stage would be too long otherwise.
func (p *plain) Model(table string, rows int64, took time.Duration) {
	p.made++
	if took >= time.Second {
		fmt.Fprintf(p.out, "  %s: %s rows in %s\n", table, count(rows), took.Round(100*time.Millisecond))
	}
}

var _ pipeline.Progress = (*plain)(nil)

// bars shows the file in hand as a bar; everything else goes through plain.
type bars struct {
	plain
	out  io.Writer
	pool *mpb.Progress
	bar  *mpb.Bar
	file string
	rows int64
	rate int64
}

// Rows moves the bar.
func (b *bars) Rows(pr ingest.Progress) {
	b.pace.see(pr, b.now())
	if pr.TotalBytes < 1<<20 {
		return // over before it could be seen
	}
	if b.bar == nil || b.file != pr.File {
		b.end()
		b.file = pr.File
		b.pool = mpb.New(mpb.WithOutput(b.out), mpb.WithWidth(40))
		b.bar = b.pool.AddBar(pr.TotalBytes, mpb.BarRemoveOnComplete(),
			mpb.PrependDecorators(decor.Name("  "+clip(pr.File, 40)+" ")),
			mpb.AppendDecorators(decor.Percentage(), decor.Name(" "), decor.Any(func(decor.Statistics) string { return count(b.rows) + " rows, " + count(b.rate) + " a second" }), decor.Name(", "), decor.AverageETA(decor.ET_STYLE_GO), decor.Name(" left")))
	}
	b.rows, b.rate = pr.Rows, b.pace.rate(pr, b.now())
	b.bar.SetCurrent(min(pr.Bytes, pr.TotalBytes))
}

// File ends the bar and writes the result.
func (b *bars) File(r ingest.Result) {
	b.end()
	b.plain.File(r)
}

func (b *bars) end() {
	if b.bar != nil {
		b.bar.Abort(true)
		b.pool.Wait()
		b.bar, b.pool = nil, nil
	}
}

func clip(s string, n int) string {
	s = strings.TrimSpace(oneLine(s))
	if r := []rune(s); len(r) > n {
		return string(r[:n-1]) + "…"
	}
	return s
}
