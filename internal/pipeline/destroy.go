package pipeline

import (
	"context"
	"time"

	"bellwether/ingest/ledger"
	"bellwether/internal/warehouse"
	"bellwether/schemas"

	"bellwether/ingest/contract"
)

// Destroy takes a load out of the raw file, the landing zone and the inbox's reach, and rewrites the raw file so that none of its bytes
// are left. What was published from it is the caller's to replace.
func (p *Pipeline) Destroy(ctx context.Context, loadID, reason string) (rows int64, err error) {
	if rows, err = p.loader.Destroy(ctx, loadID, reason); err != nil {
		return rows, err
	}
	return rows, p.raw.Rewrite(ctx)
}

// Records gives what was ever delivered, as the manifest knows it.
func (p *Pipeline) Records() []ledger.Record { return p.ledger.Records() }

// NewestDays gives, by load, the newest day that its rows tell of.
func (p *Pipeline) NewestDays(ctx context.Context) (map[string]time.Time, error) {
	rows, err := p.raw.DB().QueryContext(ctx, newestDaysSQL)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	out := map[string]time.Time{}
	for rows.Next() {
		var id string
		var day time.Time
		if err := rows.Scan(&id, &day); err != nil {
			return nil, err
		}
		out[id] = day
	}
	return out, rows.Err()
}

// OwnTexts lists texts that one load alone brought in, to search for before and after it is destroyed.
func (p *Pipeline) OwnTexts(ctx context.Context, loadID string, most, least int) (texts []string, err error) {
	rec, ok := p.ledger.Get(loadID)
	if !ok {
		return nil, nil
	}
	src, err := p.registry.Get(rec.Source)
	if err != nil {
		return nil, err
	}
	tables, err := contract.Load(schemas.Feeds)
	if err != nil {
		return nil, err
	}
	for _, t := range src.Tables {
		if tables[t] == nil || len(texts) >= most {
			continue
		}
		more, err := warehouse.TextsOfLoad(ctx, p.raw.DB(), t, loadID, most-len(texts), least)
		if err != nil {
			return nil, err
		}
		texts = append(texts, more...)
	}
	return texts, nil
}
