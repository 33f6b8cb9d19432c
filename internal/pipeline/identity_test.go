package pipeline

import (
	"encoding/csv"
	"os"
	"path/filepath"
	"testing"
	"time"

	"bellwether/ingest/identity"
	"bellwether/internal/instance"
	"bellwether/internal/warehouse"
	"bellwether/sample-data/gen"
)

// TestIdentityAgainstLabels measures how well names are joined to locations, on names of which the location is known. What is joined
// without a person must be right; what is left open should stand among the candidates.
func TestIdentityAgainstLabels(t *testing.T) {
	cfg := larkshire(t)
	for _, keep := range mustRead(t, cfg.Path(instance.Inbox)) {
		if keep != "cqc_api" {
			if err := os.RemoveAll(cfg.Path(instance.Inbox, keep)); err != nil {
				t.Fatal(err)
			}
		}
	}
	delete(cfg.Sources, "complaints")
	labels := gen.LabelledNames(gen.Seed)
	path := filepath.Join(t.TempDir(), "labelled.csv")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	w := csv.NewWriter(f)
	_ = w.Write([]string{"Reference", "Date received", "Provider", "Provider postcode", "Subject", "Outcome"})
	for i, l := range labels {
		_ = w.Write([]string{ref(i), "2026-09-14", l.Name, l.Postcode, "Quality", "Upheld"})
	}
	w.Flush()
	_ = f.Close()

	p := open(t, cfg)
	if _, err := p.IngestInbox(t.Context(), ""); err != nil {
		t.Fatal(err)
	}
	report, err := p.IngestFiles(t.Context(), "complaints", []string{path}, time.Date(2026, 9, 20, 0, 0, 0, 0, time.UTC), false)
	if err != nil || report.Problems() {
		t.Fatalf("%v %+v", err, report)
	}
	read := func() (got, provider map[string]string, snap *warehouse.Snapshot) {
		out, err := p.Publish(t.Context(), p.AsOf(time.Time{}))
		if err != nil {
			t.Fatal(err)
		}
		if snap, err = warehouse.OpenSnapshot(out.Snapshot.Path, warehouse.Limits{}); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = snap.Close() })
		got, provider = map[string]string{}, map[string]string{}
		rows, err := snap.DB().Query("SELECT complaint_id, coalesce(location_id, ''), coalesce(provider_id, '') FROM core.complaint")
		if err != nil {
			t.Fatal(err)
		}
		defer rows.Close()
		for rows.Next() {
			var id, l, v string
			if err := rows.Scan(&id, &l, &v); err != nil {
				t.Fatal(err)
			}
			got[id], provider[id] = l, v
		}
		return got, provider, snap
	}
	got, provider, snap := read()
	owner := map[string]string{}
	rows, err := snap.DB().Query("SELECT location_id, provider_id FROM core.location")
	if err != nil {
		t.Fatal(err)
	}
	for rows.Next() {
		var l, v string
		if err := rows.Scan(&l, &v); err != nil {
			t.Fatal(err)
		}
		owner[l] = v
	}
	_ = rows.Close()
	var joined, right, wrong, meant, open, proposed int
	var missed identity.Decision
	for i, l := range labels {
		id := ref(i)
		if l.LocationID != "" {
			meant++
		}
		switch {
		case got[id] != "":
			joined++
			if got[id] == l.LocationID {
				right++
			} else {
				wrong++
				t.Logf("joined wrongly: %q %s", l.Name, l.Postcode)
			}
		case provider[id] != "":
			joined++ // to the provider alone, which is right if it runs the place
			if provider[id] == owner[l.LocationID] {
				right++
			} else {
				wrong++
				t.Logf("joined to the wrong provider: %q", l.Name)
			}
		case l.LocationID != "":
			open++
			var n int
			if err := snap.DB().QueryRow("SELECT count(*) FROM core.match_candidate WHERE provider_name = ? AND provider_postcode IS NOT DISTINCT FROM nullif(?, '') AND location_id = ?", l.Name, l.Postcode, l.LocationID).Scan(&n); err != nil {
				t.Fatal(err)
			}
			if n > 0 {
				proposed++
				missed = identity.Decision{At: noon, On: "2026-09-25", By: "ada", Action: identity.Accept, Given: identity.Given{Name: l.Name, Postcode: l.Postcode}, LocationID: l.LocationID, ProviderID: owner[l.LocationID]}
			}
		}
	}
	precision, recall := float64(right)/float64(joined), float64(right)/float64(meant)
	t.Logf("%d names, %d meant a location: %d joined, %d right, %d wrong: precision %.3f, recall %.3f; of %d left open %d stand among the candidates", len(labels), meant, joined, right, wrong, precision, recall, open, proposed)
	if precision < 0.99 || recall < 0.85 || proposed*100 < open*95 {
		t.Errorf("precision %.3f, recall %.3f, %d of %d proposed", precision, recall, proposed, open)
	}

	// A decision holds from the next run on, and only a decision makes one necessary.
	newest, err := p.Newest()
	if err != nil || !newest.SameInputs(p, p.AsOf(time.Time{})) {
		t.Fatalf("the same inputs are not the same: %v", err)
	}
	if err := identity.Append(cfg.Path(instance.Landing), missed); err != nil {
		t.Fatal(err)
	}
	if newest.SameInputs(p, p.AsOf(time.Time{})) {
		t.Error("a decision makes no difference to a run's inputs")
	}
	again, _, _ := read()
	changed := 0
	for i, l := range labels {
		if got[ref(i)] != again[ref(i)] {
			changed++
			if l.Name != missed.Name || again[ref(i)] != missed.LocationID {
				t.Errorf("%q moved to %s", l.Name, again[ref(i)])
			}
		}
	}
	if changed == 0 {
		t.Error("the decision moved nothing")
	}
}

func ref(i int) string {
	return "L" + string(rune('A'+i/676%26)) + string(rune('A'+i/26%26)) + string(rune('A'+i%26))
}

func mustRead(t *testing.T, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, e := range entries {
		out = append(out, e.Name())
	}
	return out
}
