// Package spend reads the monthly files in which councils publish what they spent over £500.
//
// The same council changes its file over the years: headings, number formats, dates. Every line is kept as published, without a
// supplier too, because sums by file are how a break in the source is told from a change in care.
package spend

import (
	"bellwether/ingest"
	"bellwether/ingest/tabular"
)

// Sources lists the feeds of this family.
func Sources() []ingest.Source {
	return []ingest.Source{{
		Name: "spend", Title: "Spending over £500", Tables: []string{"spend_line"},
		Decoder:    tabular.Spec{Table: "spend_line", Needed: []string{"supplier_name"}, Leave: bare},
		Extensions: []string{".csv", ".xlsx", ".ods", ".gz", ".zip"}, DefaultIntervalDays: 31, Steady: true, Family: "contracts",
	}}
}

// bare tells a sum without a label: a line that has an amount and nothing else.
func bare(cells []string, field func(string) int) string {
	amount := field("amount")
	for i, c := range cells {
		if i != amount && c != "" {
			return ""
		}
	}
	return "an amount with nothing beside it, taken for a total"
}
