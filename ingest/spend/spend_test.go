package spend_test

import (
	"testing"

	"bellwether/ingest/internal/rowtest"
	"bellwether/ingest/spend"
)

// Headings as real councils publish them, with invented lines.
func TestHeadingsOfManyCouncils(t *testing.T) {
	d := rowtest.Source(t, spend.Sources(), "spend").Decoder
	for name, text := range map[string]string{
		"until_2017": "Body,Name of  Body,Date,Transaction Number,Invoice Number,Amount,Supplier Name,Supplier ID,VAT Reg no,Expense Area,Expense Type,Expense Code,Creditor Type\r\n" +
			"http://x,Larkshire,25/01/2012,5000001,INV1,\"1,496.00\",Wheatear Care Ltd,77,GB1,Adults,Care Spot - Private (3rd),E1,Trade\r\nhttp://x,Larkshire,,5000002,INV2,-20.5,REDACTED UNDER DP ACT,,,Adults,,,\r\n",
		"from_2025": "\ufeffBody,Name of Body,Date,Transaction number, Amount ,Supplier name,Supplier ID,VAT reg no,Expense area,Expense type,Expense code,Costcuk,Creditor type\n" +
			"x,Larkshire,25/11/2025,7000001,\" 1,496.00 \",Wheatear Care Ltd,77,,Adults,Care,E1,C1,Trade\n,,,,\"1,496.00\",,,,,,,,\n",
		"leeds":      "Body,BodyName,ServiceLabel,ServiceDivisionLabel,ExpenditureCategory,DetailedExpenditureType,DetailedExpenditureCode,DatePaid,TransactionNumber,NetAmount,CapitalOrRevenue,SupplierName\nx,Leeds,Adults,Homes,Care,Residential,D1,30-Oct-13,123,500.00,Revenue,Wheatear Care Ltd\n",
		"darlington": ",,Directotate,Service,Supplier,Transaction Number,Transaction Date,Invoice Line Value (net of VAT),Account,\n,,Adults,Homes,Wheatear Care Ltd,1,25/01/2013,\"£1,234.50\",A1,\n,,Adults,Homes,Wheatear Care Ltd,2,25/01/2013,(12.00),A1,\nTotal,,,,,,,\"£1,222.50\",,\n",
		"salford":    "Authority Name,Date of Payment,SAP Document Number,Gross,VAT,Net,Supplier Name,Directorate,G/L Description\nSalford,25/01/2011,9,120,20,100,Wheatear Care Ltd,Adults,Care\nSalford,26/01/2011,10,#N/A,,#N/A,Wheatear Care Ltd,Adults,Care\n",
		"not_spend":  "Reference,Date received,Provider\n1,25/01/2013,Fenwick House\n",
	} {
		o, err := rowtest.Run(t, d, "spend.csv", []byte(text), nil)
		rowtest.Golden(t, name, o.Render(err))
	}
}
