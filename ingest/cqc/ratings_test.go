package cqc_test

import (
	"strings"
	"testing"
	"time"

	"bellwether/ingest/internal/rowtest"
)

const latest = "Location ID,Location ODS Code,Location Name,Care Home?,Location Type,Location Primary Inspection Category,Location Street Address," +
	"Location Address Line 2,Location City,Location Post Code,Location Local Authority,Location Region,Location NHS Region,Location ONSPD CCG Code," +
	"Location ONSPD CCG,Location Commissioning CCG Code,Location Commissioning CCG Name,Service / Population Group,Domain,Latest Rating,Publication Date," +
	"Report Type,Inherited Rating (Y/N),URL,Provider ID,Provider Name,Brand ID,Brand Name\n"

// line makes a row of the latest edition.
func line(group, domain, rating, date string) string {
	return `9-1,VZZ01,Fenwick House,Y,Social Care Org,Residential social care,1 Quay,,Larkport,LK1 2AB,Larkshire,North Sea,,,,,,` +
		group + "," + domain + "," + rating + "," + date + ",Location,N,http://example.invalid/9-1,9-2,Wheatear Care Ltd,-,-\n"
}

func TestRatingsFile(t *testing.T) {
	short := "Location ID,Service / Population Group,Domain,Latest Rating,Publication Date\n"
	for name, in := range map[string]struct{ file, text string }{
		"latest": {"ratings.csv", latest + line("Overall", "Overall", "Not Rated", "") + line("Care Homes", "Overall", "Requires Improvement", "25/11/2025") +
			line("Care Homes", "Safe", "Splendid", "03/02/2026") + line("Overall", "Well Led", "good", "1/2/2026")},
		"snake_case":   {"ratings.csv", "location_id,service_population_group,domain,latest_rating,publication_date,inherited_rating_y_n,care_home,imd\n9-1,Overall,Safe,Good,2025-11-25,Y,Y,4\n"},
		"key_question": {"ratings.csv", "CQC latest ratings,,,,\nThis data was produced on 19 August 2014,,,,\n,,,,\nLocation ID,Service/Population Group,Key Question,Latest Rating,Publication Date\n9-1,Overall,Safe,Good,18/08/2014\n"},
		"month_first":  {"ratings.csv", short + "9-1,Overall,Safe,Good,02/03/2025\n9-1,Overall,Caring,Good,02/28/2025\n"},
		"either_order": {"ratings.csv", short + "9-1,Overall,Safe,Good,02/03/2025\n9-1,Overall,Caring,Good,04/05/2025\n"},
		"both_orders":  {"ratings.csv", short + "9-1,Overall,Safe,Good,02/28/2025\n9-1,Overall,Caring,Good,28/02/2025\n"},
		"same_parts":   {"ratings.csv", short + "9-1,Overall,Safe,Good,03/03/2025\n"},
		"bad_rows":     {"ratings.csv", short + ",Overall,Safe,Good,25/11/2025\n9-1,Overall,Safe,Good,31/02/2025\n9-1,Overall,Safe\n9-1,Overall,Spirit,Good,25/11/2025\n"},
		"no_domain":    {"ratings.csv", "Location ID,Service / Population Group,Latest Rating,Publication Date\n9-1,Overall,Good,25/11/2025\n"},
		"misspelt":     {"ratings.csv", "Location ID,Service / Population Group,Domain,Latest Ratin,Publication Date\n9-1,Overall,Safe,Good,25/11/2025\n"},
		"other_file":   {"ratings.csv", "Name,Also known as,Address\nFenwick House,,1 Quay\n"},
		"empty":        {"ratings.csv", ""},
		"header_only":  {"ratings.csv", latest},
		"cut":          {"ratings.csv", latest + line("Overall", "Overall", "Good", "25/11/2025") + "9-1,VZZ01,\"Fenwick Ho"},
		"json":         {"ratings.csv", `{"locationId":"9-1"}`},
	} {
		t.Run(name, func(t *testing.T) {
			o, err := rowtest.Run(t, ratings(t), in.file, []byte(in.text), nil)
			rowtest.Golden(t, "ratings_"+name, o.Render(err))
		})
	}
}

// The monthly workbook says on its first sheet as at when it is, and has providers on a third one.
func TestRatingsWorkbook(t *testing.T) {
	heading := func(line string) (cells []any) {
		for h := range strings.SplitSeq(strings.TrimSpace(line), ",") {
			cells = append(cells, h)
		}
		return cells
	}
	row := heading(line("Overall", "Overall", "Good", "25/11/2025"))
	row[20] = time.Date(2025, 11, 25, 0, 0, 0, 0, time.UTC)
	sheets := []rowtest.Sheet{
		{Name: "README", Rows: [][]any{{"CQC latest ratings"}, {"Source: CQC database as at 01 March 2026"}}},
		{Name: "Providers", Rows: [][]any{{"Provider ID", "Provider Name", "Domain", "Latest Rating", "Publication Date"}, {"9-2", "Wheatear Care Ltd", "Overall", "Good", "25/11/2025"}}},
		{Name: "Locations", Rows: [][]any{heading(latest), row}},
	}
	for file, content := range map[string][]byte{"ratings.xlsx": rowtest.Workbook(t, sheets...), "ratings.ods": rowtest.ODS(t, sheets...)} {
		o, err := rowtest.Run(t, ratings(t), file, content, nil)
		rowtest.Golden(t, "ratings_workbook", o.Render(err))
	}
	o, err := rowtest.Run(t, ratings(t), "ratings.csv", rowtest.Workbook(t, sheets...), nil)
	rowtest.Golden(t, "ratings_not_csv", o.Render(err))
}
