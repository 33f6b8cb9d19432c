package relational

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"strings"
)

// Content is what one table holds: how many rows, and a hash over every value
// of them, which is the same in every engine.
type Content struct {
	Table string `json:"table"`
	Rows  int64  `json:"rows"`
	Hash  string `json:"sha256"`
}

// ErrNotEmpty says that a store that was to be filled has something in it.
var ErrNotEmpty = errors.New("casework store: the store to be filled is not empty")

// Contents reads every table.
func Contents(ctx context.Context, tx *sql.Tx) ([]Content, error) {
	var all []Content
	for _, t := range Tables {
		c, err := t.read(ctx, tx, nil)
		if err != nil {
			return nil, fmt.Errorf("casework store: read the table %s: %w", t.Name, err)
		}
		all = append(all, c)
	}
	return all, nil
}

// Copy fills an empty store with everything that another holds, as both are in
// two open transactions, and reads it back: unless every table has the same
// rows and the same hash on both sides it fails, and what was written is gone
// when to is rolled back.
func Copy(ctx context.Context, from, to *sql.Tx) ([]Content, error) {
	empty, err := Contents(ctx, to)
	if err != nil {
		return nil, err
	}
	for _, c := range empty {
		if c.Rows > 0 {
			return nil, fmt.Errorf("%w: the table %s has %d rows", ErrNotEmpty, c.Table, c.Rows)
		}
	}
	var all []Content
	for _, t := range Tables {
		if err := t.copy(ctx, from, to, &all); err != nil {
			return nil, fmt.Errorf("casework store: copy the table %s: %w", t.Name, err)
		}
	}
	written, err := Contents(ctx, to)
	if err != nil {
		return nil, err
	}
	return all, Same(all, written)
}

// Same says in which table two stores differ.
func Same(a, b []Content) error {
	for i := range a {
		if a[i] != b[i] {
			return fmt.Errorf("casework store: the table %s has %d rows on one side and %d on the other, or they differ: nothing was changed",
				a[i].Table, a[i].Rows, b[i].Rows)
		}
	}
	return nil
}

func (t Table) copy(ctx context.Context, from, to *sql.Tx, all *[]Content) error {
	names, marks := make([]string, len(t.Columns)), make([]string, len(t.Columns))
	for i, c := range t.Columns {
		names[i], marks[i] = c.Name, fmt.Sprintf("$%d", i+1)
	}
	//nolint:gosec,sqlclosecheck // names come from the list of tables alone; the statement is closed when they are copied
	insert, err := to.PrepareContext(ctx, "INSERT INTO "+t.Name+" ("+strings.Join(names, ", ")+") VALUES ("+strings.Join(marks, ", ")+")")
	if err != nil {
		return err
	}
	defer insert.Close()
	c, err := t.read(ctx, from, func(values []any) error {
		_, err := insert.ExecContext(ctx, values...)
		return err
	})
	*all = append(*all, c)
	return err
}

// read visits every row in the order of its first two columns, which names it.
func (t Table) read(ctx context.Context, tx *sql.Tx, visit func([]any) error) (Content, error) {
	names := make([]string, len(t.Columns))
	for i, c := range t.Columns {
		names[i] = c.Name
	}
	content, sum := Content{Table: t.Name}, sha256.New()
	//nolint:gosec // names come from the list of tables alone
	rows, err := tx.QueryContext(ctx, "SELECT "+strings.Join(names, ", ")+" FROM "+t.Name+" ORDER BY 1, 2")
	if err != nil {
		return content, err
	}
	defer rows.Close()
	for rows.Next() {
		values, err := t.scan(rows, sum)
		if err != nil {
			return content, err
		}
		content.Rows++
		if visit != nil {
			if err := visit(values); err != nil {
				return content, err
			}
		}
	}
	content.Hash = hex.EncodeToString(sum.Sum(nil))
	return content, rows.Err()
}

// scan reads a row and adds it to a hash: of each value whether it is there,
// its length and its bytes, so that no two rows read alike.
func (t Table) scan(rows *sql.Rows, sum hash.Hash) ([]any, error) {
	into := make([]any, len(t.Columns))
	for i, c := range t.Columns {
		switch c.Kind {
		case Whole:
			into[i] = new(sql.NullInt64)
		case Truth:
			into[i] = new(sql.NullBool)
		case Bytes:
			into[i] = new([]byte)
		default:
			into[i] = new(sql.NullString)
		}
	}
	if err := rows.Scan(into...); err != nil {
		return nil, err
	}
	for i := range into {
		var there bool
		var raw []byte
		switch v := into[i].(type) {
		case *sql.NullInt64:
			there, raw = v.Valid, binary.BigEndian.AppendUint64(nil, uint64(v.Int64)) //nolint:gosec // the bits are what is hashed
			into[i] = *v
		case *sql.NullBool:
			there, raw = v.Valid, fmt.Append(nil, v.Bool)
			into[i] = *v
		case *[]byte:
			there, raw = *v != nil, *v
			into[i] = *v
		case *sql.NullString:
			there, raw = v.Valid, []byte(v.String)
			into[i] = *v
		}
		var head [9]byte
		if there {
			head[0] = 1
		}
		binary.BigEndian.PutUint64(head[1:], uint64(len(raw)))
		sum.Write(head[:])
		sum.Write(raw)
	}
	return into, nil
}
