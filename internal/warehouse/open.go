package warehouse

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"

	duckdb "github.com/duckdb/duckdb-go/v2"
)

// Limits bound what one handle may use of the machine. DuckDB's memory lies outside the Go heap, so GOMEMLIMIT does not see it.
type Limits struct {
	MemoryMiB int    // soft limit of the engine's buffers; 0 means 1024
	Threads   int    // worker threads; 0 means 2
	TempDir   string // where the engine may spill; "" means the folder of the file
	Vault     Vault  // how files are encrypted; the zero value leaves them plain

	steady bool // for rows that come bit by bit: write every full group at once, not five together, and fold the log into the file seldom
}

func (l Limits) withDefaults(dir string) Limits {
	if l.MemoryMiB <= 0 {
		l.MemoryMiB = 1024
	}
	if l.Threads <= 0 {
		l.Threads = 2
	}
	if l.TempDir == "" {
		l.TempDir = dir
	}
	return l
}

// HeldError says that another process holds a database file.
type HeldError struct {
	Path string
	PID  int // 0 if the engine did not name it
}

// Error names the holder and the next step.
func (e *HeldError) Error() string {
	who := "another process"
	if e.PID > 0 {
		who = fmt.Sprintf("process %d", e.PID)
	}
	return fmt.Sprintf("%s is held by %s: is a run already in progress? Wait for it to end, or stop it, and try again", e.Path, who)
}

// CorruptError says that a file is not a usable database.
type CorruptError struct {
	Path  string
	Cause error
}

// Error names the file and the next step.
func (e *CorruptError) Error() string {
	return fmt.Sprintf("%s can't be opened as a warehouse file (%v): restore it from a backup, or remove it and run `bellwether run --full` to rebuild it from the landing zone", e.Path, e.Cause)
}

// Unwrap gives the engine's own error.
func (e *CorruptError) Unwrap() error { return e.Cause }

var pidPattern = regexp.MustCompile(`PID (\d+)`)

// translate puts the engine's words about a file into the user's words.
func translate(path string, err error) error {
	if err == nil {
		return nil
	}
	msg := err.Error()
	switch {
	case strings.Contains(msg, "Could not set lock"):
		held := &HeldError{Path: path}
		if m := pidPattern.FindStringSubmatch(msg); m != nil {
			held.PID, _ = strconv.Atoi(m[1])
		}
		return held
	case errors.Is(err, os.ErrNotExist), errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return err
	case strings.Contains(msg, "No space left"):
		return fmt.Errorf("%s: the disk is full; free some space and run again: nothing half-done was kept: %w", path, err)
	default:
		return &CorruptError{Path: path, Cause: err}
	}
}

// open gives a pool over one database file ("" for memory), locked down, with files reachable in dirs only.
func open(ctx context.Context, path string, readOnly bool, lim Limits, dirs ...string) (*sql.DB, error) {
	if path != "" {
		dirs = append(dirs, filepath.Dir(path))
	}
	if len(dirs) == 0 {
		return nil, errors.New("open a database in memory: name the one folder it may use")
	}
	lim = lim.withDefaults(dirs[len(dirs)-1])
	sealed, err := lim.Vault.seals(path)
	if err != nil {
		return nil, err
	}
	if sealed {
		return openSealed(ctx, path, readOnly, lim, dirs)
	}
	return openPlain(ctx, path, readOnly, lim, dirs, nil)
}

func openPlain(ctx context.Context, path string, readOnly bool, lim Limits, dirs []string, prepare func(*sql.Conn) error) (*sql.DB, error) {
	dsn := path
	if readOnly {
		dsn += "?access_mode=read_only"
	}
	connector, err := duckdb.NewConnector(dsn, nil)
	if err != nil {
		return nil, translate(path, err)
	}
	db := sql.OpenDB(&engine{connector})
	if err := lockDown(ctx, db, lim, dirs, prepare); err != nil {
		return nil, sealedFault(path, errors.Join(err, db.Close()))
	}
	return db, nil
}

// lockDown applies the settings once for the whole instance; the order matters, because the last one forbids all later ones. What must be
// reached from outside is reached in between, by prepare.
func lockDown(ctx context.Context, db *sql.DB, lim Limits, dirs []string, prepare func(*sql.Conn) error) error {
	conn, err := db.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	settings := []string{
		allowSQL(dirs),
		"SET GLOBAL temp_directory = " + Literal(filepath.Join(lim.TempDir, "spill")),
		"SET GLOBAL autoinstall_known_extensions = false",
		"SET GLOBAL autoload_known_extensions = false",
		"SET GLOBAL allow_community_extensions = false",
		fmt.Sprintf("SET GLOBAL memory_limit = '%dMiB'", lim.MemoryMiB),
		fmt.Sprintf("SET GLOBAL threads = %d", lim.Threads),
		"SET GLOBAL TimeZone = 'UTC'",
	}
	if lim.steady {
		// Small files come one after another, and each checkpoint compresses the unfinished row group of every table anew: at the engine's own
		// 16 MiB that was a third of the work of taking in four hundred files. What the log holds is safe as soon as it is committed.
		settings = append(settings, "SET GLOBAL write_buffer_row_group_count = 1", "SET GLOBAL checkpoint_threshold = '64MiB'")
	}
	for i, s := range settings {
		_, err := conn.ExecContext(ctx, s)
		if err != nil && i == 0 && strings.Contains(err.Error(), "the configuration has been locked") {
			return nil // this process has the file open already, and shares the engine that was locked down then
		}
		if err != nil {
			return err
		}
	}
	if prepare != nil {
		if err := prepare(conn); err != nil {
			return err
		}
	}
	for _, s := range []string{"SET GLOBAL enable_external_access = false", "SET GLOBAL lock_configuration = true"} {
		if _, err := conn.ExecContext(ctx, s); err != nil {
			return err
		}
	}
	return nil
}

// OpenScratch gives an in-memory database with the same lock-down, for tests and for work that leaves no file; dir is the one
// folder it may read and spill to. It works on one thread: what fits in memory here is so small that a second one costs a third more
// processor time than it saves.
func OpenScratch(dir string) (*sql.DB, error) {
	return open(context.Background(), "", false, Limits{TempDir: dir, Threads: 1}, dir)
}
