// Package fdr adjusts many p-values for the number of tests made at once.
//
// Weekly looks at overlapping windows are not independent over time, so an
// adjusted p-value describes one week's list; it does not replace a threshold
// set by false flags per provider-year.
package fdr

import (
	"fmt"
	"math"
	"sort"
)

// BenjaminiHochberg returns the adjusted p-values (q-values) of p, in the same
// order: the least false-discovery rate at which each would be in the list.
// Valid for independent or positively dependent tests (Benjamini and Hochberg
// 1995, JRSS B 57:289). An empty p gives an empty result; a p outside [0, 1]
// is an error naming its index.
func BenjaminiHochberg(p []float64) ([]float64, error) { return adjust(p, 1) }

// BenjaminiYekutieli is BenjaminiHochberg times sum(1/i), valid under any
// dependence (Benjamini and Yekutieli 2001, Ann Stat 29:1165).
func BenjaminiYekutieli(p []float64) ([]float64, error) {
	c := 0.0
	for i := range p {
		c += 1 / float64(i+1)
	}
	return adjust(p, c)
}

func adjust(p []float64, factor float64) ([]float64, error) {
	order := make([]int, len(p))
	for i, v := range p {
		if !(v >= 0 && v <= 1) {
			return nil, fmt.Errorf("fdr: p-value %d is %v, not in [0, 1]", i, v)
		}
		order[i] = i
	}
	sort.SliceStable(order, func(a, b int) bool { return p[order[a]] > p[order[b]] })
	q := make([]float64, len(p))
	least := 1.0
	for k, i := range order {
		rank := float64(len(p) - k)
		least = math.Min(least, factor*float64(len(p))/rank*p[i])
		q[i] = least
	}
	return q, nil
}
