package retention_test

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"bellwether/casework/accounts"
	"bellwether/casework/store/sqlite"
	"bellwether/internal/cli"
	"bellwether/internal/instance"
	"bellwether/internal/instancetest"
	"bellwether/internal/retention"
)

// TestTheVerbs goes the whole way on the command line: proposed, appraised by the one who may, destroyed, certified, recorded.
func TestTheVerbs(t *testing.T) {
	cfg := instancetest.Copy(t)
	verb := func(input string, args ...string) (stdout, stderr string, code int) {
		var out, errs bytes.Buffer
		code = cli.Run(context.Background(), append([]string{"retention"}, append(args, "--dir", cfg.Dir)...), cli.Env{Stdin: strings.NewReader(input), Stdout: &out, Stderr: &errs,
			Now: func() time.Time { return instancetest.Noon.Add(time.Hour) }, Getenv: func(string) string { return "" }})
		return out.String(), errs.String(), code
	}
	db, err := sqlite.Open(t.Context(), cfg.Path(instance.Casework, instance.CaseworkStore), sqlite.Options{Now: instancetest.Clock})
	if err != nil {
		t.Fatal(err)
	}
	people, err := accounts.New(db, accounts.Options{Now: instancetest.Clock})
	if err == nil {
		_, err = people.Create(t.Context(), "test", accounts.NewAccount{Username: "gil", Name: "Gil", Roles: []string{"information_governance"}, Password: "governance horse battery"})
	}
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(cfg.Path(retention.File), []byte("version: 1\nschedules:\n  - {source: company_events, years: 1, basis: a test}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if out, _, code := verb("", "list"); code != 0 || !strings.Contains(out, "Nothing has been proposed") {
		t.Errorf("%d %s", code, out)
	}
	if out, errs, code := verb("", "propose"); code != 0 || !strings.Contains(out, "newly proposed") {
		t.Fatalf("%d %s%s", code, out, errs)
	}
	out, _, code := verb("", "list", "--json")
	var items []retention.Item
	if err := json.Unmarshal([]byte(out), &items); code != 0 || err != nil || len(items) == 0 {
		t.Fatalf("%d %v %s", code, err, out)
	}
	id := items[0].ID
	if _, errs, code := verb("correct horse battery staple\n", "appraise", id, "--as", "chair", "--decision", "destroy", "--words", "past its schedule"); code != 3 || !strings.Contains(errs, "information governance") {
		t.Errorf("the chair appraises: %d %s", code, errs)
	}
	if _, _, code := verb("", "destroy", id); code != 3 {
		t.Errorf("destroyed without appraisal: %d", code)
	}
	for _, step := range []struct{ verb, more, says string }{{"hold", "", "on hold"}, {"release", "", "to be appraised"}, {"appraise", "destroy", "to be destroyed"}} {
		args := []string{step.verb, id, "--as", "gil", "--words", "past its schedule, nothing open"}
		if step.more != "" {
			args = append(args, "--decision", step.more)
		}
		if out, errs, code := verb("governance horse battery\n", args...); code != 0 || !strings.Contains(out, step.says) {
			t.Fatalf("%s: %d %s%s", step.verb, code, out, errs)
		}
	}
	out, errs, code := verb("", "destroy", id, "-q")
	if code != 0 || !strings.Contains(out, "none after") || !strings.Contains(out, "Backups were not looked at") {
		t.Fatalf("%d %s%s", code, out, errs)
	}
	if files, _ := filepath.Glob(cfg.Path(instance.Casework, "certificates", "*.json")); len(files) != 1 {
		t.Errorf("%d certificates", len(files))
	}
	log, err := os.ReadFile(cfg.Path(instance.Audit, instance.AuditLog))
	if err != nil || strings.Count(string(log), `"kind":"retention"`) < 5 {
		t.Errorf("%d entries of the audit speak of it, %v", strings.Count(string(log), `"kind":"retention"`), err)
	}
}
