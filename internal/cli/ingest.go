package cli

import (
	"errors"
	"fmt"
	"time"

	"bellwether/ingest"
	"bellwether/internal/pipeline"
)

type ingestCmd struct {
	Source   string   `arg:"" help:"The source, such as complaints; a wrong name lists them all."`
	Files    []string `arg:"" optional:"" help:"The files; without any, what lies in the source's inbox." type:"path"`
	Why      string   `help:"With accept: why the file is right though its number of rows is unusual."`
	Received string   `help:"The day the files reached you (2026-03-14), if not today." placeholder:"DATE"`
	DryRun   bool     `help:"Say what would happen and load nothing."`
}

// Help gives an example.
func (ingestCmd) Help() string {
	return "A file whose number of rows lies outside its source's own history is held until somebody accepts it, by the id of its load.\n\n" +
		"Example:\n  bellwether ingest complaints \"March 2026.xlsx\" --received 2026-04-02 --dry-run\n  bellwether ingest accept 3fa1c09be211 --why \"new ledger since April\""
}

type ingestLine struct {
	File        string   `json:"file"`
	Status      string   `json:"status"`
	LoadID      string   `json:"load_id,omitempty"`
	Rows        int64    `json:"rows_loaded"`
	Quarantined int64    `json:"rows_in_quarantine"`
	Reason      string   `json:"reason,omitempty"`
	NextStep    string   `json:"next_step,omitempty"`
	Notes       []string `json:"notes,omitempty"`
	From        string   `json:"data_from,omitempty"`
	To          string   `json:"data_to,omitempty"`
}

// Run loads files of one source.
func (c ingestCmd) Run(s *session) error {
	received, err := parseDay(c.Received, "--received")
	if err != nil {
		return err
	}
	cfg, err := s.config()
	if err != nil {
		return err
	}
	if c.Source == acceptWord {
		return c.accept(s, cfg)
	}
	s.giveWay(cfg)
	p, err := s.open(cfg, "ingest "+c.Source)
	if err != nil {
		return err
	}
	defer p.Close()
	if _, err := p.Registry().Get(c.Source); err != nil {
		return usage{err}
	}
	var results []ingest.Result
	var report pipeline.IngestReport
	switch {
	case len(c.Files) > 0:
		report, err = p.IngestFiles(s.ctx, c.Source, c.Files, received, c.DryRun)
	case c.DryRun || c.Received != "":
		return usage{errors.New("name the files: --dry-run and --received are about files on the command line")}
	default:
		report, err = p.IngestInbox(s.ctx, c.Source)
	}
	if err != nil {
		return err
	}
	results = report.Results
	if s.JSON {
		lines := make([]ingestLine, 0, len(results))
		for _, r := range results {
			lines = append(lines, toLine(r))
		}
		if err := printJSON(s.Stdout, lines); err != nil {
			return err
		}
		return s.refused(report)
	}
	for _, r := range results {
		fmt.Fprintln(s.Stdout, oneLine(r.Summary()))
		for _, n := range r.Notes {
			fmt.Fprintln(s.Stdout, "  note: "+oneLine(n))
		}
		for _, g := range r.ProblemCounts {
			fmt.Fprintf(s.Stdout, "  held: %s\n", heldGroup(g))
		}
	}
	if len(results) == 0 && len(report.Failures) == 0 {
		fmt.Fprintf(s.Stdout, "No new file of %s was found.\n", c.Source)
	}
	return s.refused(report)
}

// heldGroup words how often one reason was met in one column.
func heldGroup(g ingest.ProblemCount) string {
	rows := "rows"
	if g.Count == 1 {
		rows = "row"
	}
	where := g.Table
	if g.Column != "" {
		where += ", " + g.Column
	}
	return fmt.Sprintf("%s %s of %s: %s", count(g.Count), rows, where, g.Code)
}

func toLine(r ingest.Result) ingestLine {
	l := ingestLine{File: r.File, Status: string(r.Status), LoadID: r.LoadID, Rows: r.RowsLoaded, Quarantined: r.RowsQuarantined, Notes: r.Notes}
	if r.Rejection != nil {
		l.Reason, l.NextStep = r.Rejection.Error(), r.Rejection.NextStep
	}
	if !r.DataFrom.IsZero() {
		l.From, l.To = r.DataFrom.Format(time.DateOnly), r.DataTo.Format(time.DateOnly)
	}
	return l
}
