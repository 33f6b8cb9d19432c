package runlog

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strconv"
	"strings"
	"time"
)

// Detail is one run with everything it said.
type Detail struct {
	Run
	Steps  []Step
	Tables []Made
	Taken  []Taken
	Lines  []Line
}

// Step is a stage of the run. Seconds reaches to the next one, or as far as the run has told.
type Step struct {
	Name    string
	Began   time.Time
	Seconds float64
}

// Made is a table that the run made.
type Made struct {
	Table   string
	Rows    int64
	Seconds float64
}

// Line is one line as it was written.
type Line struct {
	At    time.Time
	Level string // INFO, WARN or ERROR
	Says  string
	Facts []Fact
}

// Fact is one attribute of a line, in the order in which it was written.
type Fact struct{ Name, Value string }

// Trouble says whether a person should look at the line.
func (l Line) Trouble() bool { return l.Level == "WARN" || l.Level == "ERROR" }

// Text writes the line as the service's own log does: names and values, quoted where they need it.
func (l Line) Text() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %-5s %s", l.At.UTC().Format("2006-01-02T15:04:05.000Z"), l.Level, quoted(l.Says))
	for _, f := range l.Facts {
		b.WriteString(" " + f.Name + "=" + quoted(f.Value))
	}
	return b.String()
}

func quoted(s string) string {
	if s == "" || strings.ContainsAny(s, " =\"") {
		return strconv.Quote(s)
	}
	return s
}

// Read gives one run of the instance at dir; [ErrUnknown] says that none of that id is kept.
func Read(dir, id string) (d Detail, err error) {
	if !shape.MatchString(id) {
		return d, ErrUnknown
	}
	names, err := files(dir)
	if err != nil {
		return d, err
	}
	for _, name := range names {
		if !strings.HasSuffix(name, "-"+id+extension) {
			continue
		}
		d, err = whole(name)
		if errors.Is(err, fs.ErrNotExist) {
			return d, ErrUnknown
		}
		return d, err
	}
	return d, ErrUnknown
}

func whole(name string) (d Detail, err error) {
	if d.Run, err = short(name); err != nil {
		return d, err
	}
	src, err := os.ReadFile(name)
	if err != nil {
		return d, err
	}
	last := d.Began
	in := bufio.NewScanner(bytes.NewReader(src))
	in.Buffer(nil, maxBytes)
	for in.Scan() {
		var l line
		if json.Unmarshal(in.Bytes(), &l) != nil {
			continue // cut off by the end of its process
		}
		last = l.Time
		d.add(l)
		d.Lines = append(d.Lines, Line{At: l.Time, Level: l.Level, Says: l.Says, Facts: facts(in.Bytes())})
	}
	if err := in.Err(); err != nil {
		return d, fmt.Errorf("read %s: %w", name, err)
	}
	for i := range d.Steps {
		until := last
		if i+1 < len(d.Steps) {
			until = d.Steps[i+1].Began
		}
		d.Steps[i].Seconds = seconds(until.Sub(d.Steps[i].Began))
	}
	if d.Outcome == "" { // no last line has added them up
		d.Seconds = seconds(last.Sub(d.Began))
	}
	return d, nil
}

func (d *Detail) add(l line) {
	switch l.Says {
	case stepLine:
		d.Steps = append(d.Steps, Step{Name: l.Step, Began: l.Time})
	case tableLine:
		d.Tables = append(d.Tables, Made{l.Table, l.Rows, l.Seconds})
	case fileLine:
		d.Taken = append(d.Taken, Taken{Source: l.Source, Load: l.Load, Status: l.Status, Refused: l.Why != "", Read: l.Read, Loaded: l.Loaded, Held: l.Held, Repeated: l.Repeated, Why: l.Why})
	}
	if d.Outcome != "" {
		return
	}
	if l.Says == fileLine {
		d.Files, d.Rows, d.Held = d.Files+1, d.Rows+l.Loaded, d.Held+l.Held
		if l.Why != "" {
			d.Refused++
		}
	}
	switch l.Level {
	case "ERROR":
		d.Errors++
	case "WARN":
		d.Warnings++
	}
}

// facts reads a line's attributes in their order; time, level, message and the run's own id stand elsewhere.
func facts(src []byte) (out []Fact) {
	in := json.NewDecoder(bytes.NewReader(src))
	in.UseNumber()
	if _, err := in.Token(); err != nil {
		return nil
	}
	for in.More() {
		key, err := in.Token()
		if err != nil {
			return out
		}
		var value any
		if err := in.Decode(&value); err != nil && !errors.Is(err, io.EOF) {
			return out
		}
		switch name := fmt.Sprint(key); name {
		case "time", "level", "msg", RunID:
		default:
			out = append(out, Fact{name, fmt.Sprint(value)})
		}
	}
	return out
}
