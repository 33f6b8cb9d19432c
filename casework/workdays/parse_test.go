package workdays

import (
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestDaysAsPeopleWriteThem(t *testing.T) {
	for _, s := range []string{"14/3/2026", "14/03/2026", "14.3.26", "14-03-2026", "14 3 2026", "14 Mar 2026", "14 March 2026", "14th march 2026", "Sat 14 Mar 2026", "Saturday, 14 March 2026", "2026-03-14", "2026/3/14", " 14 mar. 26 "} {
		at, ok := Parse(s)
		if !ok || at.Format(time.DateOnly) != "2026-03-14" {
			t.Errorf("%q = %v, %v", s, at, ok)
		}
	}
	for _, s := range []string{"", "soon", "31/2/2026", "3/14/2026", "2026-13-01", "14", "14 3", "0/1/2026", "1/1/1", "14 Mart 2026", "14 Mar 20266", "1/1/1800"} {
		if at, ok := Parse(s); ok {
			t.Errorf("%q is taken for %v", s, at)
		}
	}
	if Month("sept") != time.September || Month("ja") != 0 || Month("13") != 0 {
		t.Error("a month is misread")
	}
}

// TestEveryDayIsReadBack, however it is written.
func TestEveryDayIsReadBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		at := time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC).AddDate(0, 0, rapid.IntRange(0, 36000).Draw(t, "day"))
		layout := rapid.SampledFrom([]string{"2/1/2006", "02.01.06", "2 Jan 2006", "Monday 2 January 2006", "2006-01-02", "2-1-2006"}).Draw(t, "layout")
		if got, ok := Parse(at.Format(layout)); !ok || !got.Equal(at) {
			t.Fatalf("%s = %v, %v", at.Format(layout), got, ok)
		}
	})
}
