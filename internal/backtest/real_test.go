package backtest

import (
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	measure "bellwether/analytics/backtest"
	"bellwether/internal/config"
	"bellwether/internal/instance"
	"bellwether/internal/pipeline"
	"bellwether/internal/warehouse"
)

// TestRealPublicHistory asks the real public files what foretells a downgrade or a deregistration, and prints the areas that
// docs/methods.md reports.
func TestRealPublicHistory(t *testing.T) {
	root := os.Getenv("BELLWETHER_REAL_DATA")
	if root == "" {
		t.Skip("BELLWETHER_REAL_DATA is not set: the real public files are not here")
	}
	dir := t.TempDir()
	if err := instance.Create(dir, instance.Options{Council: "Test", Areas: []string{"Oldham"}}); err != nil {
		t.Fatal(err)
	}
	if err := instance.EnsureKeys(dir); err != nil {
		t.Fatal(err)
	}
	cfg, err := config.Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	p, err := pipeline.Open(t.Context(), pipeline.Options{Config: cfg, Doing: "test", Now: func() time.Time { return time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC) }})
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	for _, d := range []struct{ source, name, as, received string }{
		{"cqc_ratings", "cqc/cqc_latest_ratings_national_overall_2021-02.csv.xz", "latest_ratings_2021_02.csv", "2021-02-01"},
		{"cqc_api", "cqc/cqc_api_oldham_2025-03.tar.xz", "oldham.tar", "2025-03-31"},
		{"cqc_ratings", "cqc/cqc_latest_ratings_shropshire_telford_2025-10.csv.xz", "latest_ratings_2025_10.csv", "2025-10-31"},
	} {
		received, _ := time.Parse(time.DateOnly, d.received)
		r, err := p.IngestFiles(t.Context(), d.source, []string{unpack(t, filepath.Join(root, d.name), d.as)}, received, false)
		if err != nil || r.Problems() {
			t.Fatalf("%s: %v %+v", d.as, err, r)
		}
	}
	out, err := p.Publish(t.Context(), time.Date(2025, 10, 31, 0, 0, 0, 0, time.UTC))
	if err != nil {
		t.Fatal(err)
	}
	snap, err := warehouse.OpenSnapshot(out.Snapshot.Path, warehouse.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	defer snap.Close()
	// The bodies are of March 2025: what followed is known up to then.
	found, err := public(t.Context(), snap.DB(), time.Date(2025, 3, 31, 0, 0, 0, 0, time.UTC), Options{Draws: measure.DefaultResampling})
	if err != nil || len(found) != 2 {
		t.Fatalf("%v, %d histories", err, len(found))
	}
	if n := found[0].Locations; n != 224 {
		t.Errorf("%d social-care locations in the Oldham bodies, want 224", n)
	}
	for _, p := range found {
		t.Logf("%s: %d locations", p.Title, p.Locations)
		for _, o := range p.Outcomes {
			for _, f := range o.Findings {
				t.Logf("  %s | %s: %d looks, %d locations, %d followed, AUC %s", o.Name, f.Title, f.Rows, f.Homes, f.Events, EstimateText(f.AUC))
				if f.Rows == 0 && f.Name != "group" {
					t.Errorf("%s, %s: no look", o.Name, f.Name)
				}
				if f.AUC.Known && (f.AUC.Low > f.AUC.Value || f.AUC.High < f.AUC.Value) {
					t.Errorf("%s, %s: the interval misses its estimate: %+v", o.Name, f.Name, f.AUC)
				}
			}
		}
	}
	whole, err := Run(t.Context(), snap.DB(), Options{})
	if err != nil || whole.Silence == "" || len(whole.Public) != 2 {
		t.Errorf("public data alone: %v %+v", err, whole)
	}
}

func unpack(t *testing.T, src, as string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), as)
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var w io.Writer = f
	cmd := exec.CommandContext(t.Context(), "xz", "-dc", src)
	cmd.Stdout = w
	if err := cmd.Run(); err != nil {
		t.Fatalf("unpack %s: %v", src, err)
	}
	return path
}
