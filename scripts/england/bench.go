package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"time"

	"bellwether/sample-data/england"
	"bellwether/schemas"
)

// bench is one measurement from an empty folder to the table.
type bench struct {
	opt    england.Options
	dir    string
	bin    string
	memory int
	lasts  time.Duration // of the measurement beside a run; 0 for as long as the run takes
	out    io.Writer
	rows   []row
}

// row is one line of the table.
type row struct {
	what, figure, aim string
}

// spent is what one process took.
type spent struct {
	clock, cpu time.Duration
	peakMiB    int64
	out, err   string
}

// mappings are how the extracts read: as the fictional county's do, but that the complaints log is a CSV file and not a sheet of a workbook.
const mappings = `sources:
  safeguarding_concerns: {mapping: larkshire-concerns, expected_days: 31}
  safeguarding_enquiries: {mapping: larkshire-enquiries, expected_days: 31}
  complaints: {mapping: england-complaints.yml, expected_days: 31}
`

func (b *bench) run() error {
	if err := b.prepare(); err != nil {
		return err
	}
	asOf := england.Last.AddDate(0, 0, 1)
	first, err := b.publish("empty to published", "5 min", asOf)
	if err != nil {
		return err
	}
	if _, err := b.day(1); err != nil {
		return err
	}
	if _, err := b.publish("one day more", "30 s", asOf.AddDate(0, 0, 1)); err != nil {
		return err
	}
	before := asOf.AddDate(-1, 0, 0)
	if _, err := b.publish("rebuilt as of "+before.Format("2 January 2006"), "5 min", before); err != nil {
		return err
	}
	if err := b.serving(); err != nil {
		return err
	}
	b.add("largest peak memory of a run", mib(first.peakMiB), "4 GiB")
	b.print()
	return nil
}

func (b *bench) add(what, figure, aim string) {
	b.rows = append(b.rows, row{what, figure, aim})
	fmt.Fprintf(os.Stderr, "%s: %s\n", what, figure)
}

func mib(n int64) string { return fmt.Sprintf("%.2f GiB", float64(n)/1024) }

// prepare makes the instance and its ten years of files.
func (b *bench) prepare() error {
	out, err := b.call("init", b.dir, "--council", "England (fictional)")
	if err != nil {
		return fmt.Errorf("make the instance: %w\n%s", err, out.err)
	}
	file := filepath.Join(b.dir, "bellwether.yml")
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	if !bytes.Contains(text, []byte("sources: {}\n")) {
		return fmt.Errorf("%s has no line \"sources: {}\" in whose place the mappings go", file)
	}
	if err := os.WriteFile(file, bytes.Replace(text, []byte("sources: {}\n"), []byte(mappings), 1), 0o600); err != nil {
		return err
	}
	if err := b.complaintsMapping(); err != nil {
		return err
	}
	began := time.Now()
	n, err := england.Write(b.opt)
	if err != nil {
		return err
	}
	fmt.Fprintf(b.out, "Scale %v: %d active and %d closed locations of %d providers, %d concerns (%d rows), %d enquiries (%d rows), %d complaints (%d rows), %d care packages (%d rows), %d CQC bodies; %d files, %.0f MiB, made in %s.\n",
		b.opt.Scale, n.Active, n.Closed, n.Providers, n.Concerns, n.ConcernRows, n.Enquiries, n.EnquiryRows, n.Complaints, n.ComplaintRows, n.Placements, n.PlacementRows, n.Bodies,
		n.Files, float64(n.Bytes)/(1<<20), time.Since(began).Round(time.Second))
	return nil
}

// complaintsMapping writes the county's mapping of complaints without the name of its sheet into the instance folder.
func (b *bench) complaintsMapping() error {
	text, err := schemas.Mappings.ReadFile("mappings/larkshire-complaints.yml")
	if err != nil {
		return err
	}
	sheet := []byte("sheet: Complaints\n")
	if !bytes.Contains(text, sheet) {
		return fmt.Errorf("the mapping larkshire-complaints has no line %q", sheet)
	}
	return os.WriteFile(filepath.Join(b.dir, "england-complaints.yml"), bytes.Replace(text, sheet, nil, 1), 0o600)
}

// refused is the exit code of a run that published and left files out.
const refused = 3

var heldFile = regexp.MustCompile("`bellwether ingest accept ([0-9a-f]+)`")

// accept lets in what a run held for its number of rows, as a person would who knows that a day's file follows on monthly ones: at a small
// scale a day may bring next to nothing. What that took counts as part of the run.
func (b *bench) accept(s *spent) error {
	ids := heldFile.FindAllStringSubmatch(s.err, -1)
	if len(ids) == 0 {
		return errors.New("files were refused, and not for their number of rows")
	}
	for _, id := range ids {
		a, err := b.call("ingest", "accept", id[1], "--why", "a day's file after monthly ones", "--dir", b.dir)
		if err != nil {
			return fmt.Errorf("accept the held file %s: %w\n%s", id[1], err, a.err)
		}
		s.clock, s.cpu = s.clock+a.clock, s.cpu+a.cpu
		fmt.Fprintf(os.Stderr, "   accepted the held file %s\n", id[1])
	}
	return nil
}

func (b *bench) day(n int) (england.Counts, error) {
	c, _, err := england.WriteDay(b.opt, n)
	return c, err
}

// publish takes in what lies in the inbox and publishes as known on a day.
func (b *bench) publish(what, aim string, asOf time.Time) (spent, error) {
	s, err := b.call("run", "--dir", b.dir, "--as-of", asOf.Format(time.DateOnly), "--json")
	var exit *exec.ExitError
	if errors.As(err, &exit) && exit.ExitCode() == refused {
		err = b.accept(&s)
	}
	if err != nil {
		return s, fmt.Errorf("%s: %w\n%s", what, err, s.err)
	}
	var r struct {
		Rows      int64   `json:"rows_loaded"`
		Held      int64   `json:"rows_in_quarantine"`
		Locations int     `json:"locations_looked_at"`
		Flags     int     `json:"flags_open"`
		Seconds   float64 `json:"seconds"`
		Hash      string  `json:"content_hash"`
	}
	if err := json.Unmarshal([]byte(s.out), &r); err != nil {
		return s, fmt.Errorf("%s: read the answer: %w", what, err)
	}
	for line := range strings.Lines(s.err) {
		if strings.Contains(line, " rows in ") || strings.Contains(line, "signals") || strings.HasSuffix(strings.TrimSpace(line), "…") {
			fmt.Fprint(os.Stderr, "   ", line)
		}
	}
	b.add(what, fmt.Sprintf("%s (ingest %s, publish %s); %s of processor time; %s; %d rows loaded, %d held; %d locations, %d flags open; content %.12s",
		s.clock.Round(100*time.Millisecond), (s.clock-time.Duration(r.Seconds*float64(time.Second))).Round(100*time.Millisecond),
		time.Duration(r.Seconds*float64(time.Second)).Round(100*time.Millisecond), s.cpu.Round(100*time.Millisecond), mib(s.peakMiB), r.Rows, r.Held, r.Locations, r.Flags, r.Hash), aim)
	return s, nil
}

// call runs the program and says what it took; the peak is the child's own.
func (b *bench) call(args ...string) (spent, error) {
	cmd := b.command(args...)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	began := time.Now()
	err := cmd.Run()
	s := spent{clock: time.Since(began), out: out.String(), err: errs.String()}
	s.of(cmd)
	return s, err
}

func (b *bench) command(args ...string) *exec.Cmd {
	if b.memory > 0 {
		args = append(args, "--setting", fmt.Sprintf("warehouse.memory_mib=%d", b.memory))
	}
	return exec.CommandContext(context.Background(), b.bin, args...) //nolint:gosec // the program that was built to be measured
}

func (s *spent) of(cmd *exec.Cmd) {
	if cmd.ProcessState == nil {
		return
	}
	s.cpu = cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
	if u, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage); ok {
		s.peakMiB = u.Maxrss / 1024
	}
}

func (b *bench) print() {
	fmt.Fprintf(b.out, "\n| what | figure | aim at scale 1, two cores |\n|---|---|---|\n")
	for _, r := range b.rows {
		fmt.Fprintf(b.out, "| %s | %s | %s |\n", r.what, r.figure, r.aim)
	}
}
