package schemas_test

import (
	"encoding/json"
	"maps"
	"os"
	"slices"
	"testing"

	"bellwether/ingest/contract"
	"bellwether/schemas"
)

const versions = "versions.json"

// TestContractChangesAreVersioned holds every contract against the sums of its versions. versions.json has for each contract the sum of its
// file in each version, oldest first: a contract that differs from its last sum must have the next number, and an old number keeps its sum,
// so that the version kept with a load always says by which contract it was read.
func TestContractChangesAreVersioned(t *testing.T) {
	tables, err := contract.Load(schemas.Feeds)
	if err != nil {
		t.Fatal(err)
	}
	raw, err := os.ReadFile(versions)
	if err != nil {
		t.Fatal(err)
	}
	known := map[string][]string{}
	if err := json.Unmarshal(raw, &known); err != nil {
		t.Fatal(err)
	}
	changed := false
	for _, name := range slices.Sorted(maps.Keys(tables)) {
		sums := known[name]
		switch verdict := versioned(sums, tables[name].Version, tables[name].Hash); {
		case verdict == "":
		case verdict == unlisted && *update:
			known[name], changed = append(sums, tables[name].Hash), true
		default:
			t.Errorf("schemas/feeds/%s.json, version %d: %s", name, tables[name].Version, verdict)
		}
	}
	for name := range known {
		if tables[name] == nil {
			t.Errorf("versions.json lists %s, which is no contract any more: leave its history, and keep the contract too while loads were read by it", name)
		}
	}
	if !changed || t.Failed() {
		return
	}
	out, err := json.MarshalIndent(known, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(versions, append(out, '\n'), 0o644); err != nil {
		t.Fatal(err)
	}
}

const unlisted = "this version is not listed yet: run go test ./schemas -update"

// versioned says what is wrong with a contract's version, or "".
func versioned(sums []string, version int, sum string) string {
	switch {
	case version == len(sums) && sums[version-1] == sum:
		return ""
	case version == len(sums)+1 && !slices.Contains(sums, sum):
		return unlisted
	case version <= len(sums):
		return "the contract was changed and its number was not: raise bellwether:version by one, then run go test ./schemas -update"
	default:
		return "the number must be the one after the last that versions.json lists"
	}
}

func TestVersioned(t *testing.T) {
	for _, c := range []struct {
		sums    []string
		version int
		sum     string
		right   bool
	}{
		{[]string{"a"}, 1, "a", true}, {[]string{"a", "b"}, 2, "b", true}, {[]string{"a"}, 1, "b", false}, {[]string{"a", "b"}, 1, "a", false},
		{[]string{"a"}, 2, "a", false}, {[]string{"a"}, 3, "b", false}, {nil, 2, "a", false},
	} {
		if got := versioned(c.sums, c.version, c.sum); (got == "") != c.right {
			t.Errorf("%v, version %d, %s: %q", c.sums, c.version, c.sum, got)
		}
	}
	if versioned([]string{"a"}, 2, "b") != unlisted || versioned(nil, 1, "a") != unlisted {
		t.Error("a new version, or a new contract, is not offered to be listed")
	}
}
