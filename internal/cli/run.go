package cli

import (
	"errors"
	"fmt"
	"time"

	"bellwether/analytics/rules"
	"bellwether/internal/config"
	"bellwether/internal/pipeline"
	"bellwether/internal/tracing"
)

type runCmd struct {
	AsOf     string `help:"Use only what was known by this date (2026-03-14)." placeholder:"DATE"`
	Only     string `help:"Ingest this source alone." placeholder:"SOURCE"`
	LookBack bool   `help:"Keep the snapshot of --as-of behind the one in force, to be looked back at from the pages; nothing is taken in."`
	Full     bool   `help:"Load everything again from the landing zone, and publish even if nothing new has arrived."`
}

// Help gives an example.
func (runCmd) Help() string {
	return "Reads the inbox, makes the tables, works out the flags and publishes a snapshot. If a check fails, the previous snapshot stays in force.\n\nWith --as-of alone the snapshot of that date comes into force, for everybody. With --look-back as well, what was known on that date is worked out again and kept behind: pages, metrics and the review queue stay as they are, and Data, Earlier snapshots leads to it.\n\nExample:\n  bellwether run --dir instance\n  bellwether run --dir instance --as-of 2026-03-14 --look-back"
}

// Run does one whole run.
func (c runCmd) Run(s *session) error {
	asOf, err := parseDay(c.AsOf, "--as-of")
	if err != nil {
		return err
	}
	cfg, err := s.config()
	if err != nil {
		return err
	}
	s.giveWay(cfg)
	if c.LookBack && (c.AsOf == "" || c.Full || c.Only != "") {
		return usage{errors.New("--look-back goes with --as-of DATE and with no other flag of this verb")}
	}
	p, err := s.openWith(cfg, "run", c.Full)
	if err != nil {
		return err
	}
	defer p.Close()
	if c.LookBack {
		return s.runBehind(p, asOf)
	}
	in, err := p.IngestInbox(s.ctx, c.Only)
	if err != nil {
		return err
	}
	newest, err := p.Newest()
	if err != nil {
		return err
	}
	if !c.Full && c.AsOf == "" && in.Loaded == 0 && len(p.Recovered) == 0 && newest != nil && newest.SameInputs(p, p.AsOf(asOf)) {
		fmt.Fprintf(s.Stdout, "Nothing new has arrived; snapshot %s stays in force. Use --full to make it again.\n", newest.ID)
		deliveries, notShared := p.HandOn(s.ctx)
		return errors.Join(s.refused(in), undelivered(deliveries), notShared)
	}
	out, err := p.Publish(s.ctx, p.AsOf(asOf))
	if err != nil {
		return err
	}
	if err := s.sweep(cfg); err != nil {
		return err
	}
	if err := s.printRun(in, out); err != nil {
		return err
	}
	return errors.Join(s.refused(in), undelivered(out.Deliveries), out.NotShared)
}

// runBehind keeps what was known on a date behind the snapshot in force.
func (s *session) runBehind(p *pipeline.Pipeline, asOf time.Time) error {
	out, err := p.PublishBehind(s.ctx, asOf)
	if err != nil {
		return err
	}
	if s.JSON {
		return s.printRun(pipeline.IngestReport{}, out)
	}
	_, err = fmt.Fprintf(s.Stdout, "Kept snapshot %s, as known on %s, behind the one in force. Look back at it on the pages: Data, Earlier snapshots.\n", out.Snapshot.ID, day(out.AsOf))
	return err
}

// open opens the instance for loading, with progress on screen and a word on what was mended.
func (s *session) open(cfg config.Config, doing string) (*pipeline.Pipeline, error) {
	return s.openWith(cfg, doing, false)
}

func (s *session) openWith(cfg config.Config, doing string, rebuild bool) (*pipeline.Pipeline, error) {
	tracer, stop, err := tracing.Start(s.ctx, cfg)
	if err != nil {
		return nil, err
	}
	s.atEnd = append(s.atEnd, stop)
	s.watch = &watched{next: s.newProgress()}
	p, err := pipeline.Open(s.ctx, pipeline.Options{Tracer: tracer, Config: cfg, Doing: "bellwether " + doing, Now: s.Now, Log: s.logger(), Progress: s.watch, Rebuild: rebuild})
	if err != nil {
		return nil, err
	}
	for _, line := range p.Recovered {
		fmt.Fprintln(s.Stderr, line)
	}
	return p, nil
}

// refused turns refused files into an exit code that says so; what was good has been loaded all the same.
func (s *session) refused(in pipeline.IngestReport) error {
	if !in.Problems() {
		return nil
	}
	return refusal{fmt.Errorf("%d of the delivered files were not loaded; each is named above with the next step", in.Refused+len(in.Failures))}
}

type runResult struct {
	RunID     string         `json:"run_id"`
	AsOf      string         `json:"as_of"`
	Snapshot  string         `json:"snapshot"`
	Hash      string         `json:"content_hash"`
	Files     int            `json:"files_loaded"`
	Refused   int            `json:"files_refused"`
	Rows      int64          `json:"rows_loaded"`
	Held      int64          `json:"rows_in_quarantine"`
	Locations int            `json:"locations_looked_at"`
	Providers map[string]int `json:"providers_by_level"`
	Flags     int            `json:"flags_open"`
	Load      string         `json:"alert_load"`
	Warnings  []string       `json:"checks_that_warn,omitempty"`
	Marts     []string       `json:"marts_published_to,omitempty"`
	Seconds   float64        `json:"seconds"`
}

func (s *session) printRun(in pipeline.IngestReport, out pipeline.PublishReport) error {
	r := runResult{RunID: out.RunID, AsOf: out.AsOf.Format(time.DateOnly), Snapshot: out.Snapshot.ID, Hash: out.Hash, Files: in.Loaded, Refused: in.Refused + len(in.Failures),
		Rows: in.Rows, Held: in.Held, Locations: out.Analysis.Locations, Providers: map[string]int{}, Flags: out.Analysis.Open, Load: out.Analysis.Load.Text, Seconds: out.Took.Seconds()}
	for level, n := range out.Analysis.ByLevel {
		r.Providers[rules.Level(level).String()] = n
	}
	for _, c := range out.Checks {
		if !c.OK() {
			r.Warnings = append(r.Warnings, fmt.Sprintf("%s (%d rows): %s", c.Name, c.FailingRows, c.Says))
		}
	}
	for _, d := range out.Deliveries {
		if d.Err == nil {
			r.Marts = append(r.Marts, d.Where)
		}
	}
	if s.JSON {
		return printJSON(s.Stdout, r)
	}
	w := s.Stdout
	fmt.Fprintf(w, "Published snapshot %s, as known on %s.\n", r.Snapshot, day(out.AsOf))
	fmt.Fprintf(w, "  files loaded     %s (%s rows, %s held in quarantine)\n", count(int64(r.Files)), count(r.Rows), count(r.Held))
	fmt.Fprintf(w, "  looked at        %s locations\n", count(int64(r.Locations)))
	for level := rules.ProviderFailure; level >= rules.PreProviderConcern; level-- {
		fmt.Fprintf(w, "  %-16s %d providers\n", level.Title(), out.Analysis.ByLevel[level])
	}
	if r.Load != "" {
		fmt.Fprintf(w, "  load             %s\n", r.Load)
	}
	for _, warn := range r.Warnings {
		fmt.Fprintf(w, "  check warns: %s\n", warn)
	}
	for _, where := range r.Marts {
		fmt.Fprintf(w, "  marts            %s\n", where)
	}
	_, err := fmt.Fprintf(w, "  took             %s\n", out.Took.Round(100*time.Millisecond))
	return err
}

// parseDay reads a date that a user typed; an empty one is zero.
func parseDay(text, flag string) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	for _, layout := range []string{time.DateOnly, "2 Jan 2006", "2 January 2006", "02/01/2006"} {
		if t, err := time.Parse(layout, text); err == nil {
			return t, nil
		}
	}
	return time.Time{}, usage{errors.New(flag + ": " + fmt.Sprintf("%q is not a date; write it as 2026-03-14", text))}
}
