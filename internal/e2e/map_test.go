package e2e

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"bellwether/internal/instance"
)

// TestMapSuggestAndCheck proposes a mapping for the county's own extract, and reads the extract by what was proposed.
func TestMapSuggestAndCheck(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(demo.dir, instance.Inbox, "safeguarding_concerns", "*", "*.csv"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no extract in the inbox: %v", err)
	}
	extract := files[len(files)-1]
	proposed, code := command("map", "suggest", "safeguarding_concerns", extract)
	if code != 0 || !strings.Contains(proposed, "concern_ref: ") || !strings.Contains(proposed, "table: safeguarding_concern") {
		t.Fatalf("exit code %d:\n%s", code, proposed)
	}
	// The source need not be named, and the proposal reads the extract as it stands.
	guessed, code := command("map", "suggest", extract)
	if code != 0 || !strings.Contains(guessed, "table: safeguarding_concern") {
		t.Fatalf("exit code %d:\n%s", code, guessed)
	}
	_, yaml, _ := strings.Cut(proposed, "# A proposal")
	own := filepath.Join(t.TempDir(), "proposed.yml")
	write(t, own, "# A proposal"+yaml[:strings.LastIndex(yaml, "\n")+1])
	if out, code := command("map", "check", extract, "--mapping", own); code != 0 || !strings.Contains(out, ", 0 would be held") || !strings.Contains(out, "risk_attribution: filled in") {
		t.Errorf("the proposal as it stands: exit code %d:\n%s", code, out)
	}
	shipped, err := os.ReadFile("../../schemas/mappings/larkshire-concerns.yml")
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "ours.yml")
	write(t, file, string(shipped))
	out, code := command("map", "check", "safeguarding_concerns", extract, "--mapping", file)
	if code != 0 || !strings.Contains(out, "rows would go on") || !strings.Contains(out, "(pseudonym)") {
		t.Errorf("exit code %d:\n%s", code, out)
	}
	if out, code := command("map", "check", "cqc_api", extract); code != 2 || !strings.Contains(out, "is not a source that is mapped") {
		t.Errorf("exit code %d:\n%s", code, out)
	}
}

// TestASecondProcessIsRefused holds the instance's lock and asks for a run: it is told who is at work.
func TestASecondProcessIsRefused(t *testing.T) {
	lock, err := instance.Acquire(demo.dir, "a test", noon)
	if err != nil {
		t.Fatal(err)
	}
	defer lock.Unlock()
	out, code := command("run", "--dir", demo.dir)
	if code != 4 || !strings.Contains(out, "is at work in") || !strings.Contains(out, "a test") {
		t.Errorf("exit code %d:\n%s", code, out)
	}
}
