package ledger

import (
	"bytes"
	"errors"
	"fmt"
	"hash/crc32"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

var (
	noon = time.Date(2026, 3, 14, 12, 0, 0, 0, time.UTC)
	day  = time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC)
)

func received(n int) Entry {
	sha := fmt.Sprintf("%064d", n)
	return Entry{
		At: noon, State: Received, LoadID: LoadID("complaints", "", sha), Source: "complaints", SHA256: sha, Bytes: int64(100 + n),
		File: fmt.Sprintf("complaints_%d.xlsx", n), Received: day, Path: fmt.Sprintf("received=2026-03-02/complaints_%d.xlsx", n), Modified: int64(n),
	}
}

func settled(n int, state State) Entry {
	e := Entry{At: noon.Add(time.Second), State: state, LoadID: received(n).LoadID, Reading: "abc", RowsRead: 10, RowsLoaded: 9, RowsQuarantined: 1}
	if state == Rejected {
		e.Reason, e.RowsLoaded = "the header is not known", 0
	}
	return e
}

func open(t testing.TB, dir string) (*Ledger, *Repair) {
	t.Helper()
	l, repair, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	return l, repair
}

func appendAll(t testing.TB, l *Ledger, entries ...Entry) {
	t.Helper()
	for _, e := range entries {
		if err := l.Append(e); err != nil {
			t.Fatal(err)
		}
	}
}

func TestLifeOfALoad(t *testing.T) {
	dir := t.TempDir()
	l, repair := open(t, dir)
	if repair != nil || len(l.Records()) != 0 {
		t.Fatalf("a new manifest: %v %v", repair, l.Records())
	}
	again := received(1)
	again.State, again.Path, again.Modified, again.At = Redelivered, "received=2026-03-09/again.xlsx", 77, noon.Add(time.Hour)
	appendAll(t, l, received(1), received(2), settled(1, Rejected), settled(1, Loaded), again)
	check := func(l *Ledger) {
		t.Helper()
		want := Record{
			LoadID: received(1).LoadID, Source: "complaints", SHA256: received(1).SHA256, Bytes: 101, File: "complaints_1.xlsx", Received: day,
			LandedAt: noon, State: Loaded, SettledAt: noon.Add(time.Second), Reading: "abc", RowsRead: 10, RowsLoaded: 9, RowsQuarantined: 1, Deliveries: 2,
		}
		got, ok := l.Get(want.LoadID)
		if d := cmp.Diff(want, got); d != "" || !ok || !got.Settled() {
			t.Errorf("record (-want +got):\n%s", d)
		}
		all := l.Records()
		if len(all) != 2 || all[0].LoadID != want.LoadID || all[1].State != Received || all[1].Settled() {
			t.Errorf("records %+v", all)
		}
		for _, c := range []struct {
			path           string
			size, modified int64
			want           bool
		}{
			{"received=2026-03-02/complaints_1.xlsx", 101, 1, true},
			{"received=2026-03-09/again.xlsx", 101, 77, true},
			{"received=2026-03-02/complaints_1.xlsx", 101, 2, false},
			{"received=2026-03-02/complaints_1.xlsx", 102, 1, false},
			{"complaints_1.xlsx", 101, 1, false},
		} {
			r, ok := l.Seen("complaints", c.path, c.size, c.modified)
			if ok != c.want || ok && r.LoadID != want.LoadID {
				t.Errorf("Seen(%s, %d, %d) = %v", c.path, c.size, c.modified, ok)
			}
		}
		if _, ok := l.Get("nope"); ok {
			t.Error("an unknown load was found")
		}
	}
	check(l)
	l2, repair := open(t, dir)
	if repair != nil {
		t.Errorf("repair %v", repair)
	}
	check(l2)
	read, err := Read(dir)
	if d := cmp.Diff(l.Records(), read); d != "" || err != nil {
		t.Errorf("Read: %v\n%s", err, d)
	}
	if info, err := os.Stat(filepath.Join(dir, File)); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v %v", info.Mode(), err)
	}
}

func TestAppendRefusesContradictions(t *testing.T) {
	l, _ := open(t, t.TempDir())
	appendAll(t, l, received(1))
	before, err := os.ReadFile(l.path)
	if err != nil {
		t.Fatal(err)
	}
	noTime := received(2)
	noTime.At = time.Time{}
	noDay := received(2)
	noDay.Received = time.Time{}
	stranger := received(2)
	stranger.State = Redelivered
	for name, entries := range map[string][]Entry{
		"received twice":       {received(1)},
		"twice in one go":      {received(2), received(2)},
		"settled unseen":       {settled(2, Loaded)},
		"redelivered unseen":   {stranger},
		"no time":              {noTime},
		"no day":               {noDay},
		"unknown state":        {{At: noon, State: "lost", LoadID: "x"}},
		"good one and bad one": {received(2), settled(3, Loaded)},
	} {
		if err := l.Append(entries...); err == nil {
			t.Errorf("%s was accepted", name)
		}
	}
	if after, _ := os.ReadFile(l.path); !bytes.Equal(before, after) {
		t.Errorf("a refused line was written:\n%s", after)
	}
	if err := l.Append(received(2), settled(2, Loaded)); err != nil {
		t.Errorf("a load received and settled in one go: %v", err)
	}
}

// The manifest cut at every byte opens to a prefix of its lines, and goes on from there.
func TestCutAnywhere(t *testing.T) {
	full := manifest(t, received(1), settled(1, Loaded), received(2))
	lines := bytes.SplitAfter(full, []byte("\n"))
	for cut := 0; cut <= len(full); cut++ {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, File), full[:cut], 0o600); err != nil {
			t.Fatal(err)
		}
		whole, torn := 0, 0
		for rest := cut; whole < 3 && rest > 0; whole++ {
			// A line whose end alone is lost still says everything.
			if rest < len(lines[whole])-1 {
				torn = rest
				break
			}
			rest -= min(rest, len(lines[whole]))
		}
		l, repair, err := Open(dir)
		if err != nil {
			t.Fatalf("cut at %d: %v", cut, err)
		}
		if torn > 0 != (repair != nil) || repair != nil && (repair.Bytes != int64(torn) || repair.Line != whole+1) {
			t.Fatalf("cut at %d: repair %v, want %d bytes of line %d", cut, repair, torn, whole+1)
		}
		if err := l.Append(received(9)); err != nil {
			t.Fatalf("cut at %d: %v", cut, err)
		}
		l.Close()
		after, err := os.ReadFile(filepath.Join(dir, File))
		want := append(bytes.Join(lines[:whole], nil), manifest(t, received(9))...)
		if err != nil || !bytes.Equal(after, want) {
			t.Fatalf("cut at %d: manifest is now\n%s\nwant\n%s", cut, after, want)
		}
	}
}

func manifest(t testing.TB, entries ...Entry) []byte {
	t.Helper()
	var out []byte
	for _, e := range entries {
		raw, err := encode(e)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, raw...)
	}
	return out
}

func TestDamageInTheMiddleIsAnError(t *testing.T) {
	full := manifest(t, received(1), settled(1, Loaded), received(2))
	first := bytes.IndexByte(full, '\n')
	for at := 0; at < first; at++ {
		damaged := bytes.Clone(full)
		damaged[at] ^= 0x04
		if damaged[at] == '\n' {
			continue
		}
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, File), damaged, 0o600); err != nil {
			t.Fatal(err)
		}
		_, _, err := Open(dir)
		var damage *DamageError
		if !errors.As(err, &damage) || damage.Line != 1 || !strings.Contains(err.Error(), "backup") {
			t.Fatalf("byte %d changed: %v", at, err)
		}
		if after, _ := os.ReadFile(filepath.Join(dir, File)); !bytes.Equal(after, damaged) {
			t.Fatalf("byte %d changed: the damaged manifest was altered", at)
		}
	}
}

// A whole line that this version can't read is never cut off as if it were torn.
func TestNewerLineIsKept(t *testing.T) {
	for name, change := range map[string][2]string{
		"new property": {`"state"`, `"shade":"blue","state"`},
		"new state":    {`"received",`, `"archived",`},
	} {
		raw := manifest(t, received(1))
		body := strings.Replace(string(raw[:len(raw)-tailSize-1])+"}", change[0], change[1], 1)
		raw = withChecksum(body)
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, File), raw, 0o600); err != nil {
			t.Fatal(err)
		}
		_, _, err := Open(dir)
		var damage *DamageError
		if !errors.As(err, &damage) {
			t.Errorf("%s: %v", name, err)
		}
		if after, _ := os.ReadFile(filepath.Join(dir, File)); !bytes.Equal(after, raw) {
			t.Errorf("%s: the line was cut off", name)
		}
	}
}

func crcOf(body string) uint32 { return crc32.Checksum([]byte(body), castagnoli) }

func withChecksum(body string) []byte {
	return fmt.Appendf([]byte(body[:len(body)-1]), "%s%08x\"}\n", sumPrefix, crcOf(body))
}

func TestFailedWriteLeavesNoHalfLine(t *testing.T) {
	dir := t.TempDir()
	l, _ := open(t, dir)
	appendAll(t, l, received(1))
	l.file.Close()
	if err := l.Append(received(2)); err == nil {
		t.Fatal("a write to a closed file succeeded")
	}
	if _, ok := l.Get(received(2).LoadID); ok {
		t.Error("a line that was not written counts")
	}
	if err := l.Append(received(3)); err == nil || !strings.Contains(err.Error(), "earlier fault") {
		t.Errorf("err %v", err)
	}
}

func TestMissingFolder(t *testing.T) {
	if _, _, err := Open(filepath.Join(t.TempDir(), "none")); err == nil {
		t.Error("a manifest was opened in a folder that does not exist")
	}
	if r, err := Read(filepath.Join(t.TempDir(), "none")); err != nil || r != nil {
		t.Errorf("Read: %v %v", r, err)
	}
}

func TestLoadIDDependsOnEachPart(t *testing.T) {
	seen := map[string]bool{}
	for _, c := range [][3]string{{"a", "", "x"}, {"a", "w", "x"}, {"b", "", "x"}, {"a", "", "y"}, {"aw", "", "x"}} {
		id := LoadID(c[0], c[1], c[2])
		if seen[id] || len(id) != 64 {
			t.Errorf("%v: %s", c, id)
		}
		seen[id] = true
	}
}

func TestEncodeDecode(t *testing.T) {
	text := rapid.String()
	rapid.Check(t, func(t *rapid.T) {
		e := Entry{
			At:     time.UnixMilli(rapid.Int64Range(0, 4e12).Draw(t, "at")).UTC(),
			State:  rapid.SampledFrom([]State{Received, Loaded, Rejected, Redelivered}).Draw(t, "state"),
			LoadID: "l" + text.Draw(t, "load"), Source: "s" + text.Draw(t, "source"), Window: text.Draw(t, "window"), SHA256: "f",
			Bytes: rapid.Int64().Draw(t, "bytes"), File: text.Draw(t, "file"), Received: day, Path: text.Draw(t, "path"),
			Modified: rapid.Int64().Draw(t, "modified"), Reading: text.Draw(t, "reading"), RowsRead: rapid.Int64().Draw(t, "rows"), Reason: text.Draw(t, "reason"),
		}
		raw, err := encode(e)
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Count(raw, []byte("\n")) != 1 || raw[len(raw)-1] != '\n' {
			t.Fatalf("not one line: %q", raw)
		}
		got, err := decode(raw[:len(raw)-1])
		if d := cmp.Diff(e, got); err != nil || d != "" {
			t.Fatalf("%v\n%s", err, d)
		}
	})
}

// Where the quick reader answers, the general one answers the same.
func FuzzQuickAgrees(f *testing.F) {
	for _, raw := range [][]byte{manifest(f, received(1)), manifest(f, settled(1, Loaded)), manifest(f, settled(2, Rejected))} {
		f.Add(string(raw[:len(raw)-tailSize-1]) + "}")
	}
	for _, s := range []string{`{"at":"a"}`, `{"at":"a",}`, `{"bytes":007}`, `{"bytes":-1}`, `{"at":"\u0041"}`, `{"at":"é"}`, `{"at":"a"} `, `{"load":"a","at":"b"}`, `{}`, `{"at":`, `{"bytes":1234567890123456789}`} {
		f.Add(s)
		if l, ok := quick(s); ok != (s == `{"at":"a"}`) {
			f.Errorf("quick(%s) = %+v, %v", s, l, ok)
		}
	}
	f.Fuzz(func(t *testing.T, s string) {
		fast, ok := quick(s)
		if !ok {
			return
		}
		slow, err := general(s)
		if d := cmp.Diff(slow, fast, cmp.AllowUnexported(line{})); err != nil || d != "" {
			t.Fatalf("%q: %v\n%s", s, err, d)
		}
	})
}

func FuzzManifest(f *testing.F) {
	f.Add(manifest(f, received(1), settled(1, Loaded), received(2), settled(2, Rejected)))
	f.Add(manifest(f, received(1))[:50])
	f.Add([]byte("\n\n"))
	f.Add([]byte(`{"at":"x"}`))
	f.Add(withChecksum(`{"at":"2026-03-14T12:00:00.000Z","state":"loaded","load":"x"}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		b := newBook()
		good, torn, err := b.read("m", raw)
		if err != nil {
			return
		}
		length := good
		if torn != nil {
			length += torn.Bytes
		}
		if length != int64(len(raw)) {
			t.Fatalf("%d bytes are good and %v torn, of %d", good, torn, len(raw))
		}
		again := newBook()
		if g, torn, err := again.read("m", raw[:good]); g != good || torn != nil || err != nil || len(again.order) != len(b.order) {
			t.Fatalf("the good part reads differently alone: %d %v %v", g, torn, err)
		}
	})
}

func BenchmarkOpen100kLoads(b *testing.B) {
	dir := b.TempDir()
	var raw []byte
	for i := range 100_000 {
		raw = append(raw, manifest(b, received(i), settled(i, Loaded))...)
	}
	if err := os.WriteFile(filepath.Join(dir, File), raw, 0o600); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		l, _, err := Open(dir)
		if err != nil || len(l.Records()) != 100_000 {
			b.Fatal(err)
		}
		l.Close()
	}
}
