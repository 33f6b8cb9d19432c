package warehouse

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// rewritten is the name of the new file while it is made.
const rewritten = "raw-rewritten.duckdb"

// Rewrite makes the raw file anew from what it holds, and puts the new file in the old one's place. Rows that were deleted leave their
// bytes in free blocks of a file; in the new one they never were. A crash leaves one whole file or the other.
func (r *Raw) Rewrite(ctx context.Context) error {
	fresh := filepath.Join(filepath.Dir(r.path), rewritten)
	for _, f := range []string{fresh, fresh + ".wal"} {
		if err := os.Remove(f); err != nil && !errors.Is(err, os.ErrNotExist) {
			return fmt.Errorf("rewrite the raw file: %w", err)
		}
	}
	conn, err := r.db.Conn(ctx)
	if err != nil {
		return err
	}
	if err := r.lim.Vault.attach(ctx, conn, fresh, "rewritten", false); err != nil {
		return errors.Join(fmt.Errorf("rewrite the raw file: %w", keepKind(r.path, err)), conn.Close())
	}
	for _, q := range []string{"COPY FROM DATABASE raw TO rewritten", "CHECKPOINT rewritten", "DETACH rewritten"} {
		if _, err := conn.ExecContext(ctx, q); err != nil {
			return errors.Join(fmt.Errorf("rewrite the raw file: %w", keepKind(r.path, err)), conn.Close())
		}
	}
	if err := errors.Join(conn.Close(), syncPath(fresh)); err != nil {
		return fmt.Errorf("rewrite the raw file: %w", err)
	}
	resume, err := r.Suspend()
	if err != nil {
		return err
	}
	err = os.Rename(fresh, r.path)
	if gone := os.Remove(r.path + ".wal"); gone != nil && !errors.Is(gone, os.ErrNotExist) {
		err = errors.Join(err, gone)
	}
	return errors.Join(err, syncPath(filepath.Dir(r.path)), resume(ctx))
}
