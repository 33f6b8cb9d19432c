package cli

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"testing/fstest"

	sampledata "bellwether/sample-data"
)

// fetched reads what the client left in the inbox, by day and id.
func fetched(t *testing.T, dir string) map[string]map[string]map[string]any {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "inbox", "cqc_api", "received=*", "*.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]map[string]map[string]any{}
	for _, f := range files {
		day := strings.TrimPrefix(filepath.Base(filepath.Dir(f)), "received=")
		raw, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(raw, []byte("personFamilyName")) {
			t.Errorf("%s names people", f)
		}
		out[day] = map[string]map[string]any{}
		for l := range bytes.Lines(raw) {
			d := json.NewDecoder(bytes.NewReader(l))
			d.UseNumber()
			body := map[string]any{}
			if err := d.Decode(&body); err != nil {
				t.Fatal(err)
			}
			if id := idOf(body); id != "" {
				out[day][id] = body
			}
		}
	}
	return out
}

func idOf(body map[string]any) string {
	if id, ok := body["locationId"].(string); ok {
		return id
	}
	id, _ := body["providerId"].(string)
	return id
}

// withoutPeople takes the names of people out, as the client does.
func withoutPeople(v any) {
	switch v := v.(type) {
	case map[string]any:
		for _, k := range []string{"personTitle", "personGivenName", "personFamilyName"} {
			delete(v, k)
		}
		for _, inner := range v {
			withoutPeople(inner)
		}
	case []any:
		for _, inner := range v {
			withoutPeople(inner)
		}
	}
}

// The demonstration's register, fetched through the client, says on each day what the county's files say: nothing later, nothing lost.
func TestTheDemonstrationFetchesItsRegister(t *testing.T) {
	dir := t.TempDir()
	n, err := playRegister(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	days, err := registerDays(sampledata.Larkshire)
	if err != nil || n != len(days) || n < 30 {
		t.Fatalf("%d fetches for %d days: %v", n, len(days), err)
	}
	got := fetched(t, dir)
	state := map[string]map[string]any{}
	bodies, again := 0, 0
	for _, d := range days {
		day := d.day.Format("2006-01-02")
		for _, b := range d.bodies {
			withoutPeople(b)
			id := idOf(b)
			state[id] = b
			bodies++
			if have := got[day][id]; !reflect.DeepEqual(have, b) {
				t.Fatalf("%s: %s was fetched as %v, and is %v", day, id, have, b)
			}
		}
		for id, have := range got[day] {
			if !reflect.DeepEqual(have, state[id]) {
				t.Fatalf("%s: %s was fetched as %v, and stands as %v", day, id, have, state[id])
			}
			again++
		}
	}
	t.Logf("%d bodies in %d fetches, %d of them seen again within the reach-back", again, n, again-bodies)
	if n, err := playRegister(t.Context(), dir); err != nil || n != 0 {
		t.Errorf("a second time fetched %d times: %v", n, err)
	}
}

// A demonstration made by an earlier version has the register as files, and keeps it so.
func TestAnOlderDemonstrationKeepsItsFiles(t *testing.T) {
	dir := t.TempDir()
	old := filepath.Join(dir, "inbox", "cqc_api", "received=2023-04-03")
	if err := os.MkdirAll(old, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(old, "cqc_api_full.tar.gz"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if n, err := playRegister(t.Context(), dir); err != nil || n != 0 {
		t.Errorf("%d %v", n, err)
	}
}

func TestACountyWithoutARegister(t *testing.T) {
	for name, files := range map[string]fstest.MapFS{
		"none":       {},
		"no day":     {countyRegister + "/received=soon/a.tar.gz": {}},
		"no archive": {countyRegister + "/received=2026-01-31/a.tar.gz": {Data: []byte("x")}},
	} {
		if days, err := registerDays(files); err == nil {
			t.Error(name, fmt.Sprint(days))
		}
	}
}
