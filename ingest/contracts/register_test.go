package contracts_test

import (
	"strings"
	"testing"

	"bellwether/ingest"
	"bellwether/ingest/contracts"
	"bellwether/ingest/internal/rowtest"
)

func register(t testing.TB) ingest.Decoder {
	return rowtest.Source(t, contracts.Sources(), "contracts_register").Decoder
}

const salford = "Directorate Name,Process Used,Purchasing Body,Contract Reference,Contract Title,Contract Description,Supplier Company Name,Supplier Postcode," +
	"Annual Value,Total Contract Value (including extensions),OJEU/FTS?,Start Date,End Date,Contract Duration (months),Option to extend (months)," +
	"How many extensions,Extension 1 Taken?,Extension 2 Taken?,Current Expiry Date,SME Supplier?,ProClass Classification,ProClass Description,Company Number,Visibility\n"

func TestRegister(t *testing.T) {
	twice := "\xc3\xaf\xc2\xbb\xc2\xbf" // a byte order mark encoded over again
	for name, in := range map[string]struct{ file, text string }{
		"salford": {"register.csv", twice + salford +
			"Adult Social Care,ITT,Larkshire County Council,L1001,Care at Fenwick House,\"Beds, block\",Wheatear Care Ltd,LK1 2AB,5015.20,\"£15,045.60\",No,2022-03-07,2025-03-06,36,12,1,Yes,N/A,2026-03-06,Yes,320000,Social Care,9900123,Public\n" +
			"Adult Social Care,Other,Larkshire County Council,L1002,Night support,,Skua Trust,,,(200.00),No,2022-03-07,,,,,,,,No,321000,Social Care Adult,CHA1049226,Public\n" +
			"Adult Social Care,Other,Larkshire County Council,L1003,Day service,,Tern CIC,,a lot,,No,07/31/2022,,,,,,,,No,321000,Social Care Adult,,Public\n"},
		"exeter": {"register.csv", "Directorate/Service Responsible,CPV code(s),Contract Title,Description,Contract Ref:,\"Contractor/\nProvider\",Company Reg No,\"SME\nor VSCE\n(inc.\nReg. No.)\"," +
			"Original Start/Commencement Date,Current end date,Renewal / Review Date,F.A.T or OJEU  Ref / framework link/award notice link," +
			"Est Total Awarded Contract value \xa3's (exc VAT) including allowed extensions and inflation,\"Invitation\nto quote/\npublished\ninvitation to\ntender?\",VAT not recovered\n" +
			"Adults,\"85311100-3\n71314000-2\",Care at Fenwick House,Block beds,E1,Wheatear Care Ltd,9900123,SME,25/02/2022,24/02/2026,,,\" \xa3880,000.00 \",Yes,\n"},
		"no_supplier": {"register.csv", "Contract Title,Start Date\nCare,2022-03-07\n"},
		"empty":       {"register.csv", ""},
	} {
		t.Run(name, func(t *testing.T) {
			o, err := rowtest.Run(t, register(t), in.file, []byte(in.text), nil)
			rowtest.Golden(t, "register_"+name, o.Render(err))
		})
	}
}

func TestRealSalford(t *testing.T) {
	o, err := rowtest.Run(t, register(t), "salford.csv", rowtest.Real(t, "contracts/salford_contracts_register_2022-07.csv"), nil)
	if err != nil {
		t.Fatal(err)
	}
	rows := o.Rows["contract_register"]
	// Of 360 lines three hold dates that are none: "X", 31 September, and the year 222. "TBC" is no date and no fault.
	held := map[int64]bool{}
	for _, p := range o.Problems {
		held[p.Row] = true
	}
	if len(held) != 3 || !held[79] || !held[117] || !held[218] || len(o.Refused) > 0 {
		t.Errorf("held: %v %v", o.Words(), o.Refused)
	}
	filled := map[string]int{}
	for _, r := range rows {
		for f := range r {
			filled[f]++
		}
		if n := r["company_number"]; n == "2535986" || strings.Trim(n, "0123456789") == "" && len(n) != 8 && n != "" {
			t.Errorf("company number %q has lost its zeros", n)
		}
	}
	if len(rows) != 357 || filled["title"] != 357 || filled["supplier_name"] != 357 || filled["starts_on"] < 350 || filled["reference"] < 325 {
		t.Errorf("%d rows; cells filled: %v", len(rows), filled)
	}
}
