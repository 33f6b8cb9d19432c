package warehouse

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"fmt"
	"sort"
	"strings"
)

// TableHash is the fingerprint of one table's content: its row count and a sum over its rows' hashes, so that neither the order
// of rows nor the number of threads matters, while a row that appears twice does.
type TableHash struct {
	Table string
	Rows  int64
	Sum   string
}

// ContentHash fingerprints all tables of core, mart and analytics. Run metadata (ops) is left out on purpose: the same inputs
// give the same hash whenever they are run.
func (b *Build) ContentHash(ctx context.Context) (string, []TableHash, error) {
	return contentHash(ctx, b.db)
}

func contentHash(ctx context.Context, db *sql.DB) (string, []TableHash, error) {
	tables, err := listTables(ctx, db)
	if err != nil {
		return "", nil, err
	}
	sort.Strings(tables)
	var out []TableHash
	sum := sha256.New()
	for _, t := range tables {
		if strings.HasPrefix(t, "ops.") {
			continue
		}
		h := TableHash{Table: t}
		query := "SELECT count(*), coalesce(sum(md5_number_lower(CAST(r AS VARCHAR))::HUGEINT), 0)::VARCHAR FROM (SELECT t AS r FROM " + Qualified(t) + " t)"
		if err := db.QueryRowContext(ctx, query).Scan(&h.Rows, &h.Sum); err != nil {
			return "", nil, fmt.Errorf("hash %s: %w", t, err)
		}
		fmt.Fprintf(sum, "%s %d %s\n", h.Table, h.Rows, h.Sum)
		out = append(out, h)
	}
	return hex.EncodeToString(sum.Sum(nil)), out, nil
}
