package geo

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestRead(t *testing.T) {
	for name, tc := range map[string]struct {
		body  string
		lines int
		fault string
	}{
		"polygon":         {`{"type":"Polygon","coordinates":[[[-2,55],[-1,55],[-1,56],[-2,55]]]}`, 1, ""},
		"feature":         {`{"type":"Feature","properties":{"name":"x"},"geometry":{"type":"LineString","coordinates":[[0,1,7],[1,2,7]]}}`, 1, ""},
		"collection":      {`{"type":"FeatureCollection","features":[{"type":"Feature","geometry":{"type":"MultiPolygon","coordinates":[[[[0,1],[1,1],[0,1]]],[[[2,1],[3,1],[2,1]],[[2,1],[3,1],[2,1]]]]}},{"type":"Feature","geometry":{"type":"Point","coordinates":[0,1]}}]}`, 3, ""},
		"geometries":      {`{"type":"GeometryCollection","geometries":[{"type":"MultiLineString","coordinates":[[[0,1],[1,1]]]}]}`, 1, ""},
		"metres":          {`{"type":"LineString","coordinates":[[425000,565000],[425100,565000]]}`, 0, "WGS 84"},
		"points only":     {`{"type":"Point","coordinates":[0,1]}`, 0, "no line and no area"},
		"not JSON":        {`<kml/>`, 0, "not GeoJSON"},
		"not coordinates": {`{"type":"Polygon","coordinates":"none"}`, 0, "can't be read"},
		"too deep":        {strings.Repeat(`{"geometry":`, 9) + `{}` + strings.Repeat(`}`, 9), 0, "nested deeper"},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := Read(strings.NewReader(tc.body))
			if tc.fault == "" && (err != nil || len(got) != tc.lines) || tc.fault != "" && (err == nil || !strings.Contains(err.Error(), tc.fault)) {
				t.Errorf("%d lines, %v", len(got), err)
			}
		})
	}
	if _, err := Read(strings.NewReader(strings.Repeat(" ", MaxBytes+1))); !errors.Is(err, ErrTooLarge) {
		t.Errorf("%v", err)
	}
}

func TestThinKeepsTheEnds(t *testing.T) {
	var b strings.Builder
	for i := range 3 * MaxPoints {
		fmt.Fprintf(&b, ",[%g,55]", float64(i)/1e6)
	}
	got, err := Read(strings.NewReader(`{"type":"LineString","coordinates":[` + b.String()[1:] + `]}`))
	if err != nil || len(got) != 1 || len(got[0]) > MaxPoints+1 || got[0][0][0] != 0 || got[0][len(got[0])-1][0] != float64(3*MaxPoints-1)/1e6 {
		t.Errorf("%d points, %v", len(got[0]), err)
	}
}

func TestEveryPointLiesInItsCell(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x, y, size := rapid.Float64Range(-5, 5).Draw(t, "x"), rapid.Float64Range(50, 60).Draw(t, "y"), rapid.Float64Range(0.01, 0.5).Draw(t, "size")
		cx, cy := Cell(x, y, size)
		if d := math.Hypot(x-cx, y-cy); d > size*1.0001 {
			t.Fatalf("%.4f from the centre of a cell of %.4f", d, size)
		}
		if ax, ay := Cell(cx, cy, size); math.Abs(ax-cx) > 1e-9 || math.Abs(ay-cy) > 1e-9 {
			t.Fatal("a cell's centre lies in another cell")
		}
	})
}

func TestFlat(t *testing.T) {
	if x, y := Flat(Point{-2, 60}, 60); math.Abs(x+1) > 1e-9 || y != 60 {
		t.Errorf("%v, %v", x, y)
	}
}
