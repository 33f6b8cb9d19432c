package retention

import (
	"os"
	"strings"
	"testing"

	"bellwether/internal/instance"
	"bellwether/internal/instancetest"
	"bellwether/internal/pipeline"
	"bellwether/internal/verify"
)

// TestDeliveredFilesGoByAge: after their days the landing zone and the inbox hold no delivered file but one under a legal hold, the
// instance is whole, and the database made again from what is kept holds the same rows.
func TestDeliveredFilesGoByAge(t *testing.T) {
	d := newDesk(t)
	item, _ := d.propose("company_events")
	d.must(d.book.Hold(t.Context(), item.ID, "u-gil", "an inquiry asks for it"))
	p, err := d.open(t.Context())
	d.must(err)
	before := fingerprint(t, p)
	d.at = d.at.AddDate(0, 0, 40)
	trial, err := EraseFiles(t.Context(), d.options(""), p, FilesOptions{Days: 30, DryRun: true})
	if err != nil || len(trial.Erased) == 0 {
		t.Fatalf("%+v, %v", trial, err)
	}
	r, err := EraseFiles(t.Context(), d.options(""), p, FilesOptions{Days: 30})
	d.must(err)
	if len(r.Erased) != len(trial.Erased) {
		t.Errorf("%d were to go and %d went", len(trial.Erased), len(r.Erased))
	}
	var hold string
	for _, k := range r.Kept {
		if k.LoadID == item.LoadID {
			hold = k.Why
		}
	}
	if hold != "a legal hold is on it" {
		t.Errorf("the file under a hold: %q of %+v", hold, r.Kept)
	}
	for _, rec := range p.Records() {
		path := d.cfg.Path(instance.Landing, rec.SHA256[:2], rec.SHA256+".age")
		if _, err := os.Stat(path); (err == nil) == rec.Erased() {
			t.Errorf("%s: erased %v, its file there %v", rec.File, rec.Erased(), err == nil)
		}
		if (rec.LoadID == item.LoadID) && rec.Erased() {
			t.Error("what is under a hold was erased")
		}
	}
	if left := instancetest.Files(t, d.cfg.Path(instance.Inbox)); len(left) > len(r.Kept) {
		t.Errorf("%d files are left in the inbox and %d are kept", len(left), len(r.Kept))
	}
	if again, err := EraseFiles(t.Context(), d.options(""), p, FilesOptions{Days: 30}); err != nil || len(again.Erased) != 0 {
		t.Errorf("a second look erases %+v, %v", again.Erased, err)
	}
	d.must(p.Close())
	whole, err := verify.Run(t.Context(), verify.Options{Config: d.cfg, Now: d.options("").Now, Say: func(string) {}})
	if err != nil || !whole.OK || !strings.Contains(says(whole), "extracts of files that were erased by age") {
		t.Errorf("verify: %+v, %v", whole, err)
	}
	if p, err = pipeline.Open(t.Context(), pipeline.Options{Config: d.cfg, Doing: "test", Now: d.options("").Now, Rebuild: true}); err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	if after := fingerprint(t, p); after != before {
		t.Errorf("made again from extracts: %s, before: %s", after, before)
	}
}

func says(r verify.Report) (all string) {
	for _, p := range r.Parts {
		all += p.Says + "\n"
	}
	return all
}

// fingerprint is the number of rows and a sum over all of them, for the tables that hold people.
func fingerprint(t *testing.T, p *pipeline.Pipeline) string {
	t.Helper()
	var out string
	err := p.Raw().QueryRowContext(t.Context(), `SELECT string_agg(t || ' ' || n || ' ' || h, '; ' ORDER BY t) FROM (
		SELECT 'concerns' AS t, count(*) AS n, sum(hash(c)) AS h FROM raw.safeguarding_concern c UNION ALL
		SELECT 'complaints', count(*), sum(hash(c)) FROM raw.complaint c UNION ALL
		SELECT 'placements', count(*), sum(hash(c)) FROM raw.placement c UNION ALL
		SELECT 'locations', count(*), sum(hash(c)) FROM raw.cqc_location c UNION ALL
		SELECT 'loads', count(*), sum(hash(l.load_id || l.rows_loaded || l.status)) FROM raw.load l)`).Scan(&out)
	if err != nil {
		t.Fatal(err)
	}
	return out
}
