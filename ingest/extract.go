package ingest

import (
	"archive/zip"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/ipc"

	"bellwether/internal/warehouse"
)

// The extract of a load is what the database holds of it: the rows as their contracts let them through, under pseudonyms, with the load's
// line of the ledger and what was quarantined. It is a zip archive of Arrow streams, one a table, and lands beside the delivered files
// under the hash of its bytes. Once it stands in for the delivered file, nothing of what the contracts dropped is left.

const extractEnds = ".arrow"

// extracted are the tables of a source's extract: its own, then the ledger's.
func extracted(src *Source) []string {
	return append(append([]string{}, src.Tables...), loadTable, quarantineTable)
}

// writeExtract writes a load's extract.
func (l *Loader) writeExtract(ctx context.Context, to io.Writer, src *Source, loadID string) error {
	z := zip.NewWriter(to)
	for _, table := range extracted(src) {
		f, err := z.Create(table + extractEnds)
		if err != nil {
			return err
		}
		err = l.cfg.Raw.RowsOf(ctx, table, loadID, func(rows array.RecordReader) (err error) {
			out := ipc.NewWriter(f, ipc.WithSchema(rows.Schema()))
			for rows.Next() {
				if err := out.Write(rows.RecordBatch()); err != nil {
					return errors.Join(err, out.Close())
				}
			}
			return errors.Join(rows.Err(), out.Close())
		})
		if err != nil {
			return fmt.Errorf("keep the rows of %s: %w", table, err)
		}
	}
	return z.Close()
}

// eachExtracted hands every table of a landed extract to visit.
func (l *Loader) eachExtracted(sha string, visit func(table string, rows *ipc.Reader) error) error {
	object, err := l.cfg.Landing.Open(sha)
	if err != nil {
		return err
	}
	defer object.Close()
	z, err := zip.NewReader(object, object.Size())
	if err != nil {
		return fmt.Errorf("read the extract: %w", err)
	}
	for _, f := range z.File {
		table, ours := strings.CutSuffix(f.Name, extractEnds)
		if !ours {
			return fmt.Errorf("read the extract: %q is no table", f.Name)
		}
		if err := readExtracted(f, func(rows *ipc.Reader) error { return visit(table, rows) }); err != nil {
			return fmt.Errorf("read the extract's rows of %s: %w", table, err)
		}
	}
	return nil
}

func readExtracted(f *zip.File, visit func(*ipc.Reader) error) (err error) {
	body, err := f.Open()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, body.Close()) }()
	rows, err := ipc.NewReader(body)
	if err != nil {
		return err
	}
	defer rows.Release()
	return visit(rows)
}

// countExtract reads a landed extract back in full and counts its rows beside those of the ledger.
func (l *Loader) countExtract(sha string) (rows int64, err error) {
	err = l.eachExtracted(sha, func(table string, r *ipc.Reader) error {
		for r.Next() {
			if table != loadTable && table != quarantineTable {
				rows += r.RecordBatch().NumRows()
			}
		}
		return r.Err()
	})
	return rows, err
}

// restore puts what an extract holds back into the database, in one transaction.
func (l *Loader) restore(ctx context.Context, src *Source, sha string) (rows int64, err error) {
	known := map[string]bool{}
	for _, t := range extracted(src) {
		known[t] = true
	}
	err = l.cfg.Raw.WithTx(ctx, func(tx *warehouse.Tx) error {
		return l.eachExtracted(sha, func(table string, r *ipc.Reader) error {
			if !known[table] {
				return nil // a table that the source no longer fills
			}
			n, err := l.restoreTable(ctx, tx, table, r)
			if table != loadTable && table != quarantineTable {
				rows += n
			}
			return err
		})
	})
	return rows, err
}

func (l *Loader) restoreTable(ctx context.Context, tx *warehouse.Tx, table string, r *ipc.Reader) (rows int64, err error) {
	keep := l.columnsOf(table)
	for r.Next() {
		batch := r.RecordBatch()
		if batch.NumRows() == 0 {
			continue
		}
		n, err := insertBatch(ctx, tx, table, project(batch, keep))
		if err != nil {
			return rows, err
		}
		rows += n
	}
	return rows, r.Err()
}

// columnsOf are the columns that a raw table has by the present contracts.
func (l *Loader) columnsOf(table string) map[string]bool {
	keep := map[string]bool{}
	var def warehouse.TableDef
	for _, d := range ledgerTables {
		if d.Name == table {
			def = d
		}
	}
	if t := l.cfg.Tables[table]; t != nil {
		def = tableDef(t)
	}
	for _, c := range def.Columns {
		keep[c.Name] = true
	}
	return keep
}

// project leaves out columns that a table no longer has.
func project(batch arrow.RecordBatch, keep map[string]bool) arrow.RecordBatch {
	var fields []arrow.Field
	var columns []arrow.Array
	for i, f := range batch.Schema().Fields() {
		if keep[f.Name] {
			fields, columns = append(fields, f), append(columns, batch.Column(i))
		}
	}
	return array.NewRecordBatch(arrow.NewSchema(fields, nil), columns, batch.NumRows())
}
