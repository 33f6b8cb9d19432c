package quality_test

import (
	"strings"
	"testing"

	"bellwether/ingest/internal/rowtest"
	"bellwether/ingest/quality"
)

func TestVisitsAndActionsOfOneWorkbook(t *testing.T) {
	book := rowtest.Workbook(t,
		rowtest.Sheet{Name: "Visits", Rows: [][]any{
			{"Visit Ref", "Visit Date", "Provider", "CQC Location ID", "Visit Type", "Overall Outcome", "Involvement and Information", "Suitability of Staffing", "Actions", "Next Visit Due", "Officer", "Findings"},
			{"QV1", "25/02/2026", "Fenwick House", "9-1", "Announced", "Requires Improvement", "Good", "Poor", 3, "25/02/2027", "Canary Quill", "Canary wrote"},
			{"QV2", "26/02/2026", "Marram Lodge", "9-2", "Spot check", "Not assessed", "", "", nil, "", "", ""},
			{"QV3", "26/02/2026", "Marram Lodge", "9-2", "Spot check", "Wonderful", "", "", "many", "", "", ""},
		}},
		rowtest.Sheet{Name: "Actions", Rows: [][]any{
			{"Action Ref", "Visit Ref", "Provider", "CQC Location ID", "Theme", "Priority", "Date Raised", "Due Date", "Date Completed", "Status", "Action Required", "Responsible Person"},
			{"QA1", "QV1", "Fenwick House", "9-1", "Medicines management", "Red", "25/02/2026", "25/03/2026", "20/03/2026", "", "Canary", "Canary Quill"},
			{"QA2", "QV1", "Fenwick House", "9-1", "Staffing", "Amber", "25/02/2026", "25/03/2026", "", "", "Canary", ""},
			{"QA3", "QV1", "Fenwick House", "9-1", "Parking", "", "25/02/2026", "tbc", "", "No longer required", "", ""},
			{"", "QV1", "Fenwick House", "9-1", "Staffing", "", "25/02/2026", "", "", "", "", ""},
		}})
	for _, name := range []string{"quality_visits", "quality_actions"} {
		o, err := rowtest.Run(t, rowtest.Source(t, quality.Sources(), name).Decoder, "visits.xlsx", book, nil)
		got := o.Render(err)
		rowtest.Golden(t, name, got)
		if strings.Contains(got, "Canary") {
			t.Errorf("%s: what an officer wrote got through", name)
		}
	}
	o, err := rowtest.Run(t, rowtest.Source(t, quality.Sources(), "quality_actions").Decoder, "visits.csv", []byte("Visit Ref,Visit Date,Overall Outcome\nQV1,25/02/2026,Good\n"), nil)
	rowtest.Golden(t, "no_actions", o.Render(err))
}
