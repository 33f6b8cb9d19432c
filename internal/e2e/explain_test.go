package e2e

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"bellwether/analytics/flags"
	"bellwether/analytics/rules"
	"bellwether/internal/config"
	"bellwether/internal/instance"
	"bellwether/internal/pipeline"
	"bellwether/internal/replay"
)

// TestEveryFlagCanBeRecomputed recomputes every flag of the county from the snapshot alone, and wants each value and each row behind
// it back as it was stored.
func TestEveryFlagCanBeRecomputed(t *testing.T) {
	db := snapshot(t).DB()
	all, err := replay.ExplainAll(t.Context(), db)
	if err != nil {
		t.Fatal(err)
	}
	var stored int
	if err := db.QueryRow("SELECT count(*) FROM analytics.flag").Scan(&stored); err != nil || len(all) != stored || stored < 500 {
		t.Fatalf("%d flags recomputed, %d stored (%v)", len(all), stored, err)
	}
	rows, columns := 0, len(replay.FlagColumns())
	for _, x := range all {
		for _, m := range x.Mismatches {
			t.Errorf("%s (%s): %s was stored as %q and comes out as %q", x.Flag.FlagID, x.Flag.RuleID, m.What, m.Stored, m.Recomputed)
		}
		if x.Compared != columns || x.Rule.Outcome != rules.Met || len(x.Rule.Inputs) == 0 {
			t.Errorf("%s: %d values compared, the rule is %s", x.Flag.FlagID, x.Compared, x.Rule.Outcome)
		}
		rows += len(x.Evidence)
	}
	if rows == 0 {
		t.Error("no flag has a row behind it")
	}
	t.Logf("%d flags, %d values and %d rows agree", len(all), len(all)*columns, rows)
}

// TestOpenVolumeFlagsHaveTheirRows counts what a flag observed in the rows behind it.
func TestOpenVolumeFlagsHaveTheirRows(t *testing.T) {
	db := snapshot(t).DB()
	rows, err := db.Query(`SELECT f.flag_id, f.observed::DOUBLE, (SELECT count(*) FROM analytics.flag_evidence e WHERE e.flag_id = f.flag_id AND e.feed = 'safeguarding_concerns' AND e.known_from <= f.window_end)
		FROM analytics.flag f WHERE f.state = 'open' AND f.rule_id IN ('concerns_above_limit', 'concerns_far_above_limit', 'concerns_up') ORDER BY 1`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	n := 0
	for rows.Next() {
		var id string
		var observed float64
		var found int
		if err := rows.Scan(&id, &observed, &found); err != nil {
			t.Fatal(err)
		}
		if n++; int(observed) != found {
			t.Errorf("flag %s observed %g concerns and has %d rows behind it", id, observed, found)
		}
	}
	if n == 0 {
		t.Error("no open flag is about volume")
	}
}

func TestExplainOnTheCommandLine(t *testing.T) {
	found, code := command("query", "SELECT flag_id, sentence FROM analytics.flag WHERE state = 'open' AND rule_id = 'rise_strong' ORDER BY flag_id LIMIT 1", "--format", "json", "--dir", demo.dir)
	var first []struct {
		ID       string `json:"flag_id"`
		Sentence string
	}
	if err := json.Unmarshal([]byte(found), &first); err != nil || code != 0 || len(first) != 1 {
		t.Fatalf("exit code %d, %v: %s", code, err, found)
	}
	id, sentence := first[0].ID, first[0].Sentence
	out, code := command("explain", id[:10], "--dir", demo.dir)
	for _, want := range []string{sentence, "The rule, evaluated again: met", "scan_score >= RISE_CONCERN", "Would clear", "agree with what was stored", "rows behind it", "observed", "by chance"} {
		if code != 0 || !strings.Contains(out, want) {
			t.Errorf("exit code %d, lacks %q in:\n%s", code, want, out)
		}
	}
	out, code = command("explain", id, "--json", "--dir", demo.dir)
	var x struct {
		Flag, Sentence, Outcome string
		Agrees                  bool
		Compared                int `json:"values_compared"`
		Evidence, Inputs        []map[string]any
	}
	if err := json.Unmarshal([]byte(out), &x); err != nil || code != 0 || x.Flag != id || !x.Agrees || x.Outcome != "met" || len(x.Evidence) == 0 || len(x.Inputs) == 0 || x.Compared < 30 {
		t.Errorf("exit code %d, %v, %+v", code, err, x)
	}
	for _, c := range []struct {
		args []string
		want string
		code int
	}{
		{[]string{"explain", "ffffffffffff"}, "no flag of this snapshot", 2},
		{[]string{"explain", "a"}, "give more of the id", 2},
		{[]string{"explain", id, "--snapshot", "nothing"}, "bellwether snapshots", 1},
	} {
		if out, code := command(append(c.args, "--dir", demo.dir)...); code != c.code || !strings.Contains(out, c.want) {
			t.Errorf("%v: exit code %d (want %d): %s", c.args, code, c.code, out)
		}
	}
}

// TestDecisionsAndNamedEventsReachTheSnapshot publishes the county once more with a fire entered by hand and a level held by a review.
func TestDecisionsAndNamedEventsReachTheSnapshot(t *testing.T) {
	if testing.Short() {
		t.Skip("publishes a second time")
	}
	var providers [2]string
	db := snapshot(t).DB()
	for i := range providers {
		if err := db.QueryRow("SELECT provider_id FROM analytics.provider_level WHERE level = 0 AND flags_waiting = 0 ORDER BY provider_id LIMIT 1 OFFSET ?", i).Scan(&providers[i]); err != nil {
			t.Fatal(err)
		}
	}
	dir := filepath.Join(t.TempDir(), "again")
	if err := os.CopyFS(dir, os.DirFS(demo.dir)); err != nil {
		t.Fatal(err)
	}
	secrets, err := os.ReadDir(filepath.Join(dir, instance.Secrets))
	if err != nil {
		t.Fatal(err)
	}
	for _, secret := range secrets {
		_ = os.Chmod(filepath.Join(dir, instance.Secrets, secret.Name()), 0o600)
	}
	_ = os.Chmod(filepath.Join(dir, instance.Secrets), 0o700)
	cfg, err := config.Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	on := time.Date(2026, 9, 10, 0, 0, 0, 0, time.UTC)
	fire, err := flags.EventDecision(providers[0], flags.Fire, on, "one wing cannot be used.")
	if err != nil {
		t.Fatal(err)
	}
	given := []flags.Decision{fire, {ProviderID: providers[1], On: on, Kind: flags.Hold, Level: rules.ProviderConcern, Reason: "The panel is not yet satisfied."},
		{ProviderID: providers[1], On: on.AddDate(1, 0, 0), Kind: flags.ClearReview}}
	p, err := pipeline.Open(t.Context(), pipeline.Options{Config: cfg, Doing: "test", Now: func() time.Time { return noon },
		Decisions: func(context.Context, time.Time) ([]flags.Decision, error) { return given, nil }})
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	out, err := p.Publish(t.Context(), p.AsOf(time.Time{}))
	if err != nil {
		t.Fatal(err)
	}
	again := openAt(t, out.Snapshot.Path)
	for i, want := range []struct {
		level int
		kind  string
		says  string
	}{{3, "event", "Fire: one wing"}, {2, "", "The panel is not yet satisfied."}} {
		var level int
		var kind, says string
		if err := again.DB().QueryRow("SELECT level, coalesce(failure_kind, ''), headline FROM analytics.provider_level WHERE provider_id = ?", providers[i]).Scan(&level, &kind, &says); err != nil ||
			level != want.level || kind != want.kind || !strings.Contains(says, want.says) {
			t.Errorf("provider %d stands at %d %q %q (%v), want %+v", i, level, kind, says, err, want)
		}
	}
	var n int
	if err := again.DB().QueryRow("SELECT count(*) FROM analytics.decision").Scan(&n); err != nil || n != 2 {
		t.Errorf("%d decisions are kept, want the two made by the date (%v)", n, err)
	}
	m, err := replay.Read(t.Context(), again.DB(), providers[0])
	if err != nil || len(m.Decisions) != 2 || m.Decisions[0].Kind != flags.Hold {
		t.Errorf("read back: %v, %+v", err, m.Decisions)
	}

	// On the pages: the fire stands there now, and was not known to the snapshot before.
	base := serve(t, dir)
	chair := signIn(t, base, "chair")
	at := base + "/providers/" + providers[0]
	if code, body := get(t, chair, at); code != http.StatusOK || !strings.Contains(body, "Proposed at provider failure") {
		t.Errorf("the fire has not moved the provider's page: %d", code)
	}
	resp, err := chair.PostForm(base+"/look-back", url.Values{"snapshot": {snapshot(t).ID}})
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
	if code, body := get(t, chair, at); code != http.StatusOK || !strings.Contains(body, "You are looking back") || strings.Contains(body, "Proposed at provider failure") || !strings.Contains(body, "No open flag places it above market management") {
		t.Errorf("looking back, the fire is there before anybody told of it: %d", code)
	}
}
