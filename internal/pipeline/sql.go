package pipeline

import (
	_ "embed"
	"errors"
	"io/fs"
	"os"
)

var (
	//go:embed sql/run_table.sql
	runTableSQL string
	//go:embed sql/insert_run.sql
	insertRunSQL string
	//go:embed sql/location_looks.sql
	locationLooksSQL string
	//go:embed sql/location_signals.sql
	locationSignalsSQL string
	//go:embed sql/look_weeks.sql
	lookWeeksSQL string
	//go:embed sql/looked_at.sql
	lookedAtSQL string
	//go:embed sql/newest_days.sql
	newestDaysSQL string
	//go:embed sql/provider_looks.sql
	providerLooksSQL string
	//go:embed sql/one_week.sql
	oneWeekSQL string
	//go:embed sql/providers_looked_at.sql
	providersLookedAtSQL string
	//go:embed sql/signal.sql
	signalSQL string
	//go:embed sql/stream_events.sql
	streamEventsSQL string
)

// readAfterModels are the staging tables that the analysis and the checks read.
var readAfterModels = []string{"staging.run", "staging.scope", "staging.location_look", "staging.location_look_feed", "staging.provider_look",
	"staging.provider_look_money", "staging.stream_event", "staging.week_look"}

func removeFile(path string) error {
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}
