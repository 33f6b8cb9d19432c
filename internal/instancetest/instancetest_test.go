package instancetest

import (
	"os"
	"path/filepath"
	"testing"

	"bellwether/internal/instance"
	"bellwether/internal/warehouse"
)

func TestMain(m *testing.M) { os.Exit(Main(m)) }

func TestCopiesAreWholeAndApart(t *testing.T) {
	one, two := Copy(t), Copy(t)
	snaps, err := warehouse.Snapshots(one.Path(instance.Snapshots))
	if err != nil || len(snaps) != 2 || snaps[0].ID == snaps[1].ID {
		t.Fatalf("%d snapshots, %v", len(snaps), err)
	}
	if err := os.Remove(snaps[0].Path); err != nil {
		t.Fatal(err)
	}
	if n := len(Files(t, two.Path(instance.Snapshots))); n != 2 {
		t.Errorf("the other copy has %d snapshots", n)
	}
	for _, f := range append(Files(t, two.Path(instance.Secrets)), two.Path(instance.Casework, instance.CaseworkStore)) {
		st, err := os.Stat(f)
		if err != nil || st.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v %v", filepath.Base(f), st.Mode(), err)
		}
	}
}

func TestFlipChangesOneByteAndBack(t *testing.T) {
	path := filepath.Join(t.TempDir(), "f")
	if err := os.WriteFile(path, []byte("abc"), 0o600); err != nil {
		t.Fatal(err)
	}
	Flip(t, path, 1)
	if got, _ := os.ReadFile(path); string(got) == "abc" || got[0] != 'a' || got[2] != 'c' {
		t.Errorf("%q", got)
	}
	Flip(t, path, 1)
	if got, _ := os.ReadFile(path); string(got) != "abc" {
		t.Errorf("%q", got)
	}
}
