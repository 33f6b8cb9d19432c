package transform

import (
	"archive/tar"
	"bytes"
	"database/sql"
	"encoding/csv"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"bellwether/internal/warehouse"
)

// unpacked gives the contents of a real public file, which stays outside the project.
func unpacked(t *testing.T, name string) []byte {
	t.Helper()
	root := os.Getenv("BELLWETHER_REAL_DATA")
	if root == "" {
		t.Skip("BELLWETHER_REAL_DATA is not set: the real public files are not here")
	}
	out, err := exec.CommandContext(t.Context(), "xz", "-dc", filepath.Join(root, filepath.FromSlash(name))).Output()
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func table(t *testing.T, raw []byte) (head []string, rows [][]string) {
	t.Helper()
	raw = bytes.TrimPrefix(raw, []byte("\xef\xbb\xbf"))
	if !utf8.Valid(raw) {
		raw = bytes.ToValidUTF8(raw, []byte("?"))
	}
	r := csv.NewReader(bytes.NewReader(raw))
	r.FieldsPerRecord, r.LazyQuotes = -1, true
	rows, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, h := range rows[0] {
		head = append(head, strings.ToLower(strings.TrimSpace(h)))
	}
	return head, rows[1:]
}

// devonSuppliers are the names under which Devon paid for care.
func devonSuppliers(t *testing.T) string {
	t.Helper()
	files := tar.NewReader(bytes.NewReader(unpacked(t, "spend/devon_spending_over_500_2019-01_2026-03.tar.xz")))
	names := map[string]bool{}
	for {
		_, err := files.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		raw, err := io.ReadAll(files)
		if err != nil || len(raw) == 0 {
			continue
		}
		head, rows := table(t, raw)
		supplier, kind := slices.Index(head, "supplier name"), slices.Index(head, "expense type")
		for _, r := range rows {
			if max(supplier, kind) >= len(r) {
				continue
			}
			if k := strings.ToLower(r[kind]); strings.Contains(k, "care") || strings.Contains(k, "individualised") {
				names[strings.Join(strings.Fields(r[supplier]), " ")] = true
			}
		}
	}
	var list []string
	for n := range names {
		list = append(list, n)
	}
	slices.Sort(list)
	return strings.Join(list, "\n")
}

// national are the social care locations of the national file, as lines of id, name, provider, provider's name, postcode and authority.
func national(t *testing.T) string {
	t.Helper()
	head, rows := table(t, unpacked(t, "cqc/cqc_latest_ratings_national_overall_2021-02.csv.xz"))
	at := func(r []string, name string) string {
		return strings.ReplaceAll(r[slices.Index(head, name)], "\t", " ")
	}
	lines := map[string]bool{}
	for _, r := range rows {
		if at(r, "location type") == "Social Care Org" {
			lines[strings.Join([]string{at(r, "location id"), at(r, "location name"), at(r, "provider id"), at(r, "provider name"), at(r, "location post code"), at(r, "location local authority")}, "\t")] = true
		}
	}
	var list []string
	for l := range lines {
		list = append(list, l)
	}
	slices.Sort(list)
	return strings.Join(list, "\n")
}

const nameKey = `regexp_replace(regexp_replace(replace(lower(strip_accents(coalesce(x, ''))), '&', ' and '), '\b(limited|ltd|plc|llp|the)\b', ' ', 'g'), '[^a-z0-9]+', '', 'g')`

// devon lays the tables that the proposals are made from, and makes them by the model itself.
func devon(t *testing.T) *sql.DB {
	t.Helper()
	suppliers, places := devonSuppliers(t), national(t)
	db, err := warehouse.OpenScratch(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	exec := func(query string, args ...any) {
		t.Helper()
		if _, err := db.Exec(query, args...); err != nil {
			t.Fatalf("%v\n%.300s", err, query)
		}
	}
	exec("CREATE SCHEMA core; CREATE SCHEMA staging")
	exec("CREATE MACRO name_key(x) AS " + nameKey)
	exec("CREATE TABLE place AS SELECT p[1] AS location_id, p[2] AS name, p[3] AS provider_id, p[4] AS provider_name, p[5] AS postcode, p[6] AS authority FROM (SELECT string_split(l, chr(9)) AS p FROM (SELECT unnest(string_split(?, chr(10))) AS l))", places)
	exec(`CREATE TABLE core.location AS SELECT location_id, provider_id, name, name_key(name) AS name_key, replace(postcode, ' ', '') AS postcode_key, true AS is_social_care, location_id AS current_location_id FROM place`)
	exec(`CREATE TABLE core.provider AS SELECT provider_id, min(provider_name) AS name, name_key(min(provider_name)) AS name_key, '' AS postcode, true AS is_social_care, bool_or(authority = 'Devon') AS in_devon FROM place GROUP BY provider_id`)
	exec(`CREATE TABLE supplier AS SELECT s AS name, name_key(s) AS key FROM (SELECT unnest(string_split(?, chr(10))) AS s)`, suppliers)
	exec(`CREATE TABLE core.contract AS SELECT s.name AS supplier_name, m.provider_id, true AS is_care FROM supplier s
		LEFT JOIN (SELECT name_key, min(provider_id) AS provider_id FROM core.provider WHERE name_key <> '' GROUP BY 1 HAVING count(*) = 1) m ON m.name_key = s.key`)
	exec(`CREATE TABLE staging.name_given(provider_name VARCHAR, cqc_location_id VARCHAR, provider_postcode VARCHAR, name_key VARCHAR, postcode_key VARCHAR);
		CREATE TABLE core.crosswalk(provider_name VARCHAR, cqc_location_id VARCHAR, provider_postcode VARCHAR, provider_id VARCHAR);
		CREATE TABLE staging.match_decision(provider_name VARCHAR, cqc_location_id VARCHAR, provider_postcode VARCHAR, location_id VARCHAR, provider_id VARCHAR, accepted BOOLEAN);
		CREATE TABLE core.name_open(provider_name VARCHAR, cqc_location_id VARCHAR, provider_postcode VARCHAR, records INTEGER)`)
	models, err := Models()
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range models {
		if m.Table == "core.match_candidate" {
			exec("CREATE TABLE core.match_candidate AS " + m.SQL)
		}
	}
	return db
}

// TestDevonsSuppliersAgainstCQCProviders measures how many providers with a service in Devon are found among the names under which Devon
// paid for care, by the exact name and with proposals, and how many of the proposals are right by a sample that was judged by hand.
func TestDevonsSuppliersAgainstCQCProviders(t *testing.T) {
	db := devon(t)
	var providers, exact, likely, any int
	err := db.QueryRow(`WITH d AS (SELECT provider_id FROM core.provider WHERE in_devon),
		c AS (SELECT * FROM core.match_candidate)
		SELECT (SELECT count(*) FROM d), (SELECT count(*) FROM d WHERE provider_id IN (SELECT provider_id FROM core.contract)),
		(SELECT count(*) FROM d WHERE provider_id IN (SELECT provider_id FROM core.contract UNION SELECT provider_id FROM c WHERE place = 1 AND score >= 0.9)),
		(SELECT count(*) FROM d WHERE provider_id IN (SELECT provider_id FROM core.contract UNION SELECT provider_id FROM c))`).Scan(&providers, &exact, &likely, &any)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d providers with a service in Devon: %d by the exact name, %d with first proposals of at least 0.9, %d with every proposal", providers, exact, likely, any)
	if providers != 344 || exact < 130 || likely <= exact {
		t.Errorf("%d providers, %d exact, %d likely", providers, exact, likely)
	}
	judged, err := os.ReadFile("testdata/devon_verdicts.tsv")
	if err != nil {
		t.Fatal(err)
	}
	count := map[string]int{}
	for l := range strings.Lines(strings.SplitN(string(judged), "\n", 2)[1]) {
		f := strings.Split(strings.TrimSpace(l), "\t")
		var score float64
		err := db.QueryRow("SELECT score FROM core.match_candidate WHERE place = 1 AND provider_name = ? AND coalesce(location_id, provider_id) = ?", f[0], f[1]).Scan(&score)
		if err != nil {
			t.Errorf("a pair that was judged (%s) is no longer proposed first: judge the new sample by hand: %v", f[1], err)
			continue
		}
		count[f[2]]++
		if score >= 0.9 {
			count[f[2]+" of those of at least 0.9"]++
		}
	}
	t.Logf("sixty first proposals about providers in Devon, taken by the hash of the name and judged by hand: %v", count)
	if count["right"]+count["wrong"]+count["unclear"] != 60 || count["right"] < 40 {
		t.Errorf("%v", count)
	}
}
