package complaints_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"bellwether/ingest"
	"bellwether/ingest/complaints"
	"bellwether/ingest/internal/rowtest"
)

func decoder(t testing.TB) ingest.Decoder {
	return rowtest.Source(t, complaints.Sources(), "complaints").Decoder
}

func day(y, m, d int) time.Time { return time.Date(y, time.Month(m), d, 0, 0, 0, 0, time.UTC) }

var header = []any{"Reference", "Date received", "Date logged", "Stage", "Service", "Provider", "CQC Location ID", "Provider postcode", "Subject / Category",
	"Method", "Complainant type", "Complainant name", "Acknowledged date", "Due date", "Response date", "Outcome", "LGSCO reference", "Complaint details"}

func complaint(ref any, received, response, outcome any) []any {
	return []any{ref, received, day(2026, 2, 20), "Stage 1", "Residential care", "Fenwick House", "9-100000001", "lk12ab", "Quality of care", "Email",
		"Relative or friend", "Canary Quillfeather", day(2026, 2, 21), day(2026, 3, 20), response, outcome, "25 001 234", "=cmd|'/c calc'!A1 Canary"}
}

func TestLarkshireWorkbook(t *testing.T) {
	book := []rowtest.Sheet{
		{Name: "README", Rows: [][]any{{"Complaints log"}, {"One row for each complaint."}}},
		{Name: "Complaints", Rows: [][]any{{"Larkshire County Council: adult social care complaints log"}, {"Extract date: 02/03/2026"}, {}, header,
			complaint("CO-2026-0001", day(2026, 2, 19), day(2026, 2, 27), "Partially upheld"),
			complaint("CO-2026-0002", day(2026, 2, 19), nil, nil),
			complaint("CO-2026-0003", day(2026, 2, 19), day(2026, 2, 27), nil),
			{},
			complaint("CO-2026-0004", "19/02/2026", nil, "Referred on"),
			complaint("CO-2026-0005", "yesterday", nil, nil),
			complaint(nil, day(2026, 2, 19), nil, nil),
		}},
	}
	for _, name := range []string{"complaints.xlsx", "complaints.ods"} {
		content := rowtest.Workbook(t, book...)
		if strings.HasSuffix(name, ".ods") {
			for _, s := range book {
				for _, row := range s.Rows {
					for i := range row {
						if row[i] == nil {
							row[i] = ""
						}
					}
				}
			}
			content = rowtest.ODS(t, book...)
		}
		o, err := rowtest.Run(t, decoder(t), name, content, rowtest.Mapping(t, "larkshire-complaints"))
		got := o.Render(err)
		rowtest.Golden(t, "larkshire", got)
		if strings.Contains(got, "Canary") {
			t.Error("a name got through")
		}
	}
}

func TestCSV(t *testing.T) {
	for name, text := range map[string]string{
		"usual_headings": "Complaint Ref,Date Received,Provider Name,Category,Outcome,Date Closed,Name\n" +
			"7,19/02/2026,Fenwick House,Medication,Part upheld,27/02/2026,Canary\n8,20/02/2026,Marram Lodge,Charging,Ongoing,,Canary\n",
		"no_reference": "Date received,Provider,Outcome\n19/02/2026,Fenwick House,Upheld\n",
		"spend_file":   "Body,Date,Transaction Number,Amount,Supplier Name\nLarkshire,19/02/2026,1,5.00,Wheatear\n",
		"empty":        "",
	} {
		t.Run(name, func(t *testing.T) {
			o, err := rowtest.Run(t, decoder(t), "complaints.csv", []byte(text), nil)
			got := o.Render(err)
			rowtest.Golden(t, name, got)
			if strings.Contains(got, "Canary") {
				t.Error("a name got through")
			}
		})
	}
}

func TestWorkbookCutShort(t *testing.T) {
	content := rowtest.Workbook(t, rowtest.Sheet{Name: "Complaints", Rows: [][]any{header, complaint("CO-1", day(2026, 2, 19), nil, nil)}})
	for _, n := range []int{10, len(content) / 2, len(content) - 30} {
		_, err := rowtest.Run(t, decoder(t), "complaints.xlsx", content[:n], rowtest.Mapping(t, "larkshire-complaints"))
		var refused *ingest.FileError
		if !errors.As(err, &refused) || refused.File != "complaints.xlsx" || refused.NextStep == "" {
			t.Errorf("%d of %d bytes: %v", n, len(content), err)
		}
	}
}
