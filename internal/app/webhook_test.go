package app

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"bellwether/casework/cases"
	"bellwether/casework/restricted"
	"bellwether/internal/config"
	"bellwether/internal/instance"
	"bellwether/internal/warehouse"
	"bellwether/internal/webhook"
)

// withFlags publishes a snapshot that holds these flags and nothing else: id, provider, state.
func withFlags(t *testing.T, cfg config.Config, id string, at time.Time, flags ...[3]string) {
	t.Helper()
	raw, err := warehouse.OpenRaw(t.Context(), cfg.Path(instance.Warehouse), warehouse.Limits{MemoryMiB: 256, Threads: 1})
	if err != nil {
		t.Fatal(err)
	}
	if err := raw.Close(); err != nil {
		t.Fatal(err)
	}
	b, err := warehouse.OpenBuild(t.Context(), cfg.Path(instance.Temp, "build.duckdb"), cfg.Path(instance.Warehouse), warehouse.Limits{MemoryMiB: 256, Threads: 1})
	if err != nil {
		t.Fatal(err)
	}
	rows := []string{"('', '', '', '', DATE '2026-01-01')"}
	for _, f := range flags {
		rows = append(rows, "('"+strings.Join(f[:], "', '")+"', 'provider_concern', DATE '2026-01-01')")
	}
	for table, query := range map[string]string{
		"ops.run":        "SELECT 'run-" + id + "' AS run_id, 2 AS format_version",
		"analytics.flag": "SELECT * FROM (VALUES " + strings.Join(rows, ", ") + ") AS v(flag_id, provider_id, state, level_name, opened_on) WHERE flag_id <> ''",
	} {
		if _, err := b.CreateTableAs(t.Context(), table, query); err != nil {
			t.Fatal(err)
		}
	}
	if err := b.Finish(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := warehouse.Publish(b, cfg.Path(instance.Snapshots), id, at); err != nil {
		t.Fatal(err)
	}
}

// TestFlagsAreToldWithoutNames has a receiver told of what changed between two snapshots, restricted cases left out.
func TestFlagsAreToldWithoutNames(t *testing.T) {
	_, cfg := made(t)
	var mu sync.Mutex
	var got []webhook.Message
	var bodies strings.Builder
	now := time.Date(2026, 10, 1, 9, 0, 0, 0, time.UTC)
	const secret = "a secret of the council's own, long enough"
	srv := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err == nil {
			err = webhook.Verify([]byte(secret), r.Header.Get(webhook.SignatureHeader), body, now, time.Minute)
		}
		var m webhook.Message
		if err == nil {
			err = json.Unmarshal(body, &m)
		}
		if err != nil {
			t.Error(err)
		}
		mu.Lock()
		defer mu.Unlock()
		got = append(got, m)
		bodies.Write(body)
	}))
	defer srv.Close()
	defer http.DefaultTransport.(*http.Transport).CloseIdleConnections()
	cfg.Webhook = config.Webhook{URL: srv.URL, SecretFile: "webhook.key"}
	if err := os.WriteFile(filepath.Join(cfg.Dir, instance.Secrets, "webhook.key"), []byte(secret+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	a, err := New(t.Context(), Options{Config: cfg, Listen: "127.0.0.1:0", Now: func() time.Time { return now }})
	if err != nil {
		t.Fatal(err)
	}
	defer a.Stop(t.Context())
	if err := a.Tell(t.Context()); err != nil {
		t.Errorf("before the first snapshot: %v", err)
	}
	c, err := a.cases.Open(t.Context(), cases.Act{By: "u-ada"}, cases.Opening{ProviderID: "p-hidden", ProviderName: "Larkshire Invented Care", Stage: "pre_provider_concern", Reason: "A concern that needs looking into."})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := a.hidden.Open(t.Context(), restricted.Opening{By: "u-ada", With: "u-ben", Kind: "police", CaseID: c.ID, Ground: "A matter for the police."}); err != nil {
		t.Fatal(err)
	}
	withFlags(t, cfg, "aaaaaaaaaaaa", now, [3]string{"f-old", "p-1", "open"})
	a.schedule.hook()
	withFlags(t, cfg, "bbbbbbbbbbbb", now.Add(time.Hour), [3]string{"f-old", "p-1", "cleared"}, [3]string{"f-new", "p-2", "waiting"}, [3]string{"f-secret", "p-hidden", "open"})
	a.schedule.hook()
	a.schedule.hook()
	if len(got) != 2 || got[0].FlagID+got[0].Type+got[1].FlagID+got[1].Type != "f-newflag.raisedf-oldflag.cleared" && got[0].FlagID+got[0].Type+got[1].FlagID+got[1].Type != "f-oldflag.clearedf-newflag.raised" {
		t.Fatalf("%+v", got)
	}
	if got[0].RunID != "run-bbbbbbbbbbbb" || got[0].Snapshot != "bbbbbbbbbbbb" {
		t.Errorf("%+v", got[0])
	}
	for _, never := range []string{"p-1", "p-2", "p-hidden", "f-secret"} {
		if strings.Contains(bodies.String(), never) {
			t.Errorf("a message holds %s", never)
		}
	}
	_, metrics := getPage(t, a, "/metrics")
	for _, want := range []string{"bellwether_webhook_attempts_total 2", "bellwether_webhook_failures_total 0", "bellwether_webhook_given_up_total 0", "bellwether_webhook_waiting 0"} {
		if !strings.Contains(metrics, want) {
			t.Errorf("the metrics lack %s", want)
		}
	}
}

func TestAWebhookWithoutItsSecretDoesNotStart(t *testing.T) {
	_, cfg := made(t)
	cfg.Webhook = config.Webhook{URL: "https://hooks.example/x", SecretFile: "webhook.key"}
	if a, err := New(t.Context(), Options{Config: cfg, Listen: "127.0.0.1:0", Now: time.Now}); err == nil || !strings.Contains(err.Error(), "webhook.secret_file") || !strings.Contains(err.Error(), "openssl rand") {
		t.Errorf("%v, %v", a, err)
	}
}
