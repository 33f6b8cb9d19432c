package finance

import (
	"strings"

	"bellwether/ingest/tabular"
)

// bulk reads the monthly file of all companies and keeps those that give care as what they do.
var bulk = tabular.Spec{Table: "company_profile", Needed: []string{"status"}, Finish: finishBulk, Leave: otherTrades}

// careCodes are the classes of residential care and of social work without accommodation for older and disabled people.
var careCodes = []string{"87100", "87200", "87300", "87900", "88100", "86102"}

func otherTrades(cells []string, field func(string) int) string {
	codes := field("sic_codes")
	if codes < 0 || cells[codes] == "" {
		return ""
	}
	for _, c := range careCodes {
		if strings.Contains(cells[codes], c) {
			return ""
		}
	}
	return "companies that give another trade than care"
}

// finishBulk keeps the codes of the trades without their titles, and what the register means by "None Supplied".
func finishBulk(cells []string, field func(string) int) {
	i := field("sic_codes")
	if i < 0 {
		return
	}
	if code, _, ok := strings.Cut(cells[i], " - "); ok {
		cells[i] = code
	}
	if strings.EqualFold(cells[i], "None Supplied") {
		cells[i] = ""
	}
}
