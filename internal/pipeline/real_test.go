package pipeline

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"bellwether/internal/config"
	"bellwether/internal/instance"
	"bellwether/internal/warehouse"
)

// realFile unpacks one of the real public files, which stay outside the project, into the test's folder.
func realFile(t *testing.T, name, as string) string {
	t.Helper()
	root := os.Getenv("BELLWETHER_REAL_DATA")
	if root == "" {
		t.Skip("BELLWETHER_REAL_DATA is not set: the real public files are not here")
	}
	src := filepath.Join(root, filepath.FromSlash(name))
	out := filepath.Join(t.TempDir(), as)
	f, err := os.Create(out)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	cmd := exec.CommandContext(t.Context(), "cat", src)
	if filepath.Ext(src) == ".xz" {
		cmd = exec.CommandContext(t.Context(), "xz", "-dc", src)
	}
	cmd.Stdout = f
	if err := cmd.Run(); err != nil {
		t.Fatalf("unpack %s: %v", name, err)
	}
	return out
}

func newInstance(t *testing.T) config.Config {
	t.Helper()
	dir := t.TempDir()
	if err := instance.Create(dir, instance.Options{Council: "Test"}); err != nil {
		t.Fatal(err)
	}
	if err := instance.EnsureKeys(dir); err != nil {
		t.Fatal(err)
	}
	cfg, err := config.Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	return cfg
}

// TestRealPublicFiles loads the real files, publishes, and asks the snapshot for the figures that are known of them.
func TestRealPublicFiles(t *testing.T) {
	cfg := newInstance(t)
	deliveries := []struct{ source, name, as, received string }{
		{"cqc_ratings", "cqc/cqc_latest_ratings_national_overall_2021-02.csv.xz", "latest_ratings_2021_02.csv", "2021-02-01"},
		{"cqc_api", "cqc/cqc_api_oldham_2025-03.tar.xz", "oldham.tar", "2025-03-31"},
		{"cqc_ratings", "cqc/cqc_latest_ratings_shropshire_telford_2025-10.csv.xz", "latest_ratings_2025_10.csv", "2025-10-31"},
		{"contracts_ocds", "contracts/contracts_finder_releases_2024-11_2025-03.jsonl.xz", "contracts_finder.jsonl", "2025-04-01"},
		{"contracts_register", "contracts/salford_contracts_register_2022-07.csv", "salford.csv", "2022-08-01"},
	}
	files := make([]string, len(deliveries))
	for i, d := range deliveries {
		files[i] = realFile(t, d.name, d.as)
	}
	p := open(t, cfg)
	for i, d := range deliveries {
		received, err := time.Parse(time.DateOnly, d.received)
		if err != nil {
			t.Fatal(err)
		}
		report, err := p.IngestFiles(t.Context(), d.source, []string{files[i]}, received, false)
		if err != nil || report.Problems() {
			t.Fatalf("%s: %v %+v", d.as, err, report)
		}
		t.Log(report.Results[0].Summary())
	}
	out, err := p.Publish(t.Context(), noon)
	if err != nil {
		t.Fatal(err)
	}
	snap, err := warehouse.OpenSnapshot(out.Snapshot.Path, warehouse.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	defer snap.Close()
	oldham := "SELECT %s FROM core.location WHERE source = 'cqc_api'"
	for _, c := range []struct {
		what, query string
		want        int64
	}{
		{"Oldham locations", sprintf(oldham, "count(*)"), 451},
		{"Oldham registered", sprintf(oldham, "count(*) FILTER (WHERE status = 'Registered')"), 216},
		{"Oldham deregistered", sprintf(oldham, "count(*) FILTER (WHERE status = 'Deregistered')"), 235},
		{"Oldham social care", sprintf(oldham, "count(*) FILTER (WHERE is_social_care)"), 224},
		{"Oldham registered beds", sprintf(oldham, "sum(registered_beds) FILTER (WHERE status = 'Registered')::BIGINT"), 1602},
		{"Oldham registered care homes", sprintf(oldham, "count(*) FILTER (WHERE status = 'Registered' AND care_home)"), 44},
		{"Oldham provider ids", sprintf(oldham, "count(DISTINCT provider_id)"), 341},
		{"Oldham relationships", "SELECT count(*) FROM core.location_link", 254},
		{"Oldham historic rating records", "SELECT count(*) FROM core.cqc_history", 318},
		{"Oldham bodies with the new assessment branch", "SELECT count(DISTINCT location_id) FROM core.rating WHERE source = 'cqc_api' AND framework = 'single_assessment'", 4},
		{"ratings file rows, 2021", "SELECT rows_loaded FROM ops.load WHERE file_name = 'latest_ratings_2021_02.csv'", 74184},
		{"ratings file locations, 2021", "SELECT count(*) FROM core.ratings_edition WHERE received_on = DATE '2021-02-01'", 31966},
		{"social-care overall ratings, 2021", "SELECT count(*) FROM core.ratings_edition WHERE received_on = DATE '2021-02-01' AND is_social_care AND rating IS NOT NULL", 23084},
		{"Good, 2021", edition("Good"), 18407},
		{"Requires improvement, 2021", edition("Requires improvement"), 3329},
		{"Outstanding, 2021", edition("Outstanding"), 1093},
		{"Inadequate, 2021", edition("Inadequate"), 246},
		{"insufficient evidence, 2021", edition("Insufficient evidence to rate"), 9},
		{"ratings file rows, 2025", "SELECT rows_loaded FROM ops.load WHERE file_name = 'latest_ratings_2025_10.csv'", 2800},
		{"ratings file locations, 2025", "SELECT count(*) FROM core.ratings_edition WHERE received_on = DATE '2025-10-31'", 345},
		{"Contracts Finder releases", "SELECT count(*) FROM core.contract_notice", 300},
		{"Contracts Finder releases with care codes", "SELECT count(*) FROM core.contract_notice WHERE is_care", 30},
	} {
		var got int64
		if err := snap.DB().QueryRow(c.query).Scan(&got); err != nil {
			t.Errorf("%s: %v", c.what, err)
		} else if got != c.want {
			t.Errorf("%s: %d, want %d", c.what, got, c.want)
		}
	}
	// What changed between the two editions, and that none of it comes from the split into services.
	changes := map[string]int64{}
	rows, err := snap.DB().Query(`SELECT from_rating || ' to ' || to_rating, count(*) FROM core.rating_change c
		WHERE domain = 'Overall' AND location_id IN (SELECT location_id FROM core.ratings_edition WHERE received_on = DATE '2025-10-31' AND is_social_care)
		AND changed_on > DATE '2021-02-01' GROUP BY 1`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var what string
		var n int64
		if err := rows.Scan(&what, &n); err != nil {
			t.Fatal(err)
		}
		changes[what] = n
	}
	t.Logf("changes 2021 to 2025 in Shropshire and Telford: %v", changes)
	// Read naively, the whole-location rows give 24 falls from Good to Requires improvement and two "Good/Outstanding to Not Rated". Of
	// those two, one location's only service says Requires improvement (a 25th fall) and the other's says Outstanding still (no change).
	want := map[string]int64{"Good to Requires improvement": 25, "Requires improvement to Good": 9, "Requires improvement to Inadequate": 1, "Outstanding to Good": 1}
	if diff := cmp.Diff(want, changes); diff != "" {
		t.Errorf("rating changes (-want +got):\n%s", diff)
	}
}

func sprintf(format, what string) string { return strings.Replace(format, "%s", what, 1) }

func edition(rating string) string {
	return "SELECT count(*) FROM core.ratings_edition WHERE received_on = DATE '2021-02-01' AND is_social_care AND rating = '" + rating + "'"
}
