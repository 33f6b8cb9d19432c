package marketpages

import (
	"time"

	"bellwether/dashboard/page"
	"bellwether/internal/access"
)

// WeeksCSV goes through the disclosure rule whoever asks: what leaves the page has no role.
func WeeksCSV(q *page.Request) error {
	weeks, err := q.Snapshot.Weekly(q.R.Context(), q.Frame)
	if err != nil {
		return err
	}
	var out [][]string
	for _, w := range weeks {
		out = append(out, []string{w.Week.Format(time.DateOnly), page.Plain(w.Providers), page.Plain(w.Locations), page.Plain(w.Beds), page.RoundedCell(w.Concerns), page.RoundedCell(w.Enquiries), page.RoundedCell(w.Complaints)})
	}
	return q.CSV("market_weeks", []string{"week", "providers", "locations", "beds", "concerns_rounded", "enquiries_rounded", "complaints_rounded"}, out, weeks)
}

// RatingsCSV is the ages of ratings as a file.
func RatingsCSV(q *page.Request) error {
	ages, err := q.Snapshot.RatingAges(q.R.Context())
	if err != nil {
		return err
	}
	var out [][]string
	for _, a := range ages {
		out = append(out, []string{[]string{"under 1 year", "1 to 2 years", "2 to 4 years", "over 4 years", "never rated"}[min(max(a.Band, 0), 4)], a.Rating, page.Plain(&a.Locations), page.Plain(&a.Beds)})
	}
	return q.CSV("market_ratings", []string{"age_of_rating", "rating", "locations", "beds"}, out, ages)
}

// LevelsCSV is the weekly counts of providers by level as a file, of those that the reader may see.
func LevelsCSV(q *page.Request) error {
	scope, err := q.ScopeOf(access.Export, access.ClassB, access.Provider)
	if err != nil {
		return err
	}
	weeks, err := q.Snapshot.LevelWeeks(q.R.Context(), q.Frame, scope)
	if err != nil {
		return err
	}
	var out [][]string
	for _, w := range weeks {
		out = append(out, []string{w.Week.Format(time.DateOnly), page.Plain(&w.PreConcern), page.Plain(&w.Concern), page.Plain(&w.Failure)})
	}
	return q.CSV("market_levels", []string{"week", "pre_provider_concern", "provider_concern", "provider_failure"}, out, weeks)
}
