package finance_test

import (
	"strings"
	"testing"

	"bellwether/ingest/finance"
	"bellwether/ingest/internal/rowtest"
)

const (
	profileBody = `{"company_number":"01234567","company_name":"Wheatear Care Ltd","type":"ltd","company_status":"active","company_status_detail":"active-proposal-to-strike-off","date_of_creation":"2010-10-01",` +
		`"accounts":{"overdue":true,"next_due":"2026-04-01","last_accounts":{"made_up_to":"2024-06-30","type":"small"},"next_accounts":{"due_on":"2026-04-01","overdue":true}},` +
		`"confirmation_statement":{"next_due":"2026-10-14","overdue":false},"has_charges":true,"has_insolvency_history":false,"sic_codes":["87300","88100"],"registered_office_address":{"address_line_1":"Canary Lane"},"previous_company_names":[{"name":"Canary Ltd"}]}`
	chargesBody = `{"total_count":2,"unfiletered_count":2,"items":[{"charge_code":"012345670001","status":"outstanding","created_on":"2025-05-20","delivered_on":"2025-05-22","persons_entitled":[{"name":"Canary Bank"}],"links":{"self":"/company/01234567/charges/abc"}},` +
		`{"charge_number":2,"status":"fully-satisfied","created_on":"2012-05-20","satisfied_on":"2015-01-01","links":{"self":"/company/01234567/charges/def"}}]}`
	insolvencyBody = `{"status":["in-administration"],"cases":[{"type":"in-administration","number":1,"dates":[{"type":"administration-started-on","date":"2026-09-07"}],"practitioners":[{"name":"Canary Quill"}],"notes":["Canary"]},{"type":"members-voluntary-liquidation","number":"2"}]}`
	filingBody     = `{"items":[{"category":"accounts","date":"2024-12-30","description":"accounts-with-accounts-type-small","description_values":{"made_up_date":"2024-06-30","officer_name":"Canary Quill"},"type":"AA","transaction_id":"MzQ1","links":{"self":"/company/01234567/filing-history/MzQ1"}}]}`
)

func TestBodiesOfTheRegister(t *testing.T) {
	d := rowtest.Source(t, finance.Sources(), "companies_house").Decoder
	for _, c := range []struct {
		name, file string
		content    []byte
	}{
		{"house_profile", "01234567.json", []byte(profileBody)},
		{"house_charges", "charges.json", []byte(chargesBody)},
		{"house_filings", "filings.json", []byte(filingBody)},
		{"house_insolvency_named", "1234567_insolvency.json", []byte(insolvencyBody)},
		{"house_insolvency_unnamed", "insolvency.json", []byte(insolvencyBody)},
		{"house_gathered", "companies.jsonl", []byte(`{"profile":` + profileBody + `,"charges":` + chargesBody + `,"insolvency":` + insolvencyBody + `,"filing_history":` + filingBody + "}\n{\"profile\":{\"company_number\":\"SC099123\",\"company_name\":\"Skua Care\",\"company_status\":\"dissolved\",\"date_of_cessation\":\"2026-01-31\",\"has_charges\":false}}\n{\"broken\n[]\n{\"items\":[]}\n")},
		{"house_archive", "companies.zip", rowtest.Zip(t, "company/01234567.json", profileBody, "company/01234567/insolvency.json", insolvencyBody, "readme.txt", "not JSON")},
		{"house_officers", "officers.json", []byte(`{"items":[],"kind":"officer-list","active_count":3}`)},
		{"house_cut", "01234567.json", []byte(profileBody[:200])},
		{"house_spreadsheet", "companies.json", rowtest.Workbook(t, rowtest.Sheet{Name: "a", Rows: [][]any{{"x"}}})},
	} {
		t.Run(c.name, func(t *testing.T) {
			o, err := rowtest.Run(t, d, c.file, c.content, nil)
			got := o.Render(err)
			rowtest.Golden(t, c.name, got)
			if strings.Contains(got, "Canary") {
				t.Error("a person's name or an address got through")
			}
		})
	}
}

func TestBulkFile(t *testing.T) {
	d := rowtest.Source(t, finance.Sources(), "companies_house").Decoder
	text := "CompanyName, CompanyNumber,RegAddress.CareOf,RegAddress.POBox, RegAddress.AddressLine1,CompanyCategory,CompanyStatus,DissolutionDate,IncorporationDate,Accounts.NextDueDate,Accounts.LastMadeUpDate,Accounts.AccountCategory,Mortgages.NumMortCharges,Mortgages.NumMortOutstanding,SICCode.SicText_1,ConfStmtNextDueDate, ConfStmtLastMadeUpDate\n" +
		"\"WHEATEAR CARE LTD\",\"01234567\",\"Canary Quill\",\"\",\"1 Canary Lane\",\"Private Limited Company\",\"Active - Proposal to Strike off\",\"\",\"01/10/2010\",\"31/12/2026\",\"30/03/2025\",\"SMALL\",\"2\",\"1\",\"87300 - Residential care activities for the elderly and disabled\",\"14/10/2026\",\"30/09/2025\"\n" +
		"\"CANARY PAVING LTD\",\"01234568\",\"\",\"\",\"\",\"Private Limited Company\",\"Active\",\"\",\"25/10/2010\",\"\",\"\",\"\",\"0\",\"0\",\"42110 - Construction of roads and motorways\",\"\",\"\"\n" +
		"\"SKUA HOLDINGS LTD\",\"SC234568\",\"\",\"\",\"\",\"Private Limited Company\",\"In Administration\",\"\",\"25/10/2010\",\"\",\"\",\"\",\"0\",\"0\",\"None Supplied\",\"\",\"\"\n"
	for file, content := range map[string][]byte{"BasicCompanyDataAsOneFile-2026-09-01.csv": []byte(text), "BasicCompanyDataAsOneFile-2026-09-01.zip": rowtest.Zip(t, "BasicCompanyDataAsOneFile-2026-09-01.csv", text)} {
		o, err := rowtest.Run(t, d, file, content, nil)
		got := o.Render(err)
		rowtest.Golden(t, "house_bulk", got)
		if strings.Contains(got, "Canary") {
			t.Error("a name or an address got through")
		}
	}
}
