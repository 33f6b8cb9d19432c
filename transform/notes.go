package transform

import (
	"context"
	_ "embed"

	"bellwether/internal/warehouse"
)

var (
	//go:embed sql/note_table.sql
	noteTableSQL string
	//go:embed sql/note_insert.sql
	noteInsertSQL string
)

// Note is one version of a piece of intelligence that somebody wrote down: coded answers, no words.
type Note struct {
	ID, ProviderID, LocationID string // LocationID is "" for the provider as a whole
	Version                    int    // from 1
	KnownFrom, On              string // the days it was written down and is about, 2026-03-14
	Source, Reliability, Theme string
	Bears, Elsewhere, Sharing  string
	Withdrawn                  bool
}

// giveNotes hands what people wrote down to the models.
func giveNotes(ctx context.Context, b *warehouse.Build, notes []Note) error {
	if _, err := b.CreateTableAs(ctx, "staging.note", noteTableSQL); err != nil || len(notes) == 0 {
		return err
	}
	return b.WithTx(ctx, func(tx *warehouse.Tx) error {
		for _, n := range notes {
			if _, err := tx.Exec(ctx, noteInsertSQL, n.ID, n.Version, n.ProviderID, n.LocationID, n.KnownFrom, n.On, n.Source, n.Reliability, n.Theme, n.Bears, n.Elsewhere, n.Sharing, n.Withdrawn); err != nil {
				return err
			}
		}
		return nil
	})
}
