package read

import (
	"context"
	"time"
)

// AlertLoad is how much work the flags make against the share agreed for it.
type AlertLoad struct {
	_               struct{} `class:"B"`
	Providers       int64    `col:"providers"`
	AtConcern       int64    `col:"at_concern"`
	AtAny           int64    `col:"at_any"`
	ConcernCapacity int64    `col:"concern_capacity"`
	AnyCapacity     int64    `col:"any_capacity"`
	Binds           bool     `col:"binds"`
	BelowLine       int64    `col:"below_line"`
}

// AlertLoad reads the load of the run; ok is false where none was worked out.
func (s *Snapshot) AlertLoad(ctx context.Context) (AlertLoad, bool, error) {
	rows, err := ask[AlertLoad](ctx, s, "alert_load", nil)
	if err != nil || len(rows) == 0 {
		return AlertLoad{}, false, err
	}
	return rows[0], true, nil
}

// Reason is one of the reasons why a provider is on the work list.
type Reason struct {
	_       struct{} `class:"B"`
	Place   int64    `col:"place"`
	FlagID  string   `col:"flag_id"`
	Waiting bool     `col:"waiting"`
	Title   string   `col:"rule_title"`
	Source  string   `col:"evidence_source"`
	// Rank is the provider's place among the Listed; Within says that it stands above the line, Always that it does so whatever the share.
	Rank   int64 `col:"rank"`
	Listed int64 `col:"listed"`
	Within bool  `col:"within_share"`
	Always bool  `col:"always"`
}

// Reasons reads why a provider is on the work list, the weightiest first.
func (s *Snapshot) Reasons(ctx context.Context, provider string) ([]Reason, error) {
	return ask[Reason](ctx, s, "work_reasons", args{"provider": provider})
}

// Silence is how many services a rule can't speak about, and for want of what.
type Silence struct {
	_       struct{} `class:"A"`
	RuleID  string   `col:"rule_id"`
	Units   int64    `col:"units"`
	Unknown int64    `col:"unknown"`
	Missing string   `col:"missing"`
}

// Silences reads the rules that can't speak about every service.
func (s *Snapshot) Silences(ctx context.Context) ([]Silence, error) {
	return ask[Silence](ctx, s, "silences", nil)
}

// RecordingChange is a source that began to report otherwise across the whole market.
type RecordingChange struct {
	_      struct{}  `class:"B"`
	Feed   string    `col:"feed"`
	Source string    `col:"source"`
	From   time.Time `col:"from_week"`
	Before float64   `col:"before_per_week"`
	After  float64   `col:"after_per_week"`
	Ratio  float64   `col:"ratio"`
}

// RecordingChanges reads the changes of recording practice, the newest first.
func (s *Snapshot) RecordingChanges(ctx context.Context) ([]RecordingChange, error) {
	return ask[RecordingChange](ctx, s, "recording_changes", nil)
}

// Stream is a stream of events of the whole market: when it began, and from which week it adds evidence to the scan after being listened
// to for some weeks. Both are nil for a stream that never spoke.
type Stream struct {
	_          struct{}   `class:"A"`
	Name       string     `col:"stream"`
	Listens    int64      `col:"listens_weeks"`
	First      *time.Time `col:"first_week"`
	CountsFrom *time.Time `col:"counts_from"`
}

// Streams reads them, by name.
func (s *Snapshot) Streams(ctx context.Context) ([]Stream, error) {
	return ask[Stream](ctx, s, "streams", nil)
}

// StreamDay is the day of one record of one stream.
type StreamDay struct {
	_      struct{}  `class:"B"`
	Stream string    `col:"stream"`
	On     time.Time `col:"on_date"`
}

// StreamDays reads the days of a provider's records in the days before the frame's date.
func (s *Snapshot) StreamDays(ctx context.Context, f Frame, provider string, days int) ([]StreamDay, error) {
	return ask[StreamDay](ctx, s, "provider_days", args{"provider": provider, "as_of": f.Run.AsOf, "days": days})
}
