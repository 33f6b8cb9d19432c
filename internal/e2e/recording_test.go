package e2e

import (
	"testing"
	"time"

	sampledata "bellwether/sample-data"
)

// TestTheChangeOfRecordingIsSeenAndFlagsNobody holds what was found against the story that the county was made with.
func TestTheChangeOfRecordingIsSeenAndFlagsNobody(t *testing.T) {
	truth, err := sampledata.Truth()
	if err != nil {
		t.Fatal(err)
	}
	db := snapshot(t).DB()
	for _, s := range truth.Stories {
		if s.Kind != "recording_change" {
			continue
		}
		planted, err := time.Parse(time.DateOnly, s.StartsOn)
		if err != nil {
			t.Fatal(err)
		}
		var source, says string
		var from time.Time
		var ratio float64
		if err := db.QueryRow("SELECT source, from_week, ratio::DOUBLE, says FROM analytics.recording_change WHERE source = 'Ambulance service'").Scan(&source, &from, &ratio, &says); err != nil {
			t.Fatalf("the change is not seen: %v", err)
		}
		if d := from.Sub(planted).Abs(); d > 14*24*time.Hour || ratio < 2 {
			t.Errorf("found from %s at %.1f times, planted on %s", from.Format(time.DateOnly), ratio, s.StartsOn)
		}
		t.Log(says)
	}
	var others int
	if err := db.QueryRow("SELECT count(*) FROM analytics.recording_change WHERE source <> 'Ambulance service'").Scan(&others); err != nil || others > 0 {
		t.Errorf("%d other sources are said to have changed (%v)", others, err)
	}
}

// TestOneIncidentThroughTwoFeedsHasOneKey looks at the incidents of the snapshot: every complaint of a concern's day, place and theme
// carries the concern's key, and no key joins two places or two days.
func TestOneIncidentThroughTwoFeedsHasOneKey(t *testing.T) {
	db := snapshot(t).DB()
	var shared, apart, all int
	if err := db.QueryRow(`SELECT (SELECT count(*) FROM mart.incident WHERE family = 'complaints' AND starts_with(incident_key, 'concern/')),
		(SELECT count(*) FROM (SELECT incident_key FROM mart.incident GROUP BY incident_key HAVING count(DISTINCT location_id) > 1 OR count(DISTINCT occurred_on) > 1)),
		(SELECT count(*) FROM mart.incident)`).Scan(&shared, &apart, &all); err != nil {
		t.Fatal(err)
	}
	if shared == 0 || apart > 0 || all < 1000 {
		t.Errorf("%d incidents came through two feeds, %d keys join what is apart, %d rows", shared, apart, all)
	}
}
