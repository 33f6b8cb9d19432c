package complaints

import (
	"bellwether/ingest"
	"bellwether/ingest/tabular"
)

// feedback reads how many people gave CQC feedback on each service. CQC publishes no such counts by service: they come as a list that CQC
// shares with a council, with headings that a mapping can name.
func feedback() ingest.Source {
	return ingest.Source{
		Name: "cqc_feedback", Title: "CQC feedback counts", Tables: []string{"cqc_feedback"},
		Decoder:    tabular.Spec{Table: "cqc_feedback", Needed: []string{"comments"}},
		Extensions: []string{".csv", ".xlsx", ".ods"}, DefaultIntervalDays: 31, Family: "complaints",
	}
}
