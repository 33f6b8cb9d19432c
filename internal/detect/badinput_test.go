package detect

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// regular is an event a home every eighth week of two years.
func regular(homes int) string {
	var b strings.Builder
	for h := range homes {
		for w := h % 8; w < 104; w += 8 {
			fmt.Fprintf(&b, "H%d,concern,%d,0,1\n", h, w)
		}
	}
	return b.String()
}

func houses(n int, beds string) string {
	var b strings.Builder
	for h := range n {
		fmt.Fprintf(&b, "H%d,%s\n", h, beds)
	}
	return b.String()
}

// What spoils a file gives a defined answer of every method, and never a number that is none.
func TestBadInputThroughThePanelCommand(t *testing.T) {
	for _, c := range []struct {
		name, events, homes string
		first, last         int
		rows                int
		above               string // the methods that find some home above their own limit
	}{
		{"zero exposure", regular(6), houses(6, "0"), 100, 103, 24, ""},
		{"one provider", regular(1), houses(1, "40"), 100, 103, 4, ""},
		{"no history", "", houses(6, "40"), 0, 0, 6, ""},
		{"all zeros", "H0,concern,50,0,0\nH1,concern,51,0,0\n", houses(6, "40"), 100, 103, 24, ""},
		{"a gap of a year", strings.ReplaceAll(regular(6), ",concern,9", ",concern,0"), houses(6, "40"), 100, 103, 24, ""},
		// Rows of one home and week add up: the same week three times is three times the events, all the time, and so no rise.
		{"a duplicated week", regular(6) + regular(6) + regular(6), houses(6, "40"), 100, 103, 24, "count"},
		{"a future date", regular(6) + "H0,concern,9000,0,50\nH0,concern,103,900,50\n", houses(6, "40"), 100, 103, 24, ""},
		// Six homes can't tell a burst of work from a burst of paper: the detector takes one week for one event. With fifty it flags it.
		{"a million events in a week", regular(6) + "H0,concern,103,0,1000000\n", houses(6, "40"), 100, 103, 24, "gps count"},
		{"a million events in a week among fifty homes", regular(50) + "H0,concern,103,0,1000000\n", houses(50, "40"), 100, 103, 200, "change gps count"},
		{"a home without beds among others", regular(6), houses(5, "40") + "H5,0\n", 100, 103, 24, ""},
		{"beds beyond any home", regular(6), houses(6, "1000000000"), 100, 103, 24, ""},
	} {
		for _, method := range []string{"change", "gps", "count"} {
			t.Run(c.name+"/"+method, func(t *testing.T) {
				dir := t.TempDir()
				write(t, filepath.Join(dir, "e.csv"), "home,stream,event_week,delay_weeks,n\n"+c.events)
				write(t, filepath.Join(dir, "u.csv"), "home,beds\n"+c.homes)
				o := Options{Events: filepath.Join(dir, "e.csv"), Units: filepath.Join(dir, "u.csv"), FirstWeek: c.first, LastWeek: c.last, Out: filepath.Join(dir, "s.csv"), Method: method}
				r, err := Panel(context.Background(), o)
				if err != nil || r.Rows != c.rows {
					t.Fatalf("%d rows, want %d: %v", r.Rows, c.rows, err)
				}
				scores := readScores(t, o.Out)
				column := len(scores[0]) - 1
				for i, h := range scores[0] {
					if h == "score" {
						column = i
					}
				}
				top := 0.0
				for _, row := range scores[1:] {
					s := row[column]
					x, err := strconv.ParseFloat(s, 64)
					if err != nil && s != "" || strings.ContainsAny(s, "NI") {
						t.Fatalf("the score of %v is %q", row, s)
					}
					top = max(top, x)
				}
				if above := top >= r.Threshold; above != slices.Contains(strings.Fields(c.above), method) {
					t.Errorf("the highest score is %v, the limit %v; above by %q", top, r.Threshold, c.above)
				}
			})
		}
	}
}
