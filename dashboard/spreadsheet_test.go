package dashboard

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"bellwether/dashboard/internal/larkshire"
	"bellwether/internal/tooltest"
)

// opened gives what LibreOffice shows of files: what it would show of a cell that it ran as a formula.
func opened(t *testing.T, files map[string]string) map[string]string {
	t.Helper()
	office, dir, out := tooltest.Find(t, "soffice"), t.TempDir(), map[string]string{}
	args := []string{"-env:UserInstallation=file://" + filepath.Join(dir, "profile"), "--headless", "--convert-to", `csv:Text - txt - csv (StarCalc):44,34,76`, "--outdir", filepath.Join(dir, "shown")}
	for name, body := range files {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(body), 0o600); err != nil {
			t.Fatal(err)
		}
		args = append(args, path)
	}
	if said, err := exec.CommandContext(t.Context(), office, args...).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, said)
	}
	for name := range files {
		shown, err := os.ReadFile(filepath.Join(dir, "shown", strings.TrimSuffix(name, filepath.Ext(name))+".csv"))
		if err != nil {
			t.Fatal(err)
		}
		out[name] = string(shown)
	}
	return out
}

// TestASpreadsheetRunsNothing opens downloads whose cells are formulas in LibreOffice, beside a file that is not defused: there the sum
// is worked out, so the program would have run the others too.
func TestASpreadsheetRunsNothing(t *testing.T) {
	db := larkshire.County(t)
	hostile := map[string]string{"1-9000001": "=40000+2", "1-9000003": "+40000+2", "1-9000004": "-40000-2", "1-9000005": "@SUM(40000;2)"}
	for id, name := range hostile {
		if _, err := db.ExecContext(t.Context(), "UPDATE core.provider SET name = ? WHERE provider_id = ?", name, id); err != nil {
			t.Fatal(err)
		}
	}
	st := newSite(t, db)
	_, rows := st.get("member", "/providers.csv")
	_, book := st.get("member", "/providers.csv?format=xlsx")
	shown := opened(t, map[string]string{"rows.csv": rows, "book.xlsx": book, "control.csv": "name\n=40000+2\n"})
	if !strings.Contains(shown["control.csv"], "40002") {
		t.Fatalf("the program runs no formula, so this proves nothing: %s", shown["control.csv"])
	}
	for _, file := range []string{"rows.csv", "book.xlsx"} {
		if strings.Contains(shown[file], "40002") {
			t.Errorf("%s: a formula was run", file)
		}
		for _, name := range hostile {
			if !strings.Contains(shown[file], name) {
				t.Errorf("%s: %q can't be read any more", file, name)
			}
		}
	}
}
