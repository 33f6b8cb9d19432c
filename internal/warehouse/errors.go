package warehouse

import (
	"errors"
	"fmt"
	"regexp"
	"strings"

	duckdb "github.com/duckdb/duckdb-go/v2"
)

// keepKind leaves callers' own errors as they are and puts only the engine's disk and lock messages into plain words.
func keepKind(path string, err error) error {
	msg := err.Error()
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

// Error names both versions and the next step.
func (e *FormatError) Error() string {
	return fmt.Sprintf("snapshot %s has format %d, this version of Bellwether reads format %d: upgrade, or publish again with `bellwether run --full`", e.Path, e.Have, e.Knows)
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
