package transform

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"bellwether/internal/warehouse"
)

// What is made some places at a time is what is made of all at once, to the last row, and of what passes between the models nothing stays.
func TestPlacesAreLookedAtTogetherOrApart(t *testing.T) {
	w := quarrel(t, 7)
	after := []string{"staging.run", "staging.look", "staging.scope", "staging.location_look", "staging.location_look_feed", "staging.provider_look", "staging.provider_look_money", "staging.stream_event", "staging.week_look"}
	const held = "SELECT table_name FROM duckdb_tables() WHERE database_name = 'staging' ORDER BY 1"
	want := make([]string, len(after))
	for i, table := range after {
		want[i] = strings.TrimPrefix(table, "staging.")
	}
	slices.Sort(want)
	shown := func(read func(string) string) string {
		var all []string
		for _, table := range after[2:] {
			all = append(all, table+"\n"+read("SELECT * FROM "+table+" ORDER BY ALL"))
		}
		return strings.Join(all, "\n")
	}
	read, b := w.runWith("2026-08-26", Params{})
	together := shown(read)
	parted(t, b)
	hash, _, err := b.ContentHash(t.Context())
	if err := errors.Join(err, b.Discard()); err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(together, "\n"); n < 1000 {
		t.Fatalf("only %d looks: the world is too quiet to tell", n)
	}
	for _, c := range []struct {
		Params
		last string
	}{{Params{PlacesAtOnce: 3}, "3 of 3"}, {Params{PlacesAtOnce: 2, ReadAfter: after}, "4 of 4"}} {
		apart := c.Params
		var told []string
		apart.Looked = func(done, of int) { told = append(told, fmt.Sprintf("%d of %d", done, of)) }
		read, b := w.runWith("2026-08-26", apart)
		if n := len(told); n == 0 || told[n-1] != c.last {
			t.Errorf("%d at once: told %v, want %s at the end", apart.PlacesAtOnce, told, c.last)
		}
		if got := shown(read); got != together {
			t.Errorf("%d at once: the looks differ", apart.PlacesAtOnce)
		}
		if got, _, err := b.ContentHash(t.Context()); err != nil || got != hash {
			t.Errorf("%d at once: content %.12s (%v), want %.12s", apart.PlacesAtOnce, got, err, hash)
		}
		left := strings.Fields(read(held))
		if err := b.Discard(); err != nil {
			t.Fatal(err)
		}
		if apart.ReadAfter != nil && !slices.Equal(left, want) {
			t.Errorf("%d at once: left over %v, want %v", apart.PlacesAtOnce, left, want)
		}
	}
}

// parted holds the spans of the places 9-1 to 9-7 against what they should be: without gap or overlap, open at both ends.
func parted(t *testing.T, b *warehouse.Build) {
	t.Helper()
	for n, want := range map[int][]string{
		1000: {""},
		7:    {""},
		4:    {"id < '9-5'", "id >= '9-5'"},
		3:    {"id < '9-4'", "id >= '9-4' AND id < '9-7'", "id >= '9-7'"},
	} {
		got, err := spans(t.Context(), b, n)
		if err != nil {
			t.Fatal(err)
		}
		var where []string
		for _, s := range got {
			where = append(where, s.where("id"))
		}
		if !slices.Equal(where, want) {
			t.Errorf("%d at once: %q, want %q", n, where, want)
		}
	}
}

func TestWhatAModelReadsIsReplaced(t *testing.T) {
	const query = "SELECT * FROM staging.look_concern c, staging.look k -- from staging.look\nJOIN core.location USING (location_id)\nleft join staging.look_concern_x x ON true"
	got := reading(query, func(table string) string {
		return map[string]string{"staging.look_concern": "(A)", "staging.look": "B", "core.location": "C"}[table]
	})
	want := "SELECT * FROM (A) c, B k -- from B\nJOIN C USING (location_id)\nleft join staging.look_concern_x x ON true"
	if got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestPlacesThatAreNotReadAreRefused(t *testing.T) {
	for src, want := range map[string]string{
		"-- a\n-- by place: core.b\nSELECT * FROM core.b":              "must read schema.table(column)",
		"-- a\n-- by place: core.c(location_id)\nSELECT * FROM core.b": "which it does not read",
	} {
		fsys := fstest.MapFS{"models/core/a.sql": {Data: []byte(src)}, "models/core/b.sql": {Data: []byte("-- b\nSELECT 1 AS x")}}
		if _, err := readModels(fsys, "models"); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want %q", src, err, want)
		}
	}
}
