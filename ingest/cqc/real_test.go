package cqc_test

import (
	"strconv"
	"strings"
	"testing"

	"bellwether/ingest/cqc"
	"bellwether/ingest/internal/rowtest"
)

func api(t testing.TB) decoder     { return rowtest.Source(t, cqc.Sources(), "cqc_api").Decoder }
func ratings(t testing.TB) decoder { return rowtest.Source(t, cqc.Sources(), "cqc_ratings").Decoder }

// count counts the rows that fit; distinct counts the different values of a field among them.
func count(rows []map[string]string, fits func(map[string]string) bool) int {
	n := 0
	for _, r := range rows {
		if fits(r) {
			n++
		}
	}
	return n
}

func distinct(rows []map[string]string, key func(map[string]string) string) int {
	seen := map[string]bool{}
	for _, r := range rows {
		if k := key(r); k != "" {
			seen[k] = true
		}
	}
	return len(seen)
}

func is(field, value string) func(map[string]string) bool {
	return func(r map[string]string) bool { return r[field] == value }
}

func of(fields ...string) func(map[string]string) string {
	return func(r map[string]string) string {
		var parts []string
		for _, f := range fields {
			parts = append(parts, r[f])
		}
		return strings.Trim(strings.Join(parts, "|"), "|")
	}
}

func TestRealOldham(t *testing.T) {
	o, err := rowtest.Run(t, api(t), "oldham.tar", rowtest.Real(t, "cqc/cqc_api_oldham_2025-03.tar.xz"), nil)
	if err != nil {
		t.Fatal(err)
	}
	if len(o.Problems)+len(o.Refused) > 0 {
		t.Errorf("held: %v %v", o.Words(), o.Refused)
	}
	locations, found := o.Rows["cqc_location"], o.Rows["cqc_rating"]
	registered := is("registration_status", "Registered")
	beds := 0
	for _, l := range locations {
		if registered(l) && l["number_of_beds"] != "" {
			n, err := strconv.Atoi(l["number_of_beds"])
			if err != nil {
				t.Fatal(err)
			}
			beds += n
		}
	}
	historic := func(r map[string]string) string {
		if r["origin"] != "historicRatings" {
			return ""
		}
		return r["location_id"] + r["report_link"] + r["rated_on"]
	}
	assessed := func(r map[string]string) string {
		if r["framework"] != "single_assessment" {
			return ""
		}
		return r["location_id"]
	}
	for _, c := range []struct {
		what      string
		got, want int
	}{
		{"locations", len(locations), 451},
		{"different locations", distinct(locations, of("location_id")), 451},
		{"registered", count(locations, registered), 216},
		{"deregistered", count(locations, is("registration_status", "Deregistered")), 235},
		{"social care organisations", count(locations, is("type", "Social Care Org")), 224},
		{"adult social care directorate", count(locations, is("inspection_directorate", "Adult social care")), 183},
		{"care homes", count(locations, is("care_home", "Y")), 87},
		{"registered care homes", count(locations, func(r map[string]string) bool { return registered(r) && r["care_home"] == "Y" }), 44},
		{"registered beds", beds, 1602},
		{"providers of locations", distinct(locations, of("provider_id")), 341},
		{"managers absent", distinct(locations, of("manager_absent_date", "location_id")), 451},
		{"with a date of absence", len(locations) - count(locations, is("manager_absent_date", "")), 14},
		{"historic rating records", distinct(found, historic), 318},
		{"assessed under the newer framework", distinct(found, assessed), 4},
		{"links", len(o.Rows["cqc_relationship"]), 254},
		{"providers", len(o.Rows["cqc_provider"]), 20},
	} {
		if c.got != c.want {
			t.Errorf("%s: %d, want %d", c.what, c.got, c.want)
		}
	}
	notes := strings.Join(o.Notes, "\n")
	for _, want := range []string{"lists of identifiers passed over, because they say nothing about an organisation: 2", "loaded once: 1"} {
		if !strings.Contains(notes, want) {
			t.Errorf("no note says %q: %s", want, notes)
		}
	}
	for _, rows := range o.Rows {
		for _, r := range rows {
			for field, v := range r {
				if strings.Contains(v, "Redacted") {
					t.Errorf("%s holds a person's name", field)
				}
			}
		}
	}
	// A home assessed under the newer framework, whose body has no current rating.
	treetops := func(r map[string]string) bool {
		return r["location_id"] == "1-5203053560" && r["origin"] == "assessment" && r["service_group"] == "Care Homes"
	}
	if n := count(found, treetops); n != 5 { // Overall and the four key questions that were assessed
		t.Errorf("Treetops has %d ratings from its assessment, want 5", n)
	}
	if n := count(found, func(r map[string]string) bool {
		return treetops(r) && r["domain"] == "Overall" && r["rating"] == "Good" && r["rated_on"] == "2024-09-17"
	}); n != 1 {
		t.Errorf("Treetops has %d overall ratings of Good on 17 September 2024, want 1", n)
	}
}

func TestRealNationalRatings(t *testing.T) {
	o, err := rowtest.Run(t, ratings(t), "ratings.csv", rowtest.Real(t, "cqc/cqc_latest_ratings_national_overall_2021-02.csv.xz"), nil)
	if err != nil {
		t.Fatal(err)
	}
	rows := o.Rows["cqc_ratings_file"]
	if len(o.Problems)+len(o.Refused)+len(o.Odd) > 0 {
		t.Errorf("held: %v %v %v", o.Words(), o.Refused, o.Odd)
	}
	social := func(r map[string]string) bool {
		return r["location_type"] == "Social Care Org" && r["service_group"] == "Overall" && r["domain"] == "Overall"
	}
	for what, want := range map[string]int{"Good": 18407, "Requires improvement": 3329, "Outstanding": 1093, "Inadequate": 246, "Insufficient evidence to rate": 9} {
		if n := count(rows, func(r map[string]string) bool { return social(r) && r["rating"] == what }); n != want {
			t.Errorf("%s: %d, want %d", what, n, want)
		}
	}
	if len(rows) != 74184 || distinct(rows, of("location_id")) != 31966 || count(rows, social) != 23084 {
		t.Errorf("%d rows, %d locations, %d social care overall", len(rows), distinct(rows, of("location_id")), count(rows, social))
	}
	if n := count(rows, is("inherited", "true")); n != 3513 {
		t.Errorf("%d inherited, want 3,513", n)
	}
	if n := distinct(rows, of("location_id", "service_group", "domain", "publication_date", "rating")); n != len(rows) {
		t.Errorf("%d different keys among %d rows", n, len(rows))
	}
}

func TestRealShropshireRatings(t *testing.T) {
	o, err := rowtest.Run(t, ratings(t), "ratings.csv", rowtest.Real(t, "cqc/cqc_latest_ratings_shropshire_telford_2025-10.csv.xz"), nil)
	if err != nil {
		t.Fatal(err)
	}
	rows := o.Rows["cqc_ratings_file"]
	if len(o.Problems)+len(o.Refused)+len(o.Odd) > 0 {
		t.Errorf("held: %v %v %v", o.Words(), o.Refused, o.Odd)
	}
	if len(rows) != 2800 || distinct(rows, of("location_id")) != 345 || distinct(rows, of("domain")) != 6 {
		t.Errorf("%d rows, %d locations, %d domains", len(rows), distinct(rows, of("location_id")), distinct(rows, of("domain")))
	}
}
