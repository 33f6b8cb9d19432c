// Package safeguarding reads extracts of councils' case systems: concerns about adults at risk, and the section 42 enquiries that
// some of them lead to.
//
// There is no published layout of such an extract, so a council's mapping says what each column and word means; without one the
// usual headings and the national lists are tried. Concerns and enquiries are different units and fill different tables.
//
// Whose act a concern is about is decided by the mapping's rules from the source of risk, the alleged person's relationship to
// the adult, the referrer and the place. Only a concern whose source is the provider, its staff or its service counts towards the
// provider.
package safeguarding

import (
	"bellwether/ingest"
	"bellwether/ingest/tabular"
)

// Extensions are the kinds of file an extract may come in.
var extensions = []string{".csv", ".xlsx", ".ods"}

// Sources lists the feeds of this family.
func Sources() []ingest.Source {
	return []ingest.Source{
		{
			Name: "safeguarding_concerns", Title: "Safeguarding concerns", Tables: []string{"safeguarding_concern"},
			Decoder:    tabular.Spec{Table: "safeguarding_concern", Needed: []string{"decision"}},
			Extensions: extensions, DefaultIntervalDays: 31, Steady: true, Family: "safeguarding",
		},
		{
			Name: "safeguarding_enquiries", Title: "Safeguarding enquiries", Tables: []string{"safeguarding_enquiry"},
			Decoder:    tabular.Spec{Table: "safeguarding_enquiry"},
			Extensions: extensions, DefaultIntervalDays: 31, Steady: true, Family: "safeguarding",
		},
	}
}
