package complaints_test

import (
	"strings"
	"testing"

	"bellwether/ingest/complaints"
	"bellwether/ingest/internal/rowtest"
)

func TestOmbudsman(t *testing.T) {
	d := rowtest.Source(t, complaints.Sources(), "lgsco_decisions").Decoder
	text := "Reference,Organisation,Category,Decision,Decision Date,Remedy,Complied,Summary\n" +
		"25 001 234,Larkshire County Council,Adult care services > Charging,Upheld,27-Apr-2026,Apology,Yes,Mrs Canary complained\n" +
		"25-001-235,Wheatear Care Ltd,Adult care services > Residential care,Closed after initial enquiries,27 April 2026,,,Canary\n" +
		"25001236,Wheatear Care Ltd,Adult care services > Residential care,Not upheld: no fault,1 May 2026,,,Canary\n" +
		"see letter,Wheatear Care Ltd,,Discontinued,1 May 2026,,,Canary\n,Wheatear Care Ltd,,Upheld,1 May 2026,,,Canary\n"
	o, err := rowtest.Run(t, d, "decisions.csv", []byte(text), nil)
	got := o.Render(err)
	rowtest.Golden(t, "ombudsman", got)
	if strings.Contains(got, "Canary") {
		t.Error("a complainant's name got through")
	}
}
