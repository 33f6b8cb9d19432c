package dashboard

import (
	"time"

	"bellwether/internal/access"
)

// marketWeeksCSV goes through the disclosure rule whoever asks: what leaves the page has no role.
func marketWeeksCSV(q *request) error {
	weeks, err := q.snap.Weekly(q.r.Context(), q.frame)
	if err != nil {
		return err
	}
	var out [][]string
	for _, w := range weeks {
		out = append(out, []string{w.Week.Format(time.DateOnly), plain(w.Providers), plain(w.Locations), plain(w.Beds), roundedCell(w.Concerns), roundedCell(w.Enquiries), roundedCell(w.Complaints)})
	}
	return q.csv("market_weeks", []string{"week", "providers", "locations", "beds", "concerns_rounded", "enquiries_rounded", "complaints_rounded"}, out, weeks)
}

func marketRatingsCSV(q *request) error {
	ages, err := q.snap.RatingAges(q.r.Context())
	if err != nil {
		return err
	}
	var out [][]string
	for _, a := range ages {
		out = append(out, []string{[]string{"under 1 year", "1 to 2 years", "2 to 4 years", "over 4 years", "never rated"}[min(max(a.Band, 0), 4)], a.Rating, plain(&a.Locations), plain(&a.Beds)})
	}
	return q.csv("market_ratings", []string{"age_of_rating", "rating", "locations", "beds"}, out, ages)
}

func marketLevelsCSV(q *request) error {
	scope, err := q.scopeOf(access.Export, access.ClassB, access.Provider)
	if err != nil {
		return err
	}
	weeks, err := q.snap.LevelWeeks(q.r.Context(), q.frame, scope)
	if err != nil {
		return err
	}
	var out [][]string
	for _, w := range weeks {
		out = append(out, []string{w.Week.Format(time.DateOnly), plain(&w.PreConcern), plain(&w.Concern), plain(&w.Failure)})
	}
	return q.csv("market_levels", []string{"week", "pre_provider_concern", "provider_concern", "provider_failure"}, out, weeks)
}
