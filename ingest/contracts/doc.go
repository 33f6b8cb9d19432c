// Package contracts reads what a council has bought: notices in the Open Contracting Data Standard, from Contracts Finder and Find a
// Tender, and councils' published registers of contracts.
//
// Every release of a contracting process is kept; which of them is current is for the models to say. Contact points are not
// read.
package contracts

import "bellwether/ingest"

// Sources lists the feeds of this family.
func Sources() []ingest.Source {
	return []ingest.Source{
		{
			Name: "contracts_ocds", Title: "Contract notices (OCDS)", Tables: []string{"ocds_release", "ocds_award"},
			Decoder:    notices{},
			Extensions: []string{".json", ".jsonl", ".ndjson", ".gz", ".tgz", ".tar", ".zip"}, DefaultIntervalDays: 7, Family: "contracts",
		},
		{
			Name: "contracts_register", Title: "Contract register", Tables: []string{"contract_register"},
			Decoder:    register,
			Extensions: []string{".csv", ".xlsx", ".ods"}, DefaultIntervalDays: 92, Family: "contracts",
		},
	}
}
