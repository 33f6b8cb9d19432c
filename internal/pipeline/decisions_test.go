package pipeline

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"bellwether/analytics/flags"
	"bellwether/analytics/rules"
	"bellwether/casework/cases"
	"bellwether/casework/decisions"
	"bellwether/casework/intelligence"
	"bellwether/casework/pathway"
	"bellwether/casework/restricted"
	"bellwether/casework/review"
	"bellwether/casework/store/sqlite"
	"bellwether/internal/access"
	"bellwether/internal/config"
	"bellwether/internal/instance"
	"bellwether/internal/warehouse"
)

// bare is an instance without data, in which a decision on a flag may be recorded.
func bare(t *testing.T) (config.Config, *Pipeline) {
	t.Helper()
	dir := t.TempDir()
	if err := instance.Create(dir, instance.Options{Council: "Larkshire County Council", Areas: []string{"Larkshire"}}); err != nil {
		t.Fatal(err)
	}
	if err := instance.EnsureKeys(dir); err != nil {
		t.Fatal(err)
	}
	cfg, err := config.Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	return cfg, &Pipeline{cfg: cfg, now: func() time.Time { return noon }}
}

// decide records a decision in the instance's casework.
func decide(t *testing.T, cfg config.Config, outcome review.Outcome) {
	t.Helper()
	db, err := sqlite.Open(t.Context(), cfg.Path(instance.Casework, instance.CaseworkStore), sqlite.Options{Now: func() time.Time { return noon }})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	desk, err := review.NewDesk(db, func() time.Time { return noon }, review.Options{})
	if err != nil {
		t.Fatal(err)
	}
	flag := review.Flag{ID: "f1", ProviderID: "9-1", RuleID: "r1", Level: 2, OpenedOn: noon.AddDate(0, -1, 0)}
	items, err := desk.Queue(t.Context(), []review.Flag{flag}, false)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := desk.Decide(t.Context(), review.Act{By: "u-ada", Item: items[0], Snapshot: "s1", RuleSet: "r"}, outcome, "The family rang twice.", noon.AddDate(0, 0, 28)); err != nil {
		t.Fatal(err)
	}
}

// TestDecisionsLandUnderTheirHash: nothing decided is an extract too; a decision makes another; a changed file is noticed.
func TestDecisionsLandUnderTheirHash(t *testing.T) {
	cfg, p := bare(t)
	none, err := p.landDecisions(t.Context(), noon)
	if err != nil || len(none.Lines) != 0 {
		t.Fatalf("%+v, %v", none, err)
	}
	decide(t, cfg, review.ImprovementPlan)
	some, err := p.landDecisions(t.Context(), noon)
	if err != nil || len(some.Lines) != 2 || some.Hash == none.Hash {
		t.Fatalf("%s, %v", some.Body, err)
	}
	again, err := p.landDecisions(t.Context(), noon)
	if err != nil || again.Hash != some.Hash {
		t.Errorf("a second run reads %s, %v", again.Hash, err)
	}
	before, err := p.landDecisions(t.Context(), noon.AddDate(0, 0, -1))
	if err != nil || before.Hash != none.Hash {
		t.Errorf("the day before reads %s, %v", before.Body, err)
	}
	file := cfg.Path(instance.Landing, decisionsFolder, some.Hash+".jsonl")
	body, err := os.ReadFile(file)
	if err != nil || strings.Contains(string(body), "family") {
		t.Errorf("%s, %v", body, err)
	}
	if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info.Mode(), err)
	}
	if err := os.WriteFile(file, []byte(`{"kind":"review","provider_id":"9-1","on":"2026-03-02"}`), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := p.landDecisions(t.Context(), noon); err == nil || !strings.Contains(err.Error(), filepath.Base(file)) || !strings.Contains(err.Error(), "move it away") {
		t.Errorf("a changed extract: %v", err)
	}
}

func TestDecidedInTheTermsOfFlags(t *testing.T) {
	got := inFlags(decisions.Extract{Lines: []decisions.Line{
		{Kind: decisions.Hold, ProviderID: "P1", On: "2026-03-02", Level: 2},
		{Kind: decisions.Hold, ProviderID: "P2", On: "2026-03-02", Level: 3, Event: true},
		{Kind: decisions.Hold, ProviderID: "P3", On: "2026-03-02", Level: 3},
		{Kind: decisions.ClearReview, ProviderID: "P1", On: "2026-03-03"},
		{Kind: decisions.Review, ProviderID: "P1", On: "2026-03-04"},
		{Kind: decisions.Confirmation, ProviderID: "P1", On: "2026-03-04", FlagID: "f1"},
	}})
	if len(got) != 5 {
		t.Fatalf("%d decisions: a confirmation bears on no level", len(got))
	}
	for n, want := range []struct {
		kind    flags.DecisionKind
		level   rules.Level
		failure rules.FailureKind
	}{{flags.Hold, rules.ProviderConcern, rules.NoFailure}, {flags.Hold, rules.ProviderFailure, rules.FailureEvent}, {flags.Hold, rules.ProviderFailure, rules.FailureRisk},
		{flags.ClearReview, 0, ""}, {flags.Review, 0, ""}} {
		if d := got[n]; d.Kind != want.kind || d.Level != want.level || d.FailureKind != want.failure || (d.Reason == "") != (d.Kind != flags.Hold) {
			t.Errorf("%d: %+v", n, d)
		}
	}
	if got[0].Reason != "Held at this level by a decision of 2 Mar 2026." {
		t.Errorf("reason %q", got[0].Reason)
	}
}

// TestADecisionFeedsTheNextRun: it is an input of the run, so the snapshot from before it is not up to date; its level is held; and the
// answer to the flag stands beside the flags.
func TestADecisionFeedsTheNextRun(t *testing.T) {
	if testing.Short() {
		t.Skip("publishes twice")
	}
	cfg := larkshireOf(t, "cqc_api")
	open := func() *Pipeline {
		p, err := Open(t.Context(), Options{Config: cfg, Doing: "test", Now: func() time.Time { return noon }})
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	asOf := time.Date(2026, 12, 1, 0, 0, 0, 0, time.UTC)
	p := open()
	defer func() { _ = p.Close() }()
	if _, err := p.IngestInbox(t.Context(), ""); err != nil {
		t.Fatal(err)
	}
	before, err := p.Publish(t.Context(), asOf)
	if err != nil {
		t.Fatal(err)
	}
	newest, err := p.Newest()
	if err != nil || !newest.SameInputs(p, asOf) {
		t.Fatalf("nothing has changed, and the snapshot is said to be out of date: %v", err)
	}
	decide(t, cfg, review.SuspendPlacements)
	var provider, what string
	earlier, err := warehouse.OpenSnapshot(before.Snapshot.Path, warehouse.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	err = errors.Join(earlier.DB().QueryRowContext(t.Context(), "SELECT min(provider_id) FROM mart.timeline").Scan(&provider), earlier.Close())
	if err != nil {
		t.Fatal(err)
	}
	jot(t, cfg, noon, provider, "partners")
	if newest.SameInputs(p, asOf) {
		t.Error("a decision changes nothing for the next run")
	}
	after, err := p.Publish(t.Context(), asOf)
	if err != nil || after.Hash == before.Hash {
		t.Fatalf("the run with the decision has the hash of the one without, %v", err)
	}
	if newest, err = p.Newest(); err != nil || !newest.SameInputs(p, asOf) {
		t.Errorf("the run has read the decision, and is said to be out of date: %v", err)
	}
	again, err := p.Publish(t.Context(), asOf)
	if err != nil || again.Hash != after.Hash {
		t.Errorf("the same inputs give %s and %s, %v", after.Hash, again.Hash, err)
	}
	snap, err := warehouse.OpenSnapshot(after.Snapshot.Path, warehouse.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	defer snap.Close()
	if err := snap.DB().QueryRowContext(t.Context(), "SELECT what FROM mart.timeline WHERE feed = 'intelligence'").Scan(&what); err != nil || what != "Intelligence from family or a carer, likely, worrying: medicines (for statutory partners only)" {
		t.Errorf("what was written down is in the timeline as %q, %v", what, err)
	}
	if n := after.Analysis.ByLevel[rules.ProviderConcern] - before.Analysis.ByLevel[rules.ProviderConcern]; n != 1 {
		t.Errorf("%d more providers at concern, want the one that was decided on", n)
	}
}

// jot writes a note about a provider down at a moment.
func jot(t *testing.T, cfg config.Config, at time.Time, provider, sharing string) {
	t.Helper()
	db, err := sqlite.Open(t.Context(), cfg.Path(instance.Casework, instance.CaseworkStore), sqlite.Options{Now: func() time.Time { return at }})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	_, err = intelligence.New(db, func() time.Time { return at }).Record(t.Context(), intelligence.Entry{By: "u-ada", ProviderID: provider, Values: jotted(at, sharing)})
	if err != nil {
		t.Fatal(err)
	}
}

func jotted(at time.Time, sharing string) map[string]string {
	return map[string]string{"on": at.Format(time.DateOnly), "source": "family", "reliability": "likely", "theme": "medicines", "bears": "worse", "what": "Mrs Hopkins had no tablets.", "sharing": sharing, "basis": "Consent"}
}

// TestIntelligenceLandsAsKnown: notes with and without a case land in the extract, as of a day what was written down by then; what stands
// on a restricted case never does, nor what partners may not know, nor anybody's words.
func TestIntelligenceLandsAsKnown(t *testing.T) {
	cfg, p := bare(t)
	jot(t, cfg, noon, "9-1", "partners")
	jot(t, cfg, noon, "9-1", "agency")
	db, err := sqlite.Open(t.Context(), cfg.Path(instance.Casework, instance.CaseworkStore), sqlite.Options{Now: func() time.Time { return noon }})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	joined, err := pathway.Shipped("joined")
	if err != nil {
		t.Fatal(err)
	}
	clock := func() time.Time { return noon }
	desk, err := cases.NewDesk(db, clock, joined)
	if err != nil {
		t.Fatal(err)
	}
	hidden, err := restricted.NewBook(t.Context(), db, clock)
	if err != nil {
		t.Fatal(err)
	}
	onCase := func(provider string) string {
		c, err := desk.Open(t.Context(), cases.Act{By: "u-ada"}, cases.Opening{ProviderID: provider, ProviderName: provider, Stage: "decision_to_initiate", Reason: "Concerns continue."})
		if err == nil {
			_, err = desk.Record(t.Context(), cases.Act{By: "u-ada", Case: c}, cases.Intelligence, jotted(noon, "all"))
		}
		if err != nil {
			t.Fatal(err)
		}
		return c.ID
	}
	onCase("9-2")
	secret := onCase("9-3")
	lines := func(asOf time.Time) (notes []string, body string) {
		e, err := p.landDecisions(t.Context(), asOf)
		if err != nil {
			t.Fatal(err)
		}
		for _, l := range e.Lines {
			if l.Kind == decisions.Intelligence {
				notes = append(notes, l.ProviderID)
			}
		}
		return notes, string(e.Body)
	}
	if got, _ := lines(noon); strings.Join(got, " ") != "9-1 9-2 9-3" {
		t.Errorf("notes land about %v", got)
	}
	if got, _ := lines(noon.AddDate(0, 0, -1)); len(got) != 0 {
		t.Errorf("the day before knows of %v", got)
	}
	if _, err := hidden.Open(t.Context(), restricted.Opening{By: "u-ada", With: "u-bea", Kind: access.PoliceRestriction, CaseID: secret, Ground: "An investigation."}); err != nil {
		t.Fatal(err)
	}
	got, body := lines(noon)
	if strings.Join(got, " ") != "9-1 9-2" || strings.Contains(body, "9-3") || strings.Contains(body, secret) {
		t.Errorf("with a restricted case, notes land about %v:\n%s", got, body)
	}
	for _, never := range []string{"Hopkins", "Consent", "u-ada", "agency"} {
		if strings.Contains(body, never) {
			t.Errorf("the extract holds %q", never)
		}
	}
}

// larkshireOf is the county with the files of one source alone, for runs that need only be quick.
func larkshireOf(t *testing.T, source string) config.Config {
	t.Helper()
	cfg := larkshire(t)
	inbox := cfg.Path(instance.Inbox)
	all, err := os.ReadDir(inbox)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range all {
		if e.Name() != source {
			if err := os.RemoveAll(filepath.Join(inbox, e.Name())); err != nil {
				t.Fatal(err)
			}
		}
	}
	return cfg
}
