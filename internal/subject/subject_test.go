package subject

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"bellwether/casework/papers"
	"bellwether/internal/tooltest"
)

func TestThePaperSaysWhatIsHeldAndOpensWithItsPassword(t *testing.T) {
	may := time.Date(2026, 5, 4, 0, 0, 0, 0, time.UTC)
	rows := []Row{
		{Kind: "Placement", Part: "the person supported", On: may, KnownFrom: may, Provider: "Saltmarsh Care Limited", Location: "Saltmarsh House", Says: "need: dementia; £912.50 a week"},
		{Kind: "Placement", Part: "the person supported", KnownFrom: may, Provider: "Saltmarsh Care Limited", Location: "Saltmarsh Care Limited", Says: ""},
		{Kind: "Safeguarding concern", Part: "the adult at risk", On: may, KnownFrom: may, Provider: "not known", Says: "neglect; decision: s42"},
	}
	made := Made{Reference: "0123", Authority: "Larkshire Council", Marking: "OFFICIAL-SENSITIVE", Snapshot: "abc", AsOf: may, At: may}
	for name, c := range map[string]struct {
		rows []Row
		want []string
	}{
		"records": {rows, []string{"Placement (2)", "Safeguarding concern (1)", "Saltmarsh House", "£912.50", "4 May 2026", "not known", "OFFICIAL-SENSITIVE"}},
		"none":    {nil, []string{"No record carries your code."}},
	} {
		sealed, err := papers.Seal(Paper(made, c.rows), nil)
		if err != nil {
			t.Fatal(err)
		}
		file := filepath.Join(t.TempDir(), "held.pdf")
		if err := os.WriteFile(file, sealed.PDF, 0o600); err != nil {
			t.Fatal(err)
		}
		// Poppler's command takes passwords of at most 32 letters, so qpdf unlocks the file for it.
		open := file + ".open.pdf"
		if out, err := exec.CommandContext(t.Context(), tooltest.Find(t, "qpdf"), "--password="+sealed.Password, "--decrypt", file, open).CombinedOutput(); err != nil {
			t.Fatalf("%s: %v: %s", name, err, out)
		}
		out, err := exec.CommandContext(t.Context(), tooltest.Find(t, "pdftotext"), "-layout", open, "-").CombinedOutput()
		if err != nil {
			t.Fatalf("%s: %v: %s", name, err, out)
		}
		for _, want := range c.want {
			if !strings.Contains(string(out), want) {
				t.Errorf("%s: the paper lacks %q:\n%s", name, want, out)
			}
		}
	}
}
