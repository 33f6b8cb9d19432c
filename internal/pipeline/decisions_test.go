package pipeline

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"bellwether/analytics/flags"
	"bellwether/analytics/rules"
	"bellwether/casework/decisions"
	"bellwether/casework/review"
	"bellwether/casework/store/sqlite"
	"bellwether/internal/config"
	"bellwether/internal/instance"
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
	if n := after.Analysis.ByLevel[rules.ProviderConcern] - before.Analysis.ByLevel[rules.ProviderConcern]; n != 1 {
		t.Errorf("%d more providers at concern, want the one that was decided on", n)
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
