package read

import (
	"context"
	"strconv"
	"time"
)

// Load is one file that a source delivered.
type Load struct {
	_           struct{}   `class:"A"`
	ID          string     `col:"load_id"`
	Source      string     `col:"source"`
	File        string     `col:"file_name"`
	ReceivedOn  *time.Time `col:"received_on"`
	LoadedAt    *time.Time `col:"loaded_at"`
	DataFrom    *time.Time `col:"data_from"`
	DataTo      *time.Time `col:"data_to"`
	Read        *int64     `col:"rows_read"`
	Loaded      *int64     `col:"rows_loaded"`
	Quarantined *int64     `col:"rows_quarantined"`
	Status      string     `col:"status"`
	Reason      string     `col:"reason"`
	Contracts   string     `col:"contracts"`
}

// HeldFor says how many days have passed since the file reached us; empty where that is not known.
func (l Load) HeldFor(asOf time.Time) string {
	if l.ReceivedOn == nil {
		return ""
	}
	days := int(asOf.Sub(*l.ReceivedOn).Hours() / 24)
	if days == 1 {
		return "1 day"
	}
	return strconv.Itoa(days) + " days"
}

// Typed is the feed that comes in no file: intelligence that people enter in the application.
type Typed struct {
	_           struct{}   `class:"A"`
	Notes       int64      `col:"notes"`
	NewestOn    *time.Time `col:"newest_on"`    // the newest day a note is about
	NewestKnown *time.Time `col:"newest_known"` // the day on which the last one became known
}

// LoadWeek counts a source's deliveries in one week.
type LoadWeek struct {
	_        struct{}  `class:"A"`
	Source   string    `col:"source"`
	Week     time.Time `col:"week"`
	Loaded   int64     `col:"loaded"`
	Rejected int64     `col:"rejected"`
}

// QuarantineGroup is a set of rows with the same thing wrong.
type QuarantineGroup struct {
	_        struct{}   `class:"A"`
	Source   string     `col:"source"`
	Table    string     `col:"table_name"`
	Column   string     `col:"column_name"`
	Reason   string     `col:"reason_code"`
	Rows     int64      `col:"rows"`
	Files    int64      `col:"files"`
	Resolved int64      `col:"resolved"`
	LastAt   *time.Time `col:"last_at"`
	Since    *time.Time `col:"since"` // when the first of those that wait was held
	Days     *int64     `col:"days"`  // and how many days that is
}

// Waiting counts the rows not yet resolved.
func (g QuarantineGroup) Waiting() int64 { return g.Rows - g.Resolved }

// QuarantineRow is where one bad row is found. It holds no value of the row.
type QuarantineRow struct {
	_          struct{}   `class:"A"`
	LoadID     string     `col:"load_id"`
	Source     string     `col:"source"`
	Table      string     `col:"table_name"`
	File       string     `col:"file_name"`
	Row        *int64     `col:"row_no"`
	Column     string     `col:"column_name"`
	Code       string     `col:"reason_code"`
	Reason     string     `col:"reason"`
	ValueClass string     `col:"value_class"`
	At         *time.Time `col:"quarantined_at"`
	ResolvedAt *time.Time `col:"resolved_at"`
	Resolution string     `col:"resolution"`
	Total      int64      `col:"total"`
}

// Check is one check that the run made of its results.
type Check struct {
	_        struct{} `class:"A"`
	Name     string   `col:"check_name"`
	Severity string   `col:"severity"`
	Says     string   `col:"says"`
	Failing  *int64   `col:"failing_rows"`
	OK       bool     `col:"ok"`
}

// Unmatched is a name that no provider answers to.
type Unmatched struct {
	_       struct{}   `class:"B"`
	Feed    string     `col:"feed"`
	Reason  string     `col:"reason"`
	Name    string     `col:"name_given"`
	Records int64      `col:"records"`
	FirstOn *time.Time `col:"first_on"`
	LastOn  *time.Time `col:"last_on"`
	Total   int64      `col:"total"`
}

// Lineage says that one table is made from another.
type Lineage struct {
	_         struct{} `class:"A"`
	Model     string   `col:"model"`
	DependsOn string   `col:"depends_on"`
}

// Data is what the data page shows beside the sources and runs of the frame.
type Data struct {
	Loads      []Load
	Typed      []Typed // one row
	LoadWeeks  []LoadWeek
	Quarantine []QuarantineGroup
	Checks     []Check
	Unmatched  []Unmatched
	Held       []Load // by the completeness gate
	Lineage    []Lineage
}

// Data reads the data page. Without identifiable it leaves out the names that matched no provider.
func (s *Snapshot) Data(ctx context.Context, f Frame, identifiable bool) (d Data, err error) {
	given := args{"as_of": f.Run.AsOf}
	steps := []func() error{
		into(ctx, s, "loads", given, &d.Loads),
		into(ctx, s, "typed", nil, &d.Typed),
		into(ctx, s, "load_weeks", given, &d.LoadWeeks),
		into(ctx, s, "quarantine_groups", given, &d.Quarantine),
		into(ctx, s, "checks", given, &d.Checks),
		into(ctx, s, "lineage", given, &d.Lineage),
		into(ctx, s, "held", given, &d.Held),
	}
	if identifiable {
		steps = append(steps, into(ctx, s, "unmatched", given, &d.Unmatched))
	}
	for _, step := range steps {
		if err := step(); err != nil {
			return d, err
		}
	}
	return d, nil
}

// Held reads the files that the completeness gate holds.
func (s *Snapshot) Held(ctx context.Context) ([]Load, error) { return ask[Load](ctx, s, "held", nil) }

// QuarantineRows reads the rows of one group; empty source, reason or column means all.
func (s *Snapshot) QuarantineRows(ctx context.Context, source, reason, column string, limit, offset int) (list []QuarantineRow, total int64, err error) {
	list, err = ask[QuarantineRow](ctx, s, "quarantine_rows", args{"source": source, "reason": reason, "column": column, "limit": limit, "offset": offset})
	if len(list) > 0 {
		total = list[0].Total
	}
	return list, total, err
}

// Catch is what one rule caught in a year.
type Catch struct {
	_       struct{} `class:"B"`
	Rule    string   `col:"rule_id"`
	Flags   int64    `col:"flags"`
	Open    int64    `col:"open"`
	Waiting int64    `col:"waiting"`
	Cleared int64    `col:"cleared"`
}

// Catches reads what each rule caught in the year to the run's day.
func (s *Snapshot) Catches(ctx context.Context, f Frame, scope Scope) (map[string]Catch, error) {
	rows, err := ask[Catch](ctx, s, "rule_catch", args{"as_of": f.Run.AsOf, "scope": scope.list()})
	out := make(map[string]Catch, len(rows))
	for _, r := range rows {
		out[r.Rule] = r
	}
	return out, err
}
