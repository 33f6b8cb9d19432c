package pipeline

import (
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"testing"
	"time"

	"bellwether/internal/config"
	"bellwether/internal/instance"
	"bellwether/internal/warehouse"
	sampledata "bellwether/sample-data"
)

var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

// larkshire makes an instance with the fictional county in its inbox.
func larkshire(t testing.TB) config.Config {
	t.Helper()
	dir := t.TempDir()
	if err := instance.Create(dir, instance.Options{Council: "Larkshire County Council", Areas: []string{"Larkshire"}, AsOf: "2026-10-01"}); err != nil {
		t.Fatal(err)
	}
	if err := instance.EnsureKeys(dir); err != nil {
		t.Fatal(err)
	}
	copyCounty(t, dir)
	f, err := os.OpenFile(filepath.Join(dir, config.FileName), os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	_ = f.Close()
	cfg, err := config.Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	cfg.Sources = map[string]config.Source{
		"safeguarding_concerns": {Mapping: "larkshire-concerns"}, "safeguarding_enquiries": {Mapping: "larkshire-enquiries"}, "complaints": {Mapping: "larkshire-complaints"},
	}
	return cfg
}

func copyCounty(t testing.TB, dir string) {
	t.Helper()
	root := "larkshire/inbox"
	err := fs.WalkDir(sampledata.Larkshire, root, func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		rel, err := filepath.Rel(root, p)
		if err != nil {
			return err
		}
		to := filepath.Join(dir, instance.Inbox, rel)
		if err := os.MkdirAll(filepath.Dir(to), 0o700); err != nil {
			return err
		}
		data, err := sampledata.Larkshire.ReadFile(p)
		if err != nil {
			return err
		}
		return os.WriteFile(to, data, 0o600)
	})
	if err != nil {
		t.Fatal(err)
	}
}

func open(t testing.TB, cfg config.Config) *Pipeline {
	t.Helper()
	p, err := Open(t.Context(), Options{Config: cfg, Doing: "test", Now: func() time.Time { return noon }, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.Close() })
	return p
}

func TestLarkshireFromInboxToSnapshot(t *testing.T) {
	cfg := larkshire(t)
	p := open(t, cfg)
	in, err := p.IngestInbox(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range in.Failures {
		t.Error(f)
	}
	for _, r := range in.Results {
		if r.Rejection != nil {
			t.Errorf("%s", r.Summary())
		}
	}
	t.Logf("loaded %d files, %d rows, %d held", in.Loaded, in.Rows, in.Held)
	began := time.Now()
	out, err := p.Publish(t.Context(), p.AsOf(time.Time{}))
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("snapshot %s, %d locations, %d providers, open %d, levels %v, took %s", out.Snapshot.ID, out.Analysis.Locations, out.Analysis.Providers, out.Analysis.Open, out.Analysis.ByLevel, time.Since(began))
	t.Log(out.Analysis.Load.Text)
	for _, c := range out.Checks {
		if !c.OK() {
			t.Logf("check %s: %d rows", c.Name, c.FailingRows)
		}
	}
	snap, err := warehouse.OpenSnapshot(out.Snapshot.Path, warehouse.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	defer snap.Close()
	rows, err := snap.DB().Query("SELECT p.name, l.level, l.headline FROM analytics.provider_level l JOIN core.provider p USING (provider_id) WHERE level > 0 ORDER BY level DESC, 1")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var name, headline string
		var level int
		if err := rows.Scan(&name, &level, &headline); err != nil {
			t.Fatal(err)
		}
		t.Logf("%d %-40s %s", level, name, headline)
	}
}
