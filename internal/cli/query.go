package cli

import (
	"database/sql"
	"encoding/csv"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/ipc"

	"bellwether/internal/instance"
	"bellwether/internal/warehouse"
)

type queryCmd struct {
	SQL      string `arg:"" help:"One SELECT (or WITH, SHOW, DESCRIBE) over core, mart, analytics and ops."`
	Format   string `help:"table, csv, json, parquet or arrow." enum:"table,csv,json,parquet,arrow" default:"table"`
	Out      string `short:"o" help:"Write to a file instead of standard output; needed for parquet." type:"path"`
	Snapshot string `help:"An older snapshot's id."`
}

// Help gives an example.
func (queryCmd) Help() string {
	return "Needs access to the instance's files; each query is written to the audit.\n\nExample:\n  bellwether query \"SELECT level_name, count(*) FROM analytics.provider_level GROUP BY 1\" --format csv"
}

var readOnly = regexp.MustCompile(`(?is)^\s*(select|with|show|describe|summarize|from|values|explain)\b`)

// Run answers one query from a snapshot.
func (c queryCmd) Run(s *session) error {
	if s.JSON {
		c.Format = "json"
	}
	if !readOnly.MatchString(c.SQL) {
		return usage{errors.New("a query begins with SELECT, WITH, FROM, SHOW, DESCRIBE, SUMMARIZE, VALUES or EXPLAIN: the snapshot can't be changed")}
	}
	if c.Format == "parquet" && c.Out == "" {
		return usage{errors.New("parquet needs a file: add --out FILE")}
	}
	cfg, err := s.config()
	if err != nil {
		return err
	}
	info, err := pick(cfg.Path(instance.Snapshots), c.Snapshot)
	if err != nil {
		return err
	}
	temp := cfg.Path(instance.Temp)
	snap, err := warehouse.OpenSnapshot(info.Path, instance.Limits(cfg), temp)
	if err != nil {
		return err
	}
	defer snap.Close()
	if err := auditQuery(s, cfg, snap.ID, c.SQL); err != nil {
		return err
	}
	if c.Format == "parquet" {
		return c.parquet(s, snap, temp)
	}
	out := s.Stdout
	if c.Out != "" {
		f, err := os.OpenFile(c.Out, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
		if err != nil {
			return fmt.Errorf("write the answer: %w", err)
		}
		defer f.Close()
		out = f
	}
	if c.Format == "arrow" {
		return friendly(snap.QueryArrow(s.ctx, c.SQL, func(r array.RecordReader) error { return writeArrow(out, r) }))
	}
	rows, err := snap.DB().QueryContext(s.ctx, c.SQL)
	if err != nil {
		return friendly(err)
	}
	defer rows.Close()
	return writeRows(out, c.Format, rows)
}

func pick(dir, id string) (warehouse.SnapshotInfo, error) {
	all, err := warehouse.Snapshots(dir)
	if err != nil {
		return warehouse.SnapshotInfo{}, err
	}
	for _, in := range all {
		if id == "" || strings.HasPrefix(in.ID, id) {
			return in, nil
		}
	}
	if id != "" {
		return warehouse.SnapshotInfo{}, fmt.Errorf("no snapshot %q is kept; `bellwether snapshots` lists them", id)
	}
	return warehouse.SnapshotInfo{}, warehouse.ErrNoSnapshot
}

func friendly(err error) error {
	if err == nil {
		return nil
	}
	return usage{fmt.Errorf("the query can't be answered: %w", err)}
}

// parquet writes inside the instance first, the only place the engine may write to, and then moves the file.
func (c queryCmd) parquet(s *session, snap *warehouse.Snapshot, temp string) error {
	tmp := filepath.Join(temp, fmt.Sprintf("query-%d.parquet", os.Getpid()))
	defer os.Remove(tmp)
	if err := snap.CopyParquet(s.ctx, strings.TrimRight(strings.TrimSpace(c.SQL), ";"), tmp); err != nil {
		return friendly(err)
	}
	data, err := os.ReadFile(tmp)
	if err != nil {
		return err
	}
	return instance.WriteFile(c.Out, data, 0o600)
}

func writeArrow(w io.Writer, r array.RecordReader) error {
	out := ipc.NewWriter(w, ipc.WithSchema(r.Schema()))
	for r.Next() {
		if err := out.Write(r.RecordBatch()); err != nil {
			return errors.Join(err, out.Close())
		}
	}
	return errors.Join(r.Err(), out.Close())
}

func writeRows(w io.Writer, format string, rows *sql.Rows) error {
	cols, err := rows.Columns()
	if err != nil {
		return err
	}
	vals, ptrs := make([]any, len(cols)), make([]any, len(cols))
	for i := range vals {
		ptrs[i] = &vals[i]
	}
	var table [][]string
	var objects []map[string]any
	out := csv.NewWriter(w)
	if format == "csv" {
		_ = out.Write(cols)
	}
	for rows.Next() {
		if err := rows.Scan(ptrs...); err != nil {
			return err
		}
		if format == "json" {
			o := make(map[string]any, len(cols))
			for i, c := range cols {
				o[c] = jsonValue(vals[i])
			}
			objects = append(objects, o)
			continue
		}
		cells := make([]string, len(cols))
		for i, v := range vals {
			cells[i] = text(v)
		}
		if format == "csv" {
			_ = out.Write(cells)
		} else {
			table = append(table, cells)
		}
	}
	if err := rows.Err(); err != nil {
		return friendly(err)
	}
	switch format {
	case "csv":
		out.Flush()
		return out.Error()
	case "json":
		if objects == nil {
			objects = []map[string]any{}
		}
		return printJSON(w, objects)
	}
	return printTable(w, cols, table)
}

func text(v any) string {
	switch x := v.(type) {
	case nil:
		return ""
	case time.Time:
		if x.Hour() == 0 && x.Minute() == 0 && x.Second() == 0 && x.Nanosecond() == 0 {
			return x.Format(time.DateOnly)
		}
		return x.UTC().Format("2006-01-02 15:04:05")
	case []byte:
		return hex.EncodeToString(x)
	case fmt.Stringer:
		return x.String()
	default:
		return fmt.Sprint(x)
	}
}

// jsonValue keeps numbers and truths as they are and writes everything else as text.
func jsonValue(v any) any {
	switch x := v.(type) {
	case nil, bool, int8, int16, int32, int64, uint8, uint16, uint32, uint64, float32, float64, string:
		return x
	default:
		s := text(x)
		if json.Valid([]byte(s)) && s != "" && strings.Trim(s, "-0123456789.") == "" {
			return json.Number(s)
		}
		return s
	}
}
