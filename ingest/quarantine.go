package ingest

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"time"
)

// Where quarantine can be read: in the raw file, under the instance's lock, or in a published snapshot, by anybody at any time.
const (
	QuarantineRaw      = "raw.quarantine"
	QuarantineSnapshot = "ops.quarantine"
)

// Filter chooses rows in quarantine; an empty member chooses all.
type Filter struct {
	Source   string
	LoadID   string // or its beginning
	Table    string
	Code     string
	Resolved bool // also those that were settled
}

func (f Filter) args() []any {
	return []any{f.Source, f.Source, f.LoadID, f.LoadID, f.Table, f.Table, f.Code, f.Code, f.Resolved}
}

// HeldGroup counts the rows of one file that are held for one reason.
type HeldGroup struct {
	LoadID, Source, File, Table, Column, Code string
	Reason                                    string // of one of them, as an example
	Rows                                      int64
	FirstRow                                  int64 // 0: the whole file
	Since                                     time.Time
}

// Held is one reason why one row is held.
type Held struct {
	LoadID, Source, File, Table string
	Row                         int64
	Column, Code, Reason        string
	ValueClass                  string
	Since                       time.Time
	ResolvedAt                  time.Time // zero while open
	Resolution                  string
}

// ListQuarantine counts what is held, by file and reason, the oldest first. from is QuarantineRaw or QuarantineSnapshot.
func ListQuarantine(ctx context.Context, db *sql.DB, from string, f Filter) ([]HeldGroup, error) {
	rows, err := db.QueryContext(ctx, forTable("quarantine_list", from), f.args()...)
	if err != nil {
		return nil, fmt.Errorf("list the quarantine: %w", err)
	}
	defer rows.Close()
	var out []HeldGroup
	for rows.Next() {
		var g HeldGroup
		if err := rows.Scan(&g.LoadID, &g.Source, &g.File, &g.Table, &g.Column, &g.Code, &g.Reason, &g.Rows, &g.FirstRow, &g.Since); err != nil {
			return nil, fmt.Errorf("list the quarantine: %w", err)
		}
		out = append(out, g)
	}
	return out, rows.Err()
}

// ShowQuarantine gives the held rows one by one, in the order of their files.
func ShowQuarantine(ctx context.Context, db *sql.DB, from string, f Filter, limit, offset int) ([]Held, error) {
	rows, err := db.QueryContext(ctx, forTable("quarantine_show", from), append(f.args(), limit, offset)...)
	if err != nil {
		return nil, fmt.Errorf("show the quarantine: %w", err)
	}
	defer rows.Close()
	var out []Held
	for rows.Next() {
		var h Held
		var resolved sql.NullTime
		if err := rows.Scan(&h.LoadID, &h.Source, &h.File, &h.Table, &h.Row, &h.Column, &h.Code, &h.Reason, &h.ValueClass, &h.Since, &resolved, &h.Resolution); err != nil {
			return nil, fmt.Errorf("show the quarantine: %w", err)
		}
		h.ResolvedAt = resolved.Time
		out = append(out, h)
	}
	return out, rows.Err()
}

// Quarantine counts what is held in the raw file.
func (l *Loader) Quarantine(ctx context.Context, f Filter) ([]HeldGroup, error) {
	return ListQuarantine(ctx, l.cfg.Raw.DB(), QuarantineRaw, f)
}

// ResolveLoadID completes the beginning of a load id, as a person types it.
func (l *Loader) ResolveLoadID(prefix string) (string, error) {
	var found []string
	for _, rec := range l.cfg.Ledger.Records() {
		if strings.HasPrefix(rec.LoadID, prefix) {
			found = append(found, rec.LoadID)
		}
	}
	switch {
	case prefix == "" || len(found) == 0:
		return "", fmt.Errorf("no load begins with %q: `bellwether quarantine list` shows their ids", prefix)
	case len(found) > 1:
		return "", fmt.Errorf("%d loads begin with %q: give more of the id", len(found), prefix)
	}
	return found[0], nil
}
