package mapping_test

import (
	"slices"
	"strings"
	"testing"

	"bellwether/ingest/mapping"
	"bellwether/schemas"
)

func suggest(t *testing.T, table, header string, rows ...string) *mapping.Suggestion {
	t.Helper()
	var cells [][]string
	for _, r := range rows {
		cells = append(cells, strings.Split(r, ","))
	}
	s := mapping.Suggest(tables(t)[table], strings.Split(header, ","), cells)
	m, err := mapping.Load("suggested.yml", []byte(s.YAML()), tables(t))
	if len(s.Absent) > 0 {
		if err == nil {
			t.Errorf("a proposal without %v loads", s.Absent)
		}
		return s
	}
	if err != nil {
		t.Fatalf("the proposal does not load: %v\n%s", err, s.YAML())
	}
	for _, g := range s.Guesses {
		if !m.Has(g.Field) {
			t.Errorf("the proposal has lost %s", g.Field)
		}
	}
	return s
}

func guessed(s *mapping.Suggestion) map[string]string {
	out := map[string]string{}
	for _, g := range s.Guesses {
		out[g.Heading] = g.Field
	}
	return out
}

// TestSuggestFindsTheCouncilsOwnMapping checks the proposals for Larkshire's headings against the mappings Larkshire wrote.
func TestSuggestFindsTheCouncilsOwnMapping(t *testing.T) {
	own, err := mapping.LoadAll(schemas.Mappings, tables(t))
	if err != nil {
		t.Fatal(err)
	}
	for name, m := range own {
		var header []string
		want := map[string]string{}
		for _, c := range m.Columns {
			header = append(header, c.Headings...)
			want[c.Headings[0]] = c.Field
		}
		header = append(header, m.Ignore...)
		s := suggest(t, m.Table, strings.Join(header, ","))
		got := guessed(s)
		for h, f := range want {
			if got[h] != f {
				t.Errorf("%s: %q is proposed as %q, the council says %q", name, h, got[h], f)
			}
		}
		if !slices.Equal(s.Unread, m.Ignore) {
			t.Errorf("%s: unread %v, the council ignores %v", name, s.Unread, m.Ignore)
		}
	}
}

func TestSuggestReasons(t *testing.T) {
	s := suggest(t, "safeguarding_concern",
		"Concern Ref,Date Recieved,Decison,Person ID,Perpetrator,Physical,Neglect,Client Name,Team,Type of Abuse,Outcome Text",
		"C1,25/02/2026,NFA,P1,Care worker,Y,,Canary,North,x,long",
		"C1,25/02/2026,NFA,P2,Stranger,,N,Canary,South,y,long",
		"C2,01/02/2026,Parked,P3,Not known,,Y,Canary,North,z,long")
	for heading, want := range map[string][2]string{
		"Concern Ref":   {"concern_ref", "known by"},
		"Date Recieved": {"received_on", `spelt almost like "Date Received"`},
		"Decison":       {"decision", `spelt almost like "decision"`},
		"Perpetrator":   {"source_of_risk", `speaks of "perpetrator"; 2 of 3 cells hold words of its list`},
		"Physical":      {"abuse_types", "only mark it"},
		"Client Name":   {"adult_name", "known by"},
	} {
		i := slices.IndexFunc(s.Guesses, func(g mapping.Guess) bool { return g.Heading == heading })
		if i < 0 || s.Guesses[i].Field != want[0] || !strings.Contains(s.Guesses[i].Reason, want[1]) {
			t.Errorf("%s: %+v, want %v", heading, s.Guesses, want)
		}
	}
	if s.Row != mapping.RowPerson || s.Dates != mapping.DatesDayFirst || !slices.Contains(s.Unread, "Team") {
		t.Errorf("row %s (%s), dates %s (%s), unread %v", s.Row, s.RowWhy, s.Dates, s.DateWhy, s.Unread)
	}
	text := s.YAML()
	for _, want := range []string{`"no_enquiry": ["NFA"]`, `#   "Parked" (1 rows)`, `source_of_risk: ["Not known"]`, `"Physical Abuse": ["Physical"]`} {
		if !strings.Contains(text, want) {
			t.Errorf("the proposal does not say %s:\n%s", want, text)
		}
	}
	if strings.Contains(text, "Canary") {
		t.Error("a name stands in the proposal")
	}
}

func TestSuggestShapes(t *testing.T) {
	s := suggest(t, "safeguarding_enquiry", "Enquiry Ref,Start Date,Types of Abuse,Severity of injury", "E1,01/02/2026,Physical|Neglect,2", "E1,01/02/2026,Sexual,3")
	if s.Row != mapping.RowAllegation || s.Split["abuse_types"] != "|" || !strings.Contains(s.DateWhy, "could be either") || s.Dates != mapping.DatesDayFirst {
		t.Errorf("%+v", s)
	}
	s = suggest(t, "complaint", "Ref,Received,Result", "1,02/13/2026,Upheld", "2,02/14/2026,Not upheld", "3,02/15/2026,Nonsense")
	if s.Dates != mapping.DatesMonthFirst || guessed(s)["Result"] != "outcome" {
		t.Errorf("%+v", s)
	}
	s = suggest(t, "complaint", "Colour,Shape", "red,round")
	if !slices.Equal(s.Absent, []string{"complaint_ref", "received_on"}) || !strings.Contains(s.YAML(), "# complaint_ref: no column was found") {
		t.Errorf("%+v\n%s", s, s.YAML())
	}
	s = suggest(t, "complaint", "Ref,Received,Odd \"one\"\n: # - [x]\u2028,\ttab\u0001", "1,2026-02-13,a,b")
	if len(s.Unread) != 2 {
		t.Errorf("unread %q", s.Unread)
	}
}

// TestSuggestHeadingsOverTwoColumns: neither can be named, which is said; a file without rows gives no reason to take a heading for a
// person's name; a log of complaints that only numbers its lines has its reference.
func TestSuggestHeadingsOverTwoColumns(t *testing.T) {
	s := suggest(t, "safeguarding_concern", "Case ID,Date,Type,type,Provider,Date", "1,2025-01-02,Neglect,Care home,Marram Lodge,2025-01-03", "2,2025-01-02,Neglect,Care home,Marram Lodge,2025-01-03")
	if !slices.Equal(s.Twice, []string{"Date", "Type"}) || len(s.Unread) > 0 || !strings.Contains(s.YAML(), `- "Date"  # over more than one column`) {
		t.Errorf("twice %v, unread %v:\n%s", s.Twice, s.Unread, s.YAML())
	}
	if s := suggest(t, "safeguarding_concern", "Referral No.,Care Provider (name)"); len(s.Personal) > 0 {
		t.Errorf("without a row, %v is taken for people's", s.Personal)
	}
	s = suggest(t, "complaint", "No,Logged,Home complained about,Complaint about,Result", "1,2025-02-12,Fenwick House,Food,Upheld", "2,2025-02-13,Fenwick House,Food,Not upheld")
	for field, heading := range map[string]string{"complaint_ref": "No", "theme": "Complaint about", "received_on": "Logged", "provider_name": "Home complained about"} {
		if !slices.ContainsFunc(s.Guesses, func(g mapping.Guess) bool { return g.Field == field && g.Heading == heading }) {
			t.Errorf("%s is not read from %q: %+v", field, heading, s.Guesses)
		}
	}
}
