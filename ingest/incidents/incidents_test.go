package incidents_test

import (
	"strings"
	"testing"
	"time"

	"bellwether/ingest/incidents"
	"bellwether/ingest/internal/rowtest"
)

func TestIncidents(t *testing.T) {
	d := rowtest.Source(t, incidents.Sources(), "incidents").Decoder
	on := time.Date(2026, 9, 14, 0, 0, 0, 0, time.UTC)
	head := []any{"Incident Ref", "Date of Incident", "Date Reported", "Provider", "CQC Location ID", "Incident Type", "Level of Harm", "Statutory Notification", "Person ID", "Staff ID", "Resident Name", "Details"}
	book := rowtest.Workbook(t, rowtest.Sheet{Name: "Notes", Rows: [][]any{{"Incidents as reported"}}}, rowtest.Sheet{Name: "Incidents", Rows: [][]any{
		{"Larkshire: incidents reported by providers"}, {}, head,
		{"IN1", on, on.AddDate(0, 0, 2), "Fenwick House", "9-1", "Fall - unwitnessed", "No harm", "No", "P1", "S1", "Canary Quill", "Canary fell"},
		{"IN2", on, on, "Fenwick House", "9-1", "Death of a person", nil, "Yes", "P2", nil, "Canary Quill", "x"},
		{"IN3", on, nil, "Fenwick House", "9-1", "Squirrel in the loft", "Enormous", nil, nil, nil, nil, nil},
		{"IN4", "14/13/2026", nil, "Fenwick House", "9-1", "Fall", nil, nil, nil, nil, nil, nil},
		{"Total", nil, nil, nil, nil, 4, nil, nil, nil, nil, nil, nil},
	}})
	o, err := rowtest.Run(t, d, "incidents.xlsx", book, nil)
	got := o.Render(err)
	rowtest.Golden(t, "workbook", got)
	if strings.Contains(got, "Canary") {
		t.Error("a name or a narrative got through")
	}
	for name, text := range map[string]string{
		"notifications": "Notification ID,Event Date,Notification Date,Location ID,Location Name,Notification Type,Form,Narrative\n" +
			"N1,2026-09-14,2026-09-15,1-123,Fenwick House,Serious injury to a person using the service,Reg 18(2)(a),Canary\nN2,2026-09-14,2026-09-15,1-123,Fenwick House,Unexpected death,Reg 16,Canary\n",
		"no_kind": "Incident Ref,Date of Incident,Provider\n1,14/09/2026,Fenwick House\n",
	} {
		o, err := rowtest.Run(t, d, "n.csv", []byte(text), nil)
		rowtest.Golden(t, name, o.Render(err))
	}
}
