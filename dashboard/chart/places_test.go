package chart

import (
	"fmt"
	"strings"
	"testing"

	"bellwether/dashboard/read"
)

// mapPointsOf is n locations along a line, one of them hostile, one without a position and one of a provider at provider concern.
func mapPointsOf(n int) []read.MapPoint {
	out := make([]read.MapPoint, n)
	for i := range out {
		lat, lon, level := 55+float64(i%97)/300, -2+float64(i%89)/200, int64(0)
		out[i] = read.MapPoint{LocationID: fmt.Sprint(i), Name: "Home " + fmt.Sprint(i), Lat: &lat, Lon: &lon, Level: &level, Rating: RatingOrder[i%5]}
	}
	out[0].Name = hostile
	*out[1].Level = 2
	out[2].Lat, out[2].Lon = nil, nil
	return out
}

func TestManyLocationsAreDrawnAsHexagons(t *testing.T) {
	f := Places(mapPointsOf(mapPoints+50), nil, levelNames, false)
	for _, want := range []string{"below Good", "path://M0,-10", "30% and more"} {
		if !strings.Contains(f.Option, want) {
			t.Errorf("misses %q", want)
		}
	}
	if strings.Contains(f.Option, "Home 7") || f.Height < 360 || f.Height > 760 {
		t.Errorf("draws single homes, or %d high", f.Height)
	}
	if !strings.Contains(f.Summary, words1249) {
		t.Errorf("%s", f.Summary)
	}
}

const words1249 = "1,249 of 1,250 locations have a known position"

func TestPlacesWithoutPositionsHaveAListAndNoMap(t *testing.T) {
	f := Places([]read.MapPoint{{Name: "Somewhere", Rating: "Good"}}, nil, levelNames, false)
	if f.Option != "" || !strings.HasPrefix(f.Title, "1 location") || len(f.Table.Rows) != 5 {
		t.Errorf("%+v", f)
	}
}
