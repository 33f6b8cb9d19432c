// Package incidents reads what providers report themselves: incidents, and the notifications they owe to the regulator.
//
// They are an independent stream of evidence: falls, medicines, pressure ulcers, injuries, deaths, police. They are never added to
// safeguarding concerns, though one event may be in both. People and staff are pseudonyms; names and narratives are never read.
package incidents

import (
	"bellwether/ingest"
	"bellwether/ingest/tabular"
)

// Sources lists the feeds of this family.
func Sources() []ingest.Source {
	return []ingest.Source{{
		Name: "incidents", Title: "Provider incidents and notifications", Tables: []string{"incident"},
		Decoder:    tabular.Spec{Table: "incident", Needed: []string{"incident_type"}, Finish: finish},
		Extensions: []string{".xlsx", ".csv", ".ods", ".gz", ".zip"}, DefaultIntervalDays: 31, Steady: true, Family: "incidents",
	}}
}

// finish reads a death as such whatever the column of harm says, and an incident under a regulation as one that had to be notified.
func finish(cells []string, field func(string) int) {
	kind, harm, statutory, regulation := field("incident_type"), field("harm"), field("statutory"), field("regulation")
	for _, i := range []int{kind, harm, statutory, regulation} {
		if i < 0 {
			return
		}
	}
	if cells[kind] == "death" && cells[harm] == "" {
		cells[harm] = "death"
	}
	if cells[statutory] == "" && cells[regulation] != "" {
		cells[statutory] = "true"
	}
}
