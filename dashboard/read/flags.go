package read

import (
	"context"
	"strings"
	"time"
)

// FlagQuery is what the list of flags is asked for.
type FlagQuery struct {
	// State is open, waiting, cleared or all.
	State    string
	Levels   []string
	Rule     string
	Source   string
	Area     string
	Provider string
	Sort     string
	Limit    int
	Offset   int
}

// FlagSorts are the orders that the list of flags knows; the first is the default.
var FlagSorts = []string{"level", "newest", "oldest"}

// FlagRow is one flag in the list.
type FlagRow struct {
	_              struct{}   `class:"B"`
	ID             string     `col:"flag_id"`
	ProviderID     string     `col:"provider_id"`
	ProviderName   string     `col:"provider_name"`
	LocationID     string     `col:"location_id"`
	LocationName   string     `col:"location_name"`
	BrandID        string     `col:"brand_id"`
	Area           string     `col:"area"`
	RuleID         string     `col:"rule_id"`
	RuleTitle      string     `col:"rule_title"`
	Level          int64      `col:"level"`
	FailureKind    string     `col:"failure_kind"`
	Strength       string     `col:"strength"`
	Basis          string     `col:"basis"`
	Source         string     `col:"evidence_source"`
	Sentence       string     `col:"sentence"`
	Observed       *float64   `col:"observed"`
	Expected       *float64   `col:"expected"`
	OpenedOn       *time.Time `col:"opened_on"`
	LastMetOn      *time.Time `col:"last_met_on"`
	ClearedOn      *time.Time `col:"cleared_on"`
	State          string     `col:"state"`
	CorroboratedBy string     `col:"corroborated_by"`
	CoveredBy      string     `col:"covered_by"`
	WindowStart    *time.Time `col:"window_start"`
	WindowEnd      *time.Time `col:"window_end"`
	AgeDays        *int64     `col:"age_days"`
	Total          int64      `col:"total"`
}

// Flags lists flags; total counts all that match, of which at most q.Limit are returned.
func (s *Snapshot) Flags(ctx context.Context, f Frame, scope Scope, q FlagQuery) (list []FlagRow, total int64, err error) {
	list, err = ask[FlagRow](ctx, s, "flags", args{
		"as_of": f.Run.AsOf, "state": q.State, "levels": strings.Join(q.Levels, ","), "rule": q.Rule, "source": q.Source, "area": q.Area,
		"provider": q.Provider, "sort": q.Sort, "limit": q.Limit, "offset": q.Offset, "scope": scope.list(),
	})
	if len(list) > 0 {
		total = list[0].Total
	}
	return list, total, err
}

// FlagChoice is one setting of the flag list's filters.
type FlagChoice struct {
	_     struct{} `class:"B"`
	Field string   `col:"field"`
	Value string   `col:"value"`
	Label string   `col:"label"`
	Flags int64    `col:"flags"`
}

// FlagChoices lists what the flag list's filters can be set to, by field.
func (s *Snapshot) FlagChoices(ctx context.Context, scope Scope) (map[string][]FlagChoice, error) {
	all, err := ask[FlagChoice](ctx, s, "flag_choices", args{"scope": scope.list()})
	return byField(all, func(c FlagChoice) string { return c.Field }), err
}

// Flag is one flag whole: nothing about it is a bare number.
type Flag struct {
	_              struct{}   `class:"B"`
	ID             string     `col:"flag_id"`
	ProviderID     string     `col:"provider_id"`
	ProviderName   string     `col:"provider_name"`
	LocationID     string     `col:"location_id"`
	LocationName   string     `col:"location_name"`
	BrandID        string     `col:"brand_id"`
	BrandName      string     `col:"brand_name"`
	RuleID         string     `col:"rule_id"`
	RuleTitle      string     `col:"rule_title"`
	Level          int64      `col:"level"`
	FailureKind    string     `col:"failure_kind"`
	Strength       string     `col:"strength"`
	Basis          string     `col:"basis"`
	Citation       string     `col:"citation"`
	Source         string     `col:"evidence_source"`
	Sentence       string     `col:"sentence"`
	Observed       *float64   `col:"observed"`
	Expected       *float64   `col:"expected"`
	Low            *float64   `col:"usual_low"`
	High           *float64   `col:"usual_high"`
	Threshold      *float64   `col:"threshold"`
	Measure        string     `col:"measure"`
	WindowStart    *time.Time `col:"window_start"`
	WindowEnd      *time.Time `col:"window_end"`
	OneIn          *int64     `col:"one_in"`
	OpenedOn       *time.Time `col:"opened_on"`
	LastMetOn      *time.Time `col:"last_met_on"`
	ClearedOn      *time.Time `col:"cleared_on"`
	State          string     `col:"state"`
	CorroboratedBy string     `col:"corroborated_by"`
	CoveredBy      string     `col:"covered_by"`
	Counterfactual string     `col:"counterfactual"`
	Coverage       string     `col:"coverage"`
	AsOf           *time.Time `col:"as_of"`
	RuleSet        string     `col:"rule_set"`
	RuleSetHash    string     `col:"rule_set_hash"`
}

// Limit tells what the flag's measure counts from the unit of its threshold, where the two differ: "concerns in 12 weeks (limit in standard
// deviations above similar services)" gives "concerns in 12 weeks" and "standard deviations above similar services".
func (f Flag) Limit() (counted, unit string) {
	counted, rest, ok := strings.Cut(f.Measure, " (limit in ")
	if !ok {
		return f.Measure, ""
	}
	return counted, strings.TrimSuffix(rest, ")")
}

// Counted is what the measure counts.
func (f Flag) Counted() string { counted, _ := f.Limit(); return counted }

// LimitUnit is the threshold's unit where it isn't what is counted; otherwise empty.
func (f Flag) LimitUnit() string { _, unit := f.Limit(); return unit }

// Flag reads one flag; ok is false for an id that the snapshot doesn't hold.
func (s *Snapshot) Flag(ctx context.Context, id string) (f Flag, ok bool, err error) {
	return one[Flag](ctx, s, "flag", args{"flag": id})
}

// Evidence is a row that a flag stands on.
type Evidence struct {
	_            struct{}   `class:"B"`
	Feed         string     `col:"feed"`
	RecordID     string     `col:"record_id" class:"C"`
	LocationID   string     `col:"location_id"`
	LocationName string     `col:"location_name"`
	OccurredOn   *time.Time `col:"occurred_on"`
	KnownFrom    *time.Time `col:"known_from"`
	What         string     `col:"what"`
	File         string     `col:"file_name"`
	Row          *int64     `col:"row_no"`
	Total        int64      `col:"total"`
}

// Evidence reads the rows that a flag stands on, the newest first.
func (s *Snapshot) Evidence(ctx context.Context, id string) ([]Evidence, error) {
	return ask[Evidence](ctx, s, "flag_evidence", args{"flag": id})
}

// FlagHistory is what a rule flagged besides one flag.
type FlagHistory struct {
	_          struct{} `class:"B"`
	Flags      int64    `col:"flags"`
	Cleared    int64    `col:"cleared"`
	MedianDays int64    `col:"median_days"`
	Providers  int64    `col:"providers"`
}

// History reads what became of a rule's other flags.
func (s *Snapshot) History(ctx context.Context, scope Scope, f Flag) (FlagHistory, error) {
	h, _, err := one[FlagHistory](ctx, s, "flag_history", args{"rule": f.RuleID, "flag": f.ID, "scope": scope.list()})
	return h, err
}

// FlagWeek is one week behind a flag.
type FlagWeek struct {
	_          struct{}  `class:"B"`
	Week       time.Time `col:"week"`
	Concerns   int64     `col:"concerns"`
	Enquiries  int64     `col:"enquiries"`
	Complaints int64     `col:"complaints"`
}

// FlagWeeks reads two years of weekly counts up to the flag's window.
func (s *Snapshot) FlagWeeks(ctx context.Context, fr Frame, f Flag) ([]FlagWeek, error) {
	return ask[FlagWeek](ctx, s, "flag_weeks", args{"location": f.LocationID, "provider": f.ProviderID, "until": fr.Week, "weeks": 104})
}

type flagOwner struct {
	_        struct{} `class:"B"`
	Provider string   `col:"provider_id"`
}

// FlagOwner gives the provider that a flag is about, whoever asks: it decides about the rest.
func (s *Snapshot) FlagOwner(ctx context.Context, id string) (provider string, ok bool, err error) {
	row, ok, err := one[flagOwner](ctx, s, "flag_owner", args{"id": id})
	return row.Provider, ok, err
}
