package sources_test

import (
	"bytes"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"bellwether/ingest"
	"bellwether/ingest/contract"
	"bellwether/ingest/mapping"
	"bellwether/ingest/sources"
	"bellwether/ingest/tabular"
	"bellwether/schemas"
)

// extracts are files of imaginary councils, in feeds other than safeguarding, with headings that no list has. Each must be taken for what it
// is, and read by the mapping that is proposed for it, without a person's help.
var extracts = []struct {
	file, source string
	lines        []string
	fields       string // that the proposal must find
	held         int64
	rows         string // what becomes of some cells, by row
	never        string // a text that no row may hold
}{
	{
		file: "complaints.csv", source: "complaints", never: "Canary",
		lines: []string{
			"Complaint No.,Rec'd,Complainant,About (provider),Service,Subject,Detail of complaint,Outcome,Date closed,Response due",
			`CMP/26/01,03/01/2026,Mrs A Canary,Rose House,Residential,Quality of care,"She said ""nobody came""",Upheld - apology given and staff retrained,28/01/2026,31/01/2026`,
			`CMP/26/02,14/01/2026,Mr B Canary,Wheatear Homecare Ltd,Home care,Missed calls,"late, late",Partly upheld. Calls re-rostered,02/02/2026,11/02/2026`,
			"CMP/26/03,15/01/2026,Ms C Canary,Rose House,Residential,Charges,,Not upheld,20/02/2026,12/02/2026",
			"CMP/26/04,29/01/2026,Mr D Canary,Rose House,Residential,Staff attitude,,Complaint withdrawn by complainant,,",
			"CMP/26/05,30/01/2026,Mr E Canary,Rose House,Residential,Staff attitude,,Still under investigation,,27/02/2026",
		},
		fields: "closed_on complainant_name complaint_ref details outcome provider_name received_on service theme",
		rows:   "outcome: upheld partially_upheld not_upheld withdrawn open",
	},
	{
		file: "contracts.csv", source: "contracts_register", held: 1,
		lines: []string{
			"Contract Register as at 1 April 2026,,,,,,,,", ",,,,,,,,", "Ref,Title,Supplier,Company Reg No,Annual value,Total Contract Value (£),Start,End,Extension options",
			`C-001,Residential care framework,Rose House Care Ltd,1234567,"£1,234.50","£4,938.00",01/04/2024,31/03/2028,2 x 12 months`,
			"C-002,Homecare Zone 3,Wheatear Homecare Limited,SC123456,12k,48k,01/04/2025,31/03/2029,",
			`C-003,Day services,"Fulmar, Smith & Co",,1.2m,£3.6m,01/10/2025,30/09/2028,1+1`,
			"C-004,Extra care,Plover Housing,00998877,TBC,n/a,01/04/2026,Ongoing,",
			`C-005,Advocacy,Godwit Advocacy,,(£500.00),"£ 1 500,00",2026-04-01,2027-03-31,`,
		},
		fields: "annual_value company_number ends_on reference starts_on supplier_name title total_value",
		rows:   "total_value: 4938.00 48000 3600000 -; company_number: 01234567 SC123456 - 00998877",
	},
	{
		file: "incidents.txt", source: "incidents",
		lines: []string{
			"Incident date/time\tHome\tCQC Loc ID\tType of incident\tHarm level\tResident ref\tReported to CQC?\tUnique ref",
			"04/01/2026 21:15\tBrent House\t1-111111111\tFall - unwitnessed\tModerate\tR1\tY\tINC1", "14/01/2026 08:00\tBrent House\t1-111111111\tMedication error - omitted dose\tNo harm\tR2\tN\tINC2",
			"16/01/2026\tBrent House\t1-111111111\tPressure ulcer grade 3\tSevere\tR3\tY\tINC3", "17/01/2026\tBrent House\t1-111111111\tUnexpected death\tDeath\tR3\tY\tINC4",
		},
		fields: "cqc_location_id harm incident_ref incident_type occurred_on person_ref provider_name statutory",
		rows:   "incident_type: fall medication pressure_ulcer death; harm: moderate none severe death; occurred_on: 2026-01-04 2026-01-14 2026-01-16 2026-01-17",
	},
	{
		file: "locations.csv", source: "cqc_register_files", never: "Canary",
		lines: []string{
			"LOCATION ID,LOCATION NAME,CARE HOME (Y/N),NUMBER OF BEDS,REGISTERED MANAGER NAME,LOCATION POSTCODE,LOCAL AUTHORITY,PROVIDER ID,PROVIDER NAME,HSCA START DATE,LATEST OVERALL RATING,RATING PUBLICATION DATE,SERVICE TYPES,BRAND NAME",
			"1-111111111,Brent House,Y,40,Canary Q,LK1 2AB,Larkshire,1-900000001,Brent Care Ltd,01/10/2010,Good,14/03/2024,Care home service with nursing,-",
			"1-111111112,Wheatear Homecare,N,,,LK1 2AC,Larkshire,1-900000002,Wheatear Ltd,25/05/2015,Requires improvement,20/01/2025,Domiciliary care service,-",
		},
		fields: "brand_name care_home local_authority location_id location_name number_of_beds postal_code provider_id provider_name publication_date rating registration_date service_types",
		rows:   "postal_code: LK1_2AB LK1_2AC; care_home: true false; registration_date: 2010-10-01 2015-05-25",
	},
	{
		file: "placements.csv", source: "placements",
		lines: []string{
			"Client,Funding LA,Home name,CQC location,Placement type,Placement start,Placement end,Weekly fee,FNC,Need level",
			`P1,Larkshire,Brent House,1-111111111,Nursing,01/02/2024,,"£1,100.00",£235.88,High`, "P2,Wealdmere,Brent House,1-111111111,Residential,13/05/2025,31/12/2025,£950,,Medium",
			"P3,Self funder,Brent House,1-111111111,Residential,01/06/2025,,,,Low",
		},
		fields: "cqc_location_id ends_on person_ref placing_authority provider_name service starts_on support_level weekly_cost",
		rows:   "weekly_cost: 1100.00 950 -; service: care_home_nursing care_home care_home",
	},
	{
		file: "payments.csv", source: "spend",
		lines: []string{
			"Org Name,Period,Pay Date,Doc No,Vendor,Vendor No,Net (GBP),Directorate,Cost centre description,Subjective,Merchant Category",
			`Larkshire County Council,2026-01,05/01/2026,5100001,BRENT CARE LTD,10023,"1,234.50",Adults,Older people residential,Ind. Sector Res Care,`,
			"Larkshire County Council,2026-01,19/01/2026,5100002,WHEATEAR LTD,10024,-200.00,Adults,Home care,Ind. Sector Home Care,",
			`Larkshire County Council,2026-01,20/01/2026,5100003,REDACTED PERSONAL DATA,,"£2,000",Adults,Direct payments,,`, "Total,,,,,,3034.50,,,,",
		},
		fields: "amount area body_name expense_type paid_on supplier_name supplier_ref transaction_ref",
		rows:   "amount: 1234.50 -200.00 2000",
	},
	{
		file: "visits.csv", source: "quality_visits", never: "Canary",
		lines: []string{
			"Location ID,Location,Visit date,Officer,Visit type,Overall score,Overall rating,Domain 1 - Involvement,Domain 2 - Care,Domain 3 - Safeguarding,Domain 4 - Staffing,Domain 5 - Management,Actions required",
			"1-111111111,Brent House,14/01/2026,A Canary,Announced,72%,Good,Good,Good,Requires Improvement,Good,Poor,3",
			"1-111111112,Wheatear,15/02/2026,A Canary,Unannounced,45%,Requires Improvement,Good,Good,RI,Good,Poor,7",
		},
		fields: "actions cqc_location_id involvement management officer overall personalised_care provider_name safety score staffing visit_type visited_on",
		rows:   "score: 72 45; safety: requires_improvement requires_improvement; visit_type: planned unannounced",
	},
	{
		file: "beds.csv", source: "capacity",
		lines: []string{
			"CQC ID,ODS Code,Service,Beds,Occupied,Vacant,Accepting admissions,Nurses,Carers,Agency carers,Last updated",
			"1-111111111,VM1,Brent House,40,35,5,Open,4,20,3,12/01/2026 10:00", "1-111111113,VM2,Plover,22,22,0,Closed,2,12,0,29/11/2025 10:00",
		},
		fields: "admission_status agency_care_workers beds care_workers location_id location_name nurses occupied ods_code updated_at vacancies",
		rows:   "vacancies: 5 0; updated_at: 2026-01-12T10:00:00Z 2025-11-29T10:00:00Z",
	},
}

func TestExtractsOfOtherCouncils(t *testing.T) {
	tables, err := contract.Load(schemas.Feeds)
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range extracts {
		t.Run(x.file, func(t *testing.T) {
			text := []byte(strings.Join(x.lines, "\r\n") + "\r\n")
			f := ingest.File{Name: x.file, Size: int64(len(text)), Body: bytes.NewReader(text)}
			if got := likeliest(t, tables, f); got != x.source {
				t.Errorf("the file was taken for %s", got)
			}
			reg := source(t, x.source)
			got, err := tabular.Suggest(t.Context(), f, tables[reg.Tables[0]])
			if err != nil {
				t.Fatal(err)
			}
			found := map[string]bool{}
			for _, g := range got.Guesses {
				found[g.Field] = true
			}
			if d := cmp.Diff(strings.Fields(x.fields), slices.Sorted(maps.Keys(found))); d != "" {
				t.Errorf("fields: %s", d)
			}
			m, err := mapping.Load("ours.yml", []byte(got.YAML()), tables)
			if err != nil {
				t.Fatalf("the proposal is no mapping: %v\n%s", err, got.YAML())
			}
			seen := &keeper{t: tables[reg.Tables[0]]}
			if err := reg.Decoder.Decode(t.Context(), f, ingest.Env{Tables: tables, Mapping: m, Digest: func(s string) string { return s }}, seen); err != nil {
				t.Fatal(err)
			}
			if seen.held != x.held {
				t.Errorf("%d rows were held, want %d", seen.held, x.held)
			}
			for want := range strings.SplitSeq(x.rows, "; ") {
				field, cells, _ := strings.Cut(want, ": ")
				if got := seen.column(field); got != cells {
					t.Errorf("%s: got %s, want %s", field, got, cells)
				}
			}
			for _, row := range seen.rows {
				if x.never != "" && strings.Contains(strings.Join(row, " "), x.never) {
					t.Errorf("a row holds %q", x.never)
				}
			}
		})
	}
}

func likeliest(t *testing.T, tables map[string]*contract.Table, f ingest.File) (best string) {
	t.Helper()
	most := 0
	for _, s := range sources.All() {
		if len(s.Tables) != 1 {
			continue
		}
		if score, err := tabular.Weigh(t.Context(), f, tables[s.Tables[0]]); err == nil && score > most {
			most, best = score, s.Name
		}
	}
	return best
}

func source(t *testing.T, name string) ingest.Source {
	t.Helper()
	for _, s := range sources.All() {
		if s.Name == name {
			return s
		}
	}
	t.Fatalf("there is no source %s", name)
	return ingest.Source{}
}

// keeper keeps the rows that a contract lets through, without the columns that it drops.
type keeper struct {
	t    *contract.Table
	rows [][]string
	held int64
}

func (k *keeper) Row(r ingest.Row) error {
	values, found := make([]contract.Value, len(r.Cells)), contract.Findings{}
	if !k.t.CheckRow(r.Cells, values, &found) {
		k.held++
		return nil
	}
	row := slices.Clone(r.Cells)
	for i := range row {
		if k.t.Fields[i].Dropped() {
			row[i] = ""
		}
	}
	k.rows = append(k.rows, row)
	return nil
}

func (k *keeper) Quarantine(ingest.Problem) error { k.held++; return nil }
func (k *keeper) Note(string)                     {}
func (k *keeper) AsAt(time.Time)                  {}

// column gives the cells of a field, a dash for a blank one.
func (k *keeper) column(field string) string {
	var out []string
	for _, row := range k.rows {
		c := strings.ReplaceAll(row[k.t.Index(field)], " ", "_")
		if c == "" {
			c = "-"
		}
		out = append(out, c)
	}
	return strings.Join(out, " ")
}

var _ ingest.Output = (*keeper)(nil)
