package decode

import (
	"reflect"
	"testing"
)

func TestNormaliseHeader(t *testing.T) {
	tests := []struct{ in, want string }{
		{"Location ID", "location id"},
		{"location_id", "location id"},
		{"\ufeffBody", "body"},
		{" Amount ", "amount"},
		{"Name of  Body", "name of body"},
		{"Care\u00a0home?", "care home"},
		{"Date\nreceived", "date received"},
		{"Date\r\n received:", "date received"},
		{"Supplier(Beneficiary) Name", "supplier beneficiary name"},
		{"Supplier ID(T)", "supplier id t"},
		{"Service's website (if available)", "services website if available"},
		{"Service’s website", "services website"},
		{"G/L description.", "g l description"},
		{"Name & Address", "name and address"},
		{"&co", "and co"},
		{"INHERITED RATING (Y/N)", "inherited rating y n"},
		{"Café", "café"},
		{"£", ""},
		{"", ""},
		{"???", ""},
	}
	for _, tt := range tests {
		if got := NormaliseHeader(tt.in); got != tt.want {
			t.Errorf("NormaliseHeader(%q) = %q, want %q", tt.in, got, tt.want)
		}
		if again := NormaliseHeader(NormaliseHeader(tt.in)); again != tt.want {
			t.Errorf("%q normalised twice is %q", tt.in, again)
		}
	}
}

func TestBind(t *testing.T) {
	fields := []Field{
		{Name: "complaint_ref", Synonyms: []string{"Reference", "Ref"}, Required: true},
		{Name: "received_on", Synonyms: []string{"Date received", "Date"}, Required: true},
		{Name: "closed_on", Synonyms: []string{"Response date", "Date"}},
	}
	tests := []struct {
		name    string
		header  []string
		columns map[string]int
		unknown []string
		missing []string
		twice   []string
		says    string
	}{
		{name: "names", header: []string{"complaint_ref", "received_on", "closed_on"},
			columns: map[string]int{"complaint_ref": 0, "received_on": 1, "closed_on": 2}},
		{name: "synonyms in any order", header: []string{"Response date", "REFERENCE", "", "Date Received", "Team"},
			columns: map[string]int{"complaint_ref": 1, "received_on": 3, "closed_on": 0}, unknown: []string{"Team"}},
		{name: "a column serves one field", header: []string{"Ref", "Date"},
			columns: map[string]int{"complaint_ref": 0, "received_on": 1}},
		{name: "the better name wins", header: []string{"Ref", "Reference", "Date"},
			columns: map[string]int{"complaint_ref": 1, "received_on": 2}, unknown: []string{"Ref"}},
		{name: "missing, misspelt", header: []string{"Reference", "Date recieved"},
			columns: map[string]int{"complaint_ref": 0}, unknown: []string{"Date recieved"}, missing: []string{"received_on"},
			says: `column "received_on": there is no column for "received_on" (known as "Date received", "Date"); did you mean "Date recieved"?. Rename the column in the file, or add its heading to the mapping`},
		{name: "missing, nothing near", header: []string{"Date"},
			columns: map[string]int{"received_on": 0}, missing: []string{"complaint_ref"},
			says: `column "complaint_ref": there is no column for "complaint_ref" (known as "Reference", "Ref"). Rename the column in the file, or add its heading to the mapping`},
		{name: "twice", header: []string{"Reference", "Date received", "Date  Received"},
			columns: map[string]int{"complaint_ref": 0}, unknown: []string{"Date received", "Date  Received"}, missing: []string{"received_on"}, twice: []string{"Date received"},
			says: `column "Date received": the heading stands over more than one column. Rename or remove one of the two columns`},
		{name: "unclaimed headings may repeat", header: []string{"Reference", "Date", "Team", "Team", "", ""},
			columns: map[string]int{"complaint_ref": 0, "received_on": 1}, unknown: []string{"Team", "Team"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			b := Bind(tt.header, fields)
			if !reflect.DeepEqual(b.Columns, tt.columns) || !reflect.DeepEqual(b.Unknown, tt.unknown) ||
				!reflect.DeepEqual(b.Missing, tt.missing) || !reflect.DeepEqual(b.Twice, tt.twice) {
				t.Errorf("got columns %v, unknown %q, missing %q, twice %q", b.Columns, b.Unknown, b.Missing, b.Twice)
			}
			err := b.Err()
			if tt.says == "" && err != nil || tt.says != "" && (err == nil || err.Error() != tt.says) {
				t.Errorf("got %v, want %q", err, tt.says)
			}
		})
	}
}

func TestNearest(t *testing.T) {
	tests := []struct {
		names, candidates []string
		want              string
	}{
		{[]string{"Date received"}, []string{"Team", "Date recieved"}, "Date recieved"},
		{[]string{"Date received"}, []string{"Date receive"}, "Date receive"},
		{[]string{"provider_name"}, []string{"Provider Nmae", "Provider"}, "Provider Nmae"},
		{[]string{"Reference"}, []string{"Outcome", "Stage"}, ""},
		{[]string{"Ref"}, []string{"Reg"}, "Reg"},
		{[]string{"Ref"}, []string{"Date"}, ""},
		{nil, []string{"Date"}, ""},
		{[]string{"Date"}, nil, ""},
	}
	for _, tt := range tests {
		if got := Nearest(tt.names, tt.candidates); got != tt.want {
			t.Errorf("Nearest(%q, %q) = %q, want %q", tt.names, tt.candidates, got, tt.want)
		}
	}
}

func TestEditDistance(t *testing.T) {
	tests := []struct {
		a, b string
		want int
	}{
		{"", "", 0}, {"abc", "abc", 0}, {"abc", "abd", 1}, {"abc", "ab", 1}, {"abc", "acb", 1}, {"ca", "abc", 3},
		{"received", "recieved", 1}, {"kitten", "sitting", 3}, {"", "abc", 3}, {"é", "e", 1},
	}
	for _, tt := range tests {
		if got := editDistance(tt.a, tt.b, 10); got != tt.want {
			t.Errorf("%q to %q: %d, want %d", tt.a, tt.b, got, tt.want)
		}
		if got := editDistance(tt.b, tt.a, 10); got != tt.want {
			t.Errorf("%q to %q: %d, want %d", tt.b, tt.a, got, tt.want)
		}
	}
	if got := editDistance("a", "abcdef", 2); got <= 2 {
		t.Errorf("a distance past the limit came back as %d", got)
	}
}

func TestAsAt(t *testing.T) {
	tests := []struct {
		line, want string
	}{
		{"This data was produced on 19 August 2026", "2026-08-19"},
		{"Source: CQC database as at 01 September 2026", "2026-09-01"},
		{"Source: CQC database as at 1st Sep 2026.", "2026-09-01"},
		{"as at 31 February 2026", ""},
		{"Published 14 March 2026", ""},
		{"", ""},
	}
	for _, tt := range tests {
		d, ok := AsAt([]string{"CQC Locations data", tt.line})
		if got := d.Format("2006-01-02"); ok != (tt.want != "") || ok && got != tt.want {
			t.Errorf("%q: got %s %v, want %q", tt.line, got, ok, tt.want)
		}
	}
}
