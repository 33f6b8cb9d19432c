package audit

import (
	"crypto/ed25519"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestRecent(t *testing.T) {
	p := newPlace(t)
	p.fill(700) // several blocks of the backward reader
	for _, tt := range []struct {
		name  string
		n     int
		match func(Entry) bool
		want  []uint64
	}{
		{"the newest", 3, nil, []uint64{700, 699, 698}},
		{"none", 0, nil, nil},
		{"one far back", 5, func(e Entry) bool { return e.ID == "9-000001" }, []uint64{2}},
		{"some", 2, func(e Entry) bool { return e.Seq%300 == 0 }, []uint64{600, 300}},
		{"nothing matches", 5, func(Entry) bool { return false }, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := Recent(p.path, tt.n, tt.match)
			if err != nil || len(got) != len(tt.want) {
				t.Fatalf("Recent() = %d entries, %v", len(got), err)
			}
			for i, e := range got {
				if e.Seq != tt.want[i] {
					t.Errorf("entry %d is %d, want %d", i, e.Seq, tt.want[i])
				}
			}
		})
	}
	all, err := Recent(p.path, 10000, nil)
	if err != nil || len(all) != 700 {
		t.Fatalf("all: %d, %v", len(all), err)
	}
	next := uint64(1)
	if err := Scan(p.path, func(e Entry) error {
		if e.Seq != next || all[700-e.Seq].Hash != e.Hash {
			return fmt.Errorf("entry %d where %d belongs", e.Seq, next)
		}
		next++
		return nil
	}); err != nil || next != 701 {
		t.Errorf("Scan() = %v after %d", err, next-1)
	}
}

func TestReadersLeaveOutAnUnfinishedLine(t *testing.T) {
	p := newPlace(t)
	p.fill(2)
	p.put(append(p.bytes(), `{"seq":3,"at"`...))
	if got, err := Recent(p.path, 9, nil); err != nil || len(got) != 2 {
		t.Errorf("Recent() = %d, %v", len(got), err)
	}
	n := 0
	if err := Scan(p.path, func(Entry) error { n++; return nil }); err != nil || n != 2 {
		t.Errorf("Scan() saw %d, %v", n, err)
	}
}

func TestReadersReportTrouble(t *testing.T) {
	missing := filepath.Join(t.TempDir(), "none")
	if _, err := Recent(missing, 1, nil); err == nil {
		t.Error("Recent without a log")
	}
	if err := Scan(missing, nil); err == nil {
		t.Error("Scan without a log")
	}
	bad := filepath.Join(t.TempDir(), "bad")
	if err := os.WriteFile(bad, []byte("minutes\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Recent(bad, 1, nil); err == nil {
		t.Error("Recent of a text")
	}
	if err := Scan(bad, nil); err == nil {
		t.Error("Scan of a text")
	}
	p := newPlace(t)
	p.fill(2)
	stop := errors.New("enough")
	if err := Scan(p.path, func(Entry) error { return stop }); !errors.Is(err, stop) {
		t.Errorf("Scan() = %v", err)
	}
	empty := filepath.Join(t.TempDir(), "empty")
	if err := os.WriteFile(empty, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if got, err := Recent(empty, 1, nil); err != nil || len(got) != 0 {
		t.Errorf("Recent of an empty log = %v, %v", got, err)
	}
}

func TestKeys(t *testing.T) {
	path := filepath.Join(t.TempDir(), "audit.key")
	made, err := CreateKey(path)
	if err != nil {
		t.Fatal(err)
	}
	if info, _ := os.Stat(path); info.Mode().Perm() != 0o600 {
		t.Errorf("the key has rights %o", info.Mode().Perm())
	}
	read, err := ReadKey(path)
	if err != nil || !made.Equal(read) {
		t.Errorf("ReadKey() differs, %v", err)
	}
	if _, err := CreateKey(path); err == nil {
		t.Error("a key was replaced")
	}
	if _, err := ReadKey(path + "x"); err == nil || !strings.Contains(err.Error(), "init") {
		t.Errorf("ReadKey without a file = %v", err)
	}
	public := FormatPublicKey(made.Public().(ed25519.PublicKey))
	if got, err := ParsePublicKey(public + "\n"); err != nil || !got.Equal(made.Public().(ed25519.PublicKey)) {
		t.Errorf("ParsePublicKey() = %v", err)
	}
	for _, bad := range []string{"", "key", publicPrefix, publicPrefix + "AAAA", publicPrefix + "!"} {
		if _, err := ParsePublicKey(bad); err == nil {
			t.Errorf("ParsePublicKey(%q) succeeded", bad)
		}
	}
	// A private key must not pass where the public one is asked for, or it
	// would be handed round.
	text, _ := os.ReadFile(path)
	if _, err := ParsePublicKey(string(text)); err == nil {
		t.Error("a private key was taken for a public one")
	}
}
