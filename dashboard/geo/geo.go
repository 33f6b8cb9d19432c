// Package geo reads the boundaries that a council supplies as GeoJSON and puts places into hexagons. Nothing is fetched from anywhere.
package geo

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
)

// Limits of a file of boundaries.
const (
	MaxBytes  = 16 << 20
	MaxPoints = 20_000
)

// ErrTooLarge says that a file of boundaries is larger than is drawn.
var ErrTooLarge = errors.New("geo: the boundaries are larger than 16 MiB; simplify them first")

// Point is a longitude and a latitude in degrees.
type Point [2]float64

// Line is one outline.
type Line []Point

type object struct {
	Type        string          `json:"type"`
	Features    []object        `json:"features"`
	Geometry    *object         `json:"geometry"`
	Geometries  []object        `json:"geometries"`
	Coordinates json.RawMessage `json:"coordinates"`
}

// Read reads the outlines of a GeoJSON file, thinned so that at most [MaxPoints] points remain. Properties are not kept.
func Read(r io.Reader) ([]Line, error) {
	body, err := io.ReadAll(io.LimitReader(r, MaxBytes+1))
	if err != nil {
		return nil, fmt.Errorf("geo: reading the boundaries: %w", err)
	}
	if len(body) > MaxBytes {
		return nil, ErrTooLarge
	}
	var top object
	if err := json.Unmarshal(body, &top); err != nil {
		return nil, fmt.Errorf("geo: the boundaries are not GeoJSON: %w", err)
	}
	var out []Line
	if err := collect(top, &out, 0); err != nil {
		return nil, err
	}
	if len(out) == 0 {
		return nil, errors.New("geo: the boundaries hold no line and no area")
	}
	return thin(out), nil
}

func collect(o object, out *[]Line, depth int) error {
	if depth > 6 {
		return errors.New("geo: the boundaries are nested deeper than GeoJSON is")
	}
	for _, list := range [][]object{o.Features, o.Geometries} {
		for _, f := range list {
			if err := collect(f, out, depth+1); err != nil {
				return err
			}
		}
	}
	if o.Geometry != nil {
		return collect(*o.Geometry, out, depth+1)
	}
	var lines []Line
	var err error
	switch o.Type {
	case "LineString":
		lines = make([]Line, 1)
		err = json.Unmarshal(o.Coordinates, &lines[0])
	case "Polygon", "MultiLineString":
		err = json.Unmarshal(o.Coordinates, &lines)
	case "MultiPolygon":
		var many [][]Line
		err = json.Unmarshal(o.Coordinates, &many)
		for _, m := range many {
			lines = append(lines, m...)
		}
	}
	if err != nil {
		return fmt.Errorf("geo: a %s can't be read: %w", o.Type, err)
	}
	for _, l := range lines {
		for _, p := range l {
			if math.Abs(p[0]) > 180 || math.Abs(p[1]) > 90 {
				return errors.New("geo: coordinates are not degrees: save the boundaries as WGS 84, longitude first")
			}
		}
		if len(l) > 1 {
			*out = append(*out, l)
		}
	}
	return nil
}

// thin keeps every nth point and each line's ends.
func thin(lines []Line) []Line {
	total := 0
	for _, l := range lines {
		total += len(l)
	}
	step := (total + MaxPoints - 1) / MaxPoints
	if step < 2 {
		return lines
	}
	out := make([]Line, 0, len(lines))
	for _, l := range lines {
		var kept Line
		for i, p := range l {
			if i%step == 0 || i == len(l)-1 {
				kept = append(kept, p)
			}
		}
		out = append(out, kept)
	}
	return out
}

// Flat puts degrees on a plane around a latitude, so that a mile is as long in both directions.
func Flat(p Point, around float64) (x, y float64) {
	return p[0] * math.Cos(around*math.Pi/180), p[1]
}

// Cell is the hexagon of side size in which a point of the plane lies: its centre.
func Cell(x, y, size float64) (cx, cy float64) {
	q := (math.Sqrt(3)/3*x - y/3) / size
	r := 2.0 / 3 * y / size
	rq, rr, rs := math.Round(q), math.Round(r), math.Round(-q-r)
	dq, dr, ds := math.Abs(rq-q), math.Abs(rr-r), math.Abs(rs+q+r)
	switch {
	case dq > dr && dq > ds:
		rq = -rr - rs
	case dr > ds:
		rr = -rq - rs
	}
	return size * (math.Sqrt(3)*rq + math.Sqrt(3)/2*rr), size * 1.5 * rr
}
