package audit

import (
	"bytes"
	"crypto/ed25519"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"
)

// rechain makes a log out of entries as somebody would who knows the format
// but not the key: every hash fits and the chain is whole.
func rechain(t *testing.T, lines [][]byte) []byte {
	t.Helper()
	var out []byte
	prev := genesis
	for i, line := range lines {
		e, err := parse(line)
		if err != nil {
			t.Fatal(err)
		}
		e.Seq, e.Prev = uint64(i+1), prev
		out = append(appendLine(out, &e), '\n')
		prev = e.Hash
	}
	return out
}

func splitLines(b []byte) [][]byte { return slices.Collect(bytes.Lines(b)) }

func codes(r *Report) string {
	var found []string
	for _, p := range r.Problems {
		if !slices.Contains(found, p.Code) {
			found = append(found, p.Code)
		}
	}
	slices.Sort(found)
	return strings.Join(found, " ")
}

func TestTampering(t *testing.T) {
	const n = 30
	join := func(lines [][]byte) []byte { return bytes.Join(lines, nil) }
	for name, tt := range map[string]struct {
		tamper func(t *testing.T, lines [][]byte) []byte
		want   string
	}{
		"untouched": {func(_ *testing.T, l [][]byte) []byte { return join(l) }, ""},
		"one edited": {func(_ *testing.T, l [][]byte) []byte {
			l[9] = bytes.Replace(l[9], []byte(`"allow"`), []byte(`"deny"`), 1)
			return join(l)
		}, "edited"},
		"one edited with a hash that fits": {func(t *testing.T, l [][]byte) []byte {
			e, _ := parse(l[9])
			e.ID = "9-999999"
			l[9] = append(appendLine(nil, &e), '\n')
			return join(l)
		}, "chain replaced"},
		"one removed":       {func(_ *testing.T, l [][]byte) []byte { return join(slices.Delete(l, 9, 10)) }, "order"},
		"the first removed": {func(_ *testing.T, l [][]byte) []byte { return join(l[1:]) }, "order"},
		"the last removed":  {func(_ *testing.T, l [][]byte) []byte { return join(l[:n-1]) }, "cut_off"},
		"all removed":       {func(_ *testing.T, l [][]byte) []byte { return nil }, "cut_off"},
		"one doubled":       {func(_ *testing.T, l [][]byte) []byte { return join(slices.Insert(l, 9, l[9])) }, "order"},
		"one added":         {func(_ *testing.T, l [][]byte) []byte { return join(slices.Insert(l, 9, []byte("{}\n"))) }, "not_an_entry"},
		"two exchanged":     {func(_ *testing.T, l [][]byte) []byte { l[9], l[10] = l[10], l[9]; return join(l) }, "order"},
		"first and last":    {func(_ *testing.T, l [][]byte) []byte { l[0], l[n-1] = l[n-1], l[0]; return join(l) }, "cut_off order"},
		"a space added":     {func(_ *testing.T, l [][]byte) []byte { l[3] = append([]byte(" "), l[3]...); return join(l) }, "not_an_entry order"},
		"a letter's case": {func(_ *testing.T, l [][]byte) []byte {
			l[3] = bytes.Replace(l[3], []byte("view"), []byte("View"), 1)
			return join(l)
		}, "edited"},
		"an empty line": {func(_ *testing.T, l [][]byte) []byte { return join(slices.Insert(l, 5, []byte("\n"))) }, "not_an_entry"},
		"a huge line": {func(_ *testing.T, l [][]byte) []byte {
			return join(slices.Insert(l, 5, append(bytes.Repeat([]byte("x"), 3<<20), '\n')))
		}, "not_an_entry"},
		"a number above all": {func(_ *testing.T, l [][]byte) []byte {
			l[3] = bytes.Replace(l[3], []byte(`{"seq":4`), []byte(`{"seq":99999999999999999999`), 1)
			return join(l)
		}, "not_an_entry order"},
		"written anew, one edited": {func(t *testing.T, l [][]byte) []byte {
			l[9] = bytes.Replace(l[9], []byte("9-000009"), []byte("9-111111"), 1)
			return rechain(t, l)
		}, "replaced"},
		"written anew, one removed": {func(t *testing.T, l [][]byte) []byte { return rechain(t, slices.Delete(l, 9, 10)) }, "cut_off replaced"},
		"written anew, one added":   {func(t *testing.T, l [][]byte) []byte { return rechain(t, slices.Insert(l, 9, l[9])) }, "replaced"},
		"another log in its place":  {func(t *testing.T, l [][]byte) []byte { slices.Reverse(l); return rechain(t, l) }, "replaced"},
	} {
		t.Run(name, func(t *testing.T) {
			p := newPlace(t)
			p.every = 10
			p.fill(n)
			p.put(tt.tamper(t, splitLines(p.bytes())))
			if got := codes(p.verify()); got != tt.want {
				t.Errorf("found %q, want %q", got, tt.want)
			}
		})
	}
}

// TestEveryByteCounts changes one byte at a time, all through the log.
func TestEveryByteCounts(t *testing.T) {
	p := newPlace(t)
	p.fill(12)
	sound := p.bytes()
	random := rand.New(rand.NewPCG(3, 4))
	for at := 0; at < len(sound); at += 1 + random.IntN(5) {
		changed := bytes.Clone(sound)
		changed[at] ^= byte(1 + random.IntN(255))
		p.put(changed)
		if r := p.verify(); r.OK() {
			t.Fatalf("byte %d changed from %q to %q was not noticed", at, sound[at], changed[at])
		}
	}
}

// TestEveryCutCounts cuts the log after each of its lines.
func TestEveryCutCounts(t *testing.T) {
	p := newPlace(t)
	p.every = 5
	p.fill(20)
	lines := splitLines(p.bytes())
	for keep := range lines {
		p.put(bytes.Join(lines[:keep], nil))
		if r := p.verify(); r.OK() {
			t.Errorf("a log cut after %d of %d entries was not noticed", keep, len(lines))
		}
	}
}

func TestMarksKeptElsewhere(t *testing.T) {
	p := newPlace(t)
	p.fill(5)
	mark, err := ParseMark(p.verify().Last.String())
	if err != nil || mark.Seq != 5 {
		t.Fatalf("mark = %+v, %v", mark, err)
	}
	p.fill(3)
	if r := p.verify(mark); !r.OK() || r.Checkpoints != 3 {
		t.Errorf("with a true mark: %+v", r)
	}
	// Whoever owns the machine can cut the log and its checkpoints together.
	p.put(bytes.Join(splitLines(p.bytes())[:4], nil))
	if err := os.Remove(p.marks); err != nil {
		t.Fatal(err)
	}
	if r := p.verify(); !r.OK() || r.Unsigned != 4 {
		t.Errorf("without anything to hold it against: %+v", r)
	}
	if r := p.verify(mark); codes(r) != "cut_off" {
		t.Errorf("with the mark from the printed page: %+v", r)
	}
	for _, bad := range []string{"", "5", "5:", "x:" + mark.Hash, "5:" + mark.Hash[1:], "5:" + strings.ToUpper(mark.Hash), "-1:" + mark.Hash} {
		if _, err := ParseMark(bad); err == nil {
			t.Errorf("ParseMark(%q) succeeded", bad)
		}
	}
}

func TestForgedCheckpoints(t *testing.T) {
	p := newPlace(t)
	p.fill(3)
	true3, err := os.ReadFile(p.marks)
	if err != nil {
		t.Fatal(err)
	}
	_, stranger, _ := ed25519.GenerateKey(nil)
	last := p.verify().Last
	for name, forge := range map[string]func() error{
		"signed by a stranger": func() error { return appendCheckpoint(p.marks, sign(stranger, 3, last.Hash, start)) },
		"claims another number": func() error {
			c := sign(p.key, 3, last.Hash, start)
			c.Seq = 2
			return appendCheckpoint(p.marks, c)
		},
		"claims the true key": func() error {
			c := sign(stranger, 3, last.Hash, start)
			c.Key = keyID(p.key.Public().(ed25519.PublicKey))
			return appendCheckpoint(p.marks, c)
		},
		"no signature": func() error { return appendCheckpoint(p.marks, Checkpoint{Seq: 3, Hash: last.Hash}) },
		"not base64":   func() error { return appendCheckpoint(p.marks, Checkpoint{Seq: 3, Hash: last.Hash, Sig: "!"}) },
		"not a line":   func() error { return os.WriteFile(p.marks, append(bytes.Clone(true3), "{\n"...), 0o600) },
		"a short hash": func() error { return appendCheckpoint(p.marks, Checkpoint{Seq: 3, Hash: "ab"}) },
		"an edited time": func() error {
			return os.WriteFile(p.marks, bytes.Replace(true3, []byte("2026"), []byte("2025"), 1), 0o600)
		},
	} {
		t.Run(name, func(t *testing.T) {
			if err := os.WriteFile(p.marks, true3, 0o600); err != nil {
				t.Fatal(err)
			}
			if err := forge(); err != nil {
				t.Fatal(err)
			}
			if got := codes(p.verify()); got != "bad_checkpoint" {
				t.Errorf("found %q", got)
			}
		})
	}
	// A checkpoint that was being written when the power went is no forgery.
	if err := os.WriteFile(p.marks, append(bytes.Clone(true3), `{"seq":`...), 0o600); err != nil {
		t.Fatal(err)
	}
	if r := p.verify(); !r.OK() || r.Checkpoints != 1 {
		t.Errorf("torn checkpoint: %+v", r)
	}
}

func TestReportIsBounded(t *testing.T) {
	p := newPlace(t)
	p.put(bytes.Repeat([]byte("x\n"), 100))
	if r := p.verify(); len(r.Problems) != maxProblems || r.More != 100-maxProblems || r.OK() {
		t.Errorf("%d problems and %d more", len(r.Problems), r.More)
	}
}

func TestUnfinishedLineIsNoted(t *testing.T) {
	p := newPlace(t)
	p.fill(2)
	p.put(append(p.bytes(), `{"seq":3`...))
	if r := p.verify(); !r.OK() || r.TornBytes != 8 {
		t.Errorf("report = %+v", r)
	}
}
