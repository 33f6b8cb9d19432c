package mapping_test

import (
	"testing"

	"bellwether/ingest/mapping"
	"bellwether/schemas"
)

func TestFold(t *testing.T) {
	for in, want := range map[string]string{
		"":                               "",
		"Care Home - nursing":            "care home nursing",
		"  NEGLECT &  Acts of Omission ": "neglect and acts of omission",
		"Enquiry ceased at individual’s request": "enquiry ceased at individuals request",
		"S.42":               "s 42",
		"a&b":                "a and b",
		"Self-Neglect":       "self neglect",
		"\ufeffConcern\nRef": "concern ref",
		"Ynys Môn":           "ynys môn",
	} {
		if got := mapping.Fold(in); got != want {
			t.Errorf("Fold(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestWord(t *testing.T) {
	tabs := tables(t)
	ms, err := mapping.LoadAll(schemas.Mappings, tabs)
	if err != nil {
		t.Fatal(err)
	}
	own, usual := ms["larkshire-concerns"], mapping.Default(tabs["safeguarding_concern"])
	tests := []struct {
		m                  *mapping.Mapping
		field, typed, code string
		known              bool
	}{
		{own, "decision", "Section 42 enquiry", "s42", true},
		{own, "decision", "section 42 ENQUIRY", "s42", true},
		{own, "decision", "no_enquiry", "no_enquiry", true},
		{own, "decision", "NFA", "no_enquiry", true}, // the usual words stand behind the council's own
		{own, "decision", "Maybe", "Maybe", false},
		{own, "decision", "", "", true},
		{own, "location_of_risk", "Extra care housing", "Own Home", true},
		{own, "source_of_risk", "Not known", "", true},
		{own, "source_of_risk", "Martian", "Martian", false},
		{own, "severity", "3 - Significant", "3", true},
		{own, "referrer", "Anything", "Anything", true}, // no list, so nothing is unknown
		{usual, "abuse_types", "Neglect and Omission", "Neglect and Acts of Omission", true},
		{usual, "abuse_types", "Institutional", "Organisational Abuse", true},
		{usual, "source_of_risk", "Social Care Support or Service Provider - private", "Service Provider", true},
		{usual, "location_of_risk", "Care Home - residential", "Care Home - Residential", true},
		{usual, "location_of_risk", "unknown", "", true},
	}
	for _, tt := range tests {
		if code, known := tt.m.Word(tt.field, tt.typed); code != tt.code || known != tt.known {
			t.Errorf("Word(%s, %q) = %q, %v; want %q, %v", tt.field, tt.typed, code, known, tt.code, tt.known)
		}
	}
}

func TestAttribution(t *testing.T) {
	tabs := tables(t)
	ms, err := mapping.LoadAll(schemas.Mappings, tabs)
	if err != nil {
		t.Fatal(err)
	}
	const (
		staff, family, resident = "Service provider - staff", "Known to individual - family or friend", "Known to individual - other service user"
		manager, home           = "Care provider - manager or staff", "Care Home - residential"
	)
	tests := []struct {
		name                              string
		source, relation, referrer, where string
		want                              string
	}{
		{"its staff", staff, "Paid worker - this provider", manager, home, "provider"},
		{"its service, reported by a relative", "Service provider - organisation", "", "Family or friend", "Own home", "provider"},
		{"nobody knows", "Not known", "", manager, home, "unknown_source"},
		{"nothing recorded", "", "", "", "", "unknown_source"},
		{"a word nobody mapped", "Martian", "", manager, home, "unknown_source"},
		{"resident by source", resident, "", manager, home, "resident_on_resident"},
		{"resident by relationship", "Known to individual - other", "Other resident or service user", manager, home, "resident_on_resident"},
		{"another service's worker, raised by the home", staff, "Paid worker - another service", manager, home, "raised_by_provider"},
		{"a nurse, raised by somebody else", staff, "Health professional", "CQC", home, "others_at_address"},
		{"family at the home", family, "Family or friend", manager, home, "others_at_address"},
		{"family at home, raised by the care agency", family, "Family or friend", manager, "Own home", "raised_by_provider"},
		{"family at home, raised by the GP", family, "Family or friend", "Health - GP or community", "Own home", "others_at_address"},
		{"a stranger at the day service", "Unknown to individual", "Stranger", manager, "Day service", "others_at_address"},
	}
	for _, tt := range tests {
		c := mapping.Circumstances{SourceOfRisk: tt.source, Relationship: tt.relation, Referrer: tt.referrer, LocationOfRisk: tt.where}
		for _, m := range []*mapping.Mapping{ms["larkshire-concerns"], ms["larkshire-enquiries"], mapping.Default(tabs["safeguarding_concern"])} {
			if got := m.Attribute(c); got != tt.want {
				t.Errorf("%s (%s %s): %s, want %s", tt.name, m.Table, m.File, got, tt.want)
			}
		}
	}
}
