package pipeline

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"bellwether/analytics/flags"
	"bellwether/analytics/rules"
	"bellwether/casework/cases"
	"bellwether/casework/decisions"
	"bellwether/casework/intelligence"
	"bellwether/casework/restricted"
	"bellwether/casework/review"
	"bellwether/casework/store"
	"bellwether/internal/instance"
	"bellwether/internal/warehouse"
	"bellwether/transform"
)

// decisionsFolder is where extracts land, inside the landing folder: one file each, named by its hash.
const decisionsFolder = "decisions"

// readDecisions reads what people had decided by the end of a day. An instance in which nobody has decided anything yet has none.
func (p *Pipeline) readDecisions(ctx context.Context, asOf time.Time) (e decisions.Extract, err error) {
	if !instance.HasStore(p.cfg) {
		return decisions.Make(nil, nil, asOf)
	}
	db, err := instance.OpenStore(ctx, p.cfg, p.now)
	if err != nil {
		return e, err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	var events []store.Event
	if err := db.Replay(ctx, 0, func(ev store.Event) error { events = append(events, ev); return nil }); err != nil {
		return e, err
	}
	reviews, err := review.FoldAll(events)
	if err != nil {
		return e, err
	}
	way, err := instance.Pathway(p.cfg)
	if err != nil {
		return e, err
	}
	hidden, err := restricted.NewBook(ctx, db, p.now)
	if err != nil {
		return e, err
	}
	lines, err := cases.Decisions(events, way, hidden.Restricted)
	if err != nil {
		return e, err
	}
	notes, err := intelligence.Lines(events)
	if err != nil {
		return e, err
	}
	return decisions.Make(reviews, append(lines, notes...), asOf)
}

// landDecisions puts the extract beside the other inputs of the run, under its hash, and reads it back from there: what a run used can
// be read again for as long as the landing zone is kept.
func (p *Pipeline) landDecisions(ctx context.Context, asOf time.Time) (decisions.Extract, error) {
	e, err := p.readDecisions(ctx, asOf)
	if err != nil {
		return e, fmt.Errorf("read the decisions: %w", err)
	}
	dir := p.cfg.Path(instance.Landing, decisionsFolder)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return e, fmt.Errorf("land the decisions: %w", err)
	}
	file := filepath.Join(dir, e.Hash+".jsonl")
	body, err := os.ReadFile(file)
	if errors.Is(err, os.ErrNotExist) {
		if err := instance.WriteFile(file, e.Body, 0o600); err != nil {
			return e, fmt.Errorf("land the decisions: %w", err)
		}
		return e, nil
	}
	if err != nil {
		return e, fmt.Errorf("land the decisions: %w", err)
	}
	landed, err := decisions.Read(body)
	if err != nil || landed.Hash != e.Hash {
		return e, fmt.Errorf("land the decisions: %s does not hold what its name says: move it away and run again", file)
	}
	return landed, nil
}

// notes are the versions of what people wrote down, for the models.
func notes(e decisions.Extract) []transform.Note {
	var out []transform.Note
	for _, l := range e.Lines {
		if l.Kind == decisions.Intelligence {
			out = append(out, transform.Note{ID: l.NoteID, ProviderID: l.ProviderID, LocationID: l.LocationID, Version: l.Version, KnownFrom: l.On, On: l.Happened,
				Source: l.Source, Reliability: l.Reliability, Theme: l.Theme, Bears: l.Bears, Elsewhere: l.Elsewhere, Sharing: l.Sharing, Withdrawn: l.Withdrawn})
		}
	}
	return out
}

// inFlags puts the extract into the terms of the flags. What a person decided stands as the headline of a level without their words: those
// may hold what the extract must not.
func inFlags(e decisions.Extract) []flags.Decision {
	var out []flags.Decision
	for _, l := range e.Lines {
		d := flags.Decision{ProviderID: l.ProviderID, On: l.Day()}
		switch l.Kind {
		case decisions.Hold:
			d.Kind, d.Level = flags.Hold, rules.Level(l.Level)
			d.Reason = "Held at this level by a decision of " + l.Day().Format("2 Jan 2006") + "."
			if d.Level == rules.ProviderFailure {
				d.FailureKind = rules.FailureRisk
				if l.Event {
					d.FailureKind = rules.FailureEvent
				}
			}
		case decisions.ClearReview:
			d.Kind = flags.ClearReview
		case decisions.Review:
			d.Kind = flags.Review
		default:
			continue
		}
		out = append(out, d)
	}
	return out
}

// writeDecisions keeps the group's answers to flags beside the flags, for the back-test, and says which extract the run read.
func writeDecisions(ctx context.Context, b *warehouse.Build, e decisions.Extract) error {
	answers := newTable("analytics.confirmation", col("flag_id", "VARCHAR"), col("provider_id", "VARCHAR"), col("location_id", "VARCHAR"), col("rule_id", "VARCHAR"),
		col("confirmed", "INTEGER"), col("outcome", "VARCHAR"), col("doubt", "VARCHAR"), col("decided_on", "DATE"))
	for _, l := range e.Lines {
		if l.Kind == decisions.Confirmation {
			answers.add(l.FlagID, l.ProviderID, l.LocationID, l.RuleID, truth(l.Confirmed), l.Outcome, l.Doubt, l.Day())
		}
	}
	input := newTable("ops.decisions", col("sha256", "VARCHAR"), col("lines", "INTEGER"))
	input.add(e.Hash, len(e.Lines))
	for _, t := range []*table{answers, input} {
		if err := t.write(ctx, b); err != nil {
			return fmt.Errorf("write %s: %w", t.def.Name, err)
		}
	}
	return nil
}
