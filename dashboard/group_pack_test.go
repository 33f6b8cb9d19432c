package dashboard

import (
	"bytes"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"bellwether/internal/tooltest"
)

// TestGroupPack: several providers in one pack, the page and the file from the same parts, each copy logged, the password shown once.
func TestGroupPack(t *testing.T) {
	st := newSite(t, county(t), withPeople)
	path := st.opens("chair", fill("provider_id", "1-9000001", "stage", "quality_assurance", "reason", "Concerns continue."))
	st.sends("chair", path+"/actions", entry(map[string]string{"due_on": "2026-10-02"}, "number", "1", "detail", "Visit on a weekend", "owner", "Oz", "deputy", "Una", "organisation", "Council", "duty", "commissioning"), "Recorded")
	st.sends("chair", path+"/developments", entry(map[string]string{"on": today}, "kind", "high_risk", "what", "Nothing has changed."), "Recorded")
	if status, body := st.act("chair", "/review/changes", on(url.Values{}, "met_on", "2026-09-10")); status != http.StatusSeeOther {
		t.Fatalf("the meeting: %d\n%s", status, mainOf(body))
	}
	minutes := func(on, text string, more ...string) (int, string) {
		return st.act("chair", "/review/changes", fill(append([]string{"step", "minutes", "minutes_on", on, "minutes", text}, more...)...))
	}
	for name, bad := range map[string][2]string{"no such meeting": {"2026-09-11", "We met."}, "no day": {"soon", "We met."}, "no words": {"2026-09-10", " "}} {
		if status, body := minutes(bad[0], bad[1]); status != http.StatusUnprocessableEntity {
			t.Errorf("%s: %d\n%s", name, status, mainOf(body))
		}
	}
	for _, m := range [][]string{{"We met and agreed two visits."}, {"We met and agreed three visits.", "agreed", "yes"}} {
		if status, body := minutes("2026-09-10", m[0], m[1:]...); status != http.StatusSeeOther || !strings.Contains(body, "are kept") || !strings.Contains(body, m[0]) {
			t.Fatalf("the minutes: %d\n%s", status, mainOf(body))
		}
	}
	if status, body := minutes("2026-09-10", "Something else."); status != http.StatusUnprocessableEntity || !strings.Contains(body, "greed minutes are locked") {
		t.Errorf("agreed minutes are changed: %d", status)
	}
	st.now = st.now.AddDate(0, 0, 5)
	st.browsers = map[string]*http.Client{}
	_, body := st.get("member", "/review/pack")
	needs(t, body, "Quality and Safeguarding Information Group", "Papers for the meeting of 6 Oct 2026", "What is in the pack: 0 of", "Saltmarsh Homes", "risks remain high", "1. Introductions and declarations of interest")
	if strings.Contains(body, "Make the encrypted pack") {
		t.Error("an empty pack can be made")
	}
	second := regexp.MustCompile(`name="p" value="(1-90000[0-9]+)"`).FindAllStringSubmatch(body, -1)
	if len(second) < 2 {
		t.Fatal("no second provider waits")
	}
	other := second[1][1]
	at := "/review/pack?on=2026-10-08&p=1-9000001&p=" + other
	_, body = st.get("member", at)
	needs(t, body, "Papers for the meeting of 8 Oct 2026", "1. Saltmarsh Homes", "2. ", "17 concerns in 12 weeks", "Visit on a weekend", "Oz (deputy Una)", "2 Oct 2026, overdue", "Risks that remain high", "Concerns by week over the last 52 weeks",
		"Meeting of 10 Sep 2026. Agreed by the chair.", "We met and agreed three visits.", "What changed since then", "OFFICIAL-SENSITIVE", "Make the encrypted pack")
	resp, book := st.get("member", "/review/pack/actions.xlsx?on=2026-10-08&p=1-9000001")
	x, err := excelize.OpenReader(bytes.NewReader([]byte(book)))
	if err != nil {
		t.Fatalf("%d: %v", resp.StatusCode, err)
	}
	defer x.Close()
	rows, err := x.GetRows(x.GetSheetName(0))
	if err != nil || len(rows) != 3 || rows[0][0] != "OFFICIAL-SENSITIVE" || rows[2][2] != "Visit on a weekend" {
		t.Errorf("%v, %v", rows, err)
	}
	for name, bad := range map[string]struct{ path, recipients, want string }{
		"nobody":     {at, " ", "Say who gets a copy"},
		"nothing":    {"/review/pack?on=2026-10-08", "Chief Nurse, ICB", "Choose the providers on the agenda first"},
		"one letter": {at, "x", "Each recipient has 2 to 200 letters"},
	} {
		if status, body := st.act("member", bad.path, fill("recipients", bad.recipients)); status != http.StatusUnprocessableEntity || !strings.Contains(body, bad.want) || strings.Contains(body, "bw-secret") {
			t.Errorf("%s: %d\n%s", name, status, mainOf(body))
		}
	}
	_, body = st.get("member", "/review/pack?p=unknown")
	needs(t, body, "Left out:")
	_, body = st.send("member", http.MethodPost, at, fill("recipients", "Chief Nurse, ICB\nPolice lead"), nil)
	password := regexp.MustCompile(`class="bw-secret">([a-z]+(?:-[a-z]+){5})<`).FindStringSubmatch(body)
	file := regexp.MustCompile(`href="(/papers/[0-9a-f]{36})"`).FindStringSubmatch(body)
	if password == nil || file == nil {
		t.Fatalf("no password or no file\n%s", mainOf(body))
	}
	needs(t, body, "Chief Nurse, ICB, 6 Oct 2026, by Mo Member", "Police lead, 6 Oct 2026")
	for _, e := range st.audit.take() {
		if strings.Contains(e.ID+e.Reason+e.Purpose, password[1]) {
			t.Error("the password is in the audit")
		}
	}
	_, pdf := st.get("member", file[1])
	checkSealed(t, pdf, password[1], "OFFICIAL-SENSITIVE", "1. Saltmarsh Homes", "Visit on a weekend", "Concerns by week")
	if _, again := st.get("member", at); strings.Contains(again, "bw-secret") || !strings.Contains(again, "Chief Nurse, ICB") {
		t.Error("the password is shown again, or the copies are not")
	}
	for as, want := range map[string]int{"sal": 403, "everywhere": 403, "governance": 403} {
		if resp, _ := st.send(as, http.MethodPost, at, fill("recipients", "Somebody"), nil); resp.StatusCode != want {
			t.Errorf("%s issues packs: %d, want %d", as, resp.StatusCode, want)
		}
	}
	if _, body := st.get("north", "/review/pack"); strings.Contains(body, "Saltmarsh") {
		t.Error("a commissioner of another area reads of the provider")
	}
	// An encrypted pack of a restricted case is for those who know of it: to others it is not among the choices.
	st.sends("chair", path, fill("step", "restrict", "kind", "court_order", "with", "u-sal", "ground", "An order of the court."), "The case is restricted")
	if _, body := st.get("member", at); strings.Contains(body, "Visit on a weekend") || strings.Contains(body, "Risks that remain high") {
		t.Error("the pack gives a restricted case away")
	}
}

// checkSealed asks other programs: qpdf for the cipher and the soundness of the file, poppler for what stands on each page, whose text in reading order is given back.
func checkSealed(t *testing.T, pdf, password, marking string, want ...string) string {
	t.Helper()
	qpdf, text := tooltest.Find(t, "qpdf"), tooltest.Find(t, "pdftotext")
	file := filepath.Join(t.TempDir(), "pack.pdf")
	if err := os.WriteFile(file, []byte(pdf), 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.CommandContext(t.Context(), qpdf, "--password="+password, "--show-encryption", "--check", file).CombinedOutput()
	if err != nil || !strings.Contains(string(out), "R = 6") || !strings.Contains(string(out), "AESv3") {
		t.Errorf("%v\n%s", err, out)
	}
	open := file + ".open.pdf"
	if out, err := exec.CommandContext(t.Context(), qpdf, "--password="+password, "--decrypt", file, open).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	read, err := exec.CommandContext(t.Context(), text, "-layout", open, "-").Output()
	if err != nil {
		t.Fatal(err)
	}
	for n, page := range strings.Split(strings.TrimRight(string(read), "\f"), "\f") {
		if strings.Count(page, marking) != 2 {
			t.Errorf("page %d carries its marking %d times", n+1, strings.Count(page, marking))
		}
	}
	for _, w := range want {
		if !strings.Contains(string(read), w) {
			t.Errorf("the file misses %q", w)
		}
	}
	flowing, err := exec.CommandContext(t.Context(), text, open, "-").Output()
	if err != nil {
		t.Fatal(err)
	}
	return string(flowing)
}
