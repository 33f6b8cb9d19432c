package e2e

import (
	"archive/zip"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"bellwether/casework/accounts"
	"bellwether/casework/store/sqlite"
	"bellwether/internal/instance"
	"bellwether/internal/tooltest"
)

// governance gives the demonstration two people who answer requests for information, and a chair.
func governance(t *testing.T) (passwords map[string]string) {
	t.Helper()
	db, err := sqlite.Open(t.Context(), filepath.Join(demo.dir, instance.Casework, instance.CaseworkStore), sqlite.Options{Now: func() time.Time { return noon }})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	people, err := accounts.New(db, accounts.Options{Now: func() time.Time { return noon }})
	if err != nil {
		t.Fatal(err)
	}
	passwords = map[string]string{"gil": "correct horse battery gil", "ivy": "correct horse battery ivy", "ada": "correct horse battery ada"}
	for name, role := range map[string]string{"gil": "information_governance", "ivy": "information_governance", "ada": "qsig_chair"} {
		if _, err := people.Create(t.Context(), "test", accounts.NewAccount{Username: name, Name: name, Roles: []string{role}, LocalAuthorities: []string{"*"}, Password: passwords[name]}); err != nil {
			t.Fatal(err)
		}
	}
	return passwords
}

// TestRequestsForInformation goes from the day a request came to the file that leaves, and from a person's letter to a paper that opens.
func TestRequestsForInformation(t *testing.T) {
	pass, dir := governance(t), t.TempDir()
	verb := func(who, input string, args ...string) (string, string, int) {
		return asked(noon, []string{pass[who], input}, append(args, "--dir", demo.dir, "--as", who)...)
	}
	must := func(who, input string, args ...string) string {
		t.Helper()
		out, errs, code := verb(who, input, args...)
		if code != 0 {
			t.Fatalf("%v: %d %s", args, code, errs)
		}
		return out
	}
	refused := func(says, who, input string, args ...string) {
		t.Helper()
		if out, errs, code := verb(who, input, args...); code != 3 || !strings.Contains(errs, says) || strings.Contains(errs, pass[who]) {
			t.Errorf("%v as %s: %d %s%s, want a refusal that says %q", args, who, code, out, errs, says)
		}
	}
	logged := func(kind string) string {
		t.Helper()
		out := must("gil", "", kind, "log", "--received", "2026-09-14", "--words", "figures by area")
		return strings.TrimSuffix(strings.Fields(out)[1], ",")
	}

	t.Run("figures", func(t *testing.T) {
		id := logged("foi")
		refused("your role does not answer", "ada", "", "foi", "log", "--received", "2026-09-14", "--words", "figures by area")
		build := []string{"foi", "build", id, "--from", "2025-10-01", "--to", "2026-10-01"}
		must("gil", "", build...)
		candidate := filepath.Join(demo.dir, instance.Casework, "requests", id+".zip")
		first, err := os.ReadFile(candidate)
		if err != nil {
			t.Fatal(err)
		}
		must("gil", "", build...)
		if again, _ := os.ReadFile(candidate); string(again) != string(first) {
			t.Error("made again from the same snapshot, it is another file")
		}
		refused("takes two people", "gil", "", "foi", "sign", id)
		out := filepath.Join(dir, "answer.zip")
		refused("nothing leaves before", "gil", "", "foi", "answer", id, "--out", out)
		if list := must("ada", "", "foi", "list"); !strings.Contains(list, id) || !strings.Contains(list, "built") {
			t.Errorf("the chair's list: %s", list)
		}
		if err := os.WriteFile(candidate, append(first, 'x'), 0o600); err != nil {
			t.Fatal(err)
		}
		refused("was changed since", "ada", "", "foi", "sign", id)
		if err := os.WriteFile(candidate, first, 0o600); err != nil {
			t.Fatal(err)
		}
		must("ada", "", "foi", "sign", id)
		must("gil", "", "foi", "answer", id, "--out", out)
		checkBundle(t, out)
	})

	t.Run("a person", func(t *testing.T) {
		person := anyPlaced(t)
		id := logged("subject-access")
		out := filepath.Join(dir, "held.pdf")
		refused("has not yet confirmed", "gil", person[0], "subject-access", "build", id, "--out", out)
		refused("your role does not answer", "ada", person[0], "subject-access", "build", id, "--out", out)
		must("ivy", "", "subject-access", "confirm", id)
		if _, errs, code := verb("gil", person[0], "subject-access", "build", id, "--out", filepath.Join(dir, "missing", "held.pdf")); code != 1 || !strings.Contains(errs, "the request is not spent") {
			t.Errorf("into a folder that is not there: %d %s", code, errs)
		}
		said := must("gil", person[0], "subject-access", "build", id, "--out", out)
		_, after, _ := strings.Cut(said, "shown once: ")
		password, _, _ := strings.Cut(after, "\n")
		if strings.Contains(said, person[0]) || len(strings.Fields(strings.ReplaceAll(password, "-", " "))) < 6 {
			t.Errorf("said %q", said)
		}
		open := out + ".open.pdf"
		if said, err := exec.CommandContext(t.Context(), tooltest.Find(t, "qpdf"), "--password="+password, "--decrypt", out, open).CombinedOutput(); err != nil {
			t.Fatalf("%v: %s", err, said)
		}
		text, err := exec.CommandContext(t.Context(), tooltest.Find(t, "pdftotext"), "-layout", open, "-").Output()
		if err != nil {
			t.Fatalf("%v: %s", err, said)
		}
		for _, want := range []string{"What is held about you", "Placement (", "OFFICIAL-SENSITIVE", "Other people in the same records are left out"} {
			if !strings.Contains(string(text), want) {
				t.Errorf("the paper lacks %q", want)
			}
		}
		if strings.Contains(string(text), person[0]) {
			t.Error("the paper carries the council's reference")
		}
		if err := exec.CommandContext(t.Context(), tooltest.Find(t, "pdftotext"), out, "-").Run(); err == nil {
			t.Error("the paper opens without its password")
		}
		refused("once already", "gil", person[0], "subject-access", "build", id, "--out", out)
		must("gil", "", "subject-access", "answer", id)
		if list := must("ivy", "", "subject-access", "list"); !strings.Contains(list, "answered") {
			t.Errorf("the list: %s", list)
		}
	})
}

// anyPlaced gives references of people of whichever home has some.
func anyPlaced(t *testing.T) []string {
	t.Helper()
	out, _, _ := asked(noon, nil, "query", "--dir", demo.dir, "--format", "csv", "SELECT location_id FROM core.placement WHERE is_current AND location_id IS NOT NULL GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 1")
	lines := strings.Split(strings.TrimSpace(out), "\n")
	return placedWith(t, strings.TrimSpace(lines[len(lines)-1]))
}

// checkBundle reads the file as whoever asked for it would.
func checkBundle(t *testing.T, path string) {
	t.Helper()
	z, err := zip.OpenReader(path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = z.Close() }()
	files := map[string]string{}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		files[f.Name] = readAll(t, r)
		_ = r.Close()
	}
	if len(files) != 4 || !strings.Contains(files["index.html"], "must not be added") || !strings.Contains(files["index.html"], "Section 42 enquiries") {
		t.Fatalf("%d files:\n%s", len(files), files["index.html"])
	}
	for name, body := range files {
		if strings.Contains(body, "Limited") || strings.Contains(body, "9-1") {
			t.Errorf("%s names a provider", name)
		}
		if !strings.HasSuffix(name, ".csv") {
			continue
		}
		for _, line := range strings.Split(strings.TrimSpace(body), "\n")[1:] {
			for _, cell := range strings.Split(line, ",")[1:] {
				if n, err := strconv.Atoi(cell); cell != "*" && (err != nil || n%5 != 0 || n < 5) {
					t.Errorf("%s: the cell %q leaves", name, cell)
				}
			}
		}
	}
}
