package placements_test

import (
	"bytes"
	"compress/gzip"
	"strings"
	"testing"

	"bellwether/ingest/internal/rowtest"
	"bellwether/ingest/placements"
)

const header = "Placement Ref,Person ID,Person Name,NHS Number,Placing Authority,Provider,CQC Location ID,Provider Postcode,Service Type,Primary Need,Support Level,Funding,Weekly Cost,Weekly Hours,Start Date,End Date,End Reason\n"

func TestPlacements(t *testing.T) {
	d := rowtest.Source(t, placements.Sources(), "placements").Decoder
	for name, text := range map[string]string{
		"larkshire": header +
			"CP1,P1,Canary Quill,999 000 1111,Larkshire County Council,Fenwick House,9-1,lk12ab,Residential care,Support with Memory and Cognition,1:1,Joint funded,\"£1,234.50\",,05/01/2026,,\n" +
			"CP2,P2,Canary Quill,,Wrenshire Council,Marram Homecare,,LK1 2AB,Home care,Physical Support - Personal Care Support,Low,Council,315,14,28/02/2025,14/06/2026,Deceased\n",
		"other_words": "Package ID;Client ID;Service User;Service;PSR;Funded By;Gross Weekly Cost;Service Start Date;Service End Date;Care Provider\n" +
			"77;4411;Canary Quill;Nursing home;Dementia;CHC;£ 980 ;2026-01-05;;Fenwick House\n78;4412;Canary;Respite flat;Old age;Trust;(12.00);2026-01-05;2025-12-01;Fenwick House\n",
		"bad_rows":  header + "CP1,,,,,,,,,,,,,,05/01/2026,,\n,P1,,,,,,,,,,,,,05/01/2026,,\nCP2,P2,,,,,,,,,,,about £900,,25/01/2026,,\nCP3,P3,,,,,,,,,,,,,31/02/2026,,\nCP4,P4,,,,,,,,,,,,,,,\nCP5,P5,,,,,,,,,,,,,26/02/2026,ongoing,\n",
		"no_person": "Placement Ref,Provider,Start Date\nCP1,Fenwick House,25/01/2026\n",
	} {
		t.Run(name, func(t *testing.T) {
			o, err := rowtest.Run(t, d, "placements.csv", []byte(text), nil)
			got := o.Render(err)
			rowtest.Golden(t, name, got)
			if strings.Contains(got, "Canary") || strings.Contains(got, "999 000") {
				t.Error("a name or an NHS number got through")
			}
		})
	}
}

func TestReturns(t *testing.T) {
	d := rowtest.Source(t, placements.Sources(), "placement_returns").Decoder
	text := "Provider,CQC Location ID,List Date,Due Date,Date Returned,Last Chased,Placing Authority,Payer,People,Completed By\n" +
		"Fenwick House,9-1,31/03/2026,29/05/2026,14/05/2026,,Larkshire County Council,Council,12,Canary Quill\n" +
		"Fenwick House,9-1,31/03/2026,29/05/2026,14/05/2026,,Self-funded,,9,Canary Quill\n" +
		"Fenwick House,9-1,31/03/2026,29/05/2026,14/05/2026,,NHS Larkshire ICB,,2,Canary Quill\n" +
		"Fenwick House,9-1,31/03/2026,29/05/2026,14/05/2026,,Wrenshire Council,,1,Canary Quill\n" +
		"Marram Lodge,9-2,31/03/2026,29/05/2026,,19/06/2026,,,,\n" +
		"Marram Lodge,9-2,31/03/2026,,,19/06/2026,,,minus 1,\n"
	o, err := rowtest.Run(t, d, "lists.csv", []byte(text), nil)
	got := o.Render(err)
	rowtest.Golden(t, "returns", got)
	if strings.Contains(got, "Canary") {
		t.Error("a name got through")
	}
}

func TestPackedTables(t *testing.T) {
	d := rowtest.Source(t, placements.Sources(), "placements").Decoder
	text := "Placement Ref,Person ID,Start Date\nCP1,P1,25/01/2026\n"
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	if _, err := z.Write([]byte(text)); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		file    string
		content []byte
	}{
		"packed_gzip": {"placements.csv.gz", packed.Bytes()},
		"packed_zip":  {"placements.zip", rowtest.Zip(t, "placements.csv", text)},
		"packed_two":  {"placements.zip", rowtest.Zip(t, "a.csv", text, "b.csv", text)},
		"packed_none": {"placements.zip", rowtest.Zip(t)},
		"packed_cut":  {"placements.zip", rowtest.Zip(t, "placements.csv", text)[:60]},
		"packed_pdf":  {"placements.zip", rowtest.Zip(t, "placements.pdf", "%PDF-1.7 not a table")},
	} {
		o, err := rowtest.Run(t, d, c.file, c.content, nil)
		rowtest.Golden(t, name, o.Render(err))
	}
}
