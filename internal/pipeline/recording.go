package pipeline

import (
	"context"
	_ "embed"
	"fmt"
	"time"

	"bellwether/analytics/recording"
	"bellwether/analytics/rules"
	"bellwether/internal/warehouse"
)

//go:embed sql/recording_weeks.sql
var recordingWeeksSQL string

// writeRecording looks for sources that began to report much more or much less across the whole market, and writes them down. A change
// of practice marks the evidence; it never makes or clears a flag, since rules compare each home with the market of its own weeks.
func writeRecording(ctx context.Context, b *warehouse.Build) error {
	rows, err := b.DB().QueryContext(ctx, recordingWeeksSQL)
	if err != nil {
		return fmt.Errorf("read what each source reported: %w", err)
	}
	defer rows.Close()
	var all []recording.Series
	weeks := map[string][]time.Time{}
	for rows.Next() {
		var source string
		var week time.Time
		var n, locations int
		if err := rows.Scan(&source, &week, &n, &locations); err != nil {
			return fmt.Errorf("read what each source reported: %w", err)
		}
		if len(all) == 0 || all[len(all)-1].Source != source {
			all = append(all, recording.Series{Source: source})
		}
		s := &all[len(all)-1]
		s.Counts, s.Locations = append(s.Counts, n), append(s.Locations, locations)
		weeks[source] = append(weeks[source], week)
	}
	if err := rows.Err(); err != nil {
		return err
	}
	d := "DECIMAL(18,4)"
	t := newTable("analytics.recording_change", col("feed", "VARCHAR"), col("source", "VARCHAR"), col("from_week", "DATE"), col("before_per_week", d), col("after_per_week", d),
		col("ratio", d), col("z", d), col("says", "VARCHAR"))
	for _, s := range recording.Detect(all, recording.Defaults()) {
		week := weeks[s.Source][s.Week]
		t.add("safeguarding_concerns", s.Source, week, round4(s.Before), round4(s.After), round4(s.Ratio), round4(s.Z), recordingSays(s, week))
	}
	return t.write(ctx, b)
}

func recordingSays(s recording.Shift, week time.Time) string {
	return fmt.Sprintf("From the week of %s this source reports %s concerns a week across the market, before that %s: a change of recording practice, which says nothing about any one home.",
		week.Format("2 Jan 2006"), rules.Figures(float64(int(10*s.After+0.5))/10), rules.Figures(float64(int(10*s.Before+0.5))/10))
}
