package complaints

import (
	"regexp"

	"bellwether/ingest"
	"bellwether/ingest/tabular"
)

// ombudsman reads lists of decisions of the Local Government and Social Care Ombudsman, one file a list.
func ombudsman() ingest.Source {
	return ingest.Source{
		Name: "lgsco_decisions", Title: "Ombudsman decisions", Tables: []string{"lgsco_decision"},
		Decoder:    tabular.Spec{Table: "lgsco_decision", Needed: []string{"decision"}, Finish: finishDecision},
		Extensions: []string{".csv", ".xlsx", ".ods"}, DefaultIntervalDays: 92, Family: "complaints",
	}
}

var lgscoRef = regexp.MustCompile(`^\s*(\d{2})[\s-]*(\d{3})[\s-]*(\d{3})\s*([a-z]?)\s*$`)

// finishDecision writes the reference in the one way, with dashes: lists and letters write it with spaces too.
func finishDecision(cells []string, field func(string) int) {
	if i := field("lgsco_ref"); i >= 0 {
		if m := lgscoRef.FindStringSubmatch(cells[i]); m != nil {
			cells[i] = m[1] + "-" + m[2] + "-" + m[3] + m[4]
		}
	}
}
