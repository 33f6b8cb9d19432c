package cqc_test

import (
	"archive/tar"
	"bytes"
	"io"
	"path"
	"strings"
	"testing"
	"time"

	"bellwether/ingest/cqc"
	"bellwether/ingest/internal/rowtest"
)

func lists(t testing.TB) decoder {
	return rowtest.Source(t, cqc.Sources(), "cqc_register_files").Decoder
}

const directoryHead = "Name,Also known as,Address,Postcode,Phone number,Service's website (if available),Service types,Date of latest check,Specialisms/services," +
	"Provider name,Local authority,Region,Location URL,CQC Location ID (for office use only),CQC Provider ID (for office use only)\n"

const directoryRow = "Fenwick House,,\"1 Quay\nLarkport\",lk12ab,01000 000000,,Residential homes|Nursing homes,01/Jan/2026 - 00:00,Dementia|Caring for adults over 65 yrs,Wheatear Care Ltd,Larkshire,North Sea," +
	"http://example.invalid/1-1,1-1000001,1-2000001\n"

func TestDirectory(t *testing.T) {
	lead := "CQC Locations data\n\nThis data was produced on 19 August 2026\n\n"
	for name, in := range map[string]struct{ file, text string }{
		"latest":    {"19_august_2026_CQC_directory.csv", "\ufeff" + lead + directoryHead + directoryRow + "Tern Homecare,Tern,2 Quay,LK1 2AB,,,Homecare agencies|Supported living,13/02/2026 - 00:00,,Tern Ltd,Larkshire,North Sea,,1-1000002,1-2000002\n"},
		"older":     {"cqc.csv", lead + strings.NewReplacer("Local authority", "Local Authority", "CQC Location ID (for office use only)", "CQC Location (for office use only").Replace(directoryHead) + strings.Replace(directoryRow, "Fenwick House", "Ch\xe2teau", 1)},
		"no_lead":   {"cqc.csv", directoryHead + directoryRow},
		"lowercase": {"homes.csv", "name,cqc_id,type,address,postcode,telephone,website,provider,inspection_date,cqc_webpage,area_name,area_code,lon,lat\nFenwick House,1-1000001,Residential homes,1 Quay,LK1 2AB,1000,NA,Wheatear Care Ltd,2026-01-09,,Larkshire,E0,-2.1,53.5\n"},
		"search":    {"export.csv", "Name,Address 1,Postcode,CQC Provider ID (for office use only),CQC Location ID (for office use only),Local authority,Region,Report publication date,Service types,Provider name\nFenwick House,1 Quay,LK1 2AB,1-2000001,1-1000001,Larkshire,North Sea,2026-01-09,Shared Lives,Wheatear Care Ltd\n"},
		"no_ids":    {"homes.csv", "name,type,address,postcode,telephone,area_name\nFenwick House,Residential homes,1 Quay,LK1 2AB,1000,Larkshire\n"},
		"cut":       {"cqc.csv", lead + directoryHead + directoryRow[:60]},
	} {
		t.Run(name, func(t *testing.T) {
			o, err := rowtest.Run(t, lists(t), in.file, []byte(in.text), nil)
			rowtest.Golden(t, "directory_"+name, o.Render(err))
		})
	}
}

var activeHead = []any{"Location ID", "Location HSCA start date", "Dormant (Y/N)", "Care home?", "Location Name", "Location ODS Code", "Location Telephone Number",
	"Registered manager (note; where there is more than one manager at a location, only the first is shown)", "Care homes beds", "Location Type/Sector", "Location Inspection Directorate",
	"Location Primary Inspection Category", "Location Latest Overall Rating", "Publication Date", "Inherited Rating (Y/N)", "Location Region", "Location Local Authority", "Location Postal Code",
	"Location UPRN ID", "Brand ID", "Brand Name", "Provider Companies House Number", "Provider ID", "Provider Name", "Provider Nominated Individual Name", "Regulated activity - Personal care",
	"Service type - Care home service with nursing", "Service type - Care home service without nursing", "Service type - Domiciliary care service", "Service type - Hospice services | at home",
	"Service user band - Dementia", "Location Dual Registered", "Primary ID (Dual registration locations)"}

func active(id, manager, rating string, published any, flags ...any) []any {
	row := []any{id, time.Date(2011, 3, 14, 0, 0, 0, 0, time.UTC), "N", "Y", "Fenwick House", "VZZ01", "01000", manager, 40, "Social Care Org", "Adult social care", "Residential social care",
		rating, published, "N", "North Sea", "Larkshire", "LK1 2AB", "100012345678", "-", "-", "2535986", "1-2000001", "Wheatear Care Ltd", "Canary Quillfeather"}
	return append(row, flags...)
}

// The monthly workbook of active locations, with its first sheet that says as at when it is and its last one of pairs at one site.
func TestActiveLocations(t *testing.T) {
	dual := rowtest.Sheet{Name: "Dual_Registration_Locations", Rows: [][]any{{"Location ID", "Location Name", "Location HSCA Start Date", "Location Type/Sector", "Provider ID", "Provider Name", "Linked Organisation ID", "Primary ID"}, {"1-1000003", "Tern", "x", "y", "1-2", "z", "1-1000001", "1-1000001"}}}
	sheets := []rowtest.Sheet{
		{Name: "README", Rows: [][]any{{"Care directory with filters"}, {"Source: CQC database as at 01 September 2026"}}}, dual,
		{Name: "HSCA_Active_Locations", Rows: [][]any{activeHead,
			active("1-1000001", "Canary, Bird", "Good", time.Date(2024, 5, 1, 0, 0, 0, 0, time.UTC), "Y", "Y", "", "", "", "Y", "", ""),
			active("1-1000002", "", "Not Rated", time.Date(2011, 3, 14, 0, 0, 0, 0, time.UTC), "", "", "Y", "Y", "Y", "", "", ""),
			active("1-1000003", "*", "", "", "", "", "", "", "", "", "Dual Registration", "1-1000001")}},
	}
	for file, content := range map[string][]byte{"HSCA_Active_Locations.xlsx": rowtest.Workbook(t, sheets...), "HSCA_Active_Locations.ods": rowtest.ODS(t, sheets...)} {
		o, err := rowtest.Run(t, lists(t), file, content, nil)
		got := o.Render(err)
		rowtest.Golden(t, "active", got)
		if strings.Contains(got, "Canary") || strings.Contains(got, "Quillfeather") {
			t.Errorf("%s: a person's name got through", file)
		}
	}
	zipped := rowtest.Zip(t, "HSCA_Active_Locations.ods", string(rowtest.ODS(t, sheets...)))
	o, err := rowtest.Run(t, lists(t), "active.zip", zipped, nil)
	if err != nil || len(o.Rows["cqc_register_file"]) != 3 {
		t.Errorf("%v, %d rows", err, len(o.Rows["cqc_register_file"]))
	}
}

func TestDeactivatedLocations(t *testing.T) {
	head := "Location ID,Location ODS Code,Location Name,Location Status,Location HSCA start date,Location HSCA End Date,Care home?,Care homes beds at point location de-activated,Location Type/Sector," +
		"Location Primary Inspection Category,Location Region,Location Local Authority,Location Postal Code,Location UPRN ID,Location Latest Overall Rating,Publication Date,Inherited Rating (Y/N),Provider - County,Provider ID,Provider Name\n"
	for name, text := range map[string]string{
		"latest": head + "1-1000009,,Fenwick House,De-activated,01/10/2010,28/02/2026,Y,38,Social Care Org,Residential social care,North Sea,Larkshire,LK1 2AB,100012345678,Requires improvement,14/03/2023,N,Larkshire,1-2000009,Old Care Ltd\n" +
			"1-1000010,,Tern Lodge,De-activated,01/10/2010,31/02/2026,Y,,Social Care Org,,North Sea,Larkshire,LK1 3AB,,,,,,,\n",
		"month_first": head + "1-1000009,,Fenwick House,De-activated,10/01/2010,02/28/2026,Y,38,Social Care Org,Residential social care,North Sea,Larkshire,LK1 2AB,,Good,03/14/2023,N,,1-2000009,Old Care Ltd\n",
		"no_order":    head + "1-1000009,,Fenwick House,De-activated,01/10/2010,03/02/2026,Y,38,Social Care Org,Residential social care,North Sea,Larkshire,LK1 2AB,,Good,04/03/2023,N,,1-2000009,Old Care Ltd\n",
	} {
		o, err := rowtest.Run(t, lists(t), "Deactivated_Locations.csv", []byte(text), nil)
		rowtest.Golden(t, "deactivated_"+name, o.Render(err))
	}
}

// TestRealSnapshots reads the care-home lists that one council kept for eight years, derived from the directory under other headings: those
// from 2020 on name each location, those before name none and are refused.
func TestRealSnapshots(t *testing.T) {
	r := tar.NewReader(bytes.NewReader(rowtest.Real(t, "cqc/trafford_gm_care_homes_snapshots_2018-2026.tar.xz")))
	got := map[string]int{}
	homes := 0
	for {
		h, err := r.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		if h.Typeflag != tar.TypeReg || !strings.HasSuffix(h.Name, ".csv") {
			continue
		}
		content, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		o, err := rowtest.Run(t, lists(t), path.Base(h.Name), content, nil)
		if err != nil {
			got[path.Base(h.Name)] = -1
			continue
		}
		if len(o.Problems)+len(o.Refused)+len(o.Odd) > 0 {
			t.Errorf("%s: %v %v %v", h.Name, o.Words(), o.Refused, o.Odd)
		}
		rows := o.Rows["cqc_register_file"]
		got[path.Base(h.Name)] = len(rows)
		homes += count(rows, func(r map[string]string) bool {
			return r["care_home"] == "true" && r["register"] == "directory" && r["location_name"] != ""
		})
	}
	want := map[string]int{"2018-06-07_trafford_care_homes.csv": -1, "2018-09-28_trafford_care_homes.csv": -1, "2018-09-28_gm_care_homes.csv": -1, "2019-04-11_gm_care_homes.csv": -1,
		"2019-08-12_gm_care_homes.csv": -1, "2019-08-12_trafford_care_homes.csv": -1, "2020-04-20_trafford_care_homes.csv": 57, "2020-05-27_trafford_care_homes.csv": 57,
		"2022-06-22_trafford_care_homes.csv": 58, "2025-07-22_trafford_care_homes.csv": 54, "2026-02-27_trafford_care_homes.csv": 56}
	for name, n := range want {
		if got[name] != n {
			t.Errorf("%s: %d rows, want %d", name, got[name], n)
		}
	}
	if len(got) < len(want) || homes < 280 {
		t.Errorf("%d files, %d homes", len(got), homes)
	}
}
