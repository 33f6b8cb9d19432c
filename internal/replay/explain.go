package replay

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"bellwether/analytics/flags"
	"bellwether/analytics/rules"
)

// Explanation is a flag recomputed, beside what was stored.
type Explanation struct {
	Flag       flags.Flag // as recomputed
	AsOf       time.Time
	Rule       rules.Explanation // the rule on the look that last met it
	Compared   int               // values compared
	Evidence   []EvidenceRow     // the rows behind it, asked for again
	Mismatches []Mismatch        // what does not agree; none when all is well
	Recording  []RecordingChange // changes of recording practice among the sources of its concerns
}

// RecordingChange is a source of a flag's concerns that reports otherwise than it used to, across the whole market.
type RecordingChange struct {
	Source   string    `json:"source"`
	From     time.Time `json:"from"`
	Says     string    `json:"says"`
	Concerns int       `json:"concerns"` // of the flag's, received since
}

// Mismatch is one value that came out otherwise than it was stored.
type Mismatch struct {
	What       string `json:"what"`
	Stored     string `json:"stored"`
	Recomputed string `json:"recomputed"`
}

// EvidenceRow is one record behind a flag.
type EvidenceRow struct {
	FlagID     string       `json:"-"`
	Feed       string       `json:"feed"`
	RecordID   string       `json:"record"`
	LocationID string       `json:"location,omitempty"`
	OccurredOn sql.NullTime `json:"-"`
	KnownFrom  sql.NullTime `json:"-"`
	What       string       `json:"what"`
}

func (e EvidenceRow) key() string {
	return strings.Join([]string{e.Feed, e.RecordID, e.LocationID, iso(e.OccurredOn), iso(e.KnownFrom), e.What}, " | ")
}

func iso(t sql.NullTime) string {
	if !t.Valid {
		return ""
	}
	return t.Time.Format(time.DateOnly)
}

// NoFlagError says that no flag, or more than one, has the id asked for.
type NoFlagError struct {
	ID   string
	Many bool
}

// Error implements error.
func (e *NoFlagError) Error() string {
	if e.Many {
		return fmt.Sprintf("several flags begin with %q; give more of the id", e.ID)
	}
	return fmt.Sprintf("no flag of this snapshot has the id %q; `bellwether query \"SELECT flag_id, rule_title FROM analytics.flag\"` lists them", e.ID)
}

// Explain recomputes one flag from the snapshot and compares every value with what was stored. The id may be shortened.
func Explain(ctx context.Context, db *sql.DB, id string) (*Explanation, error) {
	full, provider, err := flagID(ctx, db, id)
	if err != nil {
		return nil, err
	}
	again, err := recompute(ctx, db, provider, full)
	if err != nil {
		return nil, err
	}
	x, err := again.explain(full)
	if err == nil {
		x.Recording, err = recordingChanges(ctx, db, full)
	}
	return x, err
}

// recomputed is what a snapshot's rules find when they are run again, beside what it stored.
type recomputed struct {
	market        *Market
	result        flags.Result
	before        map[string]map[string]string // stored flags by id, as text by column
	asked, stored map[string][]EvidenceRow     // the rows behind each flag, asked for again and as kept
}

// recompute runs the snapshot's rules again: over everything, or over what bears on one provider, for one flag or, with no id, for all.
func recompute(ctx context.Context, db *sql.DB, provider, id string) (r recomputed, err error) {
	if r.market, err = Read(ctx, db, provider); err != nil {
		return r, err
	}
	if r.result, err = r.market.Find(r.market.Set); err != nil {
		return r, err
	}
	if r.asked, err = evidence(ctx, db, flagEvidenceSQL); err != nil {
		return r, err
	}
	if r.stored, err = evidence(ctx, db, evidenceSQL); err != nil {
		return r, err
	}
	r.before, err = storedFlags(ctx, db, id)
	return r, err
}

func (r recomputed) explain(id string) (*Explanation, error) {
	return r.market.explain(id, r.result, r.before[id], r.asked[id], r.stored[id])
}

func recordingChanges(ctx context.Context, db *sql.DB, id string) ([]RecordingChange, error) {
	rows, err := db.QueryContext(ctx, recordingSQL, id)
	if err != nil {
		return nil, fmt.Errorf("read the changes of recording: %w", err)
	}
	defer rows.Close()
	var out []RecordingChange
	for rows.Next() {
		var r RecordingChange
		if err := rows.Scan(&r.Source, &r.From, &r.Says, &r.Concerns); err != nil {
			return nil, fmt.Errorf("read the changes of recording: %w", err)
		}
		out = append(out, r)
	}
	return out, rows.Err()
}

// ExplainAll recomputes every flag of the snapshot.
func ExplainAll(ctx context.Context, db *sql.DB) ([]*Explanation, error) {
	again, err := recompute(ctx, db, "", "")
	if err != nil {
		return nil, err
	}
	out := make([]*Explanation, 0, len(again.result.Flags))
	for _, f := range again.result.Flags {
		x, err := again.explain(f.FlagID)
		if err != nil {
			return nil, err
		}
		out = append(out, x)
	}
	return out, nil
}

func flagID(ctx context.Context, db *sql.DB, id string) (full, provider string, err error) {
	if len(id) < 6 {
		return "", "", &NoFlagError{ID: id, Many: true}
	}
	rows, err := db.QueryContext(ctx, flagIDsSQL, id)
	if err != nil {
		return "", "", fmt.Errorf("look for the flag: %w", err)
	}
	defer rows.Close()
	n := 0
	for rows.Next() {
		if err := rows.Scan(&full, &provider); err != nil {
			return "", "", fmt.Errorf("look for the flag: %w", err)
		}
		n++
	}
	if err := rows.Err(); err != nil {
		return "", "", err
	}
	if n != 1 {
		return "", "", &NoFlagError{ID: id, Many: n > 1}
	}
	return full, provider, nil
}

func (m *Market) explain(id string, result flags.Result, before map[string]string, asked, stored []EvidenceRow) (*Explanation, error) {
	x := &Explanation{AsOf: m.AsOf, Evidence: asked}
	i := slices.IndexFunc(result.Flags, func(f flags.Flag) bool { return f.FlagID == id })
	if m.Set.Hash != m.SetHash {
		x.Mismatches = append(x.Mismatches, Mismatch{"the rule set's hash, with the detector's thresholds of this version", m.SetHash, m.Set.Hash})
	}
	if i < 0 {
		x.Mismatches = append(x.Mismatches, Mismatch{"the flag itself", before["rule_id"], "no rule makes this flag again"})
		return x, nil
	}
	x.Flag = result.Flags[i]
	x.compare(before)
	x.compareEvidence(stored)
	return x, m.rule(x)
}

// compare sets every stored column beside the recomputed value.
func (x *Explanation) compare(before map[string]string) {
	row := FlagRow(x.Flag)
	for i, c := range FlagColumns() {
		again := written(row[i])
		if was := before[c.Name]; was != again {
			x.Mismatches = append(x.Mismatches, Mismatch{c.Name, was, again})
		}
		x.Compared++
	}
}

func (x *Explanation) compareEvidence(stored []EvidenceRow) {
	was, now := map[string]bool{}, map[string]bool{}
	for _, e := range stored {
		was[e.key()] = true
	}
	for _, e := range x.Evidence {
		now[e.key()] = true
		if !was[e.key()] {
			x.Mismatches = append(x.Mismatches, Mismatch{"evidence", "", e.key()})
		}
	}
	for _, e := range stored {
		if !now[e.key()] {
			x.Mismatches = append(x.Mismatches, Mismatch{"evidence", e.key(), ""})
		}
	}
}

// rule evaluates the flag's rule once more on the look that last met it.
func (m *Market) rule(x *Explanation) error {
	r, ok := m.Set.Rule(x.Flag.RuleID)
	if !ok {
		return errors.New("the rule set has no rule " + x.Flag.RuleID)
	}
	id := x.Flag.LocationID
	switch r.Unit {
	case rules.UnitProvider:
		id = x.Flag.ProviderID
	case rules.UnitBrand:
		id = x.Flag.BrandID
	}
	for _, u := range m.Units {
		if u.Kind != r.Unit || u.ID != id {
			continue
		}
		for _, l := range u.Looks {
			if l.Week.Equal(x.Flag.LastMetWeek) {
				x.Rule = m.Set.Explain(r, l.Values)
			}
		}
	}
	if x.Rule.Outcome != rules.Met {
		x.Mismatches = append(x.Mismatches, Mismatch{"the rule on the look that last met it", rules.Met.String(), x.Rule.Outcome.String()})
	}
	return nil
}

// storedFlags reads the flag with the id, or every flag, as text by column.
func storedFlags(ctx context.Context, db *sql.DB, id string) (map[string]map[string]string, error) {
	rows, err := db.QueryContext(ctx, flagSQL, id, id)
	if err != nil {
		return nil, fmt.Errorf("read the stored flags: %w", err)
	}
	defer rows.Close()
	names, err := rows.Columns()
	if err != nil {
		return nil, err
	}
	values, targets := make([]sql.NullString, len(names)), make([]any, len(names))
	for i := range values {
		targets[i] = &values[i]
	}
	out := map[string]map[string]string{}
	for rows.Next() {
		if err := rows.Scan(targets...); err != nil {
			return nil, fmt.Errorf("read the stored flags: %w", err)
		}
		one := make(map[string]string, len(names))
		for i, n := range names {
			one[n] = values[i].String
		}
		out[one["flag_id"]] = one
	}
	return out, rows.Err()
}

func evidence(ctx context.Context, db *sql.DB, query string) (map[string][]EvidenceRow, error) {
	rows, err := db.QueryContext(ctx, query)
	if err != nil {
		return nil, fmt.Errorf("read the rows behind the flags: %w", err)
	}
	defer rows.Close()
	names, err := rows.Columns()
	if err != nil {
		return nil, err
	}
	var e EvidenceRow
	var location, what sql.NullString
	targets := []any{&e.FlagID, &e.Feed, &e.RecordID, &location, &e.OccurredOn, &e.KnownFrom, &what}
	for range names[len(targets):] {
		targets = append(targets, new(any))
	}
	out := map[string][]EvidenceRow{}
	for rows.Next() {
		if err := rows.Scan(targets...); err != nil {
			return nil, fmt.Errorf("read the rows behind the flags: %w", err)
		}
		e.LocationID, e.What = location.String, what.String
		out[e.FlagID] = append(out[e.FlagID], e)
	}
	return out, rows.Err()
}
