package warehouse

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
)

// TableHash is the fingerprint of one table's content: its row count, its columns, and a sum over its rows' hashes, so that neither the
// order of rows nor the number of threads matters, while a row that appears twice does.
type TableHash struct {
	Table string
	Rows  int64
	Sum   string
}

// ContentHash fingerprints all tables of core, mart and analytics. Run metadata (ops) is left out on purpose: the same inputs
// give the same hash whenever they are run.
func (b *Build) ContentHash(ctx context.Context) (string, []TableHash, error) {
	return contentHash(ctx, b.db, b.workers)
}

func contentHash(ctx context.Context, db *sql.DB, n int) (string, []TableHash, error) {
	tables, err := listTables(ctx, db)
	if err != nil {
		return "", nil, err
	}
	content := slices.DeleteFunc(tables, func(t string) bool { return strings.HasPrefix(t, "ops.") })
	out, err := scan(ctx, db, content, n)
	if err != nil {
		return "", nil, err
	}
	return Combine(out), out, nil
}

// Combine makes one content hash of the hashes of tables, in the order of their names; those of ops, which tell of the run, are left out.
func Combine(tables []TableHash) string {
	sum := sha256.New()
	for _, h := range slices.SortedFunc(slices.Values(tables), func(a, b TableHash) int { return strings.Compare(a.Table, b.Table) }) {
		if !strings.HasPrefix(h.Table, "ops.") {
			fmt.Fprintf(sum, "%s %d %s\n", h.Table, h.Rows, h.Sum)
		}
	}
	return hex.EncodeToString(sum.Sum(nil))
}
