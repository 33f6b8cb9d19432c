package transform

import (
	"context"
	"fmt"
	"io/fs"
	"path"
	"sort"
	"strings"

	"bellwether/internal/warehouse"
)

// Check is a promise about the tables: its query returns the rows that break it.
type Check struct {
	Name     string
	Severity string // fail: the run ends; warn: it is shown
	Says     string
	SQL      string
}

// Result is how a check ended.
type Result struct {
	Check
	FailingRows int64
}

// OK says whether the promise holds.
func (r Result) OK() bool { return r.FailingRows == 0 }

// Checks reads the embedded checks, sorted by name. The first line of a file is `-- severity: fail` or `-- severity: warn`.
func Checks() ([]Check, error) {
	names, err := fs.Glob(files, "checks/*.sql")
	if err != nil {
		return nil, err
	}
	sort.Strings(names)
	var out []Check
	for _, n := range names {
		src, err := fs.ReadFile(files, n)
		if err != nil {
			return nil, err
		}
		first, rest, _ := strings.Cut(string(src), "\n")
		c := Check{Name: strings.TrimSuffix(path.Base(n), ".sql"), SQL: string(src), Says: headComment(rest)}
		c.Severity = strings.TrimSpace(strings.TrimPrefix(first, "-- severity:"))
		if (c.Severity != "fail" && c.Severity != "warn") || c.Says == "" {
			return nil, fmt.Errorf("%s: begin with `-- severity: fail` or `-- severity: warn`, then a comment that says the promise", n)
		}
		out = append(out, c)
	}
	return out, nil
}

// BrokenError says which promises a run broke.
type BrokenError struct{ Broken []Result }

// Error names each broken promise and what stays in force.
func (e *BrokenError) Error() string {
	parts := make([]string, len(e.Broken))
	for i, r := range e.Broken {
		parts[i] = fmt.Sprintf("%s (%d rows): %s", r.Name, r.FailingRows, r.Says)
	}
	return "checks failed, so nothing was published and the previous snapshot stays in force: " + strings.Join(parts, "; ")
}

// RunChecks runs every check and writes ops.check_result; a broken promise of severity fail gives a *BrokenError.
func RunChecks(ctx context.Context, b *warehouse.Build) ([]Result, error) {
	checks, err := Checks()
	if err != nil {
		return nil, err
	}
	var results, broken []Result
	for _, c := range checks {
		r := Result{Check: c}
		if err := b.DB().QueryRowContext(ctx, "SELECT count(*) FROM ("+c.SQL+"\n)").Scan(&r.FailingRows); err != nil {
			return nil, fmt.Errorf("check %s: %w", c.Name, err)
		}
		results = append(results, r)
		if !r.OK() && c.Severity == "fail" {
			broken = append(broken, r)
		}
	}
	if err := writeResults(ctx, b, results); err != nil {
		return nil, err
	}
	if len(broken) > 0 {
		return results, &BrokenError{Broken: broken}
	}
	return results, nil
}

func writeResults(ctx context.Context, b *warehouse.Build, results []Result) error {
	if _, err := b.CreateTableAs(ctx, "ops.check_result", "SELECT '' AS check_name, '' AS severity, '' AS says, 0::BIGINT AS failing_rows, true AS ok WHERE false"); err != nil {
		return err
	}
	return b.WithTx(ctx, func(tx *warehouse.Tx) error {
		for _, r := range results {
			if _, err := tx.Exec(ctx, "INSERT INTO ops.check_result VALUES (?, ?, ?, ?, ?)", r.Name, r.Severity, r.Says, r.FailingRows, r.OK()); err != nil {
				return err
			}
		}
		return nil
	})
}
