package pipeline

import (
	"context"
	"errors"
	"fmt"
	"math"
	"time"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"

	"bellwether/analytics/flags"
	"bellwether/analytics/rules"
	"bellwether/internal/replay"
	"bellwether/internal/warehouse"
)

// table gathers rows for one table of the build and writes them as Arrow batches. Numbers travel as 64-bit values rounded to their
// column's places; the engine casts them to DECIMAL, so that what is stored is exact and the same on any machine.
type table struct {
	def     warehouse.TableDef
	builder *array.RecordBuilder
	rows    int                 // in the builder and in cut together
	cut     []arrow.RecordBatch // rows that wait beside those in the builder, and come before them
}

func newTable(name string, columns ...warehouse.Column) *table {
	fields := make([]arrow.Field, len(columns))
	for i, c := range columns {
		f := arrow.Field{Name: c.Name, Nullable: true}
		switch {
		case c.Type == "VARCHAR":
			f.Type = arrow.BinaryTypes.String
		case c.Type == "DATE":
			f.Type = arrow.FixedWidthTypes.Date32
		case c.Type == "INTEGER" || c.Type == "BIGINT":
			f.Type = arrow.PrimitiveTypes.Int64
		default:
			f.Type = arrow.PrimitiveTypes.Float64
		}
		fields[i] = f
	}
	return &table{def: warehouse.TableDef{Name: name, Columns: columns}, builder: array.NewRecordBuilder(memory.NewGoAllocator(), arrow.NewSchema(fields, nil))}
}

// add appends one row; a nil, an empty text, a zero date and a number that is not finite become NULL.
func (t *table) add(values ...any) {
	for i, v := range values {
		field := t.builder.Field(i)
		switch x := v.(type) {
		case string:
			if x == "" {
				field.AppendNull()
			} else {
				field.(*array.StringBuilder).Append(x)
			}
		case int:
			field.(*array.Int64Builder).Append(int64(x))
		case int64:
			field.(*array.Int64Builder).Append(x)
		case float64:
			if math.IsNaN(x) || math.IsInf(x, 0) {
				field.AppendNull()
			} else {
				field.(*array.Float64Builder).Append(x)
			}
		case time.Time:
			if x.IsZero() {
				field.AppendNull()
			} else {
				field.(*array.Date32Builder).Append(arrow.Date32FromTime(x))
			}
		case rules.Number:
			if x.OK {
				field.(*array.Float64Builder).Append(x.Value)
			} else {
				field.AppendNull()
			}
		default:
			field.AppendNull()
		}
	}
	t.rows++
}

// batchRows is how many rows wait in memory before they are written: as many as the engine keeps together in one group, which it writes
// straight into the file and not into its log first.
const batchRows = 122_880

// batch closes the rows gathered so far, so that another table may take them.
func (t *table) batch() {
	if rec := t.builder.NewRecordBatch(); rec.NumRows() > 0 {
		t.cut = append(t.cut, rec)
	} else {
		rec.Release()
	}
}

// join takes the rows of another table of the same columns after its own. The other is left empty.
func (t *table) join(o *table) {
	t.batch()
	o.batch()
	t.cut, t.rows = append(t.cut, o.cut...), t.rows+o.rows
	o.cut, o.rows = nil, 0
	o.builder.Release()
}

// spill writes what waits, once that is much.
func (t *table) spill(ctx context.Context, b *warehouse.Build) error {
	if t.rows < batchRows {
		return nil
	}
	return t.flush(ctx, b)
}

// write writes what is left, and makes the table if it has had no row at all.
func (t *table) write(ctx context.Context, b *warehouse.Build) error {
	defer t.builder.Release()
	return t.flush(ctx, b)
}

func (t *table) flush(ctx context.Context, b *warehouse.Build) error {
	t.batch()
	defer func() {
		for _, rec := range t.cut {
			rec.Release()
		}
		t.cut, t.rows = nil, 0
	}()
	return b.WithTx(ctx, func(tx *warehouse.Tx) error {
		if err := tx.EnsureTable(ctx, t.def); err != nil {
			return err
		}
		if t.rows == 0 {
			return nil
		}
		reader, err := array.NewRecordReader(t.cut[0].Schema(), t.cut)
		if err != nil {
			return err
		}
		defer reader.Release()
		_, err = tx.InsertArrow(ctx, t.def.Name, reader)
		return err
	})
}

func col(name, kind string) warehouse.Column { return warehouse.Column{Name: name, Type: kind} }

// counts is how many flags and levels a run found.
type counts struct {
	providers     int
	open, waiting int
	byLevel       map[rules.Level]int
}

// writeAnalytics works out flags and levels provider by provider and writes them as they come, then joins each flag to the rows behind it.
func writeAnalytics(ctx context.Context, b *warehouse.Build, m *replay.Market, found *flags.Builder) (counts, flags.Result, error) {
	n := counts{byLevel: map[rules.Level]int{}}
	flag, level, week := newTable("analytics.flag", replay.FlagColumns()...), levelTable(), levelWeekTable()
	r, err := found.Each(m.Decisions, func(p flags.ProviderResult) error {
		n.add(p)
		for _, f := range p.Flags {
			flag.add(replay.FlagRow(f)...)
		}
		l := p.Level
		level.add(l.ProviderID, int(l.Level), l.Level.String(), string(l.FailureKind), l.Since, l.FlagsOpen, l.FlagsWaiting, l.Headline, int(l.PreviousLevel), l.MovedOn)
		for _, w := range p.Weeks {
			week.add(w.ProviderID, w.Week, int(w.Level))
		}
		return errors.Join(flag.spill(ctx, b), week.spill(ctx, b))
	})
	if err != nil {
		return n, r, err
	}
	for _, t := range []*table{flag, level, week, workListTable(r), reasonTable(r), loadTable(r), silenceTable(r), decisionTable(m), ruleSetTable(m)} {
		if err := t.write(ctx, b); err != nil {
			return n, r, fmt.Errorf("write %s: %w", t.def.Name, err)
		}
	}
	_, err = b.CreateTableAs(ctx, "analytics.flag_evidence", replay.FlagEvidenceSQL())
	return n, r, err
}

func (n *counts) add(p flags.ProviderResult) {
	n.providers++
	n.byLevel[p.Level.Level]++
	for _, f := range p.Flags {
		switch f.State {
		case flags.Open:
			n.open++
		case flags.Waiting:
			n.waiting++
		}
	}
}

func levelTable() *table {
	return newTable("analytics.provider_level", col("provider_id", "VARCHAR"), col("level", "INTEGER"), col("level_name", "VARCHAR"), col("failure_kind", "VARCHAR"),
		col("since", "DATE"), col("flags_open", "INTEGER"), col("flags_waiting", "INTEGER"), col("headline", "VARCHAR"), col("previous_level", "INTEGER"), col("moved_on", "DATE"))
}

// levelWeekTable keeps every provider's level at the end of every week looked at.
func levelWeekTable() *table {
	return newTable("analytics.provider_level_week", col("provider_id", "VARCHAR"), col("week", "DATE"), col("level", "INTEGER"))
}

func workListTable(r flags.Result) *table {
	t := newTable("analytics.work_list", col("rank", "INTEGER"), col("provider_id", "VARCHAR"), col("level", "INTEGER"), col("sources", "INTEGER"),
		col("within_share", "INTEGER"), col("always", "INTEGER"))
	for _, i := range r.Items {
		t.add(i.Rank, i.ProviderID, int(i.Level), i.Sources, truth(i.WithinShare), truth(i.Always))
	}
	return t
}

func truth(b bool) int {
	if b {
		return 1
	}
	return 0
}

// streamTable keeps when each stream of events began and from which week it adds evidence.
func streamTable(streams []counted) *table {
	t := newTable("analytics.stream", col("stream", "VARCHAR"), col("listens_weeks", "INTEGER"), col("first_week", "DATE"), col("counts_from", "DATE"))
	for _, s := range streams {
		t.add(s.stream, s.listens, s.first, s.from)
	}
	return t
}
