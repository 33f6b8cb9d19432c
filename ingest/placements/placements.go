// Package placements reads who funds whom, where and at what cost, and the yearly lists on which homes say how many people each
// authority placed with them.
//
// A person is a pseudonym from the moment the file is read, under the same key as in the safeguarding extracts, so that a count of
// people is a count of people in both. Names, dates of birth, NHS numbers, addresses and notes are never read.
package placements

import (
	"bellwether/ingest"
	"bellwether/ingest/tabular"
)

var extensions = []string{".csv", ".xlsx", ".ods", ".gz", ".zip"}

// Sources lists the feeds of this family.
func Sources() []ingest.Source {
	return []ingest.Source{
		{Name: "placements", Title: "Placements", Tables: []string{"placement"}, Decoder: tabular.Spec{Table: "placement", Finish: finish},
			Extensions: extensions, DefaultIntervalDays: 31, Steady: true, Family: "placements"},
		{Name: "placement_returns", Title: "Providers' lists of placements", Tables: []string{"placement_return"},
			Decoder: tabular.Spec{Table: "placement_return", Needed: []string{"people"}, Finish: finishReturn}, Extensions: extensions, DefaultIntervalDays: 366, Family: "placements"},
	}
}

// selfPayers are the words that stand in the column of authorities for people who pay for themselves.
var selfPayers = map[string]bool{"self": true, "self-funded": true, "self funded": true, "self-funder": true, "self funder": true, "self-funders": true, "self funders": true, "private": true}
