package backtest

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	measure "bellwether/analytics/backtest"
)

// Public history is looked at every half year, and outcomes are awaited for a year.
const (
	publicEvery   = 182
	publicHorizon = 365
)

// firstRatings is when ratings of the present sort began.
var firstRatings = time.Date(2015, 1, 1, 0, 0, 0, 0, time.UTC)

// public asks public registers whether a rating, its age, the group and a re-registration foretell the next downgrade or closure.
func public(ctx context.Context, db *sql.DB, asOf time.Time, opt Options) ([]PublicReport, error) {
	homes, err := readHomes(ctx, db)
	if err != nil {
		return nil, err
	}
	var out []PublicReport
	if len(homes) > 0 {
		last := day(asOf) - publicHorizon
		moments := measure.History(homes, day(firstRatings), last, publicEvery, publicHorizon)
		p := PublicReport{Name: "register", Title: "CQC's register: the record of each location, every half year, and the year that followed",
			Locations: len(homes), Note: "A manager's absence cannot be tested on a register that states only today's manager."}
		p.Outcomes = append(p.Outcomes,
			PublicOutcome{"downgrade", "The next rating, within a year, is lower (locations rated above Inadequate)", measure.Foretell(moments,
				func(m measure.Moment) bool { return m.Rating > 1 }, func(m measure.Moment) bool { return m.Fell }, opt.Draws)},
			PublicOutcome{"deregistration", "Deregistered within a year, and carried on by nobody", measure.Foretell(moments,
				func(measure.Moment) bool { return true }, func(m measure.Moment) bool { return m.Closed }, opt.Draws)})
		out = append(out, p)
	}
	editions, err := readEditions(ctx, db)
	if err != nil || editions.Locations == 0 {
		return out, err
	}
	p := PublicReport{Name: "editions", Title: fmt.Sprintf("Two editions of the latest ratings, received on %s and %s", words(editions.first), words(editions.last)), Locations: editions.Locations,
		Note: "Only the local authorities that the later edition covers. A location that is gone may have closed or taken a new id."}
	p.Outcomes = append(p.Outcomes,
		PublicOutcome{"downgrade", "Rated lower in the later edition (locations in both, rated above Inadequate)", measure.Foretell(editions.moments,
			func(m measure.Moment) bool { return m.Rating > 1 && editions.rated[m.Home] }, func(m measure.Moment) bool { return m.Fell }, opt.Draws)},
		PublicOutcome{"gone", "No longer in the later edition", measure.Foretell(editions.moments,
			func(measure.Moment) bool { return true }, func(m measure.Moment) bool { return m.Closed }, opt.Draws)})
	return append(out, p), nil
}

func words(t time.Time) string { return t.Format("2 Jan 2006") }

func readHomes(ctx context.Context, db *sql.DB) ([]measure.Home, error) {
	rows, err := db.QueryContext(ctx, homesSQL)
	if err != nil {
		return nil, fmt.Errorf("read the register: %w", err)
	}
	defer rows.Close()
	at := map[string]int{}
	var homes []measure.Home
	for rows.Next() {
		var h measure.Home
		var from time.Time
		var to sql.NullTime
		if err := rows.Scan(&h.ID, &h.Provider, &h.Brand, &from, &to, &h.CarriedOn, &h.Carries); err != nil {
			return nil, fmt.Errorf("read the register: %w", err)
		}
		h.From = day(from)
		if to.Valid {
			h.To = day(to.Time)
		}
		at[h.ID] = len(homes)
		homes = append(homes, h)
	}
	if err := rows.Err(); err != nil || len(homes) == 0 {
		return nil, err
	}
	given, err := db.QueryContext(ctx, ratingsSQL)
	if err != nil {
		return nil, fmt.Errorf("read the ratings: %w", err)
	}
	defer given.Close()
	for given.Next() {
		var id string
		var on time.Time
		var score int
		if err := given.Scan(&id, &on, &score); err != nil {
			return nil, fmt.Errorf("read the ratings: %w", err)
		}
		if i, ok := at[id]; ok {
			homes[i].Ratings = append(homes[i].Ratings, measure.Rated{On: day(on), Score: score})
		}
	}
	return homes, given.Err()
}

// editions is the earlier edition as moments, and what the later one says of them.
type editions struct {
	Locations   int
	first, last time.Time
	moments     []measure.Moment
	rated       map[string]bool // rated in both
}

func readEditions(ctx context.Context, db *sql.DB) (editions, error) {
	e := editions{rated: map[string]bool{}}
	rows, err := db.QueryContext(ctx, editionsSQL)
	if err != nil {
		return e, fmt.Errorf("read the editions of the ratings: %w", err)
	}
	defer rows.Close()
	var homes []measure.Home
	inArea, later, there := map[string]bool{}, map[string]int{}, map[string]bool{}
	for rows.Next() {
		var h measure.Home
		var rated sql.NullTime
		var score, after int
		var still, here bool
		if err := rows.Scan(&h.ID, &h.Provider, &h.Brand, &e.first, &rated, &score, &e.last, &still, &after, &here); err != nil {
			return e, fmt.Errorf("read the editions of the ratings: %w", err)
		}
		if rated.Valid && score > 0 {
			h.From = day(rated.Time)
			h.Ratings = []measure.Rated{{On: day(rated.Time), Score: score}}
		} else {
			h.From = day(e.first)
		}
		homes = append(homes, h)
		inArea[h.ID], later[h.ID], there[h.ID] = here, after, still
	}
	if err := rows.Err(); err != nil || len(homes) == 0 {
		return e, err
	}
	on := day(e.first)
	for _, m := range measure.History(homes, on, on, 1, 0) {
		if !inArea[m.Home] {
			continue
		}
		m.Fell = there[m.Home] && later[m.Home] > 0 && later[m.Home] < m.Rating
		m.Closed = !there[m.Home]
		e.rated[m.Home] = m.Rating > 0 && later[m.Home] > 0
		e.moments = append(e.moments, m)
	}
	e.Locations = len(e.moments)
	return e, nil
}
