package ingest

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// haystack is everything that a load leaves: decoded values of every column, bytes of every file, and everything said aloud.
type haystack struct {
	parts map[string]string
}

func (w *world) haystack(said []string) haystack {
	w.t.Helper()
	h := haystack{map[string]string{"said": strings.Join(said, "\n")}}
	for _, table := range w.query("SELECT table_name FROM information_schema.tables WHERE table_catalog = 'raw'") {
		h.parts["decoded values of "+table] = strings.Join(w.query("SELECT * FROM raw."+table), "\n")
	}
	err := filepath.WalkDir(w.dir, func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.HasPrefix(p, w.path("inbox")) {
			return err
		}
		raw, err := os.ReadFile(p)
		h.parts["bytes of "+strings.TrimPrefix(p, w.dir)] = string(raw)
		return err
	})
	w.must(err)
	return h
}

// places names where a text is found, in plain or in a simple coding.
func (h haystack) places(text string) (out []string) {
	for where, content := range h.parts {
		for _, form := range []string{text, strings.ToLower(text), strings.ReplaceAll(text, " ", ""), fmt.Sprintf("%x", text), utf16(text)} {
			if bytes.Contains([]byte(content), []byte(form)) {
				out = append(out, where)
				break
			}
		}
	}
	return out
}

func utf16(s string) string {
	var b strings.Builder
	for _, r := range s {
		b.WriteRune(r)
		b.WriteByte(0)
	}
	return b.String()
}

// A unique value in every personal field, in rows that are loaded, held, rejected and refused in every way, is found nowhere
// afterwards; the same search finds what is there to be found.
func TestCanary(t *testing.T) {
	w := newWorld(t)
	var said []string
	canaries := []string{}
	n := 0
	// personal fills the four personal fields with canaries that no other row has.
	personal := func(change map[int]string) map[int]string {
		if change == nil {
			change = map[int]string{}
		}
		for _, field := range []int{4, 5, 6, 7} {
			n++
			c := fmt.Sprintf("CANARY%03dWREN", n)
			canaries = append(canaries, c)
			if change[field] == "" {
				change[field] = c
			} else {
				change[field] += c
			}
		}
		return change
	}
	stray := func() string {
		n++
		c := fmt.Sprintf("STRAY%03d FINCH", n)
		canaries = append(canaries, c)
		return c
	}
	long := strings.Repeat("long ", 900)
	good := func(i int) string { return visit(fmt.Sprintf("OPEN%02dROBIN", i), personal(nil)) }
	files := map[string]string{
		"MARKERFILE.csv": visits(good(1), good(2), good(3), good(4), good(5), good(6), good(7), good(8), good(9),
			visit("H1", personal(map[int]string{1: "14th"})),                          // held for another column
			visit("H2", personal(map[int]string{1: stray(), 2: stray(), 3: stray()})), // shifted: names in every column
			visit(stray()+stray(), personal(nil)),                                     // a name in the key, too long for it
			visit("H3", personal(map[int]string{5: long})),                            // too long
			visit("H4", personal(map[int]string{4: "\x07"})),                          // control character
			visit("H5", personal(map[int]string{6: "\xff\xfe"})),                      // not UTF-8
			visit("H6", personal(nil)), visit("H6", personal(nil)),                    // the same key twice
			"!short,"+stray()),
		"reject.csv": visits(good(20), visit("R1", personal(map[int]string{9: stray()}))),
		"share.csv":  visits(visit("S1", personal(map[int]string{1: stray()})), visit("S2", personal(map[int]string{3: stray()}))),
		"panic.csv":  visits(good(30), "!panic,"+stray()),
		"header.csv": "visit_ref," + stray() + "\n" + good(40) + "\n",
		"broken.csv": visits(good(50), "!broken,"+stray()),
	}
	canaries = append(canaries, "CANARYPANIC")
	for name, content := range files {
		dry, err := w.loader.DryRun(t.Context(), Delivery{Source: "visits", Name: name, Body: strings.NewReader(content)})
		said = append(said, fmt.Sprintf("%+v %v %v %s", dry, dry.Rejection, err, summary(dry)))
		r, err := w.loader.Load(t.Context(), Delivery{Source: "visits", Name: name, Body: strings.NewReader(content)})
		said = append(said, fmt.Sprintf("%+v %v %v %s", r, r.Rejection, err, summary(r)))
	}
	rec, err := w.loader.Reconcile(t.Context())
	said = append(said, fmt.Sprintf("%+v %v", rec, err), strings.Join(rec.Lines(), "\n"))
	replayed, failed, err := w.loader.Replay(t.Context(), Filter{})
	said = append(said, fmt.Sprintf("%+v %v %v", replayed, failed, err))

	search := func(when string) {
		t.Helper()
		h := w.haystack(said)
		// The control: what is no secret is found by the same search, in decoded values, in the engine's bytes and in the manifest.
		for text, where := range map[string]string{"OPEN03ROBIN": "decoded values of visit", "MARKERFILE": "bytes of /landing/manifest.jsonl"} {
			if found := strings.Join(h.places(text), ", "); !strings.Contains(found, where) {
				t.Errorf("%s: the search does not find %s in %s (only in %q), so it proves nothing", when, text, where, found)
			}
		}
		if found := strings.Join(h.places("OPEN03ROBIN"), ", "); !strings.Contains(found, "bytes of /warehouse/") {
			t.Errorf("%s: the search does not find plain text in the engine's bytes (only in %q)", when, found)
		}
		for _, c := range canaries {
			if found := h.places(c); len(found) > 0 {
				t.Errorf("%s: %s is found in %v", when, c, found)
			}
		}
	}
	search("with the engine's log")
	w.must(w.cfg.Raw.Checkpoint(t.Context()))
	search("after a checkpoint")
	if got := w.query("SELECT count(*) FROM raw.visit")[0]; got != "9" {
		t.Errorf("%s rows were loaded, want the nine good ones", got)
	}
	if got := w.query("SELECT count(DISTINCT row_no) FROM raw.quarantine WHERE file_name = 'MARKERFILE.csv'")[0]; got != "9" {
		t.Errorf("%s rows are held, want 9: the test no longer covers what it means to", got)
	}
}

func summary(r Result) string {
	if r.Status == "" {
		return ""
	}
	return r.Summary()
}
