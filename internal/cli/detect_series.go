package cli

import (
	"fmt"

	"bellwether/internal/detect"
)

type detectSeriesCmd struct {
	In        string   `required:"" help:"CSV (or .csv.gz): a row a series with its weekly counts in the column values, or a row a week with the columns week and count; other columns name the series." type:"path"`
	FirstWeek int      `required:"" help:"The first week looked at; the first count of values is week 1."`
	LastWeek  int      `required:"" help:"The last week looked at."`
	Out       string   `required:"" short:"o" help:"Where the alarms go: a row a series, a character a week." type:"path"`
	Detail    string   `help:"Where each week's expected count, score and verdict go, too." type:"path"`
	Method    string   `help:"The method; a wrong one lists them all."`
	Threshold *float64 `help:"Use this threshold instead of the method's own; --json says what it means."`
	Year      float64  `help:"Weeks in a year: 52, or 52.18 where weeks follow the calendar for many years." default:"52"`
}

// Help gives an example.
func (detectSeriesCmd) Help() string {
	return `Watches weekly series with enough events to stand alone. A look at a week uses the counts up to and including it and none after.
In the alarms, 1 is an alarm, 0 none, and N no verdict (too few weeks before). A missing or repeated week is refused, with its line.

Example:
  bellwether detect series --in series.csv.gz --first-week 576 --last-week 624 --out alarms.csv --json`
}

// Run watches every series of a file.
func (c detectSeriesCmd) Run(s *session) error {
	r, err := detect.Series(s.ctx, detect.SeriesOptions{In: c.In, FirstWeek: c.FirstWeek, LastWeek: c.LastWeek, Out: c.Out, Detail: c.Detail, Method: c.Method, Threshold: c.Threshold, Year: c.Year})
	if err != nil {
		return err
	}
	if s.JSON {
		return printJSON(s.Stdout, r)
	}
	fmt.Fprintf(s.Stdout, "%s: %s\n", r.Method, r.Means)
	fmt.Fprintf(s.Stdout, "threshold %g: %s\n", r.Threshold, r.ThreshIs)
	_, err = fmt.Fprintf(s.Stdout, "%s alarms in %s weeks of %s series (%s weeks without a verdict); alarms are in %s\n", count(int64(r.Alarms)), count(int64(r.Rows)), count(int64(r.Series)), count(int64(r.NoVerdict)), c.Out)
	return err
}
