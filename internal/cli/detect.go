package cli

import (
	"fmt"
	"strings"

	"bellwether/internal/detect"
)

type detectCmd struct {
	Panel  detectPanelCmd  `cmd:"" help:"Score many homes, week by week, on several streams of events."`
	Series detectSeriesCmd `cmd:"" help:"Watch single weekly series for short outbreaks."`
}

type detectPanelCmd struct {
	Events    string   `required:"" help:"CSV (or .csv.gz): home, stream, event_week, delay_weeks, n, and replicate if there are several." type:"path"`
	Units     string   `required:"" help:"CSV: home, beds, and replicate if there are several." type:"path"`
	FirstWeek int      `required:"" help:"The first week looked at."`
	LastWeek  int      `required:"" help:"The last week looked at."`
	Out       string   `required:"" short:"o" help:"Where the scores go: replicate, home, week, score." type:"path"`
	Method    string   `help:"The method; a wrong one lists them all."`
	Threshold *float64 `help:"Count scores at or above this one, instead of the product's own."`
}

// Help gives an example.
func (detectPanelCmd) Help() string {
	return "A look at a week uses only what was recorded by its end. Without options it uses the product's own settings.\n\nExample:\n  bellwether detect panel --events events.csv.gz --units homes.csv --first-week 156 --last-week 259 --out scores.csv --json"
}

// Run scores a panel.
func (c detectPanelCmd) Run(s *session) error {
	r, err := detect.Panel(s.ctx, detect.Options{Events: c.Events, Units: c.Units, FirstWeek: c.FirstWeek, LastWeek: c.LastWeek, Out: c.Out, Method: c.Method, Threshold: c.Threshold})
	if err != nil {
		return err
	}
	if s.JSON {
		return printJSON(s.Stdout, r)
	}
	streams := make([]string, 0, len(r.Powers))
	for name, p := range r.Powers {
		streams = append(streams, fmt.Sprintf("%s (power %g)", name, p))
	}
	fmt.Fprintf(s.Stdout, "%s over %d homes in %d replicates, weeks %d to %d, %s events: %s\n", r.Method, r.Homes, r.Replicates, r.FirstWeek, r.LastWeek, count(int64(r.Events)), strings.Join(streams, ", "))
	fmt.Fprintf(s.Stdout, "thresholds: pre-provider concern %.2f, provider concern %.2f\n", r.PreConcern, r.Concern)
	_, err = fmt.Fprintf(s.Stdout, "%s of %s home-weeks score %.2f or more; scores are in %s\n", count(int64(r.Above)), count(int64(r.Rows)), r.Threshold, c.Out)
	return err
}
