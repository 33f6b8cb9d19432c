package transform

import (
	"context"
	"time"

	"bellwether/internal/warehouse"
)

// Params are what a run says of itself to the models.
type Params struct {
	AsOf  time.Time // the run's date: nothing known later is used
	Areas []string  // local authorities in scope; none means everywhere

	Sources []Source // the feeds that are configured

	Matches     []Match // what people decided about names, as in force on the run's date
	MatchesHash string  // of the decisions in force

	Notes []Note // what people know and wrote down, one a version

	// ReadAfter names the staging tables that are read when the models are done. The others are let go with the last model that reads them, so
	// that they do not take up the memory of later ones. With none named, all stay.
	ReadAfter []string

	// PlacesAtOnce is how many places are looked at in one go; 0 leaves it to the transform. What comes out is the same.
	PlacesAtOnce int

	// Looked is told how many of the groups of places that are looked at together are done with, where there is more than one; nil for nobody.
	Looked func(done, of int)
}

// Source is one configured feed.
type Source struct {
	Name, Title  string
	ExpectedDays int
	LastError    string // why its last scheduled attempt failed before a file could be read; "" if it did not
}

// Match is a decision about who is meant by a name.
type Match struct {
	Name, Location, Postcode string // as a feed gives them; "" for what it does not give
	LocationID, ProviderID   string // the target
	Accepted                 bool
	On, By, Why              string
}

// LookWeek is the Monday of the last week that was complete on the run's date.
func (p Params) LookWeek() time.Time {
	d := time.Date(p.AsOf.Year(), p.AsOf.Month(), p.AsOf.Day(), 0, 0, 0, 0, time.UTC)
	back := (int(d.Weekday()) + 6) % 7 // days since Monday
	monday := d.AddDate(0, 0, -back)
	if back == 6 {
		return monday // Sunday: this week is complete
	}
	return monday.AddDate(0, 0, -7)
}

// Step is told of each model as it is finished.
type Step func(table string, rows int64, took time.Duration)

// Run makes every model's table in the build.
func Run(ctx context.Context, b *warehouse.Build, p Params, now func() time.Time, step Step) error {
	models, err := Models()
	if err != nil {
		return err
	}
	if err := giveParams(ctx, b, p); err != nil {
		return err
	}
	if err := newMaking(b, models, p, now, step).all(ctx); err != nil {
		return err
	}
	return writeLineage(ctx, b, models)
}

func giveParams(ctx context.Context, b *warehouse.Build, p Params) error {
	day := func(t time.Time) string { return warehouse.Literal(t.Format(time.DateOnly)) }
	if _, err := b.CreateTableAs(ctx, "staging.run", "SELECT DATE "+day(p.AsOf)+" AS as_of, DATE "+day(p.LookWeek())+" AS look_week"); err != nil {
		return err
	}
	if _, err := b.CreateTableAs(ctx, "staging.area", "SELECT '' AS local_authority WHERE false"); err != nil {
		return err
	}
	for _, a := range p.Areas {
		if _, err := b.DB().ExecContext(ctx, "INSERT INTO staging.area VALUES (?)", a); err != nil {
			return err
		}
	}
	if _, err := b.CreateTableAs(ctx, "staging.source", "SELECT '' AS source, '' AS title, 0 AS expected_days, '' AS last_error WHERE false"); err != nil {
		return err
	}
	for _, s := range p.Sources {
		if _, err := b.DB().ExecContext(ctx, "INSERT INTO staging.source VALUES (?, ?, ?, ?)", s.Name, s.Title, s.ExpectedDays, s.LastError); err != nil {
			return err
		}
	}
	if err := giveMatches(ctx, b, p); err != nil {
		return err
	}
	return giveNotes(ctx, b, p.Notes)
}

func writeLineage(ctx context.Context, b *warehouse.Build, models []Model) error {
	if _, err := b.CreateTableAs(ctx, "ops.lineage", "SELECT '' AS model, '' AS depends_on, '' AS says WHERE false"); err != nil {
		return err
	}
	return b.WithTx(ctx, func(tx *warehouse.Tx) error {
		for _, m := range models {
			for _, d := range m.DependsOn {
				if _, err := tx.Exec(ctx, "INSERT INTO ops.lineage VALUES (?, ?, ?)", m.Table, d, m.Says); err != nil {
					return err
				}
			}
		}
		return nil
	})
}
