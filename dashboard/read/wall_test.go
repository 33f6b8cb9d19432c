package read

import (
	"context"
	"database/sql"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"bellwether/dashboard/internal/larkshire"
	"bellwether/internal/warehouse"
)

// careless are arguments that forget every limit: all of them at once, for every question.
var careless = map[string]any{"scope": "*", "state": "all", "touched": "", "levels": "", "rule": "", "source": "", "area": "", "provider": "1-9000001", "location": "", "from": "2020-01-01", "to": "2027-01-01", "kind": "", "brand": "", "rating": "", "authority": "",
	"q": "", "sort": "level", "limit": 1000, "offset": 0, "weeks": 104, "by": "area", "stream": "concerns", "flag": "F1a2b3c4d5e6f708", "id": "1-9000001", "providers": "1-9000001,1-9000003", "reason": "", "column": "",
	"feed": "safeguarding_concerns", "moved": "", "status": "", "days": 28, "indicator": "rating_overall", "unit": "location", "how": "mean", "yes": "low", "people": ""}

func questionNames(t *testing.T) (names []string) {
	t.Helper()
	files, err := fs.Glob(sqlFiles, "sql/*.sql")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		names = append(names, strings.TrimSuffix(strings.TrimPrefix(f, "sql/"), ".sql"))
	}
	return names
}

// tell asks a question as its page would and gives the columns and all rows as text.
func tell(t *testing.T, s *Snapshot, f Frame, q question) (columns []string, rows []string) {
	t.Helper()
	return tellOf(t, s, f, q, list{})
}

// tellOf asks with a scope, that of a careless question if it is none.
func tellOf(t *testing.T, s *Snapshot, f Frame, q question, scope list) (columns []string, rows []string) {
	t.Helper()
	st, err := s.stand(t.Context(), q)
	if err != nil {
		t.Fatal(err)
	}
	at, set, done, err := s.door(t.Context(), q, st, scope)
	if err != nil {
		t.Fatal(err)
	}
	defer done()
	text := q.text
	var bound []any
	for _, p := range q.params {
		v, ok := careless[p]
		switch p {
		case "as_of", "until":
			v, ok = f.Run.AsOf, true
		case "week":
			v, ok = f.Week, true
		case "since":
			v, ok = f.Run.AsOf.AddDate(0, 0, -28), true
		case "scope":
			switch {
			case set != 0:
				text, v = q.looked, set
			case scope.text != "":
				v = scope.text
			}
		}
		if !ok {
			t.Fatalf("the test has no argument called %s", p)
		}
		bound = append(bound, sql.Named(p, v))
	}
	found, err := at.QueryContext(t.Context(), text, bound...)
	if err != nil {
		t.Fatalf("%v in %.90s", err, text)
	}
	defer func() { _ = found.Close() }()
	if columns, err = found.Columns(); err != nil {
		t.Fatal(err)
	}
	for found.Next() {
		cells, to := make([]any, len(columns)), make([]any, len(columns))
		for i := range cells {
			to[i] = &cells[i]
		}
		if err := found.Scan(to...); err != nil {
			t.Fatal(err)
		}
		rows = append(rows, fmt.Sprint(cells...))
	}
	if err := found.Err(); err != nil {
		t.Fatal(err)
	}
	return columns, rows
}

// enter gives where a question is asked by a reader.
func enter(t *testing.T, s *Snapshot, q question) (querier, func()) {
	t.Helper()
	st, err := s.stand(t.Context(), q)
	if err != nil {
		t.Fatal(err)
	}
	at, _, done, err := s.door(t.Context(), q, st, list{})
	if err != nil {
		t.Fatal(err)
	}
	return at, done
}

// behindWall is the county with a wall, which is closed before it.
func behindWall(t *testing.T, db *sql.DB) *Snapshot {
	t.Helper()
	w, err := NewWall(t.Context(), db)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = w.Close() })
	return New(db, larkshire.ID).Behind(w)
}

func as(t *testing.T, s *Snapshot, r Reader) *Snapshot {
	t.Helper()
	through, err := s.For(r)
	if err != nil {
		t.Fatal(err)
	}
	return through
}

func inside(ids ...string) Reader {
	return Reader{Inside: func(context.Context) (Scope, error) { return Only(ids), nil }}
}

// overEvery are the questions that count over every provider whoever asks, with what they give: nothing by which a
// provider can be known, but for whose a flag is, which is asked to
// decide who may see it, and the peers of an indicator, each of which says whether it may be named.
var overEvery = map[string]string{
	"flag_owner":         "provider_id",
	"indicator_peers":    "provider_id name area known total squares yes due seen", // seen says, row by row, which may be named
	"indicator_points":   "name week units known total squares yes q25 middle q75 exposure",
	"market_authorities": "authority host outside people",
	"market_capacity":    "place kind providers locations beds told beds_untold occupied vacancies vacancies_shut shut extra_hours opened closed",
	"market_fees":        "service packages unknown fee high_fee fee_then packages_then",
	"market_occupancy":   "month homes occupied beds",
	"market_workforce":   "kind services workers agency hours_paid hours_agency hours_absence compared workers_then agency_then",
	"people_listed":      "people",
	"placed_by":          "authority",
	"trend_points":       "name week events exposure locations",
}

// TestEveryQuestionStandsBehindTheWall: each table that a question asks of has a view, no question names a catalog, and those that go
// round the wall are the ones that were looked at.
func TestEveryQuestionStandsBehindTheWall(t *testing.T) {
	s, f := county(t)
	round := map[string]string{}
	for _, name := range questionNames(t) {
		q, err := load(name)
		if err != nil {
			t.Fatal(err)
		}
		text := commentLine.ReplaceAllString(q.text, "")
		for _, table := range guarded.FindAllString(text, -1) {
			if _, ok := wallViews().depends[table]; !ok {
				t.Errorf("%s asks of %s, which has no view in wall.sql: say there whether its rows identify a provider or a person", name, table)
			}
		}
		for _, never := range []string{"memory.", "snap.", "duckdb_", "information_schema", "getvariable", "read_csv", "read_parquet", "query_table", "ATTACH"} {
			if strings.Contains(text, never) {
				t.Errorf("%s reaches past its wall: %s", name, never)
			}
		}
		if q.overAll {
			columns, _ := tell(t, s, f, q)
			round[name] = strings.Join(columns, " ")
		}
	}
	if diff := cmp.Diff(overEvery, round); diff != "" {
		t.Errorf("which questions count over every provider (-looked at +are):\n%s", diff)
	}
}

// TestACarelessQuestionFindsNothing asks every question without any limit. For a reader who may see nothing it finds what it would find
// if no row about a provider existed, and for one who may see one provider, what it would find if no other had any.
func TestACarelessQuestionFindsNothing(t *testing.T) {
	whole, f := county(t)
	wall := behindWall(t, larkshire.County(t))
	for name, ids := range map[string][]string{"nothing": nil, "one provider": {"1-9000001"}} {
		t.Run(name, func(t *testing.T) {
			cut := larkshire.County(t)
			for table, d := range wallViews().depends {
				stmt := ""
				switch {
				case d.names:
					stmt = "DELETE FROM " + table
					if table == "core.unmatched" {
						stmt = "UPDATE core.unmatched SET name_given = NULL"
					}
				case !d.inside || table == "mart.look": // the looks are asked of round the wall alone
					continue
				case table == "analytics.flag_evidence":
					stmt = "DELETE FROM " + table + " WHERE flag_id NOT IN (SELECT flag_id FROM analytics.flag WHERE list_contains(string_split(?, ','), provider_id))"
				case table == "analytics.funnel":
					stmt = "DELETE FROM " + table + " WHERE location_id NOT IN (SELECT location_id FROM core.location WHERE list_contains(string_split(?, ','), provider_id))"
				case table == "analytics.signal":
					stmt = "DELETE FROM " + table + " WHERE unit_id NOT IN (SELECT location_id FROM core.location WHERE list_contains(string_split(?, ','), provider_id)) AND NOT list_contains(string_split(?, ','), unit_id)"
				case table == "analytics.flag":
					continue // last: its evidence is found through it
				default:
					stmt = "DELETE FROM " + table + " WHERE provider_id IS NULL OR NOT list_contains(string_split(?, ','), provider_id)"
				}
				var bound []any
				for range strings.Count(stmt, "?") {
					bound = append(bound, strings.Join(ids, ","))
				}
				if _, err := cut.ExecContext(t.Context(), stmt, bound...); err != nil && !strings.Contains(err.Error(), "does not exist") {
					t.Fatalf("%v in %s", err, stmt)
				}
			}
			if _, err := cut.ExecContext(t.Context(), "DELETE FROM analytics.flag WHERE NOT list_contains(string_split(?, ','), provider_id)", strings.Join(ids, ",")); err != nil {
				t.Fatal(err)
			}
			reader, bare := as(t, wall, inside(ids...)), New(cut, larkshire.ID)
			less := 0
			for _, name := range questionNames(t) {
				q, err := load(name)
				if err != nil {
					t.Fatal(err)
				}
				if q.overAll || q.depends == (dependence{}) {
					continue
				}
				columns, got := tell(t, reader, f, q)
				_, want := tell(t, bare, f, q)
				if slices.Contains(columns, "person") { // those are under a veil
					for i := range got {
						got[i], want[i] = "a row", "a row"
					}
				}
				if diff := cmp.Diff(want, got); diff != "" {
					t.Errorf("%s (-what may be seen +what is found):\n%.2000s", name, diff)
				}
				if _, all := tell(t, whole, f, q); !cmp.Equal(all, got) {
					less++
				}
			}
			if less < 15 {
				t.Errorf("only %d questions are answered otherwise than without a wall: the test proves little", less)
			}
		})
	}
}

// TestPseudonymsAreVeiled: people can be counted behind the wall, and told apart by nobody but those who were let in.
func TestPseudonymsAreVeiled(t *testing.T) {
	wall := behindWall(t, larkshire.County(t))
	count := func(s *Snapshot, what string) (n int) {
		t.Helper()
		text := "SELECT count(DISTINCT adult_ref) FROM core.concern WHERE " + what
		at, done := enter(t, s, question{text: text, depends: dependsOn(text)})
		defer done()
		rows, err := at.QueryContext(t.Context(), text)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = rows.Close() }()
		for rows.Next() {
			if err := rows.Scan(&n); err != nil {
				t.Fatal(err)
			}
		}
		return n
	}
	reader := as(t, wall, inside("1-9000001"))
	people := count(wall, "provider_id = '1-9000001'")
	if people < 3 || count(reader, "true") != people {
		t.Errorf("%d people are counted behind the wall, %d before it", count(reader, "true"), people)
	}
	const known = "adult_ref LIKE 'p%' AND length(adult_ref) = 13"
	if count(reader, known) != 0 || count(reader.Cleared(), known) != people || count(reader, known) != 0 {
		t.Error("a pseudonym is seen without leave, or isn't seen with it")
	}
}

// TestFieldsOfPeopleAreForThoseLetIn: what no page shows isn't there for anybody, and the detail of an allegation is there with the people
// whom it is about.
func TestFieldsOfPeopleAreForThoseLetIn(t *testing.T) {
	db := larkshire.County(t)
	for _, set := range []string{"UPDATE core.concern SET abuse_types = 'neglect', referrer = 'a nurse', source_of_risk = 'a carer', location_of_risk = 'at night'", "UPDATE core.enquiry SET abuse_types = 'neglect', risk_outcome = 'reduced'", "UPDATE core.complaint SET complainant = 'a daughter'"} {
		if _, err := db.ExecContext(t.Context(), set); err != nil {
			t.Fatal(err)
		}
	}
	wall := behindWall(t, db)
	ask := func(s *Snapshot, text string) (n int, err error) {
		t.Helper()
		at, done := enter(t, s, question{text: text, depends: dependsOn(text)})
		defer done()
		rows, err := at.QueryContext(t.Context(), text)
		if err != nil {
			return 0, err
		}
		defer func() { _ = rows.Close() }()
		for rows.Next() {
			if err := rows.Scan(&n); err != nil {
				t.Fatal(err)
			}
		}
		return n, rows.Err()
	}
	reader := as(t, wall, inside("1-9000001"))
	for _, detail := range []string{"core.concern WHERE abuse_types IS NOT NULL", "core.enquiry WHERE abuse_types IS NOT NULL", "core.enquiry WHERE risk_outcome IS NOT NULL"} {
		text := "SELECT count(*) FROM " + detail
		if n, err := ask(reader, text); n != 0 || err != nil {
			t.Errorf("%s: %d rows without leave, %v", detail, n, err)
		}
		if n, err := ask(reader.Cleared(), text); n == 0 || err != nil {
			t.Errorf("%s: %d rows with leave, %v", detail, n, err)
		}
	}
	for _, gone := range []string{"referrer FROM core.concern", "source_of_risk FROM core.concern", "location_of_risk FROM core.concern", "complainant FROM core.complaint"} {
		if _, err := ask(reader.Cleared(), "SELECT count(*) FROM (SELECT "+gone+")"); err == nil {
			t.Errorf("%s is there", gone)
		}
	}
}

// TestAConnectionForgetsWhoAskedBefore: many readers share the wall's connections, and none sees by another's leave.
func TestAConnectionForgetsWhoAskedBefore(t *testing.T) {
	wall := behindWall(t, larkshire.County(t))
	f, err := wall.Frame(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var wait sync.WaitGroup
	for _, id := range []string{"1-9000001", "1-9000002", "1-9000003", ""} {
		reader := as(t, wall, inside(id))
		wait.Go(func() {
			for range 40 {
				flags, _, err := reader.Flags(t.Context(), f, Everyone, FlagQuery{State: "all", Limit: 100})
				if err != nil {
					t.Error(err)
					return
				}
				owners := map[string]bool{}
				for _, x := range flags {
					owners[x.ProviderID] = true
				}
				delete(owners, id)
				if len(owners) > 0 || id != "" && len(flags) == 0 {
					t.Errorf("a reader of %q sees the flags of %v", id, slices.Collect(maps.Keys(owners)))
					return
				}
			}
		})
	}
	wait.Wait()
}

func TestNobodyReadsWithoutAWall(t *testing.T) {
	s, _ := county(t)
	if _, err := s.For(Reader{}); err == nil {
		t.Error("a reader is let in where there is no wall")
	}
}

// BenchmarkBehindTheWall asks what the busiest pages ask, before the wall and behind it as a reader of every provider: over the county of
// the tests, or over the snapshot that BELLWETHER_BENCH_SNAPSHOT names.
func BenchmarkBehindTheWall(b *testing.B) {
	var s *Snapshot
	if path := os.Getenv("BELLWETHER_BENCH_SNAPSHOT"); path != "" {
		snap, err := warehouse.OpenSnapshot(path, warehouse.Limits{})
		if err != nil {
			b.Fatal(err)
		}
		b.Cleanup(func() { _ = snap.Close() })
		if s, err = Open(b.Context(), snap, nil); err != nil {
			b.Fatal(err)
		}
	} else {
		db := larkshire.County(b)
		w, err := NewWall(b.Context(), db)
		if err != nil {
			b.Fatal(err)
		}
		b.Cleanup(func() { _ = w.Close() })
		s = New(db, larkshire.ID).Behind(w)
	}
	f, err := s.Frame(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	places, err := s.Places(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	var ids []string
	for _, p := range places {
		ids = append(ids, p.Provider)
	}
	ids = slices.Compact(ids)
	behind, err := s.For(inside(ids...))
	if err != nil {
		b.Fatal(err)
	}
	for name, ask := range map[string]func(*Snapshot) error{
		"market": func(s *Snapshot) error { _, err := s.Market(b.Context(), f, AllOf(ids)); return err },
		"providers": func(s *Snapshot) error {
			_, _, err := s.Providers(b.Context(), f, AllOf(ids), ProviderQuery{Sort: "level", Limit: 50})
			return err
		},
		"flags": func(s *Snapshot) error {
			_, _, err := s.Flags(b.Context(), f, AllOf(ids), FlagQuery{State: "all", Limit: 50})
			return err
		},
	} {
		for where, at := range map[string]*Snapshot{"before": s, "behind": behind} {
			b.Run(name+"/"+where, func(b *testing.B) {
				for b.Loop() {
					if err := ask(at); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}
