package safeguarding_test

import (
	"strings"
	"testing"
	"unicode/utf16"

	"golang.org/x/text/encoding/charmap"

	"bellwether/ingest/internal/rowtest"
)

// extract is one file of an imaginary council, in the shape that a case system of some kind gives it.
type extract struct {
	name, source, file string
	about              string // what is particular to it
	content            func(testing.TB) []byte
	rows, held         int      // rows that a suggested mapping must load, and rows that it must hold
	fields             []string // fields that the suggestion must find
}

func plain(lines ...string) func(testing.TB) []byte {
	return func(testing.TB) []byte { return []byte(strings.Join(lines, "\r\n") + "\r\n") }
}

// unicodeText writes UTF-16, as Excel's "Unicode text" does.
func unicodeText(big, mark bool, lines ...string) func(testing.TB) []byte {
	return func(testing.TB) []byte {
		text := strings.Join(lines, "\r\n") + "\r\n"
		if mark {
			text = "\ufeff" + text
		}
		var out []byte
		for _, u := range utf16.Encode([]rune(text)) {
			if big {
				out = append(out, byte(u>>8), byte(u))
			} else {
				out = append(out, byte(u), byte(u>>8))
			}
		}
		return out
	}
}

func windows(lines ...string) func(testing.TB) []byte {
	return func(t testing.TB) []byte {
		out, err := charmap.Windows1252.NewEncoder().Bytes([]byte(strings.Join(lines, "\r\n") + "\r\n"))
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
}

// cells makes a row of a sheet; a line's cells are divided by bars.
func cells(lines ...string) (rows [][]any) {
	for _, l := range lines {
		var row []any
		for c := range strings.SplitSeq(l, "|") {
			row = append(row, c)
		}
		rows = append(rows, row)
	}
	return rows
}

func workbook(sheets ...rowtest.Sheet) func(testing.TB) []byte {
	return func(t testing.TB) []byte { return rowtest.Workbook(t, sheets...) }
}

func openSheet(sheets ...rowtest.Sheet) func(testing.TB) []byte {
	return func(t testing.TB) []byte { return rowtest.ODS(t, sheets...) }
}

const concernsSource, enquiriesSource = "safeguarding_concerns", "safeguarding_enquiries"

var usualFields = []string{"concern_ref", "received_on", "decision", "abuse_types", "location_of_risk", "source_of_risk", "provider_name", "adult_ref"}

// extracts are all fiction: no such councils, homes or people exist.
var extracts = []extract{
	{name: "wealdmere", source: concernsSource, file: "SGA_Concerns.csv", about: "case system's snake case, semicolons, ISO dates with a time", rows: 4, fields: usualFields,
		content: plain("SG_CONCERN_ID;PERSON_ID;DATE_CONCERN_RAISED;THRESHOLD_DECISION;DATE_OF_THRESHOLD_DECISION;ALLEGED_ABUSE_TYPE;ALLEGED_ABUSE_LOCATION;ALLEGED_SOURCE_OF_RISK;CARE_PROVIDER_NAME;CQC_LOCATION;WORKER_NAME",
			"4410021;90017;2026-02-03 09:12:00;S42 threshold met;2026-02-05 00:00:00;Neglect / Acts of Omission;Residential Care Home;Social care provider - private;Fenwick House Care Home;1-100000001;A. Worker",
			"4410022;90018;2026-02-04 16:40:00;Threshold not met - NFA;2026-02-05 00:00:00;Physical;Own home;Family member;;;B. Worker",
			"4410023;90019;2026-02-09 11:00:00;Awaiting triage;;Financial and material;Own home;Not known;Wheatear Homecare Ltd;1-100000002;A. Worker",
			"4410024;90017;2026-02-11 08:05:00;S42 threshold met;2026-02-12 00:00:00;Psychological/Emotional;Residential Care Home;Social care provider - private;Fenwick House Care Home;1-100000001;B. Worker")},
	{name: "kestrelby", source: concernsSource, file: "concerns.txt", about: "UTF-16 with a mark and tabs, headings run together, dates such as 14-Mar-26", rows: 3, fields: usualFields,
		content: unicodeText(false, true, "ConcernId\tClientId\tConcernReceivedDate\tConcernDecision\tPrimaryAbuseType\tAbuseSetting\tSourceOfRisk\tProviderName\tClientSurname",
			"C-001\t70001\t14-Mar-26\tProgress to Section 42 Enquiry\tOrganisational\tNursing Home\tCare home staff\tZoë’s Lodge\tCanary",
			"C-002\t70002\t15-Mar-26\tNo Further Action\tSelf-neglect\tOwn Home\tSelf\t\tQuillfeather",
			"C-003\t70003\t16-Mar-26\tOther enquiry (non-statutory)\tDomestic\tOwn Home\tPartner\t\tCanary")},
	{name: "ashcombe", source: concernsSource, file: "safeguarding.csv", about: "UTF-16, high byte first and unmarked", rows: 2, fields: []string{"concern_ref", "received_on", "decision", "abuse_types"},
		content: unicodeText(true, false, "Safeguarding Ref,Referral Received,Outcome of Triage,Type of Harm,Name of Home",
			"ASH/26/001,02/03/2026,Section 42 enquiry,Physical harm,Marram Court",
			"ASH/26/002,17/03/2026,Signposted to other service,Neglect,Tern Lodge")},
	{name: "northmarsh", source: concernsSource, file: "Concerns Extract.csv", about: "Windows letters, a title, a filter line and a total below, dates with a year of two digits", rows: 3, fields: usualFields,
		content: windows("Northmarsh Council – Adult Safeguarding – Concerns", "Report run 31/03/26 by Performance Team", "",
			"Case Ref No,Person No,Date Concern Received,Proceed to S42?,Main Category of Abuse,Place of Abuse,Alleged Perpetrator,Establishment Name,Notes",
			"N1,5501,03/03/26,Yes,Physical,Care home - residential,Paid carer,Café Court,spoke to “Canary”",
			"N2,5502,04/03/26,No,Financial,Own home,Relative,,none",
			"N3,5503,25/03/26,Yes,Neglect,Care home - nursing,Paid carer,Tern Lodge,none",
			"Total,3,,,,,,,")},
	{name: "harrowdene", source: concernsSource, file: "harrowdene.xlsx", about: "headings over two rows, one column for each type of abuse, several sheets", rows: 3, fields: []string{"concern_ref", "received_on", "decision", "abuse_types", "provider_name"},
		content: workbook(
			rowtest.Sheet{Name: "Cover", Rows: cells("Safeguarding concerns", "Notes: counts are provisional", "Total concerns|3")},
			rowtest.Sheet{Name: "Data", Rows: cells("Concern|||Type of risk||||Provider|",
				"Reference|Date received|Decision|Physical|Sexual|Neglect and omission|Organisational|Name|Postcode",
				"HD1|02/02/2026|S42|Y|||Y|Curlew House|LK1 2AB", "HD2|14/02/2026|NFA||Y|||Plover Court|LK3 4CD", "HD3|27/02/2026|S42|||Y||Curlew House|LK1 2AB")},
			rowtest.Sheet{Name: "Pivot", Rows: cells("Decision|Count", "S42|2", "NFA|1", "Grand Total|3")})},
	{name: "saltfleet", source: concernsSource, file: "saltfleet.csv", about: "one row for each type of abuse, bars between the cells, a declared delimiter", rows: 2, fields: usualFields,
		content: plain("sep=|", "Concern Number|LAS ID|Concern Start Date|Concern Outcome|Allegation No|Abuse Type|Location Of Abuse|Source Of Risk|Service Provider|CQC ID",
			"100|P1|05/01/2026|Enquiry required|1|Physical|Nursing Care Home|Service Provider|Gannet House|1-2000001",
			"100|P1|05/01/2026|Enquiry required|2|Neglect|Nursing Care Home|Service Provider|Gannet House|1-2000001",
			"101|P2|21/01/2026|No enquiry required|1|Sexual|Public place|Stranger||")},
	{name: "fenwold", source: concernsSource, file: "fenwold.csv", about: "one row for each person of a concern", rows: 4, fields: usualFields,
		content: plain("Episode ID,Mosaic ID,Referral Date,S42 decision,Types of abuse,Where abuse occurred,Source of abuse,Provider",
			"E9,M1,12/02/2026,Section 42(2) enquiry,Organisational; Neglect,Care Home with nursing,Service provider,Sandpiper Nursing Home",
			"E9,M2,12/02/2026,Section 42(2) enquiry,Organisational; Neglect,Care Home with nursing,Service provider,Sandpiper Nursing Home",
			"E9,M3,12/02/2026,Section 42(2) enquiry,Organisational,Care Home with nursing,Service provider,Sandpiper Nursing Home",
			"E10,M4,13/02/2026,Not safeguarding,Self neglect,Own home,Self,")},
	{name: "tamebridge", source: concernsSource, file: "tamebridge.xlsx", about: "no reference of its own; spreadsheet dates; ticks", rows: 3, fields: []string{"received_on", "decision", "abuse_types", "provider_name", "adult_ref"},
		content: workbook(rowtest.Sheet{Name: "Sheet1", Rows: [][]any{
			{"Service User ID", "Date Raised", "Provider", "Decision", "Physical", "Emotional", "Financial", "Domestic"},
			{"8801", 46063, "Osprey House", "Section 42 enquiry", "✓", "", "", ""}, {"8801", 46070, "Osprey House", "NFA", "", "✓", "", ""}, {"8802", 46070, "Heron Homecare", "NFA", "", "", "✓", "✓"}}})},
	{name: "crowsmoor", source: concernsSource, file: "crowsmoor.csv", about: "months first, as a system set to American dates writes them", rows: 2, fields: []string{"concern_ref", "received_on", "decision"},
		content: plain("AlertNo,AlertDate,AlertDecision,HomeName,TypeOfAbuse", "7,3/14/2026 12:00:00 AM,Accepted - S42,Dunlin House,Physical", "8,2/5/2026 12:00:00 AM,Closed - advice given,Knot Lodge,Neglect")},
	{name: "isle_of_merrow", source: concernsSource, file: "merrow.csv", about: "no date shows its order", rows: 2, fields: []string{"concern_ref", "received_on", "decision"},
		content: plain("Concern ID,Date of concern,Decision,Care provider", "1,03/02/2026,s42,Sanderling House", "2,04/02/2026,nfa,Turnstone Court")},
	{name: "eastreach", source: concernsSource, file: "eastreach.ods", about: "an OpenDocument sheet; coded words; a rating in words; who reported it", rows: 4, fields: append([]string{"referrer", "severity", "placing_authority"}, usualFields...),
		content: openSheet(rowtest.Sheet{Name: "Concerns", Rows: cells("Eastreach Borough Council", "",
			"Concern Ref|Client No|Date Reported|Decision made|Category (primary)|Setting|Person alleged to have caused harm|Provider/Agency|Risk rating|Reported by|Funding authority",
			"ER-1|11|01/03/2026|01 - Section 42|03 - Neglect & omission|02 Care home (residential)|Staff - care home|Whimbrel House|High|Care home manager|Eastreach",
			"ER-2|12|15/03/2026|02 - Other|01 - Physical|02 Care home (residential)|Other resident|Whimbrel House|Medium|Care home manager|Eastreach",
			"ER-3|13|16/03/2026|03 - NFA|01 - Physical|02 Care home (residential)|Other resident|Whimbrel House|Low|Care home manager|Wealdmere",
			"ER-4|14|29/03/2026|03 - NFA|02 - Financial|01 Own home|Relative/family|Stint Homecare|Low|Health professional|Eastreach")})},
	{name: "dunwater", source: concernsSource, file: "dunwater.csv", about: "yes and no in many ways, several columns of abuse, quotes and line breaks in cells", rows: 3, fields: []string{"concern_ref", "received_on", "decision", "abuse_types", "source_of_risk", "provider_name"},
		content: plain(`"Contact ID","Contact Date","Criteria met","Primary abuse type","Secondary abuse type","Third abuse type","Source of risk (primary)","Name of care home / agency","What happened"`,
			`"1","06/03/2026","YES","Neglect","Physical","","Provider","Bittern House","He said ""it hurts""`+"\n"+`and then slept"`,
			`"2","17/03/2026","no","Sexual","","","Unknown to individual","",""`,
			`"3","18/03/2026","N","Modern slavery","Financial","Psychological","Stranger","",""`)},
	{name: "hollinbeck", source: concernsSource, file: "hollinbeck.csv", about: "the one reference is the person's case, which goes on for years", rows: 4, fields: []string{"concern_ref", "received_on", "decision", "provider_name"},
		content: plain("Case Reference,Date of concern,Decision,Provider name,Abuse type", "CF100,02/01/2026,S42,Smew House,Neglect", "CF100,14/02/2026,NFA,Smew House,Physical", "CF100,15/03/2026,S42,Garganey Court,Neglect", "CF200,16/03/2026,NFA,Smew House,Neglect")},
	{name: "pendlewick", source: concernsSource, file: "pendlewick.csv", about: "a row shifted, a date that is none, and one mixed among others", rows: 3, held: 2, fields: []string{"concern_ref", "received_on", "decision"},
		content: plain("Ref,Received,Decision,Home", "1,2026-03-02,S42,Pochard House", "2,14/03/2026,NFA,Pochard House", "3,14-Mar-26,NFA,Scaup Court", "4,31/02/2026,NFA,Scaup Court", "5,15/03/2026,NFA")},
	{name: "marlowshire", source: enquiriesSource, file: "s42.csv", about: "enquiries, with how they ended", rows: 3, fields: []string{"enquiry_ref", "concern_ref", "started_on", "concluded_on", "outcome", "risk_outcome", "capacity", "provider_name", "alleged_ref"},
		content: plain("S42 Enquiry No,Concern No,Enquiry Opened,Enquiry Closed,Enquiry outcome,Risk outcome,Lacked capacity?,Provider of care,Alleged perpetrator ID,Type of abuse,Setting of abuse,Source of risk",
			"Q1,C1,02/01/2026,20/02/2026,Risk identified - action taken,Risk reduced,Yes,Goldeneye House,ST77,Physical,Care home - residential,Service provider",
			"Q2,C2,03/01/2026,,,,No,Goldeneye House,,Neglect,Care home - residential,Service provider",
			"Q3,C3,14/01/2026,01/03/2026,Inconclusive - no action,,Not recorded,Eider Homecare,,Financial,Own home,Relative")},
	{name: "quenby", source: enquiriesSource, file: "quenby.xlsx", about: "enquiries, one row for each allegation, a title in the sheet", rows: 2, fields: []string{"enquiry_ref", "started_on", "abuse_types", "source_of_risk"},
		content: workbook(rowtest.Sheet{Name: "Section 42", Rows: cells("Section 42 enquiries 2025/26", "Source: case management system", "",
			"Enquiry ID|Person ID|Start date|End date|Allegation type|Location of allegation|Source of allegation|Result", "501|9|05/11/2025|13/12/2025|Neglect|Nursing home|Care home staff|Substantiated",
			"501|9|05/11/2025|13/12/2025|Organisational|Nursing home|Care home staff|Substantiated", "502|10|16/11/2025||Physical|Own home|Family member|")})},
	{name: "brackenshire", source: concernsSource, file: "brackenshire.csv", about: "headings in no usual words, wide, counted with 1 and 0", rows: 3, fields: []string{"concern_ref", "received_on", "abuse_types", "provider_name", "cqc_location_id"},
		content: plain("Workflow step id,Step started,Step result,Reg. location,Organisation,Phys?,Fin?,Negl (incl omission)?,Psych?", "900001,01/12/2025,Progress to S42,1-300000001,Avocet Care Home,1,0,1,0", "900002,13/12/2025,NFA,1-300000002,Ruff House,0,1,0,0", "900003,14/12/2025,NFA,1-300000001,Avocet Care Home,0,0,0,1")},
	{name: "aldermoor", source: concernsSource, file: "aldermoor.csv", about: "Windows letters and semicolons; the headings again and a blank row in the middle, a total below; dates as 05/01/2026, 18-Jan-26 and a spreadsheet's number", rows: 4, held: 1, fields: usualFields,
		content: windows("Adult Safeguarding – Contact log;;;;;;;;", "Period: 01/01/2026 to 31/03/2026;;;;;;;;", ";;;;;;;;",
			"Contact ref.;Date contact rec'd;Person ref;Nature of concern;Where did it happen?;Who is alleged to be responsible?;Provider / establishment;Threshold outcome;Worker",
			"AC/0001;05/01/2026;700001;Neglect and acts of omission;Care home – nursing;Paid care staff;Rosé House;Progress to s.42;A Canary",
			"AC/0002;17/01/2026;700002;Physical abuse;Care home – nursing;Fellow resident;Rosé House;No further action;A Canary", ";;;;;;;;",
			"Contact ref.;Date contact rec'd;Person ref;Nature of concern;Where did it happen?;Who is alleged to be responsible?;Provider / establishment;Threshold outcome;Worker",
			"AC/0003;18-Jan-26;700003;Financial or material abuse;Own home;Son/daughter;;NFA – signposted;A Canary",
			"AC/0004;46041;700004;Organisational abuse;Supported living;Provider organisation;Fulmar Supported Living Ltd;Progress to s.42;A Canary",
			"AC/0005;31/02/2026;700005;Self neglect;Own home;N/A;;Progress to other enquiry;A Canary", "Grand total;5;;;;;;;")},
	{name: "brentwick", source: concernsSource, file: "brentwick.txt", about: "Excel's Unicode text; yes and no for each type of abuse; a total in every column", rows: 3, fields: []string{"concern_ref", "received_on", "decision", "abuse_types", "source_of_risk", "cqc_location_id"},
		content: unicodeText(false, true, "Concern_No\tRaised\tOutcome of concern\tAbuse - Physical\tAbuse - Sexual\tAbuse - Psychological\tAbuse - Financial\tAbuse - Neglect\tAbuse - Organisational\tLocation\tPerpetrator category\tProvider\tCQC no",
			"1001\t2026-01-04T09:00:00\tS42\tYes\tNo\tNo\tNo\tYes\tNo\tResidential home\tSocial care staff\tBrent House\t1-111111111",
			"1002\t2026-01-05T09:00:00\tNot S42\tNo\tNo\tYes\tNo\tNo\tNo\tOwn home\tPartner\t\t",
			"1003\t2026-01-06T10:30:00\tS42\tno\tno\tno\tYES\tno\tno\tResidential home\tUnknown\tBrent House\t1-111111111", "TOTAL\t3\t\t2\t0\t1\t1\t1\t0\t\t\t\t")},
	{name: "larkmere", source: concernsSource, file: "larkmere.csv", about: "only when it was entered is known; free text in the middle; nearly all cells blank", rows: 2, fields: []string{"concern_ref", "received_on", "decision"},
		content: plain("Form ID,Created Date,Circumstances,Provider Type,S42 Y/N,Provider Name,Category of abuse", "F1,2026-02-01,\"A long account of what was seen, by whom and when, which names Canary Quillfeather and goes on for more than a line of any screen, as they do\",Home,Y,Godwit House,", "F2,2026-02-02,,,N,,Neglect")},
}
