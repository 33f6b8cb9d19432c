package warehouse

import (
	"context"
	"database/sql"
	_ "embed"
	"fmt"
)

//go:embed sql/text_columns.sql
var textColumnsSQL string

// EachText visits every different text of every text column of an open database, decoded: a search of a file's bytes alone would miss what
// the engine has packed.
func EachText(ctx context.Context, db *sql.DB, visit func(place, text string)) error {
	columns, err := textColumns(ctx, db)
	if err != nil {
		return err
	}
	for _, c := range columns {
		err := eachRow(ctx, db, distinctTextSQL(c), func(rows *sql.Rows) error {
			var text string
			if err := rows.Scan(&text); err != nil {
				return err
			}
			visit(c.table+"."+c.column, text)
			return nil
		})
		if err != nil {
			return fmt.Errorf("read the texts of %s: %w", c.table, err)
		}
	}
	return nil
}

// EachTextOfOthers visits, in the raw file, every different text that other loads brought.
func EachTextOfOthers(ctx context.Context, db *sql.DB, loadID string, visit func(text string)) error {
	columns, err := textColumns(ctx, db)
	if err != nil {
		return err
	}
	loaded := map[string]bool{}
	for _, c := range columns {
		loaded[c.table] = loaded[c.table] || c.column == "load_id"
	}
	for _, c := range columns {
		if !loaded[c.table] {
			continue
		}
		rows, err := db.QueryContext(ctx, textsOfOthersSQL(c), loadID)
		if err != nil {
			return fmt.Errorf("read the texts of %s: %w", c.table, err)
		}
		for rows.Next() {
			var text string
			if err := rows.Scan(&text); err != nil {
				_ = rows.Close() //nolint:sqlclosecheck // one of several queries in a loop
				return err
			}
			visit(text)
		}
		if err := rows.Err(); err != nil {
			return err
		}
	}
	return nil
}

// TextsOfLoad lists the different texts that one load alone brought into a table: at most so many of at least a length.
func TextsOfLoad(ctx context.Context, db *sql.DB, table, loadID string, most, least int) (texts []string, err error) {
	columns, err := textColumns(ctx, db)
	if err != nil {
		return nil, err
	}
	for _, c := range columns {
		if c.table != table || c.column == "load_id" || len(texts) >= most {
			continue
		}
		rows, err := db.QueryContext(ctx, textsOfLoadSQL(c), loadID, least, loadID, most-len(texts))
		if err != nil {
			return nil, fmt.Errorf("read the texts of a load in %s: %w", table, err)
		}
		for rows.Next() {
			var text string
			if err := rows.Scan(&text); err != nil {
				_ = rows.Close() //nolint:sqlclosecheck // one of several queries in a loop
				return nil, err
			}
			texts = append(texts, text)
		}
		if err := rows.Err(); err != nil {
			return nil, err
		}
	}
	return texts, nil
}

type textColumn struct{ schema, table, column string }

func textColumns(ctx context.Context, db *sql.DB) (out []textColumn, err error) {
	rows, err := db.QueryContext(ctx, textColumnsSQL)
	if err != nil {
		return nil, fmt.Errorf("list the text columns: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var c textColumn
		if err := rows.Scan(&c.schema, &c.table, &c.column); err != nil {
			return nil, err
		}
		out = append(out, c)
	}
	return out, rows.Err()
}

func (c textColumn) from() string {
	return Ident(c.schema) + "." + Ident(c.table)
}

func distinctTextSQL(c textColumn) string {
	return "SELECT DISTINCT " + Ident(c.column) + " FROM " + c.from() + " WHERE " + Ident(c.column) + " IS NOT NULL"
}

func textsOfOthersSQL(c textColumn) string {
	return distinctTextSQL(c) + " AND load_id <> ?"
}

// textsOfLoadSQL takes the load's id, the least length, the load's id again and the most rows as parameters.
func textsOfLoadSQL(c textColumn) string {
	col := Ident(c.column)
	return "SELECT DISTINCT " + col + " FROM " + c.from() + " WHERE load_id = ? AND length(" + col + ") >= ? AND " + col +
		" NOT IN (SELECT " + col + " FROM " + c.from() + " WHERE load_id <> ? AND " + col + " IS NOT NULL) ORDER BY 1 LIMIT ?"
}
