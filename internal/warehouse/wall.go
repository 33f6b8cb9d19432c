package warehouse

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"strings"

	duckdb "github.com/duckdb/duckdb-go/v2"
)

// engine is a connector that its pool can be asked for again, so that a second pool can stand on the same open database.
type engine struct{ *duckdb.Connector }

// engineDriver carries the engine through [sql.DB.Driver].
type engineDriver struct {
	driver.Driver
	engine *engine
}

// Driver implements [driver.Connector].
func (e *engine) Driver() driver.Driver { return engineDriver{e.Connector.Driver(), e} }

// standing opens connections that stand in one catalog, with a few settings of their own.
type standing struct {
	*engine
	first []string
}

// Connect implements [driver.Connector].
func (s standing) Connect(ctx context.Context) (driver.Conn, error) {
	c, err := s.engine.Connect(ctx)
	if err != nil {
		return nil, err
	}
	for _, stmt := range s.first {
		exec, ok := c.(driver.ExecerContext)
		if !ok {
			return nil, errors.Join(errors.New("warehouse: the driver's connections run no statements"), c.Close())
		}
		if _, err := exec.ExecContext(ctx, stmt, nil); err != nil {
			return nil, errors.Join(err, c.Close())
		}
	}
	return c, nil
}

// Close does nothing: the engine belongs to the pool that it was opened with.
func (standing) Close() error { return nil }

// Wall puts a catalog in memory before an open database: it holds the schemas core, mart, analytics and ops with the views that the
// statements make, and nothing else. The pool that it gives stands in that catalog, so that a query which names core.flag reaches the view
// of that name, and a table without a view is not there. Each statement is one CREATE VIEW, in which {data} stands for the catalog behind
// the wall and {wall} for the wall's own. A view over a table that the database doesn't have is left out. first are statements that every
// new connection runs.
//
// The caller closes the pool before the database.
func Wall(ctx context.Context, db *sql.DB, name string, statements []View, first ...string) (*sql.DB, error) {
	d, ok := db.Driver().(engineDriver)
	if !ok {
		return nil, errors.New("warehouse: a wall needs a database that this package opened")
	}
	conn, err := db.Conn(ctx)
	if err != nil {
		return nil, err
	}
	defer func() { _ = conn.Close() }()
	have, data, err := behind(ctx, conn)
	if err != nil {
		return nil, err
	}
	if _, err := conn.ExecContext(ctx, "ATTACH IF NOT EXISTS ':memory:' AS "+Ident(name)+" (READ_WRITE)"); err != nil {
		return nil, fmt.Errorf("put up the wall %s: %w", name, err)
	}
	fill := strings.NewReplacer("{data}", quoteCatalog(data), "{wall}", Ident(name))
	run := []string{}
	for _, schema := range []string{"core", "mart", "analytics", "ops"} {
		run = append(run, "CREATE SCHEMA IF NOT EXISTS "+Ident(name)+"."+schema)
	}
	for _, v := range statements {
		if v.Table == "" || have[v.Table] {
			run = append(run, fill.Replace(v.SQL))
		}
	}
	for _, stmt := range run {
		if _, err := conn.ExecContext(ctx, stmt); err != nil {
			return nil, fmt.Errorf("put up the wall %s: %w in %.120s", name, err, stmt)
		}
	}
	pool := sql.OpenDB(standing{d.engine, append([]string{"USE " + Ident(name)}, first...)})
	pool.SetMaxIdleConns(wallConnections) // as many readers as usually ask at once; making a connection costs a question's time
	return pool, nil
}

const wallConnections = 16

// View is one statement of a wall, and the table that it stands before; no table for a view of the wall's own.
type View struct{ Table, SQL string }

// behind lists the tables of the database, and names its catalog.
func behind(ctx context.Context, conn *sql.Conn) (have map[string]bool, catalog string, err error) {
	if err := conn.QueryRowContext(ctx, "SELECT current_database()").Scan(&catalog); err != nil {
		return nil, "", err
	}
	rows, err := conn.QueryContext(ctx, "SELECT schema_name || '.' || table_name FROM duckdb_tables() WHERE database_name = current_database()")
	if err != nil {
		return nil, "", err
	}
	defer func() { _ = rows.Close() }()
	have = map[string]bool{}
	for rows.Next() {
		var t string
		if err := rows.Scan(&t); err != nil {
			return nil, "", err
		}
		have[t] = true
	}
	return have, catalog, rows.Err()
}

// quoteCatalog quotes the name of a catalog, which is that of a file and no plain identifier.
func quoteCatalog(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }
