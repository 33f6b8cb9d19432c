package landing

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func newStore(t testing.TB, limit int64) *Store {
	t.Helper()
	key, err := CreateKey(filepath.Join(t.TempDir(), "k"))
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(t.TempDir(), "landing")
	if err := Create(dir); err != nil {
		t.Fatal(err)
	}
	s, err := Open(dir, key, limit)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

func put(t testing.TB, s *Store, content string) Blob {
	t.Helper()
	b, err := s.Put(t.Context(), strings.NewReader(content))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// names lists every file below the landing folder.
func names(t testing.TB, s *Store) (out []string) {
	t.Helper()
	err := filepath.WalkDir(s.dir, func(p string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			out = append(out, p)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestPutAndRead(t *testing.T) {
	s := newStore(t, 0)
	content := strings.Repeat("Reference,Received\n", 50_000)
	b := put(t, s, content)
	sum := sha256.Sum256([]byte(content))
	if b.SHA256 != hex.EncodeToString(sum[:]) || b.Bytes != int64(len(content)) || !b.New {
		t.Errorf("blob %+v", b)
	}
	o, err := s.Open(b.SHA256)
	if err != nil {
		t.Fatal(err)
	}
	defer o.Close()
	got, err := io.ReadAll(io.NewSectionReader(o, 0, o.Size()))
	if err != nil || string(got) != content {
		t.Errorf("read %d bytes, %v", len(got), err)
	}
	if err := s.Verify(t.Context(), b.SHA256); err != nil {
		t.Error(err)
	}
	again := put(t, s, content)
	if again.New || again.SHA256 != b.SHA256 || len(names(t, s)) != 1 {
		t.Errorf("second delivery %+v, files %v", again, names(t, s))
	}
	for _, p := range names(t, s) {
		raw, err := os.ReadFile(p)
		if err != nil || bytes.Contains(raw, []byte("Reference")) {
			t.Errorf("%s holds plain text (%v)", p, err)
		}
		if info, _ := os.Stat(p); info.Mode().Perm() != 0o600 {
			t.Errorf("%s has mode %v", p, info.Mode())
		}
	}
}

func TestEmptyFile(t *testing.T) {
	s := newStore(t, 0)
	b := put(t, s, "")
	o, err := s.Open(b.SHA256)
	if err != nil {
		t.Fatal(err)
	}
	defer o.Close()
	if n, err := o.ReadAt(make([]byte, 1), 0); n != 0 || !errors.Is(err, io.EOF) || o.Size() != 0 {
		t.Errorf("n=%d err=%v size=%d", n, err, o.Size())
	}
}

func TestReadAtAgreesWithBytes(t *testing.T) {
	s := newStore(t, 0)
	content := make([]byte, 3*cacheSize+777)
	for i := range content {
		content[i] = byte(i * 7 >> 3)
	}
	b := put(t, s, string(content))
	o, err := s.Open(b.SHA256)
	if err != nil {
		t.Fatal(err)
	}
	defer o.Close()
	want := bytes.NewReader(content)
	rapid.Check(t, func(t *rapid.T) {
		off := rapid.Int64Range(0, int64(len(content))+5).Draw(t, "off")
		n := rapid.OneOf(rapid.IntRange(1, 100), rapid.IntRange(cacheSize-2, 2*cacheSize)).Draw(t, "n")
		p, q := make([]byte, n), make([]byte, n)
		gotN, gotErr := o.ReadAt(p, off)
		wantN, wantErr := want.ReadAt(q, off)
		if gotN != wantN || !bytes.Equal(p, q) || gotN < n && !errors.Is(gotErr, io.EOF) || gotN == n && gotErr != nil && !errors.Is(gotErr, io.EOF) {
			t.Fatalf("ReadAt(%d bytes, %d): %d %v; want %d %v", n, off, gotN, gotErr, wantN, wantErr)
		}
	})
	if _, err := o.ReadAt(make([]byte, 1), -1); err == nil {
		t.Error("a negative offset was accepted")
	}
}

func TestSizeCapLeavesNothing(t *testing.T) {
	s := newStore(t, 10)
	put(t, s, "0123456789")
	_, err := s.Put(t.Context(), strings.NewReader("0123456789x"))
	var large *TooLargeError
	if !errors.As(err, &large) || large.Limit != 10 {
		t.Errorf("err %v", err)
	}
	if n := names(t, s); len(n) != 1 {
		t.Errorf("files left: %v", n)
	}
}

type failing struct{ after io.Reader }

func (f failing) Read(p []byte) (int, error) {
	n, err := f.after.Read(p)
	if errors.Is(err, io.EOF) {
		return n, errors.New("the stick was pulled out")
	}
	return n, err
}

func TestInterruptedPutLeavesNothing(t *testing.T) {
	s := newStore(t, 0)
	if _, err := s.Put(t.Context(), failing{strings.NewReader("half a file")}); err == nil || !strings.Contains(err.Error(), "pulled out") {
		t.Errorf("err %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := s.Put(ctx, strings.NewReader("x")); !errors.Is(err, context.Canceled) {
		t.Errorf("err %v", err)
	}
	if n := names(t, s); len(n) != 0 {
		t.Errorf("files left: %v", n)
	}
}

func TestSweepRemovesOnlyUnfinished(t *testing.T) {
	s := newStore(t, 0)
	b := put(t, s, "whole")
	if err := os.WriteFile(filepath.Join(s.dir, tempPrefix+"dead"), []byte("half"), 0o600); err != nil {
		t.Fatal(err)
	}
	n, err := s.Sweep()
	if err != nil || n != 1 || !s.Has(b.SHA256) || len(names(t, s)) != 1 {
		t.Errorf("removed %d, %v, left %v", n, err, names(t, s))
	}
}

func TestMissingAndOddNames(t *testing.T) {
	s := newStore(t, 0)
	for _, sha := range []string{"", "..", "../../etc/passwd", strings.Repeat("A", 64), strings.Repeat("g", 64), strings.Repeat("a", 62)} {
		if _, err := s.Open(sha); err == nil || s.Has(sha) {
			t.Errorf("%q was accepted", sha)
		}
	}
	_, err := s.Open(strings.Repeat("a", 64))
	if !errors.Is(err, ErrMissing) || !strings.Contains(err.Error(), "deliver it again") {
		t.Errorf("err %v", err)
	}
}

func TestMissingFolder(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "landing")
	_, err := Open(dir, nil, 0)
	if !errors.Is(err, fs.ErrNotExist) || !strings.Contains(err.Error(), dir) || !strings.Contains(err.Error(), "bellwether init") {
		t.Errorf("err %v", err)
	}
}

func TestDamageIsFound(t *testing.T) {
	s := newStore(t, 0)
	b := put(t, s, strings.Repeat("a line of a file\n", 20_000))
	name := filepath.Join(s.dir, filepath.FromSlash(nameOf(b.SHA256)))
	whole, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	try := func(what string, content []byte) {
		t.Helper()
		if err := os.WriteFile(name, content, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := s.Verify(t.Context(), b.SHA256); err == nil {
			t.Errorf("%s went unnoticed", what)
		}
	}
	for at := 0; at < len(whole); at += len(whole) / 40 {
		flipped := bytes.Clone(whole)
		flipped[at] ^= 1
		try("a flipped bit", flipped)
		try("a cut file", whole[:at])
	}
	other, err := CreateKey(filepath.Join(t.TempDir(), "other"))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, whole, 0o600); err != nil {
		t.Fatal(err)
	}
	s.key = other
	if _, err := s.Open(b.SHA256); err == nil || !strings.Contains(err.Error(), "another key") {
		t.Errorf("opened with the wrong key: %v", err)
	}
}

// A file of the right form under the wrong name is found by its sum.
func TestSwappedFileIsFound(t *testing.T) {
	s := newStore(t, 0)
	a, b := put(t, s, "one"), put(t, s, "two")
	from := filepath.Join(s.dir, filepath.FromSlash(nameOf(a.SHA256)))
	to := filepath.Join(s.dir, filepath.FromSlash(nameOf(b.SHA256)))
	if err := os.Rename(from, to); err != nil {
		t.Fatal(err)
	}
	if err := s.Verify(t.Context(), b.SHA256); err == nil || !strings.Contains(err.Error(), "other bytes") {
		t.Errorf("err %v", err)
	}
}

// Delivering the bytes again mends a damaged file.
func TestSecondDeliveryMends(t *testing.T) {
	s := newStore(t, 0)
	b := put(t, s, "a file")
	name := filepath.Join(s.dir, filepath.FromSlash(nameOf(b.SHA256)))
	if err := os.Truncate(name, 50); err != nil {
		t.Fatal(err)
	}
	if again := put(t, s, "a file"); !again.New || again.SHA256 != b.SHA256 {
		t.Errorf("%+v", again)
	}
	if err := s.Verify(t.Context(), b.SHA256); err != nil || len(names(t, s)) != 1 {
		t.Errorf("%v %v", err, names(t, s))
	}
}

// A link out of the zone is not followed.
func TestLinkOutIsRefused(t *testing.T) {
	s := newStore(t, 0)
	b := put(t, s, "inside")
	name := filepath.Join(s.dir, filepath.FromSlash(nameOf(b.SHA256)))
	outside := filepath.Join(t.TempDir(), "outside.age")
	if err := os.Rename(name, outside); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(outside, name); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Open(b.SHA256); err == nil || s.Has(b.SHA256) {
		t.Errorf("a link out of the landing zone was followed: %v", err)
	}
}
