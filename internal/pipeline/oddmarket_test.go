package pipeline

import (
	"database/sql"
	"fmt"
	"math"
	"testing"
	"time"

	"bellwether/analytics/rules"
	"bellwether/analytics/surveillance/panel"
	"bellwether/internal/warehouse"
)

// watched makes homes that are looked at every week, with nothing but their size known.
func watched(n, weeks int, beds float64) []*unit {
	units := homes(many(n, beds), many(n, 0))
	for _, u := range units {
		u.looks = nil
		for w := range weeks {
			week := oneWeek.AddDate(0, 0, 7*w)
			u.looks = append(u.looks, look{week: week, endsOn: week.AddDate(0, 0, 6), values: rules.NewValues()})
		}
	}
	return units
}

// scanWeekly scans homes as a run does, a week at a time.
func scanWeekly(t *testing.T, db *sql.DB, units []*unit) {
	t.Helper()
	var places []lookedAt
	var weeks []time.Time
	var complete []bool
	for i, u := range units {
		first, last := u.looks[0].week, u.looks[len(u.looks)-1].week
		places = append(places, lookedAt{id: u.id, kind: u.kind, basis: u.exposureBasis, exposure: u.exposure,
			first: sql.NullTime{Time: first, Valid: true}, last: sql.NullTime{Time: last, Valid: true}})
		for _, l := range u.looks {
			if i == 0 {
				weeks, complete = append(weeks, l.week), append(complete, true)
			}
		}
	}
	s, err := newScan(t.Context(), db, places, weeks, complete)
	if err != nil {
		t.Fatal(err)
	}
	for w, week := range weeks {
		var now []*unit
		for _, u := range units {
			one := *u
			one.looks = u.looks[w : w+1]
			now = append(now, &one)
		}
		if err := s.look(week, now); err != nil {
			t.Fatal(err)
		}
	}
}

// What spoils a market gives the scan a defined answer at every look of every home, and never a number that is none: in the scores, in what
// was expected and in the usual range that pages and rules are told.
func TestTheScanOfOddMarkets(t *testing.T) {
	const weeks = 90
	last := oneWeek.AddDate(0, 0, 7*(weeks-1)).Format(time.DateOnly)
	add := func(home, week string, n int) string {
		return fmt.Sprintf("INSERT INTO staging.stream_event VALUES ('concerns', '%s', DATE '%s', DATE '%s', %d);", home, week, week, n)
	}
	// A concern in every home every eighth week.
	steady := "INSERT INTO staging.stream_event SELECT 'concerns', 'H' || h, DATE '2026-03-02' + 7 * CAST(8 * k + h % 8 AS INTEGER) AS week, week, 1 FROM range(0, 60) a(h), range(0, 11) b(k);"
	for _, c := range []struct {
		name   string
		units  []*unit
		events string
		scored int  // homes with a score at the last look
		above  bool // a home above the limit of provider concern then
	}{
		{"nobody", nil, steady, 0, false},
		{"one provider", watched(1, weeks, 40), steady, 1, false},
		{"zero exposure", watched(8, weeks, 0), steady, 0, false},
		{"no history", watched(8, 3, 40), steady, 0, false},
		{"no records", watched(8, weeks, 40), "", 8, false},
		{"all zeros", watched(8, weeks, 40), add("H1", "2026-05-04", 0), 8, false},
		{"a gap of half a year", watched(8, weeks, 40), steady + "DELETE FROM staging.stream_event WHERE week BETWEEN DATE '2026-09-01' AND DATE '2027-03-01';", 8, false},
		{"every week twice", watched(8, weeks, 40), steady + steady, 8, false},
		{"a date to come", watched(8, weeks, 40), steady + add("H1", "2099-01-05", 50), 8, false},
		{"known before it happened", watched(8, weeks, 40), steady + "UPDATE staging.stream_event SET known_week = DATE '1999-01-04';", 8, false},
		{"a million in a week", watched(60, weeks, 40), steady + add("H1", last, 1000000), 60, true},
		{"a home that nobody knows", watched(8, weeks, 40), steady + "UPDATE staging.stream_event SET location_id = 'X' WHERE location_id = 'H3';", 8, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			db, err := warehouse.OpenScratch(t.TempDir())
			if err != nil {
				t.Fatal(err)
			}
			defer db.Close()
			if _, err := db.Exec("CREATE SCHEMA staging; CREATE TABLE staging.stream_event(stream VARCHAR, location_id VARCHAR, week DATE, known_week DATE, n BIGINT);" + c.events); err != nil {
				t.Fatal(err)
			}
			scanWeekly(t, db, c.units)
			scored, above := 0, false
			for _, u := range c.units {
				for i := range u.looks {
					s := u.looks[i].scan
					if s == nil {
						continue
					}
					for name, x := range map[string]float64{"score": s.score, "observed": s.observed, "expected": s.expected, "low": s.usualLow, "high": s.usualHigh} {
						if math.IsNaN(x) || math.IsInf(x, 0) {
							t.Fatalf("%s in week %d: %s is %v", u.id, i, name, x)
						}
					}
					if s.usualLow > s.usualHigh || s.oneIn < 0 || s.weeks < 1 {
						t.Fatalf("%s in week %d: %+v", u.id, i, s)
					}
				}
				if s := u.looks[len(u.looks)-1].scan; s != nil {
					scored++
					above = above || s.score >= panel.DefaultThresholds().Concern
				}
			}
			if scored != c.scored || above != c.above {
				t.Errorf("%d homes have a score, want %d; above the limit: %v, want %v", scored, c.scored, above, c.above)
			}
		})
	}
}
