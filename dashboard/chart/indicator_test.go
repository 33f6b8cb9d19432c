package chart

import (
	"strings"
	"testing"

	"bellwether/dashboard/measure"
	"bellwether/dashboard/read"
	"bellwether/dashboard/words"
)

func lookPoints() []read.IndicatorPoint {
	var out []read.IndicatorPoint
	for i, n := range []float64{3, 8, 12} {
		q := 10 * n
		low, high := -q, 2*q
		out = append(out, read.IndicatorPoint{Name: "Larkmouth " + hostile, Week: day("2026-07-27").AddDate(0, 0, 28*i), Units: 9, Known: 8, Total: n, Squares: n * n, Yes: int64(n) / 2, Q25: &low, Middle: &q, Q75: &high, Exposure: 400})
	}
	return append(out, read.IndicatorPoint{Name: "Quayside", Week: day("2026-09-21"), Units: 2})
}

func find(t *testing.T, id string) measure.Measure {
	t.Helper()
	m, ok := measure.Find(id)
	if !ok {
		t.Fatalf("no indicator %s", id)
	}
	return m
}

func TestIndicatorMultiplesSayWhatTheyRestOn(t *testing.T) {
	for _, tc := range []struct {
		id, title, summary string
		columns            int
	}{
		{"concerns_12w", ": 3", "its 95% interval lies between", 7}, {"visit_below_good", ": 75%", "its 95% interval lies between", 7},
		{"visit_age_days", ": 120", "half of those known lie between", 6}, {"actions_overdue", ": 1.5", "interval", 7}, {"occupancy_share", "%", "half of those known", 6}, {"scan_score", ": 120", "half of those known lie between -120 and 240", 6},
	} {
		figures := IndicatorMultiples(lookPoints(), find(t, tc.id), "area", true)
		if len(figures) != 2 || !strings.Contains(figures[0].Title, tc.title) || !strings.Contains(figures[0].Summary, tc.summary) || len(figures[0].Table.Rows) != 3 || len(figures[0].Table.Rows[0]) != tc.columns || len(figures[0].Table.Head) != tc.columns {
			t.Errorf("%s: %q, %q, %v", tc.id, figures[0].Title, figures[0].Summary, figures[0].Table)
		}
		if strings.Contains(figures[0].Option, "</script>") || strings.Contains(figures[0].Option, "NaN") {
			t.Errorf("%s: %s", tc.id, figures[0].Option)
		}
		if silent := figures[1]; silent.Option != "" || !strings.Contains(silent.Title, words.Unknown) || silent.Table.Rows[0][1].Text != words.Unknown {
			t.Errorf("%s: where nobody spoke: %+v", tc.id, silent)
		}
	}
}

// A reader without a right to exact counts finds no true one, neither drawn nor in the table.
func TestIndicatorMultiplesHideSmallCounts(t *testing.T) {
	f := IndicatorMultiples(lookPoints(), find(t, "concerns_12w"), "area", false)[0]
	if got := f.Table.Rows[0][1].Text; got != words.Hidden {
		t.Errorf("a rate is worked out from a hidden count: %q", got)
	}
	for i, want := range []string{words.Hidden, "10", "10"} {
		if got := f.Table.Rows[i][6].Text; got != want {
			t.Errorf("row %d counts %q, want %q", i, got, want)
		}
	}
	few := lookPoints()
	for i := range few {
		few[i].Known = 4
	}
	f = IndicatorMultiples(few, find(t, "visit_age_days"), "area", false)[0]
	if f.Option != "" || !strings.Contains(f.Title, "too few to show") {
		t.Errorf("four services' middle value shows: %+v", f)
	}
}

func TestIndicatorFunnelNamesOnlyWhomItMay(t *testing.T) {
	var peers []read.IndicatorPeer
	for i := range 12 {
		peers = append(peers, read.IndicatorPeer{ProviderID: "1-9", Name: "Home " + string(rune('A'+i)) + hostile, Known: 3, Total: 3, Squares: 3, Yes: 1, Due: 3, Seen: i != 4})
	}
	peers[2].Total, peers[2].Squares = 40, 600
	for _, id := range []string{"concerns_12w", "visit_age_days", "accounts_overdue_days"} {
		m := find(t, id)
		c, err := m.Compare(peers)
		if err != nil {
			t.Fatal(err)
		}
		f := IndicatorFunnel(c, m)
		if len(f.Table.Rows) != 11 || strings.Contains(f.Option, "Home E") || strings.Contains(f.Option, "</script>") {
			t.Errorf("%s: %d rows, %s", id, len(f.Table.Rows), f.Option)
		}
		if !strings.Contains(f.Title, "of 11 providers") || !strings.Contains(f.Caveat, "Not a league table") {
			t.Errorf("%s: %q, %q", id, f.Title, f.Caveat)
		}
		if (f.Option == "") != (id == "accounts_overdue_days") {
			t.Errorf("%s: drawn: %v", id, f.Option != "")
		}
	}
	if f := IndicatorFunnel(measure.Comparison{}, find(t, "concerns_12w")); f.Option != "" || !strings.Contains(f.Summary, "Fewer than five") {
		t.Errorf("nobody compared: %+v", f)
	}
}
