package pipeline

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"bellwether/internal/config"
	"bellwether/internal/instance"
	"bellwether/internal/warehouse"
)

// BenchmarkCounty runs the demonstration's pipeline from an empty instance to a published snapshot.
func BenchmarkCounty(b *testing.B) {
	for b.Loop() {
		b.StopTimer()
		cfg := larkshire(b)
		b.StartTimer()
		p := open(b, cfg)
		if _, err := p.IngestInbox(b.Context(), ""); err != nil {
			b.Fatal(err)
		}
		if _, err := p.Publish(b.Context(), p.AsOf(time.Time{})); err != nil {
			b.Fatal(err)
		}
		if err := p.Close(); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkNationalRatings takes the national ratings file from CSV to a published snapshot, and sets the ingest beside the engine's
// own read_csv on the same file in the same run.
func BenchmarkNationalRatings(b *testing.B) {
	root := os.Getenv("BELLWETHER_REAL_DATA")
	if root == "" {
		b.Skip("BELLWETHER_REAL_DATA is not set: the real public files are not here")
	}
	dir := b.TempDir()
	file := filepath.Join(dir, "latest_ratings_2021_02.csv")
	out, err := exec.CommandContext(b.Context(), "xz", "-dc", filepath.Join(root, "cqc", "cqc_latest_ratings_national_overall_2021-02.csv.xz")).Output()
	if err != nil {
		b.Fatal(err)
	}
	if err := os.WriteFile(file, out, 0o600); err != nil {
		b.Fatal(err)
	}
	var plain, ingest, publish time.Duration
	for b.Loop() {
		plain += readCSV(b, dir, file, ", all_varchar = true")
		where := b.TempDir()
		if err := instance.Create(where, instance.Options{Council: "Test"}); err != nil {
			b.Fatal(err)
		}
		if err := instance.EnsureKeys(where); err != nil {
			b.Fatal(err)
		}
		cfg, err := config.Load(where)
		if err != nil {
			b.Fatal(err)
		}
		p := open(b, cfg)
		began := time.Now()
		report, err := p.IngestFiles(b.Context(), "cqc_ratings", []string{file}, noon, false)
		if err != nil || report.Problems() {
			b.Fatalf("%v %+v", err, report)
		}
		ingest += time.Since(began)
		began = time.Now()
		if _, err := p.Publish(b.Context(), noon); err != nil {
			b.Fatal(err)
		}
		publish += time.Since(began)
		if err := p.Close(); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(ingest.Seconds()/float64(b.N), "ingest-s/op")
	b.ReportMetric(publish.Seconds()/float64(b.N), "publish-s/op")
	b.ReportMetric(plain.Seconds()/float64(b.N), "read_csv-s/op")
	b.ReportMetric(ingest.Seconds()/plain.Seconds(), "ingest/read_csv")
}

func readCSV(b *testing.B, dir, file, options string) time.Duration {
	b.Helper()
	db, err := warehouse.OpenScratch(dir)
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	began := time.Now()
	if _, err := db.Exec("CREATE TABLE t AS SELECT * FROM read_csv(" + warehouse.Literal(file) + options + ")"); err != nil {
		b.Fatal(err)
	}
	return time.Since(began)
}
