package lake

import (
	"context"
	"database/sql"
	"fmt"
	"maps"
	"net/url"
	"os"
	"slices"
	"strings"
	"time"

	"bellwether/internal/config"
	"bellwether/internal/instance"
	"bellwether/internal/warehouse"
)

// patience is for how long a locked catalogue is waited for.
var patience = 30 * time.Second

// catalogue writes a database's address as libpq takes it, with how long to wait for it and for its locks.
func catalogue(address string, wait time.Duration) (string, error) {
	u, err := url.Parse(address)
	if err != nil {
		return "", err
	}
	words := map[string]string{"dbname": strings.Trim(u.Path, "/"), "connect_timeout": "10", "options": fmt.Sprintf("-c lock_timeout=%d", wait.Milliseconds())}
	if u.Hostname() != "" {
		words["host"] = u.Hostname()
	}
	if u.Port() != "" {
		words["port"] = u.Port()
	}
	if u.User.Username() != "" {
		words["user"] = u.User.Username()
	}
	for k, v := range u.Query() {
		words[k] = v[0]
	}
	var out []string
	for _, k := range slices.Sorted(maps.Keys(words)) {
		out = append(out, k+"='"+strings.NewReplacer(`\`, `\\`, `'`, `\'`).Replace(words[k])+"'")
	}
	return strings.Join(out, " "), nil
}

// reach gives the lake that the configuration names, for reading.
func reach(cfg config.Config, lim warehouse.Limits) (warehouse.LakeOptions, error) {
	set := cfg.Publish.DuckLake
	opt := warehouse.LakeOptions{Data: set.Data, Limits: lim, Schema: strings.ReplaceAll(Slug(cfg.Council), "-", "_")}
	if opt.Schema[0] >= '0' && opt.Schema[0] <= '9' {
		opt.Schema = "council_" + opt.Schema
	}
	opt.Schema = opt.Schema[:min(len(opt.Schema), 63)]
	var err error
	if opt.Catalogue, err = catalogue(set.Catalogue, patience); err != nil {
		return opt, err
	}
	if set.PasswordFile != "" {
		if opt.Password, err = instance.ReadSecret(cfg.Path(instance.Secrets, set.PasswordFile)); err != nil {
			return opt, fmt.Errorf("publish.ducklake.password_file: %w", err)
		}
	}
	if !strings.HasPrefix(set.Data, "s3://") {
		return opt, nil
	}
	opt.Bucket = &warehouse.Bucket{Region: set.S3.Region, KeyID: set.S3.AccessID, PathStyle: set.PathStyle}
	if set.S3.Endpoint != "" {
		u, err := url.Parse(set.S3.Endpoint)
		if err != nil {
			return opt, err
		}
		opt.Bucket.Endpoint, opt.Bucket.PlainHTTP = u.Host, u.Scheme == "http"
	}
	if set.S3.SecretKeyFile != "" {
		if opt.Bucket.Secret, err = instance.ReadSecret(cfg.Path(instance.Secrets, set.S3.SecretKeyFile)); err != nil {
			return opt, fmt.Errorf("publish.ducklake.s3.secret_key_file: %w", err)
		}
	}
	return opt, nil
}

// DuckLake publishes a snapshot's marts into the lake that the configuration names, all tables in one transaction, and removes what was
// published before the days to keep. The caller holds the instance's lock.
func DuckLake(ctx context.Context, cfg config.Config, lim warehouse.Limits, snap warehouse.SnapshotInfo, now time.Time) (d Delivery, err error) {
	d = Delivery{Engine: EngineDuckLake, Snapshot: snap.ID}
	terms, err := Tables()
	if err != nil {
		return d, err
	}
	opt, err := reach(cfg, lim)
	if err != nil {
		return d, err
	}
	if opt.Bucket == nil {
		if err := os.MkdirAll(opt.Data, folderMode); err != nil {
			return d, fmt.Errorf("make the folder for the lake's data: %w: make it yourself, for Bellwether's user to write and the engines' group to read", err)
		}
	}
	about, err := aboutSnapshot(ctx, snap, lim)
	if err != nil {
		return d, err
	}
	opt.Snapshots = cfg.Path(instance.Snapshots)
	l, err := warehouse.OpenLake(ctx, opt)
	if err != nil {
		return d, fmt.Errorf("the marts were not published into the lake; its readers have what was there before: %w", err)
	}
	defer func() {
		if e := l.Close(); err == nil {
			err = e
		}
	}()
	var tables []warehouse.LakeTable
	for _, t := range terms.Publish {
		tables = append(tables, warehouse.LakeTable{Name: strings.ReplaceAll(t.Name, ".", "_"), Slice: warehouse.Slice{Table: t.Name, Columns: t.Columns, YearOf: t.Year}})
	}
	if d.Rows, err = l.Replace(ctx, snap, tables, about); err != nil {
		return d, fmt.Errorf("the marts were not published into the lake; its readers have what was there before: %w", err)
	}
	d.Tables, d.Where = len(tables), set(cfg)+" (schema "+opt.Schema+")"
	return d, l.Trim(ctx, now.AddDate(0, 0, -cfg.Publish.DuckLake.KeepDays))
}

// set names a lake as people do, by where its data lies.
func set(cfg config.Config) string { return "the lake at " + cfg.Publish.DuckLake.Data }

// aboutSnapshot gives what a publication says of the snapshot that it was made from.
func aboutSnapshot(ctx context.Context, info warehouse.SnapshotInfo, lim warehouse.Limits) (about map[string]string, err error) {
	snap, err := warehouse.OpenSnapshot(info.Path, lim)
	if err != nil {
		return nil, err
	}
	defer func() {
		if e := snap.Close(); err == nil {
			err = e
		}
	}()
	m, err := readRun(ctx, snap.DB())
	if err != nil {
		return nil, err
	}
	return map[string]string{"snapshot": m.Snapshot, "content_hash": m.ContentHash, "as_of": m.AsOf, "council": m.Council, "protective_marking": m.Marking, "rule_set": m.RuleSet,
		"rule_set_hash": m.RuleSetHash, "code_version": m.CodeVersion, "audience": Audience}, nil
}

// readRun reads what the run that made a snapshot says of itself.
func readRun(ctx context.Context, db *sql.DB) (m Manifest, err error) {
	var asOf time.Time
	if err := db.QueryRowContext(ctx, runSQL).Scan(&m.Snapshot, &m.ContentHash, &asOf, &m.Council, &m.Marking, &m.RuleSet, &m.RuleSetHash, &m.CodeVersion); err != nil {
		return m, fmt.Errorf("read the snapshot's run: %w", err)
	}
	m.Format, m.AsOf, m.Audience = manifestFormat, asOf.Format(time.DateOnly), Audience
	return m, nil
}

// CheckDuckLake reads the lake as any of its readers would, and holds every table against what the publication says of it.
func CheckDuckLake(ctx context.Context, cfg config.Config, lim warehouse.Limits) (r warehouse.LakeReport, err error) {
	opt, err := reach(cfg, lim)
	if err != nil {
		return r, err
	}
	l, err := warehouse.OpenLake(ctx, opt)
	if err != nil {
		return r, err
	}
	defer func() {
		if e := l.Close(); err == nil {
			err = e
		}
	}()
	return l.Check(ctx)
}

// ForgetDuckLake removes everything from the lake that was published before now, for when a load was destroyed.
func ForgetDuckLake(ctx context.Context, cfg config.Config, lim warehouse.Limits, now time.Time) error {
	opt, err := reach(cfg, lim)
	if err != nil {
		return err
	}
	opt.Snapshots = cfg.Path(instance.Snapshots)
	l, err := warehouse.OpenLake(ctx, opt)
	if err != nil {
		return err
	}
	err = l.Forget(ctx, now)
	if e := l.Close(); err == nil {
		err = e
	}
	return err
}
