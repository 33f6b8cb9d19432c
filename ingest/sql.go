package ingest

import (
	"context"
	"embed"
	"fmt"
	"strings"
	"time"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"

	"bellwether/ingest/contract"
	"bellwether/ingest/ledger"
	"bellwether/internal/warehouse"
)

//go:embed sql/*.sql
var sqlFiles embed.FS

// statement reads an embedded statement.
func statement(name string) string {
	raw, err := sqlFiles.ReadFile("sql/" + name + ".sql")
	if err != nil {
		panic("ingest: no embedded statement " + name) // a fault of the build, found by the first test
	}
	return string(raw)
}

// forTable puts a checked and quoted table name into an embedded statement, the only thing ever put into one.
func forTable(name, table string) string {
	return strings.ReplaceAll(statement(name), "{table}", warehouse.Qualified(table))
}

const (
	loadTable       = "load"
	quarantineTable = "quarantine"
)

// ledgerTables are the database's own ledger and its quarantine.
var ledgerTables = []warehouse.TableDef{
	{Name: loadTable, Columns: []warehouse.Column{
		{Name: "load_id", Type: "VARCHAR"}, {Name: "source", Type: "VARCHAR"}, {Name: "file_name", Type: "VARCHAR"},
		{Name: "sha256", Type: "VARCHAR"}, {Name: "bytes", Type: "BIGINT"}, {Name: "received_on", Type: "DATE"},
		{Name: "loaded_at", Type: "TIMESTAMP"}, {Name: "data_from", Type: "DATE"}, {Name: "data_to", Type: "DATE"},
		{Name: "rows_read", Type: "BIGINT"}, {Name: "rows_loaded", Type: "BIGINT"}, {Name: "rows_quarantined", Type: "BIGINT"},
		{Name: "status", Type: "VARCHAR"}, {Name: "reason", Type: "VARCHAR"},
		{Name: "contracts", Type: "VARCHAR"},
	}},
	{Name: quarantineTable, Columns: []warehouse.Column{
		{Name: "load_id", Type: "VARCHAR"}, {Name: "source", Type: "VARCHAR"}, {Name: "table_name", Type: "VARCHAR"},
		{Name: "file_name", Type: "VARCHAR"}, {Name: "row_no", Type: "BIGINT"}, {Name: "column_name", Type: "VARCHAR"},
		{Name: "reason_code", Type: "VARCHAR"}, {Name: "reason", Type: "VARCHAR"}, {Name: "value_class", Type: "VARCHAR"},
		{Name: "quarantined_at", Type: "TIMESTAMP"}, {Name: "resolved_at", Type: "TIMESTAMP"}, {Name: "resolution", Type: "VARCHAR"},
	}},
}

// loadRow is one row of the database's ledger.
type loadRow struct {
	LoadID, Source, File, SHA256 string
	Bytes                        int64
	Received, At                 time.Time
	From, To                     time.Time
	Read, Loaded, Quarantined    int64
	Status, Reason               string
	Contracts                    string // by which it was read, with their versions; only written
}

// entry is the line by which the manifest notes the load's outcome.
func (r loadRow) entry(now time.Time) ledger.Entry {
	return ledger.Entry{
		At: now, State: ledger.State(r.Status), LoadID: r.LoadID,
		RowsRead: r.Read, RowsLoaded: r.Loaded, RowsQuarantined: r.Quarantined, Reason: r.Reason,
	}
}

func forgetLoad(ctx context.Context, tx *warehouse.Tx, loadID string) error {
	if _, err := tx.Exec(ctx, "DELETE FROM load WHERE load_id = ?", loadID); err != nil {
		return fmt.Errorf("write the ledger: %w", err)
	}
	return nil
}

func insertLoad(ctx context.Context, tx *warehouse.Tx, r loadRow) error {
	_, err := tx.Exec(ctx, statement("load_insert"), r.LoadID, r.Source, r.File, r.SHA256, r.Bytes, r.Received, r.At.UTC(),
		orNull(r.From), orNull(r.To), r.Read, r.Loaded, r.Quarantined, r.Status, r.Reason, r.Contracts)
	if err != nil {
		return fmt.Errorf("write the ledger: %w", err)
	}
	return nil
}

func orNull(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t
}

// loads reads the database's ledger: one load, or all if the id is empty.
func (l *Loader) loads(ctx context.Context, loadID string) ([]loadRow, error) {
	rows, err := l.cfg.Raw.DB().QueryContext(ctx, statement("load_list"), loadID, loadID)
	if err != nil {
		return nil, fmt.Errorf("read the database's ledger: %w", err)
	}
	defer rows.Close()
	var out []loadRow
	for rows.Next() {
		var r loadRow
		err := rows.Scan(&r.LoadID, &r.Source, &r.File, &r.SHA256, &r.Bytes, &r.Received, &r.At, &r.Read, &r.Loaded, &r.Quarantined, &r.Status, &r.Reason)
		if err != nil {
			return nil, fmt.Errorf("read the database's ledger: %w", err)
		}
		out = append(out, r)
	}
	return out, rows.Err()
}

// stored gives what the database knows of a load; its status is empty if that is nothing.
func (l *Loader) stored(ctx context.Context, loadID string) (loadRow, error) {
	rows, err := l.loads(ctx, loadID)
	if err != nil || len(rows) == 0 {
		return loadRow{}, err
	}
	return rows[0], nil
}

// heldRows says to which load and file a batch of problems belongs.
type heldRows struct {
	loadID, source, file string
	at                   time.Time
	since                map[group]time.Time // on replay: when each row was first held
}

var quarantineSchema = arrow.NewSchema([]arrow.Field{
	{Name: "load_id", Type: arrow.BinaryTypes.String}, {Name: "source", Type: arrow.BinaryTypes.String},
	{Name: "table_name", Type: arrow.BinaryTypes.String}, {Name: "file_name", Type: arrow.BinaryTypes.String},
	{Name: "row_no", Type: arrow.PrimitiveTypes.Int64}, {Name: "column_name", Type: arrow.BinaryTypes.String},
	{Name: "reason_code", Type: arrow.BinaryTypes.String}, {Name: "reason", Type: arrow.BinaryTypes.String},
	{Name: "value_class", Type: arrow.BinaryTypes.String}, {Name: "quarantined_at", Type: &arrow.TimestampType{Unit: arrow.Microsecond}},
}, nil)

func insertProblems(ctx context.Context, tx *warehouse.Tx, h heldRows, problems []Problem) error {
	if len(problems) == 0 {
		return nil
	}
	b := array.NewRecordBuilder(memory.DefaultAllocator, quarantineSchema)
	defer b.Release()
	text := func(column int, s string) { b.Field(column).(*array.StringBuilder).Append(s) }
	for _, p := range problems {
		at := h.at
		if first, ok := h.since[group{p.Table, p.Row}]; ok {
			at = first
		}
		text(0, h.loadID)
		text(1, h.source)
		text(2, p.Table)
		text(3, h.file)
		b.Field(4).(*array.Int64Builder).Append(p.Row)
		text(5, p.Column)
		text(6, p.Code)
		text(7, p.Reason)
		text(8, p.ValueClass)
		b.Field(9).(*array.TimestampBuilder).Append(arrow.Timestamp(at.UnixMicro()))
	}
	_, err := insertBatch(ctx, tx, quarantineTable, b.NewRecordBatch())
	return err
}

func insertBatch(ctx context.Context, tx *warehouse.Tx, table string, rec arrow.RecordBatch) (int64, error) {
	defer rec.Release()
	reader, err := array.NewRecordReader(rec.Schema(), []arrow.RecordBatch{rec})
	if err != nil {
		return 0, fmt.Errorf("offer rows of %s: %w", table, err)
	}
	defer reader.Release()
	n, err := tx.InsertArrow(ctx, table, reader)
	if err == nil && n != rec.NumRows() {
		err = fmt.Errorf("%d rows of %s were offered to the engine and %d stored", rec.NumRows(), table, n)
	}
	if err != nil && ctx.Err() != nil { // the engine closes the connection at once: say why, not how
		err = fmt.Errorf("store rows of %s: %w", table, context.Cause(ctx))
	}
	return n, err
}

// deleteKeys takes the rows of this load with the given keys out of a table again and says how many there were.
func deleteKeys(ctx context.Context, tx *warehouse.Tx, t *contract.Table, loadID string, doomed []doomedKey) (int64, error) {
	const scratch = "ingest_doomed"
	def := warehouse.TableDef{Name: scratch}
	var fields []arrow.Field
	var columns []column
	var same []string
	for _, k := range t.PrimaryKey {
		f, _ := t.Field(k)
		def.Columns = append(def.Columns, warehouse.Column{Name: k, Type: f.ColumnType()})
		fields = append(fields, arrow.Field{Name: k, Type: arrowType(f.Type), Nullable: true})
		columns = append(columns, newColumn(f, t.Index(k)))
		same = append(same, "d."+warehouse.Ident(k)+" IS NOT DISTINCT FROM t."+warehouse.Ident(k))
	}
	if err := tx.EnsureTable(ctx, def); err != nil {
		return 0, err
	}
	arrays := make([]arrow.Array, len(columns))
	for i, c := range columns {
		c.builder.Reserve(len(doomed))
		for j := range doomed {
			if v := &doomed[j].values[c.field]; v.Null {
				c.builder.AppendNull()
			} else {
				c.add(v)
			}
		}
		arrays[i] = c.builder.NewArray()
		defer arrays[i].Release()
	}
	if _, err := insertBatch(ctx, tx, scratch, array.NewRecordBatch(arrow.NewSchema(fields, nil), arrays, int64(len(doomed)))); err != nil {
		return 0, err
	}
	query := "DELETE FROM " + warehouse.Qualified(t.Name) + " t WHERE t.load_id = ? AND EXISTS (SELECT 1 FROM " + scratch + " d WHERE " + strings.Join(same, " AND ") + ")"
	res, err := tx.Exec(ctx, query, loadID)
	if err != nil {
		return 0, fmt.Errorf("take rows with conflicting keys out of %s: %w", t.Name, err)
	}
	if _, err := tx.Exec(ctx, "DROP TABLE "+scratch); err != nil {
		return 0, fmt.Errorf("drop the list of conflicting keys: %w", err)
	}
	return res.RowsAffected()
}
