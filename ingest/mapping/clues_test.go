package mapping

import (
	"slices"
	"strings"
	"testing"

	"bellwether/ingest/contract"
	"bellwether/schemas"
)

func contracts(t testing.TB) map[string]*contract.Table {
	t.Helper()
	all, err := contract.Load(schemas.Feeds)
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func TestSpoken(t *testing.T) {
	for heading, want := range map[string]string{
		"ConcernReceivedDate": "concern received date", "CONCERN_RECEIVED_DATE": "concern received date", "SGConcernID": "sg concern id", "S42Decision": "s42 decision",
		"Date of concern": "date of concern", "providerName2": "provider name2", "Adult's\nname": "adults name", "": "", "DOB": "dob", "CQC ID": "cqc id",
	} {
		if got := spoken(heading); got != want {
			t.Errorf("%q is spoken %q, want %q", heading, got, want)
		}
	}
}

func TestSays(t *testing.T) {
	for _, c := range []struct {
		heading, words string
		want           bool
	}{
		{"date of concern", "concern|alert", true}, {"date of concerns", "concern", true}, {"unconcerned", "concern", false}, {"section 42 decision", "s42|section 42", true},
		{"", "a|b", false}, {"a", "", false}, {"section 4", "section 42", false},
	} {
		if got := says(c.heading, c.words); got != c.want {
			t.Errorf("%q says %q: %v", c.heading, c.words, got)
		}
	}
}

// Words no list has, with what they seem to mean; "" leaves them to a person.
func TestWordClues(t *testing.T) {
	for field, words := range map[string]map[string]string{
		"decision": {
			"Progress to Section 42 Enquiry": "s42", "S42(2) threshold met": "s42", "Threshold not met - NFA": "no_enquiry", "Does not meet S42 criteria": "no_enquiry",
			"Information and advice given": "no_enquiry", "Awaiting manager's decision": "pending", "Other safeguarding enquiry (non-statutory)": "other_enquiry", "Purple": "",
			"No further action under safeguarding": "no_enquiry", "Closed": "no_enquiry", "Not known": "",
		},
		"abuse_types": {
			"03 - Neglect / acts of omission": "Neglect and Acts of Omission", "SELF NEGLECT / HOARDING": "Self-Neglect", "Sexual exploitation (CSE)": "Sexual Exploitation", "Sexual assault": "Sexual Abuse",
			"Fin": "Financial or Material Abuse", "Domestic violence": "Domestic Abuse", "Modern Day Slavery": "Modern Slavery", "Emotional harm": "Psychological Abuse", "Cruelty": "",
			"Institutional/organisational": "Organisational Abuse", "Hate crime": "Discriminatory Abuse", "Physical assault": "Physical Abuse",
		},
		"location_of_risk": {
			"02 Care home (residential)": "Care Home - Residential", "Nursing care home": "Care Home - Nursing", "Acute hospital ward": "Hospital - Acute", "MH hospital": "Hospital - Mental Health",
			"Supported living flat": "Own Home", "Home of alleged perpetrator": "Other", "Online": "In the Community (excluding community services)", "Day centre": "Community Service", "The moon": "",
		},
		"source_of_risk": {
			"Social care staff - agency worker": "Service Provider", "Son/daughter": "Other - Known to individual", "Other resident": "Other - Known to individual",
			"Stranger": "Other - Unknown to individual", "Family carer (unpaid)": "Other - Known to individual", "Wind": "",
		},
		// Whether action was taken is not guessed.
		"outcome":  {"Risk identified - action taken": "Risk identified and action taken", "Substantiated": "", "No risk identified - no action": "No risk identified and no action taken", "Inconclusive": ""},
		"severity": {"Very High": "4", "RED": "3", "Medium risk": "2", "Low level": "1", "Purple": ""},
	} {
		for word, want := range words {
			if got := wordClue("", field, word); got != want {
				t.Errorf("%s %q seems to mean %q, want %q", field, word, got, want)
			}
		}
	}
	if wordClue("", "decision", strings.Repeat("no ", 100)) != "" || wordClue("", "colour", "no") != "" {
		t.Error("a text, or a field without rules, was given a code")
	}
}

// Every clue speaks of something that some table holds, and every guessed code is one of its field's list.
func TestCluesNameFields(t *testing.T) {
	fields, codes := map[string]bool{Relationship: true, Referrer: true}, map[string][]string{}
	for _, table := range contracts(t) {
		for i := range table.Fields {
			f := &table.Fields[i]
			fields[f.Name] = true
			codes[f.Name] = append(codes[f.Name], f.Enum...)
		}
	}
	for _, c := range clues {
		if !fields[c.field] {
			t.Errorf("a clue is for %q, which no table has", c.field)
		}
		if len(c.groups) == 0 && c.cells == anything {
			t.Errorf("the clue for %s looks at nothing", c.field)
		}
	}
	for key, rules := range wordRules {
		field := key[strings.LastIndex(key, ".")+1:]
		for _, r := range rules {
			if !fields[field] || field != "severity" && !slices.Contains(codes[field], r.code) {
				t.Errorf("%q is no code of %s", r.code, field)
			}
		}
	}
}

func TestProfiles(t *testing.T) {
	p := profiles([]string{"a", "b", "c", "d", "e"}, [][]string{
		{"14/03/2026", "LK1 2AB", "1-123456789", "Smew House", "x"}, {"2026-03-01", "LK3 4CD", "1-2000001", "Heron Care Ltd", "line\nbreak"}, {"-", "", "9", "", "46095"}})
	if !p[0].isDate() || p[0].filled != 2 || p[1].postcodes != 2 || p[2].locations != 2 || p[2].distinct != 3 || p[3].places != 2 || p[4].lines != 1 || p[4].isDate() {
		t.Errorf("%+v", p)
	}
	serial := profiles([]string{"a"}, [][]string{{"46095"}, {"46096"}})
	if serial[0].isDate() || !serial[0].isSerial() {
		t.Errorf("%+v", serial)
	}
	births := profiles([]string{"a"}, [][]string{{"01/02/1934"}, {"03/04/1941"}})
	if !births[0].most(births[0].births, 50) {
		t.Errorf("%+v", births)
	}
}

// What speaks of people stays out of the proposal's words, and what has two headings alike is left to a person.
func TestSuggestLeavesPeopleAndTwinsAlone(t *testing.T) {
	header := []string{"Concern ID", "Date received", "Decision", "Reported by", "Date received", "Allocated worker", "Home address", "Story", "Referrer type"}
	var rows [][]string
	for i := range 30 {
		rows = append(rows, []string{string(rune('A' + i)), "14/03/2026", "NFA", "Canary Person " + string(rune('A'+i)), "15/03/2026", "W", "1 Quay", strings.Repeat("Canary ", 30), "Police"})
	}
	s := Suggest(contracts(t)["safeguarding_concern"], header, rows)
	if text := s.YAML(); strings.Contains(text, "Canary") {
		t.Errorf("a person stands in the proposal:\n%s", text)
	}
	for _, g := range s.Guesses {
		if g.Heading == "Date received" || g.Heading == "Reported by" {
			t.Errorf("%+v", g)
		}
	}
	if !slices.Contains(s.Absent, "received_on") || !slices.Contains(s.Personal, "Allocated worker") || !slices.Contains(s.Personal, "Home address") {
		t.Errorf("absent %v, personal %v, unread %v", s.Absent, s.Personal, s.Unread)
	}
}

func TestMarked(t *testing.T) {
	m := Default(contracts(t)["safeguarding_concern"])
	for cell, want := range map[string]bool{"Y": true, "yes": true, "✓": true, "☑": true, "Ticked": true, "1": true, "": false, " ": false, "-": false, "✗": false, "N": false, "2": false} {
		if m.Marked(cell) != want {
			t.Errorf("%q is marked: %v", cell, !want)
		}
	}
}

func TestKeyAndHeaderRows(t *testing.T) {
	const head = "version: 1\ntable: safeguarding_concern\n"
	const columns = "columns:\n  received_on: Date\n  adult_ref: Person\n  adult_name: Name\n"
	m, err := Load("a.yml", []byte(head+"header_rows: 2\nkey: [adult_ref, received_on]\n"+columns), contracts(t))
	if err != nil || m.HeadRows != 2 || !slices.Equal(m.Key, []string{"adult_ref", "received_on"}) {
		t.Errorf("%+v, %v", m, err)
	}
	for text, says := range map[string]string{
		head + "header_rows: 3\n" + columns:       `header_rows is "3": use 1, 2`,
		head + "key: [colour]\n" + columns:        `has no field "colour"`,
		head + "key: [adult_name]\n" + columns:    "adult_name is dropped when the file is read",
		head + "key: [provider_name]\n" + columns: "the key names provider_name, to which no column is mapped",
		head + columns: "no column is mapped to concern_ref",
		"version: 1\ntable: spend_line\nkey: [supplier_name]\ncolumns:\n  supplier_name: Supplier\n": "not identified by one reference",
	} {
		if _, err := Load("a.yml", []byte(text), contracts(t)); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%q: %v, want %q", text, err, says)
		}
	}
}
