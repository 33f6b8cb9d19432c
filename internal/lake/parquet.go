package lake

import (
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"strings"

	"bellwether/internal/failpoint"
	"bellwether/internal/instance"
	"bellwether/internal/warehouse"
)

//go:embed sql/run.sql
var runSQL string

// Options say what is published and where to.
type Options struct {
	Snapshot warehouse.SnapshotInfo
	Limits   warehouse.Limits
	Instance string // the instance's folder, which a publication may not lie in
	Folder   string // holds the publications
	Keep     int    // remove all but the newest so many
}

// Publication is one that was made.
type Publication struct {
	Path     string   `json:"path"`
	Manifest Manifest `json:"-"`
	Removed  []string `json:"removed,omitempty"`
}

// Rights of what is published: the engines run as other users, in the folder's group.
const (
	folderMode = 0o750
	fileMode   = 0o640
)

// Parquet publishes a snapshot's marts as a new publication in the folder and moves the link "current" to it. The caller holds the
// instance's lock. What was begun and not finished is removed, by itself or by the next call; the publication in force stays as it was.
func Parquet(ctx context.Context, opt Options) (out Publication, err error) {
	if err := opt.place(); err != nil {
		return out, err
	}
	name, err := freeName(opt.Folder, strings.TrimSuffix(filepath.Base(opt.Snapshot.Path), ".duckdb"))
	if err != nil {
		return out, err
	}
	dir := filepath.Join(opt.Folder, unfinished+name)
	defer func() {
		if err != nil {
			err = errors.Join(fmt.Errorf("the marts were not published and what was begun is removed; the publication in force stays: %w", err), os.RemoveAll(dir))
		}
	}()
	if err := os.Mkdir(dir, folderMode); err != nil {
		return out, err
	}
	if out.Manifest, err = write(ctx, opt, dir); err != nil {
		return out, err
	}
	if err := errors.Join(settle(dir), failpoint.At(failpoint.MartsWritten)); err != nil {
		return out, err
	}
	out.Path = filepath.Join(opt.Folder, name)
	if err := errors.Join(os.Rename(dir, out.Path), syncDir(opt.Folder), failpoint.At(failpoint.MartsNamed)); err != nil {
		return out, err
	}
	if err := point(opt.Folder, name); err != nil {
		return out, err
	}
	out.Removed, err = Prune(opt.Folder, opt.Keep)
	return out, err
}

// write makes every file of a publication and its manifest.
func write(ctx context.Context, opt Options, dir string) (m Manifest, err error) {
	terms, err := Tables()
	if err != nil {
		return m, err
	}
	snap, err := warehouse.OpenSnapshot(opt.Snapshot.Path, opt.Limits, dir)
	if err != nil {
		return m, err
	}
	defer func() { err = errors.Join(err, snap.Close()) }()
	if m, err = readRun(ctx, snap.DB()); err != nil {
		return m, err
	}
	w := writer{snap: snap, dir: dir, council: Slug(m.Council), prefix: m.Snapshot, notes: map[string]string{
		"bellwether_snapshot": m.Snapshot, "bellwether_content_hash": m.ContentHash, "bellwether_as_of": m.AsOf, "protective_marking": m.Marking, "audience": Audience}}
	for _, t := range terms.Publish {
		parts, err := w.table(ctx, t)
		if err != nil {
			return m, err
		}
		m.Tables = append(m.Tables, parts)
	}
	m.Held = terms.held()
	src, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		return m, err
	}
	return m, instance.WriteFile(filepath.Join(dir, ManifestFile), append(src, '\n'), fileMode)
}

type writer struct {
	snap                 *warehouse.Snapshot
	dir, council, prefix string
	notes                map[string]string
}

// table writes one table, part by part, and holds the rows that came out against those that are there.
func (w writer) table(ctx context.Context, t Table) (TableParts, error) {
	out := TableParts{Name: t.Name, Folder: strings.ReplaceAll(t.Name, ".", "/"), Partitions: []string{"council"}, Files: []File{}}
	have, err := w.snap.Columns(ctx, t.Name)
	if err != nil {
		return out, err
	}
	types := map[string]string{}
	for _, c := range have {
		types[c.Name] = c.Type
	}
	for _, c := range t.Columns {
		if types[c] == "" {
			return out, fmt.Errorf("the snapshot was made by another version: its %s has no %s; publish one anew with `bellwether run --full`", t.Name, c)
		}
		out.Columns = append(out.Columns, Column{c, types[c]})
	}
	folder := path.Join(out.Folder, "council="+w.council)
	parts := map[string]warehouse.Slice{folder: {Table: t.Name, Columns: t.Columns}}
	order := []string{folder}
	if t.Year != "" {
		out.Partitions = append(out.Partitions, "year")
		years, err := w.snap.Years(ctx, t.Name, t.Year)
		if err != nil {
			return out, err
		}
		order = order[:0]
		for _, y := range years {
			at := path.Join(folder, fmt.Sprintf("year=%d", y))
			parts[at] = warehouse.Slice{Table: t.Name, Columns: t.Columns, YearOf: t.Year, Year: y}
			order = append(order, at)
		}
	}
	for _, at := range order {
		f, err := w.part(ctx, at, parts[at])
		if err != nil {
			return out, err
		}
		out.Files, out.Rows = append(out.Files, f), out.Rows+f.Rows
	}
	want, err := w.snap.Count(ctx, t.Name)
	if err == nil && want != out.Rows {
		err = fmt.Errorf("%s has %d rows and %d were written", t.Name, want, out.Rows)
	}
	return out, err
}

// part writes one file. Its name begins with the snapshot's id: who looks a folder up through the link and opens its files after the link
// has moved finds nothing, rather than a mixture of two publications.
func (w writer) part(ctx context.Context, folder string, s warehouse.Slice) (File, error) {
	f := File{Path: path.Join(folder, w.prefix+"-0.parquet")}
	file := filepath.Join(w.dir, filepath.FromSlash(f.Path))
	if err := os.MkdirAll(filepath.Dir(file), folderMode); err != nil {
		return f, err
	}
	var err error
	if f.Rows, err = w.snap.CopySlice(ctx, s, file, w.notes); err != nil {
		return f, err
	}
	if err := os.Chmod(file, fileMode); err != nil {
		return f, err
	}
	f.SHA256, f.Bytes, err = sumFile(ctx, file)
	return f, err
}
