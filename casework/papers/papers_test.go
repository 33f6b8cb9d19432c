package papers

import (
	"bytes"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"bellwether/internal/tooltest"
)

// long is a paper of several pages, with all that a section may hold.
func long() Paper {
	p := Paper{Title: "Findings meeting: Saltmarsh Homes – the “brief”", Subtitle: "1 Oct 2026", Marking: "OFFICIAL-SENSITIVE", Foot: "snapshot 7f3a", Made: time.Date(2026, 10, 1, 9, 0, 0, 0, time.UTC)}
	p.Sections = append(p.Sections, Section{Heading: "Concerns", Text: []string{"Seventeen in twelve weeks."}, Bars: []int64{0, 1, 3, 0, 5}, BarsSay: "Concerns by week: most in the last."})
	s := Section{Heading: "Action tracker", Head: []string{"Number", "Detail"}, Widths: []float64{.2, .8}}
	for range 60 {
		s.Rows = append(s.Rows, []string{"1", strings.Repeat("Visit on a weekend and look at the charts. ", 5)})
	}
	s.Rows = append(s.Rows, []string{"2", strings.Repeat("A cell that is taller than any page. ", 400)}, []string{"3"})
	p.Sections = append(p.Sections, s)
	return p
}

func sealed(t *testing.T) (Sealed, string) {
	t.Helper()
	s, err := Seal(long(), nil)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "pack.pdf")
	if err := os.WriteFile(file, s.PDF, 0o600); err != nil {
		t.Fatal(err)
	}
	return s, file
}

// TestOtherProgramsFindItSealed: qpdf says which cipher, and poppler opens it with the password and with nothing else.
func TestOtherProgramsFindItSealed(t *testing.T) {
	qpdf, text := tooltest.Find(t, "qpdf"), tooltest.Find(t, "pdftotext")
	s, file := sealed(t)
	out, err := exec.CommandContext(t.Context(), qpdf, "--password="+s.Password, "--show-encryption", file).CombinedOutput()
	if err != nil || !strings.Contains(string(out), "R = 6") || !strings.Contains(string(out), "stream encryption method: AESv3") {
		t.Errorf("%v\n%s", err, out)
	}
	if !strings.Contains(string(out), "extract for accessibility: allowed") {
		t.Errorf("a screen reader is shut out:\n%s", out)
	}
	if out, err := exec.CommandContext(t.Context(), qpdf, "--password="+s.Password, "--check", file).CombinedOutput(); err != nil {
		t.Errorf("the file is not sound: %v\n%s", err, out)
	}
	for _, password := range []string{"", "wrong-wrong-wrong-wrong-wrong-wrong"} {
		if out, err := exec.CommandContext(t.Context(), text, "-upw", password, file, "-").CombinedOutput(); err == nil {
			t.Errorf("it opens with %q: %.80s", password, out)
		}
		if out, err := exec.CommandContext(t.Context(), qpdf, "--password="+password, "--check", file).CombinedOutput(); err == nil || !strings.Contains(string(out), "invalid password") {
			t.Errorf("qpdf opens it with %q: %v, %s", password, err, out)
		}
	}
}

// TestEachPageIsMarkedTwice, at its top and its bottom, and carries what it was made from.
func TestEachPageIsMarkedTwice(t *testing.T) {
	text, qpdf := tooltest.Find(t, "pdftotext"), tooltest.Find(t, "qpdf")
	s, file := sealed(t)
	// Poppler's command takes passwords of at most 32 letters, so qpdf unlocks the file for it.
	open := file + ".open.pdf"
	if out, err := exec.CommandContext(t.Context(), qpdf, "--password="+s.Password, "--decrypt", file, open).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	out, err := exec.CommandContext(t.Context(), text, "-layout", open, "-").Output()
	if err != nil {
		t.Fatal(err)
	}
	pages := strings.Split(strings.TrimRight(string(out), "\f"), "\f")
	if len(pages) < 4 {
		t.Fatalf("%d pages", len(pages))
	}
	for n, page := range pages {
		lines := strings.Fields(strings.TrimSpace(page))
		if strings.Count(page, "OFFICIAL-SENSITIVE") != 2 || lines[0] != "OFFICIAL-SENSITIVE" || lines[len(lines)-1] != "OFFICIAL-SENSITIVE" {
			t.Errorf("page %d: %.200s", n+1, page)
		}
		if !strings.Contains(page, "snapshot 7f3a") {
			t.Errorf("page %d does not say what it was made from", n+1)
		}
	}
	for _, want := range []string{"Findings meeting: Saltmarsh Homes – the “brief”", "Concerns by week: most in the last.", "Seventeen in twelve weeks."} {
		if !strings.Contains(string(out), want) {
			t.Errorf("misses %q", want)
		}
	}
}

func TestThePasswordIsNowhereInTheFile(t *testing.T) {
	s, _ := sealed(t)
	if words := strings.Split(s.Password, "-"); len(words) != 6 {
		t.Errorf("a password of %d words", len(words))
	}
	if bytes.Contains(s.PDF, []byte(s.Password)) || bytes.Contains(s.PDF, []byte("Seventeen")) {
		t.Error("the file gives its password or its text away")
	}
	again, err := Seal(long(), nil)
	if err != nil || again.Password == s.Password {
		t.Errorf("two papers share a password, %v", err)
	}
}

func TestPapersThatAreRefused(t *testing.T) {
	for name, change := range map[string]func(*Paper){"no title": func(p *Paper) { p.Title = "" }, "no marking": func(p *Paper) { p.Marking = "" }, "no section": func(p *Paper) { p.Sections = nil }} {
		p := long()
		change(&p)
		if _, err := Seal(p, nil); !errors.Is(err, ErrEmpty) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := Seal(long(), io.LimitReader(strings.NewReader(""), 0)); err == nil {
		t.Error("a paper without random numbers")
	}
	if _, err := encrypt([]byte("not a file"), "u", "o"); err == nil {
		t.Error("something else than a PDF file was encrypted")
	}
}
