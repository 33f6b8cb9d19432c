package opstate

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

var noon = time.Date(2026, 3, 14, 12, 0, 0, 0, time.UTC)

func TestNothingRecordedIsZero(t *testing.T) {
	got, err := Read(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(State{Loads: map[string]Load{}, Deliveries: map[string]Delivery{}}, got); d != "" {
		t.Error(d)
	}
}

func TestEachFactIsReadBack(t *testing.T) {
	dir := t.TempDir()
	want := State{
		Verification: Verification{At: noon, OK: false, Seconds: 1.5, Problems: 2},
		Backup:       Backup{At: noon, Bytes: 10, Files: 3, Seconds: .5},
		RestoreTest:  RestoreTest{At: noon, BackedUp: noon.Add(-time.Hour), ContentHash: "abc", Seconds: 4},
		Loads:        map[string]Load{"complaints": {noon, 2}, "cqc_api": {noon, 3}},
		Engine:       Engine{Faults: 2, LastAt: noon.Add(time.Minute)},
		Deliveries: map[string]Delivery{
			"parquet":  {LastSuccess: noon, Snapshot: "abc", Seconds: 3, Failures: 1, LastFailure: noon.Add(-time.Hour)},
			"ducklake": {Failures: 1, LastFailure: noon},
		},
	}
	for _, err := range []error{
		Verified(dir, want.Verification),
		BackedUp(dir, want.Backup),
		Practised(dir, want.RestoreTest),
		Loaded(dir, map[string]Load{"complaints": {noon, 9}}),
		Loaded(dir, want.Loads),
		Loaded(dir, nil),
		Faulted(dir, noon),
		Faulted(dir, noon.Add(time.Minute)),
		DeliveryFailed(dir, "parquet", noon.Add(-time.Hour)),
		Delivered(dir, "parquet", "abc", noon, 3*time.Second),
		DeliveryFailed(dir, "ducklake", noon),
	} {
		if err != nil {
			t.Error(err)
		}
	}
	got, err := Read(dir)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

func TestLoadsOfOtherSourcesStay(t *testing.T) {
	dir := t.TempDir()
	if err := Loaded(dir, map[string]Load{"complaints": {noon, 1}}); err != nil {
		t.Fatal(err)
	}
	if err := Loaded(dir, map[string]Load{"cqc_api": {noon, 2}}); err != nil {
		t.Fatal(err)
	}
	got, err := Read(dir)
	if err != nil || len(got.Loads) != 2 {
		t.Errorf("%+v, %v", got.Loads, err)
	}
}

func TestDamageIsAnErrorWithTheNextStep(t *testing.T) {
	for _, name := range []string{verifyFile, backupFile, restoreFile, loadsFile, engineFile, deliveriesFile} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			if err := os.MkdirAll(filepath.Join(dir, Folder), 0o700); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(dir, Folder, name), []byte("{\"at\": "), 0o600); err != nil {
				t.Fatal(err)
			}
			if _, err := Read(dir); err == nil || !strings.Contains(err.Error(), name) || !strings.Contains(err.Error(), "remove it") {
				t.Errorf("got %v", err)
			}
		})
	}
}

// A count that can't be read must not stop the next fault from being counted.
func TestFaultsCountOverADamagedFile(t *testing.T) {
	dir := t.TempDir()
	if err := os.MkdirAll(filepath.Join(dir, Folder), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, Folder, engineFile), []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := Faulted(dir, noon); err != nil {
		t.Fatal(err)
	}
	got, err := Read(dir)
	if err != nil || got.Engine.Faults != 1 {
		t.Errorf("%+v, %v", got.Engine, err)
	}
}

func TestFilesAreForTheOwnerAlone(t *testing.T) {
	dir := t.TempDir()
	if err := Verified(dir, Verification{At: noon, OK: true}); err != nil {
		t.Fatal(err)
	}
	for path, mode := range map[string]os.FileMode{Folder: 0o700, filepath.Join(Folder, verifyFile): 0o600} {
		st, err := os.Stat(filepath.Join(dir, path))
		if err != nil || st.Mode().Perm() != mode {
			t.Errorf("%s: %v, %v", path, st, err)
		}
	}
	if err := Verified(filepath.Join(dir, Folder, verifyFile), Verification{}); err == nil {
		t.Error("a state folder inside a file was made")
	}
}
