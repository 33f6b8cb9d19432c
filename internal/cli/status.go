package cli

import (
	"database/sql"
	_ "embed"
	"errors"
	"fmt"
	"time"

	"bellwether/internal/config"
	"bellwether/internal/warehouse"
)

//go:embed sql/status_run.sql
var statusRunSQL string

//go:embed sql/status_sources.sql
var statusSourcesSQL string

//go:embed sql/status_checks.sql
var statusChecksSQL string

//go:embed sql/status_levels.sql
var statusLevelsSQL string

type statusCmd struct{}

// Help gives an example.
func (statusCmd) Help() string { return "Example:\n  bellwether status --dir instance --json" }

type statusSource struct {
	Source      string `json:"source"`
	Title       string `json:"title"`
	State       string `json:"state"`
	AgeDays     *int64 `json:"age_days"`
	DataTo      string `json:"data_to,omitempty"`
	Files       int64  `json:"files"`
	Rows        int64  `json:"rows"`
	Quarantined int64  `json:"rows_in_quarantine"`
	LastError   string `json:"last_error,omitempty"`
}

type statusReport struct {
	Council    string           `json:"council"`
	Snapshot   string           `json:"snapshot"`
	AsOf       string           `json:"as_of"`
	FinishedAt time.Time        `json:"finished_at"`
	RuleSet    string           `json:"rule_set"`
	Sources    []statusSource   `json:"sources"`
	Warnings   []string         `json:"checks_that_warn"`
	Levels     map[string]int64 `json:"providers_by_level"`
}

// Run says what the newest snapshot knows.
func (statusCmd) Run(s *session) error {
	r := statusReport{Warnings: []string{}, Levels: map[string]int64{}}
	err := s.withSnapshot(func(_ config.Config, db *sql.DB) error { return r.read(s, db) })
	if errors.Is(err, warehouse.ErrNoSnapshot) && !s.JSON {
		fmt.Fprintln(s.Stdout, "Nothing has been published yet. Put files into the inbox folders and run `bellwether run`.")
		return nil
	}
	if err != nil {
		return err
	}
	if s.JSON {
		return printJSON(s.Stdout, r)
	}
	fmt.Fprintf(s.Stdout, "%s: snapshot %s, as known on %s, made %s UTC, rules %s\n\n", r.Council, r.Snapshot, r.AsOf, r.FinishedAt.Format("2 Jan 2006 15:04"), r.RuleSet)
	rows := make([][]string, len(r.Sources))
	for i, src := range r.Sources {
		age := "–"
		if src.AgeDays != nil {
			age = fmt.Sprintf("%d days", *src.AgeDays)
		}
		rows[i] = []string{src.Source, src.State, age, src.DataTo, count(src.Files), count(src.Rows), count(src.Quarantined), src.LastError}
	}
	if err := printTable(s.Stdout, []string{"SOURCE", "STATE", "NEWEST DELIVERY", "DATA TO", "FILES", "ROWS", "HELD", "LAST ERROR"}, rows); err != nil {
		return err
	}
	fmt.Fprintln(s.Stdout)
	for _, l := range []string{"provider_failure", "provider_concern", "pre_provider_concern", "market_management"} {
		fmt.Fprintf(s.Stdout, "%-22s %d providers\n", l, r.Levels[l])
	}
	for _, w := range r.Warnings {
		fmt.Fprintln(s.Stdout, "check warns: "+w)
	}
	return nil
}

func (r *statusReport) read(s *session, db *sql.DB) error {
	var asOf time.Time
	if err := db.QueryRowContext(s.ctx, statusRunSQL).Scan(&r.Council, &r.Snapshot, &asOf, &r.FinishedAt, &r.RuleSet); err != nil {
		return err
	}
	r.AsOf = day(asOf)
	err := scanAll(s, db, statusSourcesSQL, func(rows *sql.Rows) error {
		var src statusSource
		var age sql.NullInt64
		var to sql.NullTime
		if err := rows.Scan(&src.Source, &src.Title, &src.State, &age, &to, &src.Files, &src.Rows, &src.Quarantined, &src.LastError); err != nil {
			return err
		}
		if age.Valid {
			src.AgeDays = &age.Int64
		}
		if to.Valid {
			src.DataTo = day(to.Time)
		}
		r.Sources = append(r.Sources, src)
		return nil
	})
	if err != nil {
		return err
	}
	err = scanAll(s, db, statusChecksSQL, func(rows *sql.Rows) error {
		var name, says string
		var n int64
		if err := rows.Scan(&name, &says, &n); err != nil {
			return err
		}
		r.Warnings = append(r.Warnings, fmt.Sprintf("%s (%d rows): %s", name, n, says))
		return nil
	})
	if err != nil {
		return err
	}
	return scanAll(s, db, statusLevelsSQL, func(rows *sql.Rows) error {
		var level string
		var n int64
		if err := rows.Scan(&level, &n); err != nil {
			return err
		}
		r.Levels[level] = n
		return nil
	})
}

func scanAll(s *session, db *sql.DB, query string, fn func(*sql.Rows) error) error {
	rows, err := db.QueryContext(s.ctx, query)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := fn(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}
