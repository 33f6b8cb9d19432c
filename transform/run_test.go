package transform

import (
	"fmt"
	"path/filepath"
	"sort"
	"strings"
	"testing"
	"time"

	"bellwether/ingest/contract"
	"bellwether/internal/warehouse"
	"bellwether/schemas"
)

// world is a raw file filled by hand, for running the models over a handful of rows.
type world struct {
	t     *testing.T
	dir   string
	raw   *warehouse.Raw
	loads int

	notes   []Note
	matches []Match
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{t: t, dir: t.TempDir()}
	raw, err := warehouse.OpenRaw(t.Context(), filepath.Join(w.dir, "warehouse"), warehouse.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	w.raw = raw
	tables, err := contract.Load(schemas.Feeds)
	if err != nil {
		t.Fatal(err)
	}
	var defs []warehouse.TableDef
	for _, table := range tables {
		def := warehouse.TableDef{Name: table.Name}
		for _, i := range table.Stored() {
			def.Columns = append(def.Columns, warehouse.Column{Name: table.Fields[i].Name, Type: table.Fields[i].ColumnType()})
		}
		def.Columns = append(def.Columns, warehouse.Column{Name: "load_id", Type: "VARCHAR"}, warehouse.Column{Name: "row_no", Type: "BIGINT"})
		defs = append(defs, def)
	}
	defs = append(defs,
		warehouse.TableDef{Name: "load", Columns: []warehouse.Column{{Name: "load_id", Type: "VARCHAR"}, {Name: "source", Type: "VARCHAR"}, {Name: "file_name", Type: "VARCHAR"}, {Name: "received_on", Type: "DATE"}, {Name: "status", Type: "VARCHAR"},
			{Name: "loaded_at", Type: "TIMESTAMP"}, {Name: "data_to", Type: "DATE"}, {Name: "rows_loaded", Type: "BIGINT"}, {Name: "rows_quarantined", Type: "BIGINT"}, {Name: "reason", Type: "VARCHAR"}}},
		warehouse.TableDef{Name: "quarantine", Columns: []warehouse.Column{{Name: "load_id", Type: "VARCHAR"}, {Name: "source", Type: "VARCHAR"}, {Name: "file_name", Type: "VARCHAR"}, {Name: "row_no", Type: "BIGINT"}, {Name: "column_name", Type: "VARCHAR"}}})
	err = raw.WithTx(t.Context(), func(tx *warehouse.Tx) error {
		for _, d := range defs {
			if err := tx.EnsureTable(t.Context(), d); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return w
}

type row map[string]any

// deliver adds a load with rows of one table, as if a file had been received that day.
func (w *world) deliver(table, received string, rows ...row) {
	w.t.Helper()
	w.loads++
	id := fmt.Sprintf("load%03d", w.loads)
	w.exec("INSERT INTO load (load_id, source, file_name, received_on, status) VALUES (?, ?, ?, ?, 'loaded')", id, table, fmt.Sprintf("file%03d", w.loads), received)
	for i, r := range rows {
		var cols, marks []string
		var args []any
		names := make([]string, 0, len(r))
		for c := range r {
			names = append(names, c)
		}
		sort.Strings(names)
		for _, c := range names {
			cols, marks, args = append(cols, warehouse.Ident(c)), append(marks, "?"), append(args, r[c])
		}
		w.exec("INSERT INTO "+warehouse.Qualified(table)+" ("+strings.Join(cols, ",")+", load_id, row_no) VALUES ("+strings.Join(marks, ",")+", ?, ?)", append(args, id, i+1)...)
	}
}

func (w *world) exec(q string, args ...any) {
	w.t.Helper()
	if _, err := w.raw.DB().Exec(q, args...); err != nil {
		w.t.Fatal(err)
	}
}

// run makes all tables as known on the date and returns a function that reads a query as lines of text.
func (w *world) run(asOf string) func(query string) string {
	w.t.Helper()
	read, _ := w.runWith(asOf, Params{})
	return read
}

// runWith makes all tables as p says beside what the world gives, and hands out the build as well.
func (w *world) runWith(asOf string, p Params) (read func(query string) string, b *warehouse.Build) {
	w.t.Helper()
	if w.raw != nil {
		if err := w.raw.Close(); err != nil {
			w.t.Fatal(err)
		}
		w.raw = nil
	}
	b, err := warehouse.OpenBuild(w.t.Context(), filepath.Join(w.dir, "tmp", "build.duckdb"), filepath.Join(w.dir, "warehouse"), warehouse.Limits{})
	if err != nil {
		w.t.Fatal(err)
	}
	w.t.Cleanup(func() { _ = b.Discard() })
	at, err := time.Parse(time.DateOnly, asOf)
	if err != nil {
		w.t.Fatal(err)
	}
	p.AsOf, p.Areas, p.Matches, p.MatchesHash, p.Notes = at, []string{"Larkshire"}, w.matches, "hash", w.notes
	if err := Run(w.t.Context(), b, p, time.Now, nil); err != nil {
		w.t.Fatal(err)
	}
	if _, err := RunChecks(w.t.Context(), b); err != nil {
		w.t.Fatal(err)
	}
	return func(query string) string {
		w.t.Helper()
		rows, err := b.DB().Query(query)
		if err != nil {
			w.t.Fatal(err)
		}
		defer rows.Close()
		cols, _ := rows.Columns()
		var out []string
		for rows.Next() {
			vals := make([]any, len(cols))
			ptrs := make([]any, len(cols))
			for i := range vals {
				ptrs[i] = &vals[i]
			}
			if err := rows.Scan(ptrs...); err != nil {
				w.t.Fatal(err)
			}
			cells := make([]string, len(vals))
			for i, v := range vals {
				switch x := v.(type) {
				case time.Time:
					cells[i] = x.Format(time.DateOnly)
				case nil:
					cells[i] = "-"
				default:
					cells[i] = fmt.Sprint(x)
				}
			}
			out = append(out, strings.Join(cells, " "))
		}
		return strings.Join(out, "\n")
	}, b
}

func home(id, provider string, more row) row {
	r := row{"location_id": id, "provider_id": provider, "name": "Home " + id, "type": "Social Care Org", "registration_status": "Registered", "registration_date": "2015-01-01",
		"care_home": true, "number_of_beds": 40, "local_authority": "Larkshire", "postal_code": "LK1 1AA", "service_types": "Residential homes", "manager_count": 1}
	for k, v := range more {
		r[k] = v
	}
	return r
}

func concern(ref, received, location string, more row) row {
	r := row{"concern_ref": ref, "received_on": received, "recorded_on": received, "cqc_location_id": location, "provider_name": "Home " + location,
		"risk_attribution": "provider", "abuse_types": "Neglect and Acts of Omission", "adult_ref": "a" + ref, "decision": "no_enquiry"}
	for k, v := range more {
		r[k] = v
	}
	return r
}

func want(t *testing.T, what, got, want string) {
	t.Helper()
	want = strings.TrimSpace(strings.ReplaceAll(want, "\t", ""))
	if got != want {
		t.Errorf("%s:\n%s\nwant:\n%s", what, got, want)
	}
}

func TestAnEmptyWarehouseGivesEmptyTables(t *testing.T) {
	read := newWorld(t).run("2026-10-01")
	want(t, "counts", read("SELECT (SELECT count(*) FROM core.location), (SELECT count(*) FROM mart.location_week), (SELECT count(*) FROM mart.timeline)"), "0 0 0")
}

func TestTwoClocks(t *testing.T) {
	build := func(asOf string) string {
		w := newWorld(t)
		w.deliver("cqc_location", "2026-01-01", home("9-1", "9-100", nil))
		w.deliver("safeguarding_concern", "2026-04-01",
			concern("C1", "2026-03-02", "9-1", row{"recorded_on": "2026-03-20"}), // recorded late
			concern("C2", "2026-03-03", "9-1", nil))
		w.deliver("safeguarding_concern", "2026-05-01",
			concern("C2", "2026-03-03", "9-1", row{"risk_attribution": "resident_on_resident"}), // corrected
			concern("C2", "2026-03-03", "9-1", row{"risk_attribution": "resident_on_resident"})) // and delivered twice
		return w.run(asOf)("SELECT concern_id, attribution, known_from, known_basis FROM core.concern ORDER BY 1")
	}
	for asOf, wanted := range map[string]string{
		"2026-03-10": "C2 provider 2026-03-03 source",
		"2026-04-15": "C1 provider 2026-03-20 source\nC2 provider 2026-03-03 source",
		"2026-05-02": "C1 provider 2026-03-20 source\nC2 resident_on_resident 2026-03-03 source",
	} {
		want(t, "as of "+asOf, build(asOf), wanted)
	}
}

func TestOnlyConcernsAboutTheProviderCountTowardsIt(t *testing.T) {
	w := newWorld(t)
	w.deliver("cqc_location", "2026-01-01", home("9-1", "9-100", nil))
	var rows []row
	for i, a := range []string{"provider", "unknown_source", "raised_by_provider", "others_at_address", "resident_on_resident", "provider"} {
		rows = append(rows, concern(fmt.Sprint("C", i), "2026-09-15", "9-1", row{"risk_attribution": a}))
	}
	w.deliver("safeguarding_concern", "2026-09-20", rows...)
	read := w.run("2026-10-01")
	want(t, "week", read("SELECT week, concerns, concerns_unknown, concerns_raised, concerns_others, concerns_resident FROM mart.location_week"), "2026-09-14 2 1 1 1 1\n2026-09-21 0 0 0 0 0")
	want(t, "look", read("SELECT concerns_12w, concerns_unknown_12w, complaints_12w FROM staging.location_look WHERE week = DATE '2026-09-21'"), "2 1 -")
}

func TestRatings(t *testing.T) {
	w := newWorld(t)
	w.deliver("cqc_location", "2026-01-01", home("9-1", "9-100", nil), home("9-2", "9-100", nil), home("9-3", "9-100", nil))
	rate := func(id, group, domain, rating, on string) row {
		r := row{"location_id": id, "location_name": "x", "service_group": group, "domain": domain, "rating": rating, "provider_id": "9-100"}
		if on != "" {
			r["publication_date"] = on
		}
		return r
	}
	w.deliver("cqc_ratings_file", "2021-02-01", rate("9-1", "Overall", "Overall", "Good", "2019-05-01"), rate("9-2", "Overall", "Overall", "Requires improvement", "2019-06-01"))
	w.deliver("cqc_ratings_file", "2025-10-01",
		// Split into services: the whole says Not Rated, the one service still says Good. Nothing happened.
		rate("9-1", "Overall", "Overall", "Not Rated", ""), rate("9-1", "Care Homes", "Overall", "Good", "2024-03-01"),
		// Two services, one of them worse: the worse one holds.
		rate("9-2", "Overall", "Overall", "Not Rated", ""), rate("9-2", "Care Homes", "Overall", "Good", "2024-04-01"), rate("9-2", "Homecare", "Overall", "Inadequate", "2024-05-01"))
	read := w.run("2026-10-01")
	want(t, "changes", read("SELECT location_id, from_rating, to_rating, changed_on, direction FROM core.rating_change ORDER BY 1, 4"), `
		9-2 Requires improvement Good 2024-04-01 1
		9-2 Good Inadequate 2024-05-01 -1`)
	want(t, "current", read("SELECT location_id, rating, state, basis FROM core.rating_current ORDER BY 1"), `
		9-1 Good rated worst service
		9-2 Inadequate rated worst service
		9-3 - never_rated -`)
}

func TestReRegistrationCarriesHistory(t *testing.T) {
	w := newWorld(t)
	w.deliver("cqc_location", "2026-01-01",
		home("9-1", "9-100", row{"registration_status": "Deregistered", "deregistration_date": "2025-12-01"}),
		home("9-2", "9-200", row{"registration_date": "2025-12-01"}))
	w.deliver("cqc_relationship", "2026-01-01") // no rows in a load of its own
	w.exec("INSERT INTO cqc_relationship (location_id, related_location_id, relation_type, reason, load_id, row_no) VALUES ('9-2', '9-1', 'HSCA Predecessor', 'New Provider', 'load001', 2)")
	w.deliver("safeguarding_concern", "2026-01-05", concern("C1", "2025-11-01", "9-1", nil))
	read := w.run("2026-02-01")
	want(t, "chain", read("SELECT location_id, current_location_id FROM core.location ORDER BY 1"), "9-1 9-2\n9-2 9-2")
	want(t, "concern", read("SELECT location_id, provider_id FROM core.concern"), "9-2 9-200")
}

func TestManagerGap(t *testing.T) {
	w := newWorld(t)
	w.deliver("cqc_location", "2026-01-01", home("9-1", "9-100", nil))
	w.deliver("cqc_location", "2026-03-01", home("9-1", "9-100", row{"manager_count": 0, "manager_absent_date": "2026-02-10"}))
	w.deliver("cqc_location", "2026-06-01", home("9-1", "9-100", nil))
	w.deliver("safeguarding_concern", "2026-01-05", concern("C1", "2026-01-01", "9-1", nil))
	read := w.run("2026-07-01")
	want(t, "gap", read("SELECT absent_from, returned_on, known_from FROM core.manager_gap"), "2026-02-10 2026-06-01 2026-03-01")
	want(t, "looks", read("SELECT week, manager_absent_days FROM staging.location_look WHERE week IN ('2026-02-09', '2026-03-02', '2026-06-01') ORDER BY 1"), `
		2026-02-09 0
		2026-03-02 26
		2026-06-01 0`)
}

func TestIdentity(t *testing.T) {
	w := newWorld(t)
	w.deliver("cqc_location", "2026-01-01", home("9-1", "9-100", row{"name": "The Larches & Co"}), home("9-2", "9-100", row{"postal_code": "LK2 2BB", "name": "Curlew House"}))
	w.deliver("cqc_provider", "2026-01-01", row{"provider_id": "9-100", "name": "Curlew Care Limited", "registration_status": "Registered", "type": "Social Care Org"})
	w.deliver("safeguarding_concern", "2026-02-01",
		concern("C1", "2026-01-10", " 9-1 ", row{"provider_name": "anything"}),
		concern("C2", "2026-01-10", "", row{"provider_name": "Larches and Co", "provider_postcode": "lk11aa"}),
		concern("C3", "2026-01-10", "", row{"provider_name": "CURLEW HSE", "provider_postcode": "LK2 2BB"}),
		concern("C4", "2026-01-10", "", row{"provider_name": "curlew care ltd"}),
		concern("C5", "2026-01-10", "", row{"provider_name": "Somewhere else"}))
	read := w.run("2026-03-01")
	want(t, "matches", read("SELECT concern_id, location_id, provider_id, match_basis FROM core.concern ORDER BY 1"), `
		C1 9-1 9-100 cqc location id
		C2 9-1 9-100 postcode and name
		C3 9-2 9-100 postcode and similar name
		C4 - 9-100 provider name
		C5 - - -`)
	want(t, "unmatched", read("SELECT feed, name_given, records FROM core.unmatched"), "safeguarding_concerns Somewhere else 1")
}

func TestWordsThatNoMappingKnowsCountAsUnknown(t *testing.T) {
	w := newWorld(t)
	w.deliver("cqc_location", "2026-01-01", home("9-1", "9-100", nil))
	w.deliver("safeguarding_concern", "2026-02-01", concern("C1", "2026-01-10", "9-1", row{"decision": "s42"}),
		concern("C2", "2026-01-11", "9-1", row{"decision": "Sent upstairs"}), concern("C3", "2026-01-12", "9-1", row{"decision": nil}))
	w.deliver("complaint", "2026-02-01", row{"complaint_ref": "K1", "received_on": "2026-01-10", "cqc_location_id": "9-1", "outcome": "Sorted", "closed_on": "2026-01-20"},
		row{"complaint_ref": "K2", "received_on": "2026-01-10", "cqc_location_id": "9-1", "outcome": nil})
	read := w.run("2026-03-01")
	want(t, "decisions", read("SELECT concern_id, decision FROM core.concern ORDER BY 1"), "C1 s42\nC2 unknown\nC3 pending")
	want(t, "outcomes", read("SELECT complaint_id, outcome FROM core.complaint ORDER BY 1"), "K1 unknown\nK2 open")
}

func TestOrderOfLoadsDoesNotMatter(t *testing.T) {
	hash := func(reverse bool) string {
		w := newWorld(t)
		deliveries := []func(){
			func() { w.deliver("cqc_location", "2026-01-01", home("9-1", "9-100", nil)) },
			func() { w.deliver("cqc_location", "2026-02-01", home("9-1", "9-100", row{"number_of_beds": 42})) },
			func() { w.deliver("safeguarding_concern", "2026-03-01", concern("C1", "2026-02-20", "9-1", nil)) },
			func() {
				w.deliver("safeguarding_concern", "2026-04-01", concern("C1", "2026-02-20", "9-1", row{"decision": "s42"}))
			},
		}
		for i := range deliveries {
			n := i
			if reverse {
				n = len(deliveries) - 1 - i
			}
			w.loads = n // the manifest's names stay with their files
			deliveries[n]()
		}
		read := w.run("2026-05-01")
		return read("SELECT * FROM core.concern") + read("SELECT * FROM core.location") + read("SELECT * FROM mart.location_week")
	}
	want(t, "reversed", hash(true), hash(false))
}
