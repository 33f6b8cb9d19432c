package england

import (
	"math/rand/v2"
	"sort"
	"time"
)

// draw picks places by weight.
type draw struct {
	places []*place
	upTo   []float64
}

func newDraw(all []*place, weight func(*place) float64) *draw {
	d := &draw{}
	sum := 0.0
	for _, p := range all {
		if w := weight(p); w > 0 {
			sum += w
			d.places, d.upTo = append(d.places, p), append(d.upTo, sum)
		}
	}
	return d
}

// on picks a place that is open on a day; nil if none was met in many tries.
func (d *draw) on(r *rand.Rand, day time.Time) *place {
	if len(d.places) == 0 {
		return nil
	}
	for range 1000 {
		x := r.Float64() * d.upTo[len(d.upTo)-1]
		if p := d.places[min(sort.SearchFloat64s(d.upTo, x), len(d.places)-1)]; p.open(day) {
			return p
		}
	}
	return nil
}
