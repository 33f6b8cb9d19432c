package warehouse

import (
	"errors"
	"fmt"
	"regexp"
	"strings"

	duckdb "github.com/duckdb/duckdb-go/v2"
)

// memoryLimit finds in the engine's words how much it was allowed.
var memoryLimit = regexp.MustCompile(`/([0-9.]+ [KMGT]iB) used`)

// MemoryError says that work on a file needs more memory than the engine may use.
type MemoryError struct {
	Path  string
	Limit string // such as "1.0 GiB"; "" if the engine did not say
	Cause error
}

// Error names the limit and the setting that raises it.
func (e *MemoryError) Error() string {
	limit := e.Limit
	if limit == "" {
		limit = "its limit"
	}
	return fmt.Sprintf("%s: the work needs more memory than the engine may use (%s): raise `warehouse.memory_mib`, to at most half of the machine's memory, and run again; nothing half-done was kept", e.Path, limit)
}

// Unwrap gives the engine's own error.
func (e *MemoryError) Unwrap() error { return e.Cause }

// keepKind leaves callers' own errors as they are and puts only the engine's disk, memory and lock messages into plain words.
func keepKind(path string, err error) error {
	msg := err.Error()
	if strings.Contains(msg, "Out of Memory Error") {
		out := &MemoryError{Path: path, Cause: err}
		if m := memoryLimit.FindStringSubmatch(msg); m != nil {
			out.Limit = m[1]
		}
		return out
	}
	if strings.Contains(msg, "No space left") || strings.Contains(msg, "Could not set lock") {
		return translate(path, err)
	}
	return err
}

// ErrNoSnapshot says that nothing has been published yet.
var ErrNoSnapshot = errors.New("no snapshot has been published yet: run `bellwether run` first")

// FormatError says that a snapshot was written by a version that this one can't read.
type FormatError struct {
	Path        string
	Have, Knows int
}

// Error names both versions and the next step, which is not the same for a file that is older as for one that is newer.
func (e *FormatError) Error() string {
	if e.Have < e.Knows {
		return fmt.Sprintf("snapshot %s has format %d, of an earlier version of Bellwether; this one reads format %d: publish again with `bellwether run`, which makes it anew from what is loaded and loses nothing", e.Path, e.Have, e.Knows)
	}
	return fmt.Sprintf("snapshot %s has format %d, of a newer version of Bellwether; this one reads format %d: use that version, or publish again with `bellwether run`", e.Path, e.Have, e.Knows)
}

// RawFormatError says that the raw file was written by a newer version, whose tables this one does not know.
type RawFormatError struct {
	Path        string
	Have, Knows int
}

// Error names both versions and the next step.
func (e *RawFormatError) Error() string {
	return fmt.Sprintf("%s has format %d, of a newer version of Bellwether; this one knows format %d and has changed nothing: use that version, or restore the backup made before the upgrade", e.Path, e.Have, e.Knows)
}

// EngineFault says whether an error is a fault inside the engine, after which its handle answers nothing more: the work is done again
// on a new handle.
func EngineFault(err error) bool {
	if err == nil {
		return false
	}
	msg := err.Error()
	return strings.Contains(msg, "INTERNAL Error") || strings.Contains(msg, "database has been invalidated") || strings.Contains(msg, "FATAL Error") && !strings.Contains(msg, "No space left")
}

var quotes = regexp.MustCompile(`'[^'\n]*'|"[^"\n]*"`)

// Masked gives an error's message without what the engine quotes in it: it quotes values of rows, and the statement that met them. Messages
// that are ours are left as they are.
func Masked(err error) string {
	if err == nil {
		return ""
	}
	msg := err.Error()
	var engine *duckdb.Error
	if !errors.As(err, &engine) || engine.Msg == "" {
		return msg
	}
	first, _, _ := strings.Cut(engine.Msg, "\n")
	return strings.ReplaceAll(msg, engine.Msg, quotes.ReplaceAllString(first, "(a value)"))
}
