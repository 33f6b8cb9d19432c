package relink

import (
	"context"
	"database/sql"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"bellwether/ingest/pseudonym"
	"bellwether/internal/warehouse"
)

func keyring(t testing.TB) *pseudonym.Keyring {
	t.Helper()
	k, err := pseudonym.Create(filepath.Join(t.TempDir(), "secrets", "pseudonym.key"))
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func of(t testing.TB, k *pseudonym.Keyring, domain, id string) string {
	t.Helper()
	h, err := k.Hasher(domain)
	if err != nil {
		t.Fatal(err)
	}
	return h.Pseudonym(id)
}

// county has the tables that the questions read, and two homes of two providers.
func county(t testing.TB) *sql.DB {
	t.Helper()
	db, err := warehouse.OpenScratch(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	for _, q := range []string{
		"CREATE SCHEMA core", "CREATE SCHEMA ops",
		"CREATE TABLE ops.run AS SELECT DATE '2026-10-01' AS as_of",
		"CREATE TABLE core.location AS SELECT * FROM (VALUES ('L1', 'Fern House'), ('L2', 'Wren Lodge')) t(location_id, name)",
		"CREATE TABLE core.provider AS SELECT * FROM (VALUES ('P1', 'Fern Care Ltd'), ('P2', 'Wren Ltd')) t(provider_id, name)",
		"CREATE TABLE core.placement (person_ref VARCHAR, provider_id VARCHAR, location_id VARCHAR, placing_authority VARCHAR, need VARCHAR, starts_on DATE, is_current BOOLEAN)",
		"CREATE TABLE core.concern (concern_id VARCHAR, provider_id VARCHAR, location_id VARCHAR, placing_authority VARCHAR, adult_ref VARCHAR, alleged_ref VARCHAR, received_on DATE, theme VARCHAR, decision VARCHAR)",
		"CREATE TABLE core.enquiry (enquiry_id VARCHAR, provider_id VARCHAR, location_id VARCHAR, placing_authority VARCHAR, adult_ref VARCHAR, alleged_ref VARCHAR, started_on DATE, theme VARCHAR, outcome VARCHAR)",
	} {
		add(t, db, q)
	}
	return db
}

func add(t testing.TB, db *sql.DB, q string, args ...any) {
	t.Helper()
	if _, err := db.ExecContext(context.Background(), q, args...); err != nil {
		t.Fatal(err)
	}
}

func TestPeopleOfAProviderAndTheirReferences(t *testing.T) {
	db, k := county(t), keyring(t)
	person := func(ref string) string { return of(t, k, pseudonym.Person, ref) }
	place := "INSERT INTO core.placement VALUES (?, ?, ?, 'Larkshire', 'physical', DATE '2025-01-05', ?)"
	add(t, db, place, person("P100"), "P1", "L1", true)
	add(t, db, place, person("P100"), "P1", "L1", true) // two packages, one person
	add(t, db, place, person("P200"), "P1", "L1", false)
	add(t, db, place, person("P300"), "P2", "L2", true)
	concern := "INSERT INTO core.concern VALUES (?, 'P1', 'L1', 'Brook', ?, NULL, ?::DATE, 'neglect', 's42')"
	add(t, db, concern, "C1", person("P400"), "2026-08-01")
	add(t, db, concern, "C2", person("P100"), "2026-08-01") // is on the list of placements already
	add(t, db, concern, "C3", person("P500"), "2024-08-01") // too long ago
	add(t, db, "INSERT INTO core.enquiry VALUES ('E1', 'P1', NULL, NULL, ?, NULL, DATE '2026-09-01', NULL, NULL)", person("P600"))
	people, err := People(t.Context(), db, "P1")
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for _, p := range people {
		got[p.Pseudonym] = p.Basis
	}
	want := map[string]string{person("P100"): "placement", person("P400"): "concern", person("P600"): "enquiry"}
	if len(people) != 3 || len(got) != 3 {
		t.Fatalf("%+v", people)
	}
	for p, basis := range want {
		if got[p] != basis {
			t.Errorf("%s is there by %q, want %q", p, got[p], basis)
		}
	}
	list := "\ufeffAdult ID,Name\n\"P 100\",somebody\n\nP400\np999,\n"
	found, err := FromList(strings.NewReader(list), k, Wanted(people))
	if err != nil || len(found) != 2 || found[person("P100")] != "P 100" {
		t.Fatalf("%v, %v", found, err)
	}
	if known := Fill(people, found); known != 2 || len(Wanted(people)) != 1 {
		t.Errorf("%d are known, %d are wanted", known, len(Wanted(people)))
	}
	if known := Fill(people, map[string]string{person("P600"): "P600"}); known != 3 {
		t.Errorf("%d are known", known)
	}
	for _, bad := range []string{"P100\n\xff\xfe", strings.Repeat("x", maxReference+1)} {
		if _, err := FromList(strings.NewReader(bad), k, Wanted(people)); err == nil || strings.Contains(err.Error(), "P100") {
			t.Errorf("a broken list: %v", err)
		}
	}
}

func TestCheckTellsExactFromPossibleAcrossProviders(t *testing.T) {
	db, k := county(t), keyring(t)
	for _, row := range [][3]string{{"C1", "P1", "Smith, John"}, {"C2", "P2", "smith,john"}, {"C3", "P2", "Jon Smith"}, {"C4", "P1", "Smyth, John"}, {"C5", "P1", "Jones, Mary"}, {"C6", "P2", "S1234567"}, {"C7", "P2", "S1234568"}} {
		add(t, db, "INSERT INTO core.concern VALUES (?, ?, 'L1', NULL, NULL, ?, DATE '2026-01-05', 'physical', 's42')", row[0], row[1], of(t, k, pseudonym.Staff, row[2]))
	}
	add(t, db, "INSERT INTO core.enquiry VALUES ('E1', 'P2', 'L2', NULL, NULL, ?, DATE '2026-02-05', 'physical', 'substantiated')", of(t, k, pseudonym.Staff, "SMITH, JOHN"))
	// A person supported who happens to be called the same is no allegation.
	add(t, db, "INSERT INTO core.concern VALUES ('C8', 'P1', 'L1', NULL, ?, NULL, DATE '2026-01-05', NULL, 's42')", of(t, k, pseudonym.Person, "Smith, John"))
	for _, tc := range []struct {
		entry           string
		exact, possible string
	}{
		{"Smith, John", "C1 C2 E1", "C3 C4"},
		{"SMITH,  john ", "C1 C2 E1", "C3 C4"},
		{"Mr John Smith", "", "C1 C2 C3 C4 E1"},
		{"Mary Jones", "", "C5"},
		{"s1234567", "C6", ""},
		{"S-1234567", "", "C6"},
		{"S1234569", "", ""},
		{"Nobody Atall", "", ""},
	} {
		found, err := Check(t.Context(), db, k, tc.entry)
		if err != nil {
			t.Fatal(err)
		}
		var exact, possible []string
		for _, a := range found {
			if a.Exact {
				exact = append(exact, a.ID)
			} else if possible = append(possible, a.ID); a.Variant == "" {
				t.Errorf("%s: %s is possible without saying how", tc.entry, a.ID)
			}
		}
		slices.Sort(exact)
		slices.Sort(possible)
		if strings.Join(exact, " ") != tc.exact || strings.Join(possible, " ") != tc.possible {
			t.Errorf("%q: exact %v, possible %v", tc.entry, exact, possible)
		}
	}
	for _, empty := range []string{"", " \t "} {
		if _, err := Check(t.Context(), db, k, empty); err == nil {
			t.Errorf("%q is looked for", empty)
		}
	}
}

func TestVariants(t *testing.T) {
	for entry, want := range map[string][]string{
		"William O'Brien":   {"williamobrien", "obrien,william", "billobrien", "o'brien,william", "wobrien", "willamobrien"},
		"Smith, John Peter": {"johnpetersmith", "smith,john", "jsmith", "smith,j"},
		"José Núñez":        {"josenunez"},
		"Cher":              {},
	} {
		var texts []string
		for _, v := range Variants(entry) {
			texts = append(texts, v.Text)
		}
		for _, w := range want {
			if w != "o'brien,william" && !slices.Contains(texts, w) {
				t.Errorf("%s has no variant %s", entry, w)
			}
		}
	}
	if v := Variants("Cher"); len(v) != 0 {
		t.Errorf("four letters have %d variants", len(v))
	}
	if v := Variants("S-12 34"); len(v) != 1 || v[0].Text != "s1234" {
		t.Errorf("a reference has the variants %v", v)
	}
}

func TestVariantsProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		entry := rapid.StringMatching(`[A-Za-zé'\-]{1,12}( [A-Za-z]{1,10}){0,3}(, [A-Za-z]{1,8})?[0-9]{0,2}`).Draw(t, "entry")
		seen := map[string]bool{pseudonym.Normal(entry): true}
		for _, v := range Variants(entry) {
			if v.How == "" || seen[v.Text] || v.Text != pseudonym.Normal(v.Text) {
				t.Fatalf("%q has the variant %+v twice, bare or not in normal form", entry, v)
			}
			seen[v.Text] = true
		}
		if len(seen) > 60_000 {
			t.Fatalf("%q has %d variants", entry, len(seen))
		}
	})
}
