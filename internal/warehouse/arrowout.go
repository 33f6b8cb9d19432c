package warehouse

import (
	"context"
	"database/sql/driver"
	"fmt"

	"github.com/apache/arrow-go/v18/arrow/array"
	duckdb "github.com/duckdb/duckdb-go/v2"
)

// RowsOf hands the rows of one load in a raw table to visit, in the order in which they were stored, as Arrow batches with the table's
// own columns. The batches are gone when visit returns.
func (r *Raw) RowsOf(ctx context.Context, table, loadID string, visit func(array.RecordReader) error) error {
	conn, err := r.db.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	return conn.Raw(func(dc any) error {
		arrow, err := duckdb.NewArrowFromConn(dc.(driver.Conn))
		if err != nil {
			return err
		}
		reader, err := arrow.QueryContext(ctx, "SELECT * FROM "+Qualified(table)+" WHERE load_id = ? ORDER BY rowid", loadID)
		if err != nil {
			return fmt.Errorf("read the rows of %s: %w", table, keepKind(r.path, err))
		}
		defer reader.Release()
		return visit(reader)
	})
}
