package warehouse

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
)

// Extensions of the engine that Bellwether can use. None is part of the program: an operator supplies them.
const (
	ExtEncryption = "httpfs"           // writes encrypted files, and reads and writes buckets
	ExtPostgres   = "postgres_scanner" // reaches a PostgreSQL server
	ExtDuckLake   = "ducklake"         // a lake: its catalogue in a database, its data as Parquet
)

// Extensions says where the engine's extensions come from; the zero value has none.
type Extensions struct {
	Folder  string // holds NAME.duckdb_extension, or the engine's own layout VERSION/PLATFORM/NAME.duckdb_extension
	Install bool   // let the engine fetch what the folder has not from its maker, over the network
}

// ExtensionError says that an extension of the engine is missing or does not fit.
type ExtensionError struct {
	Name  string
	Path  string // "" if it was not found
	Cause error
}

// Error names the extension and the next step.
func (e *ExtensionError) Error() string {
	if e.Path == "" && e.Cause == nil {
		return fmt.Sprintf("the engine's extension %s is missing: put %s.duckdb_extension for DuckDB %s into the folder that warehouse.extensions names (docs/engines.md says where it comes from), or set warehouse.install_extensions where this machine may fetch it",
			e.Name, e.Name, EngineVersion())
	}
	where := e.Path
	if where == "" {
		where = "fetched from its maker"
	}
	return fmt.Sprintf("the engine's extension %s (%s) can't be loaded: it must be the one built for DuckDB %s on this platform, signed by its maker: %v", e.Name, where, EngineVersion(), e.Cause)
}

// Unwrap gives the engine's own error.
func (e *ExtensionError) Unwrap() error { return e.Cause }

// find gives the file of an extension, "" if the folder has none.
func (x Extensions) find(name string) (string, error) {
	if x.Folder == "" {
		return "", nil
	}
	file := name + ".duckdb_extension"
	paths := []string{filepath.Join(x.Folder, file)}
	deeper, err := filepath.Glob(filepath.Join(x.Folder, EngineVersion(), "*", file))
	if err != nil {
		return "", err
	}
	for _, p := range append(paths, deeper...) {
		if _, err := os.Stat(p); err == nil {
			return p, nil
		} else if !errors.Is(err, fs.ErrNotExist) {
			return "", err
		}
	}
	return "", nil
}

// load loads one extension into an engine that is not locked yet. The engine checks the maker's signature and the version.
func (x Extensions) load(ctx context.Context, conn *sql.Conn, name string) error {
	path, err := x.find(name)
	if err != nil {
		return err
	}
	if path != "" {
		if _, err := conn.ExecContext(ctx, "LOAD "+Literal(path)); err != nil {
			return &ExtensionError{Name: name, Path: path, Cause: err}
		}
		return nil
	}
	if !x.Install {
		return &ExtensionError{Name: name}
	}
	if x.Folder != "" {
		if _, err := conn.ExecContext(ctx, "SET GLOBAL extension_directory = "+Literal(x.Folder)); err != nil {
			return err
		}
	}
	for _, s := range []string{"INSTALL " + Ident(name), "LOAD " + Ident(name)} {
		if _, err := conn.ExecContext(ctx, s); err != nil {
			return &ExtensionError{Name: name, Cause: err}
		}
	}
	return nil
}

// TryExtension says whether an extension can be loaded, in an engine that is thrown away again; nil if it can.
func TryExtension(ctx context.Context, x Extensions, name string) (err error) {
	if path, err := x.find(name); err != nil || path == "" {
		if err == nil && !x.Install {
			err = &ExtensionError{Name: name}
		}
		return err // what is yet to be fetched is fetched when it is needed
	}
	db, err := sql.Open("duckdb", "")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	conn, err := db.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	return x.load(ctx, conn, name)
}

// EngineVersion is the version of the engine that is built in, such as v1.5.5: extensions must be built for it.
var EngineVersion = sync.OnceValue(func() (version string) {
	db, err := sql.Open("duckdb", "")
	if err == nil {
		defer db.Close()
		err = db.QueryRow("SELECT version()").Scan(&version)
	}
	if err != nil {
		return "unknown"
	}
	return version
})
