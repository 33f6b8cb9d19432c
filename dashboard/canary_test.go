package dashboard

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/apache/arrow-go/v18/parquet"
	"github.com/apache/arrow-go/v18/parquet/file"
	"github.com/google/go-cmp/cmp"

	"bellwether/casework/cases"
	"bellwether/casework/requests"
	"bellwether/dashboard/page"
	"bellwether/internal/tooltest"
)

// whoSees is, written down apart from the policy, who may read the words of each group somewhere.
var whoSees = map[string][]string{
	// A case that is open to the group, and shared with two organisations.
	"open B":                   {"chair", "lead", "member", "sal", "sandy", "support"},
	"open B, told outside":     {"chair", "lead", "liaison", "member", "sal", "sandy", "support", "wren"},
	"open B of Wrenshire":      {"chair", "lead", "member", "sal", "sandy", "support", "wren"},
	"open B of the commission": {"chair", "lead", "liaison", "member", "sal", "sandy", "support"},
	"open C":                   {"sal"},
	"open C of Wrenshire":      {"sal", "wren"},
	// Two that are hidden. Sal opened them and Mo is named with her; Sandy has opened the second in an emergency.
	"police B":      {"member", "sal"},
	"police C":      {"sal"},
	"police ground": {"member", "sal"},
	"court B":       {"member", "sal", "sandy"},
	"court C":       {"sal", "sandy"},
	"court ground":  {"member", "sal"},
	"glass":         {"governance"},
	// The provider's signals: not the officer of another provider, the commissioner of another area, or who has an interest in it.
	"signals": {"chair", "everywhere", "lead", "member", "sal", "sandy", "support"},
	// Names that match nobody belong to no area.
	"names": {"chair", "conflicted", "everywhere", "lead", "member", "sal", "sandy", "support"},
	// The page of the sources lists what matched nobody to readers without any limit, and an interest is one.
	"unmatched": {"chair", "everywhere", "lead", "member", "sal", "sandy", "support"},
	"own view":  {"officer"},
	"nobody":    nil,
}

// decoded gives an answer's words: what is packed is unpacked first.
func decoded(t *testing.T, resp *http.Response, body string) string {
	t.Helper()
	switch kind := resp.Header.Get("Content-Type"); {
	case strings.Contains(kind, "spreadsheetml"):
		z, err := zip.NewReader(strings.NewReader(body), int64(len(body)))
		if err != nil {
			t.Fatal(err)
		}
		var b strings.Builder
		for _, f := range z.File {
			r, err := f.Open()
			if err != nil {
				t.Fatal(err)
			}
			if _, err := io.Copy(&b, r); err != nil { //nolint:gosec // our own file
				t.Fatal(err)
			}
			_ = r.Close()
		}
		return b.String()
	case strings.Contains(kind, "parquet"):
		return parquetWords(t, body)
	}
	return body
}

func parquetWords(t *testing.T, body string) string {
	t.Helper()
	p, err := file.NewParquetReader(strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = p.Close() }()
	var b strings.Builder
	for g := range p.NumRowGroups() {
		group := p.RowGroup(g)
		for i := range group.NumColumns() {
			column, err := group.Column(i)
			if err != nil {
				t.Fatal(err)
			}
			texts, ok := column.(*file.ByteArrayColumnChunkReader)
			if !ok {
				continue
			}
			values, levels := make([]parquet.ByteArray, group.NumRows()), make([]int16, group.NumRows())
			_, n, err := texts.ReadBatch(group.NumRows(), values, levels, nil)
			if err != nil {
				t.Fatal(err)
			}
			for _, v := range values[:n] {
				b.Write(v)
				b.WriteByte('\n')
			}
		}
	}
	return b.String()
}

// canaryAddresses are every address that takes a GET, with every id that there is, every register and every format.
func canaryAddresses(st *site) []string {
	var all []string
	add := func(path string) { all = append(all, path) }
	for _, rt := range routes() {
		path, isGet := strings.CutPrefix(rt.Pattern, "GET ")
		if !isGet || strings.HasPrefix(path, "/sign-") || strings.Contains(path, "{file}") || path == "/{$}" {
			continue
		}
		ids := []string{"none"}
		switch {
		case strings.HasPrefix(path, "/cases/") || strings.HasPrefix(path, "/review/cases/"):
			ids = []string{openCase, policeCase, courtCase}
		case strings.HasPrefix(path, "/requests/"):
			ids = []string{st.firstRequest(requests.FOI), st.firstRequest(requests.SubjectAccess)}
		case strings.HasPrefix(path, "/flags/") || strings.HasPrefix(path, "/review/") || strings.HasPrefix(path, "/api/v1/flags/"):
			ids = []string{flagConcerns, "F5e6f70819203142"}
		case strings.HasPrefix(path, "/locations/"):
			ids = []string{"1-8000010"}
		case strings.Contains(path, "providers/"):
			ids = []string{hiddenProvider, "1-9000003", "1-9000004"}
		}
		if !strings.Contains(path, "{id}") {
			ids = ids[:1]
		}
		for _, id := range ids {
			at := strings.ReplaceAll(path, "{id}", id)
			switch {
			case strings.Contains(at, "{register}"):
				for _, r := range cases.Registers() {
					add(strings.NewReplacer("{register}", r.ID, "{number}", "1").Replace(at))
				}
				continue
			case strings.Contains(at, "{number}"):
				at = strings.ReplaceAll(at, "{number}", "1")
			}
			add(at)
			if strings.HasSuffix(at, ".csv") || strings.HasPrefix(at, "/records/") {
				for _, format := range []string{"csv", "xlsx", "parquet", "arrow"} {
					add(at + "?format=" + format)
				}
			}
		}
	}
	for _, id := range []string{openCase, policeCase, courtCase} {
		add("/cases?q=" + id)
		add("/emergency?case=" + id)
		for _, r := range []string{"adults", "affected", "notifications", "shares"} {
			add("/cases/" + id + "/" + r + "/2")
		}
	}
	return append(all, "/cases?state=all", "/actions?state=all", "/flags?state=all", "/flags.csv?state=all", "/api/v1/flags?state=all", "/providers/suggest?q=salt", "/review?state=decided", "/review/pack?on=2026-10-08&p="+hiddenProvider+"&p=1-9000003&p=1-9000004",
		"/review/pack/actions.xlsx?on=2026-10-08&p="+hiddenProvider+"&p=1-9000003&p=1-9000004", "/providers/compare?p="+hiddenProvider+"&p=1-9000003", "/contingency?provider="+hiddenProvider)
}

// sightings collects who read which word, and where first.
type sightings struct {
	t     *testing.T
	words canaries
	who   map[string]map[string]string // word → person → address
	at    map[string]bool
	asked int
}

func (s *sightings) look(st *site, as, path string) {
	s.t.Helper()
	resp, body := st.get(as, path)
	s.asked++
	if resp.StatusCode >= 500 {
		s.t.Errorf("%s as %s: %d", path, as, resp.StatusCode)
	}
	var head strings.Builder
	_ = resp.Header.Write(&head)
	if word := canaryForm.FindString(head.String()); word != "" {
		s.t.Errorf("%s as %s: a header holds %s", path, as, s.words[word].where)
	}
	s.note(as, path, decoded(s.t, resp, body))
}

func (s *sightings) note(as, path, text string) {
	if !strings.Contains(text, "zqx") {
		return
	}
	for _, word := range canaryForm.FindAllString(text, -1) {
		if s.who[word] == nil {
			s.who[word] = map[string]string{}
		}
		if s.who[word][as] == "" {
			s.who[word][as] = path
		}
		s.at[path] = true
	}
}

// TestCanariesAreSeenByWhoMaySeeThem plants a word in every field that could hold a name or free text, reads every address as everybody
// in every format, and finds each word exactly with those whom the table names. What is recorded, logged and made into papers is
// searched too.
func TestCanariesAreSeenByWhoMaySeeThem(t *testing.T) {
	var log bytes.Buffer
	st, words := canaryWorld(t, func(c *page.Config) {
		c.Log = slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	})
	s := &sightings{t: t, words: words, who: map[string]map[string]string{}, at: map[string]bool{}}
	addresses := canaryAddresses(st)
	// Those who between them may see everything read everything, and must find all that is theirs. Everybody else reads a third of the
	// addresses, each another third, unless all are asked for, and finds nothing but what is theirs.
	thorough := []string{"sal", "member", "sandy", "wren", "governance", "officer"}
	for n, as := range append(slices.Sorted(maps.Keys(people)), "") {
		for i, path := range addresses {
			if *whole || i%3 == n%3 || slices.Contains(thorough, as) {
				s.look(st, as, path)
			}
		}
	}
	sealedPapers(t, st, s)

	got, want := map[string][]string{}, map[string][]string{}
	for word, p := range words {
		key := p.group + ": " + p.where
		for as, at := range s.who[word] {
			if !slices.Contains(whoSees[p.group], as) {
				t.Errorf("%s is read by %s at %s", key, as, at)
			}
		}
		for _, as := range whoSees[p.group] {
			if *whole || slices.Contains(thorough, as) {
				want[key] = append(want[key], as)
				if s.who[word][as] != "" {
					got[key] = append(got[key], as)
				}
			}
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("who may see (-) and who finds (+):\n%s", diff)
	}

	// Logs and the audit hold ids, and none of the words; the search would find one.
	st.audit.broken = errors.New("disk full")
	st.get("chair", "/flags")
	st.audit.broken = nil
	if strings.Contains(log.String(), "zqx") || !strings.Contains(log.String(), "audit failed") {
		t.Errorf("the log holds a planted word, or isn't the log:\n%.2000s", log.String())
	}
	entries := fmt.Sprintf("%+v", st.audit.take())
	if strings.Contains(entries, "zqx") || !strings.Contains(entries, courtCase) || !strings.Contains(entries, flagConcerns) {
		t.Error("the audit holds a planted word, or not what was read")
	}
	t.Logf("%d words in %d groups, %d answers, %d addresses that hold one", len(words), len(whoSees), s.asked, len(s.at))
}

// sealedPapers makes the meeting's papers and the group's pack, and reads their pages and their properties with other programs.
func sealedPapers(t *testing.T, st *site, s *sightings) {
	t.Helper()
	qpdf, text, info := tooltest.Find(t, "qpdf"), tooltest.Find(t, "pdftotext"), tooltest.Find(t, "pdfinfo")
	for as, at := range map[string]string{"member": "/cases/" + openCase + "/meetings/1/papers", "support": "/review/pack?on=2026-10-08&p=" + hiddenProvider + "&p=1-9000003&p=1-9000004"} {
		form := fill("recipients", "Chief Nurse, ICB")
		if as == "member" {
			form.Set("version", st.version(as, at))
		}
		_, body := st.send(as, http.MethodPost, at, form, nil)
		password := regexp.MustCompile(`class="bw-secret">([a-z]+(?:-[a-z]+){5})<`).FindStringSubmatch(body)
		link := regexp.MustCompile(`href="(/papers/[0-9a-f]{36})"`).FindStringSubmatch(body)
		if password == nil || link == nil {
			t.Fatalf("no paper from %s\n%s", at, mainOf(body))
		}
		s.note(as, at, body)
		resp, pdf := st.get(as, link[1])
		sealed := filepath.Join(t.TempDir(), "paper.pdf")
		if err := os.WriteFile(sealed, []byte(pdf), 0o600); err != nil {
			t.Fatal(err)
		}
		if name := resp.Header.Get("Content-Disposition"); strings.Contains(name, "zqx") || strings.Contains(pdf, "zqx") || !strings.Contains(name, ".pdf") {
			t.Errorf("%s: a word is in the file's name or in its sealed bytes", at)
		}
		opened := sealed + ".open.pdf"
		if out, err := exec.CommandContext(t.Context(), qpdf, "--password="+password[1], "--decrypt", "--object-streams=disable", "--stream-data=uncompress", sealed, opened).CombinedOutput(); err != nil {
			t.Fatalf("%v: %s", err, out)
		}
		pages, err := exec.CommandContext(t.Context(), text, "-layout", opened, "-").Output()
		if err != nil {
			t.Fatal(err)
		}
		about, err := exec.CommandContext(t.Context(), info, opened).Output()
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(about), "zqx") || !strings.Contains(string(about), "Pages:") {
			t.Errorf("%s: the file's properties hold a planted word, or can't be read", at)
		}
		before := s.asked
		s.note(as, at+" (pages)", string(pages))
		if !strings.Contains(string(pages), "zqx") || before != s.asked {
			t.Errorf("%s: the file holds nothing of what was planted", at)
		}
	}
}
