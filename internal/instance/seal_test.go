package instance

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
)

func TestSealIsMadeOnceAndKeptPrivate(t *testing.T) {
	path := filepath.Join(t.TempDir(), SecondKey)
	first, err := EnsureSeal(path)
	if err != nil || len(first) != 32 {
		t.Fatalf("%d bytes, %v", len(first), err)
	}
	if again, err := EnsureSeal(path); err != nil || !bytes.Equal(first, again) {
		t.Errorf("made again: %v", err)
	}
	if text, _ := os.ReadFile(path); bytes.Contains(text, first) {
		t.Error("the file holds the key itself twice over")
	}
	if err := os.Chmod(path, 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := EnsureSeal(path); err == nil {
		t.Error("a key that others may read is used")
	}
}
