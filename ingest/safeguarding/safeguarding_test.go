package safeguarding_test

import (
	"errors"
	"strings"
	"testing"

	"bellwether/ingest"
	"bellwether/ingest/internal/rowtest"
	"bellwether/ingest/mapping"
	"bellwether/ingest/safeguarding"
)

func concerns(t testing.TB) ingest.Decoder {
	return rowtest.Source(t, safeguarding.Sources(), "safeguarding_concerns").Decoder
}

func enquiries(t testing.TB) ingest.Decoder {
	return rowtest.Source(t, safeguarding.Sources(), "safeguarding_enquiries").Decoder
}

const concernHead = "Concern Ref,Date Concern Received,Date Recorded,Date of Decision,Decision on Concern,Enquiry Ref,Allegation Types," +
	"Location of Alleged Abuse,Source of Alleged Risk,Relationship to Adult,Provider Named,CQC Location ID,Provider Postcode,Adult ID,Alleged Person ID," +
	"Referrer Type,Placing Authority,Severity,Outcome of Concern,Adult Name,Adult Date of Birth,Concern Details\r\n"

// concern makes a row; set replaces cells by their position, from 1.
func concern(ref string, set map[int]string) string {
	cells := []string{ref, "04/03/2026", "06/03/2026", "09/03/2026", "Section 42 enquiry", "SE-2026-000001", "Physical; Neglect and Omission",
		"Care Home - residential", "Service provider - staff", "Paid worker - this provider", "Fenwick House", "9-100000001", "LK1 2AB", "P0000001", "S000001",
		"Care provider - manager or staff", "Larkshire County Council", "3 - Significant", "Progressed to enquiry", "Canary Quillfeather", "01/02/1934",
		`"Canary said: ""he fell,"" and` + "\n" + `bruises were seen"`}
	for i, v := range set {
		cells[i-1] = v
	}
	return strings.Join(cells, ",") + "\r\n"
}

func TestLarkshireConcerns(t *testing.T) {
	text := "\ufeff" + concernHead +
		concern("SC-2026-000001", nil) +
		concern("SC-2026-000002", map[int]string{4: "", 5: "Awaiting decision", 6: "", 7: "Self-neglect", 9: "Not known", 10: "", 15: "", 18: ""}) +
		concern("SC-2026-000003", map[int]string{7: "physical;Shouting;", 8: "Caravan", 9: "Known to individual - family or friend", 10: "Family or friend"}) +
		concern("SC-2026-000004", map[int]string{9: "A new word", 5: "Held over"}) +
		concern("SC-2026-000005", map[int]string{2: "31/02/2026", 18: "Dreadful"}) +
		concern("SC-2026-000006", map[int]string{3: "2026-03-06", 14: "1.23E+11"}) +
		concern("SC-2026-000007", map[int]string{9: strings.Repeat("Canary told a long story ", 6)}) +
		"SC-2026-000008,04/03/2026,shifted\r\n" +
		concern("", nil)
	o, err := rowtest.Run(t, concerns(t), "concerns.csv", []byte(text), rowtest.Mapping(t, "larkshire-concerns"))
	got := o.Render(err)
	rowtest.Golden(t, "concerns_larkshire", got)
	nobody(t, got)
}

// nobody checks that nothing about a person got through: names, birth dates and free text are dropped, and no reason quotes them.
func nobody(t *testing.T, got string) {
	t.Helper()
	for _, secret := range []string{"Canary", "Quillfeather", "1934", "bruises"} {
		if strings.Contains(got, secret) {
			t.Errorf("%q got through", secret)
		}
	}
}

func TestLarkshireEnquiries(t *testing.T) {
	head := "Enquiry Ref,Concern Ref,Allegation No,Date Enquiry Started,Date Enquiry Concluded,Date Recorded,Type of Abuse,Location of Abuse,Source of Risk," +
		"Relationship to Adult,Referrer Type,Provider Named,CQC Location ID,Provider Postcode,Adult ID,Alleged Person ID,Placing Authority,Enquiry Outcome," +
		"Risk Outcome,Desired Outcomes Asked,Outcomes Achieved,Mental Capacity,Adult Name,Enquiry Notes\r\n"
	row := func(ref, no, kind, source, provider, outcome string) string {
		return ref + ",SC-2026-000001," + no + ",09-Mar-2026,17-Apr-2026,10-Mar-2026," + kind + ",Care Home - nursing," + source + ",,CQC," + provider +
			",9-100000001,LK1 2AB,P0000001,,Larkshire County Council," + outcome + ",Reduced,Yes - outcomes expressed,Partially,Lacked capacity,Canary Quillfeather,bruises\r\n"
	}
	text := head +
		row("SE-1", "1", "Physical", "Known to individual - other", "Fenwick House", "Risk identified - action taken") +
		row("SE-2", "1", "Financial", "Not known", "Ch\xe2teau Marram", "Ceased at individual's request") + // a byte of Windows-1252
		row("SE-1", "2", "Neglect and Omission", "Service provider - staff", "Fenwick Ho", "Risk identified - action taken") +
		row("SE-1", "3", "Physical", "Known to individual - other", "Fenwick House", "")
	o, err := rowtest.Run(t, enquiries(t), "enquiries.csv", []byte(text), rowtest.Mapping(t, "larkshire-enquiries"))
	got := o.Render(err)
	rowtest.Golden(t, "enquiries_larkshire", got)
	nobody(t, got)
}

// One column for each type of abuse, marked Y.
const wide = `version: 1
table: safeguarding_concern
sheet: Concerns
columns:
  concern_ref: Case
  received_on: [Date raised, Raised]
  decision: S42?
  source_of_risk: Source
  provider_name: Home
  adult_name: Name
  severity: Grade
optional: [severity]
flags:
  abuse_types:
    Physical Abuse: Physical
    Neglect and Acts of Omission: [Neglect, Acts of omission]
missing:
  source_of_risk: [Nobody asked]
defaults:
  placing_authority: Larkshire County Council
  location_of_risk: Care Home - Nursing
attribution:
  rules:
    - is: provider
      source_of_risk: [Service Provider]
  default: unknown_source
`

func TestWide(t *testing.T) {
	rows := [][]any{{"Larkshire concerns"}, {"Report date: 2 March 2026"}, {},
		{"Case", "Raised", "S42?", "Source", "Home", "Physical", "Neglect", "Acts of omission", "Name", "Team"},
		{"C1", "2026-02-01", "Yes", "Care worker", "Fenwick\nHouse", "Y", "y", "N", "Canary Quillfeather", "North"},
		{"C2", "2026-02-02", "No", "Nobody asked", "Marram Lodge", "", "", "x", "Canary Quillfeather", "South"},
		{"C3", "2026-02-03", "No", "Relative", "Marram Lodge", "perhaps", "-", "", "Canary Quillfeather", "South"},
	}
	m := rowtest.Parse(t, wide)
	for name, content := range map[string][]byte{
		"concerns.xlsx": rowtest.Workbook(t, rowtest.Sheet{Name: "Notes", Rows: [][]any{{"nothing"}}}, rowtest.Sheet{Name: "Concerns", Rows: rows}),
		"concerns.ods":  rowtest.ODS(t, rowtest.Sheet{Name: "Concerns", Rows: rows}),
	} {
		o, err := rowtest.Run(t, concerns(t), name, content, m)
		got := o.Render(err)
		rowtest.Golden(t, "concerns_wide", got)
		nobody(t, got)
	}
	o, err := rowtest.Run(t, concerns(t), "concerns.xlsx", rowtest.Workbook(t, rowtest.Sheet{Name: "Sheet A", Rows: rows}), m)
	rowtest.Golden(t, "concerns_wrong_sheet", o.Render(err))
}

// One row for each person and type of abuse; semicolons between the cells.
func TestPersons(t *testing.T) {
	m := rowtest.Parse(t, `version: 1
table: safeguarding_concern
row: person
delimiter: semicolon
dates: day_first
columns: {concern_ref: Ref, received_on: Received, decision: Decision, abuse_types: Type, adult_ref: Person, source_of_risk: Source}
`)
	text := "Ref;Received;Decision;Type;Person;Source\n" +
		"C1;01/02/2026;NFA;Physical;P1;Care worker\n" +
		"C1;01/02/2026;NFA;Neglect;P1;Care worker\n" +
		"C2;02/02/2026;NFA;Financial;P9;Unknown\n" +
		"C1;03/02/2026;NFA;Physical;P2;Relative\n" +
		"C1;01/02/2026;S42;Sexual;P1;Care worker\n"
	o, err := rowtest.Run(t, concerns(t), "persons.csv", []byte(text), m)
	rowtest.Golden(t, "concerns_persons", o.Render(err))
}

// Without a mapping the usual headings and words are tried.
func TestBuiltIn(t *testing.T) {
	text := "Case Reference,Date of Concern,Meets three key S42 enquiry criteria?,Abuse Types,Location of Abuse,Source of Abuse,Care Provider,Person ID,Client Name\n" +
		"77001,25/02/2026,Yes,\"Physical, Neglect and Omission\",Care Home - residential,Social Care Support or Service Provider - private,Fenwick House,P1,Canary\n" +
		"77002,26/02/2026,No,Institutional; Emotional,Nursing home,Other service user,Fenwick House,P2,Canary\n"
	o, err := rowtest.Run(t, concerns(t), "export.csv", []byte(text), nil)
	got := o.Render(err)
	rowtest.Golden(t, "concerns_built_in", got)
	nobody(t, got)
}

func TestBadConcerns(t *testing.T) {
	own := rowtest.Mapping(t, "larkshire-concerns")
	for name, in := range map[string]struct {
		file, text string
		m          *mapping.Mapping
	}{
		"column_gone":    {"c.csv", strings.Replace(concernHead, ",Severity", "", 1), own},
		"column_renamed": {"c.csv", strings.Replace(concernHead, "Date Recorded", "Date Recordded", 1), own},
		"column_twice":   {"c.csv", strings.Replace(concernHead, "Severity", "Provider Named", 1), own},
		"month_first":    {"c.csv", concernHead + concern("SC-1", map[int]string{2: "03/14/2026"}), own},
		"not_known":      {"c.csv", "A,B,C\n1,2,3\n", nil},
		"empty":          {"c.csv", "", own},
		"blank":          {"c.csv", "\n\n\n", own},
		"cut":            {"c.csv", concernHead + strings.TrimSuffix(concern("SC-1", nil), "\"\r\n"), own},
		"web_page":       {"c.csv", "<!DOCTYPE html><html><body>Sign in</body></html>", own},
		"pdf":            {"c.xlsx", "%PDF-1.7 ...", own},
		"utf16":          {"c.csv", "\xff\xfeC\x00o\x00", own},
		"other_mapping":  {"c.csv", concernHead, rowtest.Mapping(t, "larkshire-complaints")},
	} {
		t.Run(name, func(t *testing.T) {
			o, err := rowtest.Run(t, concerns(t), in.file, []byte(in.text), in.m)
			if err == nil {
				t.Fatal("the file was read")
			}
			var refused *ingest.FileError
			if errors.As(err, &refused) && (refused.File != in.file || refused.Reason == "" || refused.NextStep == "" || refused.Code == "") {
				t.Errorf("the refusal does not say what, where, why and what next: %+v", refused)
			}
			got := o.Render(err)
			rowtest.Golden(t, "bad_"+name, got)
			nobody(t, got)
		})
	}
}

// A shifted cell must not carry a name into a reason.
func TestShiftedColumnKeepsQuiet(t *testing.T) {
	shifted := "SC-1," + concern("Canary Quillfeather", map[int]string{22: ""}) // as wide as the header, one cell to the right
	shifted = strings.TrimSuffix(shifted, ",\r\n") + "\r\n"
	o, err := rowtest.Run(t, concerns(t), "c.csv", []byte(concernHead+shifted), rowtest.Mapping(t, "larkshire-concerns"))
	if err != nil {
		t.Fatal(err)
	}
	if len(o.Rows) > 0 || len(o.Problems) == 0 {
		t.Errorf("rows %v, problems %v", o.Rows, o.Words())
	}
	for _, w := range append(o.Words(), o.Notes...) {
		if strings.Contains(w, "Canary") {
			t.Error(w)
		}
	}
}

func FuzzConcerns(f *testing.F) {
	own := rowtest.Mapping(f, "larkshire-concerns")
	f.Add([]byte(concernHead + concern("SC-1", nil) + concern("SC-2", map[int]string{7: ";;"})))
	f.Add([]byte("Ref,Received\n1,2\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		for _, m := range []*mapping.Mapping{own, nil} {
			o, err := rowtest.Run(t, concerns(t), "c.csv", text, m)
			var refused *ingest.FileError
			if err != nil && !errors.As(err, &refused) {
				t.Fatalf("%v", err)
			}
			for _, r := range o.Rows["safeguarding_concern"] {
				if r["risk_attribution"] == "" || r["adult_name"] != "" || r["details"] != "" {
					t.Fatal("a row without attribution, or with what should be dropped")
				}
			}
		}
	})
}
