package tabular_test

import (
	"fmt"
	"strings"
	"testing"

	"bellwether/ingest"
	"bellwether/ingest/internal/rowtest"
	"bellwether/ingest/tabular"
)

// sink is an Output that keeps nothing.
type sink struct{ *rowtest.Out }

func (sink) Row(ingest.Row) error            { return nil }
func (sink) Quarantine(ingest.Problem) error { return nil }
func (sink) Note(string)                     {}

func BenchmarkConcerns(b *testing.B) {
	var text strings.Builder
	text.WriteString("Concern Ref,Date Concern Received,Date Recorded,Date of Decision,Decision on Concern,Enquiry Ref,Allegation Types,Location of Alleged Abuse," +
		"Source of Alleged Risk,Relationship to Adult,Provider Named,CQC Location ID,Provider Postcode,Adult ID,Alleged Person ID,Referrer Type,Placing Authority," +
		"Severity,Outcome of Concern,Adult Name,Adult Date of Birth,Concern Details\n")
	const rows = 20000
	for i := range rows {
		fmt.Fprintf(&text, "SC-%07d,%02d/03/2026,%02d/03/2026,,Section 42 enquiry,SE-%07d,Physical; Neglect and Omission,Care Home - residential,Service provider - staff,"+
			"Paid worker - this provider,Fenwick House,9-%09d,LK1 2AB,P%07d,S%06d,CQC,Larkshire County Council,3 - Significant,Progressed to enquiry,A Name,01/02/1934,\"Some words, and more\"\n",
			i, i%28+1, i%28+1, i, i%300, i%5000, i%900)
	}
	f := file("c.csv", text.String())
	env := ingest.Env{Tables: rowtest.Tables(b), Mapping: rowtest.Mapping(b, "larkshire-concerns")}
	b.SetBytes(f.Size)
	b.ReportAllocs()
	for b.Loop() {
		if err := (tabular.Spec{Table: "safeguarding_concern"}).Decode(b.Context(), f, env, sink{rowtest.New(b)}); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(rows)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
}
