package england

import (
	"bytes"
	"encoding/csv"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// read gives every file below a folder.
func read(t *testing.T, dir string) map[string][]byte {
	t.Helper()
	out := map[string][]byte{}
	err := fs.WalkDir(os.DirFS(dir), ".", func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		out[p], err = os.ReadFile(filepath.Join(dir, p))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestTheSameOptionsGiveTheSameBytes(t *testing.T) {
	a, b := t.TempDir(), t.TempDir()
	n, err := Write(Options{Scale: 0.0005, Seed: 7, Inbox: a})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Write(Options{Scale: 0.0005, Seed: 7, Inbox: b}); err != nil {
		t.Fatal(err)
	}
	one, two := read(t, a), read(t, b)
	if len(one) != n.Files || len(one) != len(two) {
		t.Fatalf("%d and %d files, counted %d", len(one), len(two), n.Files)
	}
	for name, body := range one {
		if !bytes.Equal(body, two[name]) {
			t.Errorf("%s differs", name)
		}
	}
	for what, pair := range map[string][2]int{"active": {n.Active, 25}, "closed": {n.Closed, 35}, "placements": {n.Placements, 250}} {
		if pair[0] != pair[1] {
			t.Errorf("%d %s, want %d", pair[0], what, pair[1])
		}
	}
	for what, pair := range map[string][2]int{"concerns": {n.Concerns, 3200}, "enquiries": {n.Enquiries, 950}, "complaints": {n.Complaints, 1000}} {
		if pair[0] < pair[1]*90/100 || pair[0] > pair[1]*110/100 {
			t.Errorf("%d %s, want about %d", pair[0], what, pair[1])
		}
	}
}

// Every row has as many cells as its header, and a day's files repeat no reference of the years before.
func TestADayMore(t *testing.T) {
	dir := t.TempDir()
	opt := Options{Scale: 0.0005, Seed: 7, Inbox: dir}
	if _, err := Write(opt); err != nil {
		t.Fatal(err)
	}
	before := read(t, dir)
	_, received, err := WriteDay(opt, 1)
	if err != nil {
		t.Fatal(err)
	}
	if want := Last.AddDate(0, 0, 2); !received.Equal(want) {
		t.Errorf("received on %s, want %s", received, want)
	}
	refs := map[string]bool{}
	fresh := 0
	for name, body := range read(t, dir) {
		if !strings.HasSuffix(name, ".csv") {
			continue
		}
		rows, err := csv.NewReader(bytes.NewReader(body)).ReadAll()
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if _, old := before[name]; old {
			for _, r := range rows[1:] {
				refs[r[0]] = true
			}
			continue
		}
		fresh++
		if !strings.Contains(name, "received="+received.Format(time.DateOnly)) {
			t.Errorf("%s is not received on %s", name, received)
		}
	}
	if fresh != 3 {
		t.Errorf("%d new files, want concerns, enquiries and complaints", fresh)
	}
	for name, body := range read(t, dir) {
		if _, old := before[name]; old || !strings.HasSuffix(name, ".csv") {
			continue
		}
		rows, _ := csv.NewReader(bytes.NewReader(body)).ReadAll()
		for _, r := range rows[1:] {
			if refs[r[0]] {
				t.Errorf("%s repeats %s", name, r[0])
			}
		}
	}
}

// Names, ids and postcodes stand apart from real ones, and no two places share any.
func TestPlacesAreInventedAndTheirOwn(t *testing.T) {
	c, err := build(Options{Scale: 1, Seed: 7})
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, p := range c.places {
		for _, s := range []string{p.id, p.name, p.at.postcode} {
			if seen[s] {
				t.Fatalf("%s twice", s)
			}
			seen[s] = true
		}
		if !strings.HasPrefix(p.id, "9-") || !strings.HasPrefix(p.at.postcode, "LK") || !strings.HasPrefix(p.company.id, "9-") {
			t.Fatalf("%s at %s of %s is not told apart from real ones", p.id, p.at.postcode, p.company.id)
		}
		if p.care() && len(p.ratings) > 0 && p.ratings[0].on.Before(p.opened) {
			t.Fatalf("%s was rated before it opened", p.id)
		}
	}
	for _, scale := range []float64{0, -1, 1.5} {
		if _, err := Write(Options{Scale: scale, Inbox: t.TempDir()}); err == nil {
			t.Errorf("scale %v was taken", scale)
		}
	}
}
