package pipeline

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"bellwether/internal/config"
	"bellwether/internal/instance"
	"bellwether/internal/warehouse"
)

// dispatch is one file with the day on which it reached us.
type dispatch struct{ source, name, received, text string }

// dispatches are two years' quarrels in small: a register that changes, records told late, put right, issued again under the same name, and
// gone from a later list.
var dispatches = []dispatch{
	{"cqc_api", "register.jsonl", "2026-01-05", `{"locationId":"1-1","providerId":"1-100","name":"Fenwick House","type":"Social Care Org","registrationStatus":"Registered","careHome":"Y","numberOfBeds":40,"localAuthority":"Larkshire","postalCode":"LK1 2AB"}
{"locationId":"1-2","providerId":"1-200","name":"Marram Lodge","type":"Social Care Org","registrationStatus":"Registered","careHome":"Y","numberOfBeds":20,"localAuthority":"Larkshire","postalCode":"LK5 1ZZ"}
`},
	{"cqc_api", "changes.jsonl", "2026-03-02", `{"locationId":"1-1","providerId":"1-100","name":"Fenwick House","type":"Social Care Org","registrationStatus":"Registered","careHome":"Y","numberOfBeds":30,"localAuthority":"Larkshire","postalCode":"LK1 2AB"}
`},
	{"complaints", "log_01.csv", "2026-02-01", "Reference,Date received,Provider,Provider postcode,Subject,Outcome\nC1,2026-01-12,Fenwick House,LK1 2AB,Quality,Open\nC2,2026-01-20,Marram Lodge,LK5 1ZZ,Staff,Open\n"},
	// C1 put right, and C3, which is told seven weeks late.
	{"complaints", "log_02.csv", "2026-03-01", "Reference,Date received,Provider,Provider postcode,Subject,Outcome\nC1,2026-01-12,Fenwick House,LK1 2AB,Quality,Upheld\nC3,2026-01-10,Fenwick House,LK1 2AB,Quality,Open\n"},
	// January's file issued again: C2 belongs elsewhere, and C1 is no longer in it, which takes back nothing.
	{"complaints", "log_01.csv", "2026-04-01", "Reference,Date received,Provider,Provider postcode,Subject,Outcome\nC2,2026-01-20,Fenwick House,LK1 2AB,Staff,Not upheld\n"},
	{"safeguarding_concerns", "concerns_02.csv", "2026-02-10", "Concern Ref,Date Concern Received,Date Recorded,Decision,Source of Risk,Attribution,Provider Named,Provider Postcode,Adult ID\nS1,2026-02-02,2026-02-03,s42,Service Provider,provider,Fenwick House,LK1 2AB,A-77\nS2,2026-02-04,2026-02-04,pending,,unknown_source,Marram Lodge,LK5 1ZZ,A-78\n"},
	{"safeguarding_concerns", "concerns_05.csv", "2026-05-01", "Concern Ref,Date Concern Received,Date Recorded,Decision,Source of Risk,Attribution,Provider Named,Provider Postcode,Adult ID\nS2,2026-02-04,2026-02-04,no_enquiry,,unknown_source,Marram Lodge,LK5 1ZZ,A-78\n"},
	{"placements", "placements_03.csv", "2026-03-10", "Placement Ref,Person ID,Placing Authority,Provider,Provider Postcode,Service Type,Start Date,Weekly Cost\nP1,A-77,Larkshire,Fenwick House,LK1 2AB,care_home,2025-01-06,900\nP2,A-79,Larkshire,Marram Lodge,LK5 1ZZ,care_home,2025-03-03,850\n"},
	// P2 is gone from the list without an end.
	{"placements", "placements_06.csv", "2026-06-10", "Placement Ref,Person ID,Placing Authority,Provider,Provider Postcode,Service Type,Start Date,Weekly Cost\nP1,A-77,Larkshire,Fenwick House,LK1 2AB,care_home,2025-01-06,920\n"},
}

// kin makes an instance with the keys of another, so that pseudonyms agree.
func kin(t *testing.T, of config.Config) config.Config {
	t.Helper()
	cfg := newInstance(t)
	cfg.Areas = []string{"Larkshire"}
	if of.Dir == "" {
		return cfg
	}
	for _, name := range []string{instance.PseudonymKey, instance.LandingKey} {
		raw, err := os.ReadFile(of.Path(instance.Secrets, name))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(cfg.Path(instance.Secrets, name), raw, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return cfg
}

// take loads files in the order given, each as of the day on which it reached us.
func take(t *testing.T, cfg config.Config, files []dispatch) *Pipeline {
	t.Helper()
	p := open(t, cfg)
	dir := t.TempDir()
	for i, f := range files {
		at, err := time.Parse(time.DateOnly, f.received)
		if err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(dir, fmt.Sprint(i), f.name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(f.text), 0o600); err != nil {
			t.Fatal(err)
		}
		r, err := p.IngestFiles(t.Context(), f.source, []string{path}, at, false)
		if err != nil || r.Problems() || r.Held > 0 || r.Loaded != 1 {
			t.Fatalf("%s of %s: %v %+v", f.name, f.received, err, r)
		}
	}
	return p
}

// known publishes what was known on a day, gives the fingerprint, and closes the pipeline's snapshot when the test ends.
func known(t *testing.T, p *Pipeline, on string) (hash string, ask func(string) string) {
	t.Helper()
	day, err := time.Parse(time.DateOnly, on)
	if err != nil {
		t.Fatal(err)
	}
	out, err := p.Publish(t.Context(), day)
	if err != nil {
		t.Fatal(err)
	}
	snap, err := warehouse.OpenSnapshot(out.Snapshot.Path, warehouse.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = snap.Close() })
	if hash, _, err = snap.ContentHash(t.Context()); err != nil {
		t.Fatal(err)
	}
	return hash, func(query string) string {
		t.Helper()
		rows, err := snap.DB().Query(query)
		if err != nil {
			t.Fatal(err)
		}
		defer rows.Close()
		var lines []string
		for rows.Next() {
			var s string
			if err := rows.Scan(&s); err != nil {
				t.Fatal(err)
			}
			lines = append(lines, s)
		}
		if err := rows.Err(); err != nil {
			t.Fatal(err)
		}
		return strings.Join(lines, "; ")
	}
}

const (
	complaintsSQL = "SELECT complaint_id || ' ' || coalesce(location_id, '-') || ' ' || coalesce(outcome, '-') || ' known ' || known_from FROM core.complaint ORDER BY complaint_id"
	concernsSQL   = "SELECT concern_id || ' ' || attribution || ' ' || coalesce(decision, '-') FROM core.concern ORDER BY concern_id"
	placementsSQL = "SELECT placement_id || ' ' || weekly_cost || CASE WHEN is_current THEN ' runs' WHEN left_list THEN ' left the list' ELSE ' over' END FROM core.placement ORDER BY placement_id"
	bedsSQL       = "SELECT location_id || ' ' || registered_beds FROM core.location ORDER BY location_id"
)

// Whatever the order in which files are loaded, with the days on which they reached us as the manifest has them, there is one content; and
// a run as of an earlier day gives what an instance gives that has only what had come by then.
func TestOneContentWhateverTheOrderOfDelivery(t *testing.T) {
	first := kin(t, config.Config{})
	p := take(t, first, dispatches)
	want, ask := known(t, p, "2026-10-01")
	for query, is := range map[string]string{
		complaintsSQL: "C1 1-1 upheld known 2026-02-01; C2 1-1 not_upheld known 2026-02-01; C3 1-1 open known 2026-03-01",
		concernsSQL:   "S1 provider s42; S2 unknown_source no_enquiry",
		placementsSQL: "P1 920.00 runs; P2 850.00 left the list",
		bedsSQL:       "1-1 30; 1-2 20",
	} {
		if got := ask(query); got != is {
			t.Errorf("%s\n got %s\nwant %s", query, got, is)
		}
	}
	for seed := range uint64(2) {
		order := slices.Clone(dispatches)
		if seed == 0 {
			slices.Reverse(order) // the newest first: everything comes out of order
		} else {
			rand.New(rand.NewPCG(seed, 7)).Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
		}
		other := take(t, kin(t, first), order)
		if got, _ := known(t, other, "2026-10-01"); got != want {
			t.Errorf("another order (seed %d) gives another content", seed)
		}
		if err := other.Close(); err != nil {
			t.Fatal(err)
		}
	}

	// What was known on 2 March: C1 upheld, C3 told, C2 still where January's file put it, S2 not yet looked into, the beds just changed.
	then, ask := known(t, p, "2026-03-02")
	for query, is := range map[string]string{
		complaintsSQL: "C1 1-1 upheld known 2026-02-01; C2 1-2 open known 2026-02-01; C3 1-1 open known 2026-03-01",
		concernsSQL:   "S1 provider s42; S2 unknown_source pending",
		placementsSQL: "",
		bedsSQL:       "1-1 30; 1-2 20",
	} {
		if got := ask(query); got != is {
			t.Errorf("as known on 2 March: %s\n got %s\nwant %s", query, got, is)
		}
	}
	early := slices.DeleteFunc(slices.Clone(dispatches), func(d dispatch) bool { return d.received > "2026-03-02" })
	if got, _ := known(t, take(t, kin(t, first), early), "2026-03-02"); got != then {
		t.Error("a run as of 2 March differs from the run that was made with what there was on 2 March")
	}
}
