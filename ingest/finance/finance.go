// Package finance reads events in the life of companies: insolvency steps, late accounts, charges, proposals to strike off.
//
// The names of officers and insolvency practitioners are never read.
package finance

import (
	"bellwether/ingest"
	"bellwether/ingest/tabular"
)

// Sources lists the feeds of this family.
func Sources() []ingest.Source {
	return []ingest.Source{{
		Name: "company_events", Title: "Company events", Tables: []string{"company_event"},
		Decoder:    tabular.Spec{Table: "company_event"},
		Extensions: []string{".csv", ".xlsx", ".ods"}, DefaultIntervalDays: 7, Family: "finance",
	}, {
		Name: "companies_house", Title: "Companies House", Tables: []string{"company_profile", "company_charge", "company_insolvency", "company_filing"},
		Decoder: houses{}, Extensions: []string{".json", ".jsonl", ".csv", ".gz", ".zip", ".tar"}, DefaultIntervalDays: 31, Family: "finance",
	}}
}
