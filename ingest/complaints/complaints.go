// Package complaints reads a council's log of complaints about care services, usually a workbook with a banner above its header, lists of
// the Ombudsman's decisions, and counts of the feedback that people give CQC.
package complaints

import (
	"slices"

	"bellwether/ingest"
	"bellwether/ingest/tabular"
)

// Sources lists the feeds of this family.
func Sources() []ingest.Source {
	return []ingest.Source{{
		Name: "complaints", Title: "Complaints", Tables: []string{"complaint"},
		Decoder:    tabular.Spec{Table: "complaint", Finish: finish},
		Extensions: []string{".xlsx", ".csv", ".ods"}, DefaultIntervalDays: 31, Steady: true, Family: "complaints",
	}, ombudsman(), feedback()}
}

// finish reads a complaint without an outcome as open while it has no answer either. An answered complaint whose outcome was not
// recorded stays unknown.
func finish(cells []string, field func(string) int) {
	outcome, closed := field("outcome"), field("closed_on")
	if slices.Contains([]int{outcome, closed}, -1) {
		return
	}
	if cells[outcome] == "" && cells[closed] == "" {
		cells[outcome] = "open"
	}
}
