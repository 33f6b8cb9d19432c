package audit

import (
	"crypto/ed25519"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var start = time.Date(2026, 3, 14, 9, 26, 53, 123456000, time.UTC)

// clock steps one second at each reading; tests set now to move it.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) read() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(time.Second)
	return c.now
}

// place is a folder with a log that tests open, damage and verify.
type place struct {
	t           *testing.T
	path, marks string
	key         ed25519.PrivateKey
	clock       *clock
	every       int
}

func newPlace(t *testing.T) *place {
	t.Helper()
	dir := t.TempDir()
	// A fixed key keeps golden lines the same from run to run.
	key := ed25519.NewKeyFromSeed([]byte(strings.Repeat("k", ed25519.SeedSize)))
	return &place{t: t, path: filepath.Join(dir, "audit.jsonl"), marks: filepath.Join(dir, "checkpoints.jsonl"),
		key: key, clock: &clock{now: start}, every: 1000}
}

func (p *place) options() Options {
	return Options{Now: p.clock.read, Key: p.key, Checkpoints: p.marks, Every: p.every, Interval: 1000 * time.Hour}
}

func (p *place) open() *Log {
	p.t.Helper()
	l, err := Open(p.path, p.options())
	if err != nil {
		p.t.Fatalf("Open() = %v", err)
	}
	p.t.Cleanup(func() { l.Close() })
	return l
}

// fill writes n entries and closes the log, which leaves one checkpoint.
func (p *place) fill(n int) {
	p.t.Helper()
	l := p.open()
	for i := range n {
		if err := l.Append(sample(i)); err != nil {
			p.t.Fatal(err)
		}
	}
	if err := l.Close(); err != nil {
		p.t.Fatal(err)
	}
}

func (p *place) verify(marks ...Checkpoint) *Report {
	p.t.Helper()
	r, err := Verify(p.path, VerifyOptions{Checkpoints: p.marks, Marks: marks,
		Keys: []ed25519.PublicKey{p.key.Public().(ed25519.PublicKey)}})
	if err != nil {
		p.t.Fatalf("Verify() = %v", err)
	}
	return r
}

func (p *place) bytes() []byte {
	p.t.Helper()
	b, err := os.ReadFile(p.path)
	if err != nil {
		p.t.Fatal(err)
	}
	return b
}

func (p *place) put(b []byte) {
	p.t.Helper()
	if err := os.WriteFile(p.path, b, 0o600); err != nil {
		p.t.Fatal(err)
	}
}

func sample(i int) Record {
	return Record{Actor: "user:7f3a", Session: "s1", Action: "view", Class: "B", Kind: "provider",
		ID: fmt.Sprintf("9-%06d", i), Allow: true, Reason: "qsig_member:view:B", PolicyHash: strings.Repeat("ab", 32),
		RequestID: fmt.Sprintf("r-%d", i)}
}

func TestLinesOnDisk(t *testing.T) {
	p := newPlace(t)
	l := p.open()
	records := []Record{
		sample(1),
		{Actor: "https://login.example/t|u-1", Action: "view", Class: "C", Kind: "case", ID: "c-9", Restricted: true,
			Reason: "restricted", Purpose: "enquiry", PolicyHash: "ff"},
		{Actor: "Mrs \"O'Neil\"\n{", Action: "view", ID: strings.Repeat("x", 500)},
	}
	for _, r := range records {
		if err := l.Append(r); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile("testdata/lines.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(p.bytes())); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	for _, name := range []string{p.path} {
		if info, _ := os.Stat(name); info.Mode().Perm() != 0o600 {
			t.Errorf("%s has rights %o", name, info.Mode().Perm())
		}
	}
}

func TestWhatIsWrittenIsRead(t *testing.T) {
	p := newPlace(t)
	l := p.open()
	want := sample(4)
	want.Restricted, want.Purpose = true, "enquiry"
	if err := l.Append(want); err != nil {
		t.Fatal(err)
	}
	got, err := Recent(p.path, 5, nil)
	if err != nil || len(got) != 1 {
		t.Fatalf("Recent() = %v, %v", got, err)
	}
	if diff := cmp.Diff(want, got[0].Record); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if !got[0].At.Equal(start.Add(2*time.Second)) || !got[0].Monotonic || got[0].Seq != 1 || got[0].Prev != genesis {
		t.Errorf("entry = %+v", got[0])
	}
}

func TestChainGoesOnAfterReopening(t *testing.T) {
	p := newPlace(t)
	p.fill(3)
	p.fill(2)
	r := p.verify()
	if !r.OK() || r.Entries != 5 || r.Checkpoints != 2 || r.Unsigned != 0 {
		t.Errorf("report = %+v", r)
	}
}

func TestTwoProcessesExtendOneChain(t *testing.T) {
	p := newPlace(t)
	service, command := p.open(), p.open()
	for i := range 10 {
		for _, l := range []*Log{service, command} {
			if err := l.Append(sample(i)); err != nil {
				t.Fatal(err)
			}
		}
	}
	command.Close()
	service.Close()
	if r := p.verify(); !r.OK() || r.Entries != 20 {
		t.Errorf("report = %+v", r)
	}
}

func TestManyWriters(t *testing.T) {
	p := newPlace(t)
	p.every = 7
	l := p.open()
	var group sync.WaitGroup
	for w := range 8 {
		group.Go(func() {
			for i := range 20 {
				if err := l.Append(sample(w*100 + i)); err != nil {
					t.Error(err)
				}
			}
		})
	}
	group.Wait()
	if s := l.Status(); s.Entries != 160 || s.Unsigned >= 14 || s.Failed != nil || s.CheckpointError != nil {
		t.Errorf("Status() = %+v", s)
	}
	l.Close()
	if r := p.verify(); !r.OK() || r.Entries != 160 || r.Checkpoints < 160/14 {
		t.Errorf("report = %+v", r)
	}
}

func TestClockThatGoesBackIsMarked(t *testing.T) {
	p := newPlace(t)
	l := p.open()
	for i := range 3 {
		if i == 1 {
			p.clock.mu.Lock()
			p.clock.now = start.Add(-time.Hour)
			p.clock.mu.Unlock()
		}
		if err := l.Append(sample(i)); err != nil {
			t.Fatal(err)
		}
	}
	entries, err := Recent(p.path, 3, nil)
	if err != nil {
		t.Fatal(err)
	}
	if entries[0].Monotonic != true || entries[1].Monotonic != false || entries[2].Monotonic != true {
		t.Errorf("entries, newest first: %+v", entries)
	}
	if r := p.verify(); !r.OK() || r.ClockBack != 1 {
		t.Errorf("report = %+v", r)
	}
}

func TestCheckpointWhenDue(t *testing.T) {
	p := newPlace(t)
	o := p.options()
	o.Every, o.Interval = 3, time.Minute
	l, err := Open(p.path, o)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	unsigned := func(want uint64) {
		t.Helper()
		if err := l.Append(sample(0)); err != nil {
			t.Fatal(err)
		}
		if got := l.Status().Unsigned; got != want {
			t.Errorf("unsigned = %d, want %d", got, want)
		}
	}
	unsigned(1)
	unsigned(2)
	unsigned(0) // three entries
	unsigned(1)
	p.clock.mu.Lock()
	p.clock.now = p.clock.now.Add(time.Minute)
	p.clock.mu.Unlock()
	unsigned(0) // a minute
}

func TestCheckpointPlaceGone(t *testing.T) {
	p := newPlace(t)
	p.marks = filepath.Join(t.TempDir(), "share", "checkpoints.jsonl")
	p.every = 1
	l := p.open()
	if err := l.Append(sample(1)); err != nil {
		t.Fatalf("Append without the second place = %v, want the entry alone to be enough", err)
	}
	if s := l.Status(); s.CheckpointError == nil || s.Unsigned != 1 {
		t.Errorf("Status() = %+v, want the trouble to show", s)
	}
	if err := os.Mkdir(filepath.Dir(p.marks), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := l.Append(sample(2)); err != nil {
		t.Fatal(err)
	}
	if s := l.Status(); s.CheckpointError != nil || s.Unsigned != 0 {
		t.Errorf("Status() = %+v once the place is back", s)
	}
}

// TestNoReadWithoutATrace goes through the ways in which an entry cannot be
// written: each must be an error, and nothing may go on as if it were there.
func TestNoReadWithoutATrace(t *testing.T) {
	for name, breakIt := range map[string]func(p *place, l *Log){
		"removed":   func(p *place, _ *Log) { os.Remove(p.path) },
		"moved":     func(p *place, _ *Log) { os.Rename(p.path, p.path+".old") },
		"replaced":  func(p *place, _ *Log) { b := p.bytes(); os.Remove(p.path); p.put(b) },
		"shortened": func(p *place, _ *Log) { os.Truncate(p.path, 10) },
		"emptied":   func(p *place, _ *Log) { os.Truncate(p.path, 0) },
		"added to by hand": func(p *place, _ *Log) {
			b := p.bytes()
			p.put(append(b, "{\"seq\":4}\n"...))
		},
		"not writable": func(_ *place, l *Log) { l.file.Close() },
	} {
		t.Run(name, func(t *testing.T) {
			p := newPlace(t)
			l := p.open()
			for i := range 3 {
				if err := l.Append(sample(i)); err != nil {
					t.Fatal(err)
				}
			}
			breakIt(p, l)
			for range 2 {
				if err := l.Append(sample(9)); err == nil {
					t.Error("Append succeeded")
				}
			}
		})
	}
}

func TestOpenRefuses(t *testing.T) {
	for name, tt := range map[string]struct {
		breakIt func(p *place)
		want    string
	}{
		"last entry edited": {func(p *place) {
			p.put([]byte(strings.Replace(string(p.bytes()), "9-000004", "9-000005", 1)))
		}, "does not fit its hash"},
		"end cut off": {func(p *place) {
			b := string(p.bytes())
			p.put([]byte(b[:strings.LastIndex(b[:len(b)-1], "\n")+1]))
		}, "does not reach its signed checkpoint at entry 5"},
		"emptied": {func(p *place) { p.put(nil) }, "does not reach"},
		"removed": {func(p *place) { os.Remove(p.path) }, "does not reach"},
		"another log in its place": {func(p *place) {
			other := newPlace(p.t)
			for i := range 5 {
				l := other.open()
				l.Append(sample(i + 50))
				l.Close()
			}
			p.put(other.bytes())
		}, "does not reach"},
		"not a log at all": {func(p *place) { p.put([]byte("minutes\n")) }, "is damaged"},
		"a line without end": {func(p *place) {
			p.put(append(p.bytes(), strings.Repeat("x", 3*maxLine)...))
		}, "longer than any entry"},
	} {
		t.Run(name, func(t *testing.T) {
			p := newPlace(t)
			p.fill(5)
			tt.breakIt(p)
			_, err := Open(p.path, p.options())
			if err == nil || !strings.Contains(err.Error(), tt.want) || !strings.Contains(err.Error(), "audit verify") {
				t.Errorf("Open() = %v, want %q and the next step", err, tt.want)
			}
		})
	}
	if _, err := Open(filepath.Join(t.TempDir(), "log"), Options{}); err == nil {
		t.Error("Open without options succeeded")
	}
	p := newPlace(t)
	p.path = filepath.Join(t.TempDir(), "no", "log")
	if _, err := Open(p.path, p.options()); err == nil || !strings.Contains(err.Error(), "folder") {
		t.Errorf("Open in a folder that does not exist = %v", err)
	}
}

// TestTornTail cuts the last line at every byte, as a power cut might: the log
// opens, keeps every whole entry, sets the rest aside and says so.
func TestTornTail(t *testing.T) {
	p := newPlace(t)
	p.fill(3)
	whole := p.bytes()
	l := p.open()
	if err := l.Append(sample(9)); err != nil {
		t.Fatal(err)
	}
	l.file.Close() // as a killed process would, without a checkpoint
	longer := p.bytes()
	for cut := len(whole) + 1; cut < len(longer); cut += 7 {
		p.put(longer[:cut])
		l, err := Open(p.path, p.options())
		if err != nil {
			t.Fatalf("cut at %d: %v", cut, err)
		}
		l.file.Close()
		entries, err := Recent(p.path, 1, nil)
		if err != nil || entries[0].Seq != 4 || entries[0].Action != "repair" || entries[0].Reason != "torn_tail" {
			t.Fatalf("cut at %d: %+v, %v", cut, entries, err)
		}
		if r := p.verify(); !r.OK() || r.Entries != 4 || r.TornBytes != 0 {
			t.Fatalf("cut at %d: %+v", cut, r)
		}
	}
	aside, err := os.ReadFile(p.path + ".torn-4")
	if err != nil || !strings.HasPrefix(string(aside), "{") {
		t.Errorf("the torn line was not kept: %q, %v", aside, err)
	}
	// Blocks of zeros are what some file systems leave after a power cut.
	p.put(append(longer, make([]byte, 3000)...))
	if l, err := Open(p.path, p.options()); err != nil {
		t.Errorf("zeros at the end: %v", err)
	} else {
		l.Close()
	}
}

func TestTornTailOfAnotherProcess(t *testing.T) {
	p := newPlace(t)
	l := p.open()
	if err := l.Append(sample(1)); err != nil {
		t.Fatal(err)
	}
	p.put(append(p.bytes(), `{"seq":2,"at`...)) // a command died while writing
	if err := l.Append(sample(2)); err != nil {
		t.Fatal(err)
	}
	if r := p.verify(); !r.OK() || r.Entries != 3 {
		t.Errorf("report = %+v", r)
	}
}

func TestClosedLog(t *testing.T) {
	p := newPlace(t)
	l := p.open()
	for range 2 {
		if err := l.Close(); err != nil {
			t.Errorf("Close() = %v", err)
		}
	}
	if err := l.Append(sample(1)); !errors.Is(err, ErrClosed) {
		t.Errorf("Append() = %v", err)
	}
	if err := l.Checkpoint(); !errors.Is(err, ErrClosed) {
		t.Errorf("Checkpoint() = %v", err)
	}
}
