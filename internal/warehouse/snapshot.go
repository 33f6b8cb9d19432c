package warehouse

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"sync"

	"github.com/apache/arrow-go/v18/arrow/array"
	duckdb "github.com/duckdb/duckdb-go/v2"
)

// Snapshot is a published file open for reading. Many may be open at once, in this process and in others.
type Snapshot struct {
	SnapshotInfo
	db *sql.DB

	mu     sync.Mutex
	walls  map[string]*sql.DB
	beside map[any]any
}

// OpenSnapshot opens a published file read-only and refuses one of another format version.
func OpenSnapshot(path string, lim Limits, dirs ...string) (*Snapshot, error) {
	info, err := describe(path)
	if err != nil {
		return nil, err
	}
	ctx := context.Background()
	db, err := open(ctx, path, true, lim, dirs...)
	if err != nil {
		return nil, err
	}
	s := &Snapshot{SnapshotInfo: info, db: db}
	var format int
	if err := db.QueryRowContext(ctx, "SELECT format_version FROM ops.run LIMIT 1").Scan(&format); err != nil {
		return nil, errors.Join(&CorruptError{Path: path, Cause: err}, db.Close())
	}
	if format != FormatVersion {
		return nil, errors.Join(&FormatError{Path: path, Have: format, Knows: FormatVersion}, db.Close())
	}
	return s, nil
}

// DB gives the pool for queries; every table is schema-qualified (core, mart, analytics, ops).
func (s *Snapshot) DB() *sql.DB { return s.db }

// ContentHash recomputes the fingerprint by reading every column of every table.
func (s *Snapshot) ContentHash(ctx context.Context) (string, []TableHash, error) {
	return contentHash(ctx, s.db, 1)
}

// Tables lists schema.table, sorted.
func (s *Snapshot) Tables(ctx context.Context) ([]string, error) { return listTables(ctx, s.db) }

// QueryArrow runs a query and hands its result as Arrow batches to fn, without copying rows through Go values.
func (s *Snapshot) QueryArrow(ctx context.Context, query string, fn func(array.RecordReader) error) error {
	conn, err := s.db.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	return conn.Raw(func(dc any) error {
		arrow, err := duckdb.NewArrowFromConn(dc.(driver.Conn))
		if err != nil {
			return err
		}
		reader, err := arrow.QueryContext(ctx, query)
		if err != nil {
			return err
		}
		defer reader.Release()
		return fn(reader)
	})
}

// CopyParquet writes a query's result to a Parquet file inside one of the folders given to OpenSnapshot.
func (s *Snapshot) CopyParquet(ctx context.Context, query, file string) error {
	if _, err := s.db.ExecContext(ctx, "COPY ("+query+") TO "+Literal(file)+" (FORMAT parquet, COMPRESSION zstd)"); err != nil {
		return fmt.Errorf("write %s: %w", file, err)
	}
	return nil
}

// answers says whether the handle still works: an engine fault leaves one that refuses everything. A request that has gone away says
// nothing about the handle.
func (s *Snapshot) answers(ctx context.Context) bool {
	var one int
	err := s.db.QueryRowContext(context.WithoutCancel(ctx), "SELECT 1").Scan(&one)
	return !EngineFault(err)
}

// Wall gives a pool that stands behind a wall of views; see [Wall]. Each name is put up once, and closed with the snapshot.
func (s *Snapshot) Wall(ctx context.Context, name string, views []View, first ...string) (*sql.DB, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if db := s.walls[name]; db != nil {
		return db, nil
	}
	// The request that happens to come first may be given up; the wall is for all that follow.
	db, err := Wall(context.WithoutCancel(ctx), s.db, name, views, first...)
	if err != nil {
		return nil, err
	}
	if s.walls == nil {
		s.walls = map[string]*sql.DB{}
	}
	s.walls[name] = db
	return db, nil
}

// Beside gives what is kept beside the snapshot under a key for as long as it is open, made when it is first asked for. A snapshot never
// changes, so what was worked out from it stays true.
func (s *Snapshot) Beside(key any, first func() any) any {
	s.mu.Lock()
	defer s.mu.Unlock()
	v, ok := s.beside[key]
	if !ok {
		v = first()
		if s.beside == nil {
			s.beside = map[any]any{}
		}
		s.beside[key] = v
	}
	return v
}

// Close closes the handle.
func (s *Snapshot) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	var all []error
	for _, w := range s.walls {
		all = append(all, w.Close())
	}
	s.walls, s.beside = nil, nil
	return errors.Join(append(all, s.db.Close())...)
}
