package mapping_test

import (
	"strings"
	"testing"

	"bellwether/ingest/mapping"
)

const good = `version: 1
table: safeguarding_concern
columns:
  concern_ref: Ref
  received_on: Received
  decision: Decision
  source_of_risk: Source
  abuse_types: Types
`

func TestLoadNamesTheLineOfEachFault(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"not YAML", "columns: [a\n", "line 1"},
		{"nothing", "", "must hold one mapping"},
		{"two documents", good + "---\n" + good, "2 documents"},
		{"a list", "- a\n", "m.yml:1: a mapping is a list of names"},
		{"unknown key", good + "colums:\n", `m.yml:9: unknown key "colums"`},
		{"repeated key", "version: 1\nversion: 1\n", "line 2"},
		{"anchor", "version: &a 1\ntable: *a\n", "anchors"},
		{"no version", strings.Replace(good, "version: 1\n", "", 1), "version is missing"},
		{"later version", strings.Replace(good, "version: 1", "version: 2", 1), `m.yml:1: version is "2"`},
		{"no table", "version: 1\n", "table is missing"},
		{"unknown table", "version: 1\ntable: concerns\n", `m.yml:2: there is no table "concerns"`},
		{"unknown field", good + "optional: [x]\nsplit:\n  abuse_type: ';'\n", `m.yml:11: safeguarding_concern has no field "abuse_type": did you mean abuse_types?`},
		{"field without column", strings.Replace(good, "  received_on: Received\n", "", 1), "no column is mapped to received_on"},
		{"one column for two fields", good + "  provider_name: source\n", `the column "source" is mapped to both source_of_risk and provider_name`},
		{"empty heading", good + "  provider_name: ''\n", "m.yml:9: provider_name has an empty heading"},
		{"a heading that is a list of lists", good + "  provider_name: [[a]]\n", "must be a word or a list of words"},
		{"unknown code", good + "values:\n  decision:\n    section42: [Yes]\n", `m.yml:11: "section42" is not among the codes of decision: use s42, other_enquiry`},
		{"one word for two codes", good + "values:\n  decision:\n    s42: [Yes]\n    no_enquiry: [yes]\n", `m.yml:12: "yes" stands for both "s42" and "no_enquiry"`},
		{"values of a personal field", good + "values:\n  adult_ref:\n    a: [b]\n", "m.yml:10: adult_ref is personal"},
		{"default of a personal field", good + "defaults:\n  adult_ref: x\n", "m.yml:10: adult_ref is personal"},
		{"default outside the list", good + "defaults:\n  decision: x\n", `m.yml:10: the default "x" is not among the codes of decision`},
		{"split of one value", good + "split:\n  decision: ';'\n", "m.yml:10: decision holds one value"},
		{"split without column", strings.Replace(good, "  abuse_types: Types\n", "", 1) + "split:\n  abuse_types: ';'\n", "to which no column is mapped"},
		{"empty split", good + "split:\n  abuse_types: ''\n", "must be the characters between two values"},
		{"flags of one value", good + "flags:\n  decision:\n    s42: Yes\n", "m.yml:10: decision holds one value"},
		{"flags of an unknown code", good + "flags:\n  abuse_types:\n    Shouting: Shouting\n", `m.yml:11: "Shouting" is not among the codes`},
		{"row of a strange kind", good + "row: case\n", `m.yml:9: row is "case": use record, allegation, person`},
		{"dates of a strange kind", good + "dates: british\n", `m.yml:9: dates is "british"`},
		{"delimiter of a strange kind", good + "delimiter: ';'\n", `use bar, comma, semicolon, tab`},
		{"optional without column", good + "optional: [severity]\n", `optional names "severity", to which no column is mapped`},
		{"rule without outcome", good + "attribution:\n  rules:\n    - source_of_risk: [missing]\n", "m.yml:11: the rule does not say what it is"},
		{"rule without condition", good + "attribution:\n  rules:\n    - is: provider\n", "m.yml:11: the rule has no condition"},
		{"rule of a strange outcome", good + "attribution:\n  rules:\n    - is: guilty\n      source_of_risk: x\n", `m.yml:11: is is "guilty"`},
		{"rule about no column", good + "attribution:\n  rules:\n    - is: provider\n      relationship: x\n", "m.yml:12: the rule looks at relationship, to which no column is mapped"},
		{"rule with a strange key", good + "attribution:\n  rules:\n    - is: provider\n      sauce: x\n", `m.yml:12: unknown key "sauce"`},
		{"attribution with a strange key", good + "attribution:\n  rule: []\n", `m.yml:10: unknown key "rule"`},
		{"attribution without rules", good + "attribution:\n  default: provider\n", "m.yml:10: attribution has no rules"},
		{"attribution of complaints", "version: 1\ntable: complaint\ncolumns: {complaint_ref: A, received_on: B}\nattribution:\n  default: provider\n", "complaint has no attribution"},
		{"person without adult", "version: 1\ntable: complaint\nrow: person\ncolumns: {complaint_ref: A, received_on: B}\n", "row: person needs a table with adult_ref"},
		{"too deep", "version: {a: {b: {c: {d: {e: {f: {g: {h: 1}}}}}}}}\n", "nested too deeply"},
		{"too large", "#" + strings.Repeat("x", 1<<20), "larger than"},
	}
	tabs := tables(t)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			m, err := mapping.Load("m.yml", []byte(tt.text), tabs)
			if err == nil {
				t.Fatalf("loaded: %+v", m)
			}
			if !strings.Contains(err.Error(), tt.want) || strings.Count(err.Error(), "\n") > 4 {
				t.Errorf("got  %v\nwant %s", err, tt.want)
			}
		})
	}
}

func TestLoadReportsEveryFault(t *testing.T) {
	_, err := mapping.Load("m.yml", []byte(good+"dates: x\nrow: y\nvalues:\n  colour: {a: b}\n"), tables(t))
	if err == nil {
		t.Fatal("loaded")
	}
	for _, want := range []string{"m.yml:9", "m.yml:10", "m.yml:12"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%v does not say %s", err, want)
		}
	}
}

func FuzzLoad(f *testing.F) {
	f.Add([]byte(good))
	f.Add([]byte("version: 1\ntable: complaint\ncolumns: {complaint_ref: A, received_on: [B, C]}\nvalues: {outcome: {open: [1, 2.5, true, ~]}}\n"))
	f.Add([]byte("a: &x [*x]\n<<: *x\n? [a]\n: b\n"))
	tabs := tables(f)
	f.Fuzz(func(t *testing.T, raw []byte) {
		m, err := mapping.Load("m.yml", raw, tabs)
		if (m == nil) == (err == nil) {
			t.Fatalf("%v, %v", m, err)
		}
	})
}
