package disclosure

import (
	"fmt"
	"slices"
	"time"
)

// Count is one released count and the units that it is made of: providers, or any other parts that two releases can share.
type Count struct {
	Units []string `json:"units"`
	N     int64    `json:"n"`
}

// Release is one thing that left the house. The register keeps counts as they are, so it is kept like the data itself.
type Release struct {
	ID      string    `json:"id"`
	Subject string    `json:"subject"` // what is counted, and over which days
	Profile string    `json:"profile"`
	At      time.Time `json:"at"`
	By      string    `json:"by"`
	Counts  []Count   `json:"counts"`
}

// ClashError says that a new release would, beside an earlier one, give a hidden count away.
type ClashError struct {
	Earlier string
	N       int // how many pairs clash
}

// Error names the earlier release and the next step.
func (e *ClashError) Error() string {
	return fmt.Sprintf("disclosure: beside the release %s this one would let %d hidden counts be worked out: use the same areas and days as then, or larger ones", e.Earlier, e.N)
}

// Check holds a new release against the earlier ones of the same subject: for every pair of counts of which one's units are all among
// the other's, the difference is a count that nobody meant to show. If that is one that the profile hides, it must stay open between
// four values at least.
func Check(p Profile, earlier []Release, fresh Release) error {
	for _, old := range earlier {
		if old.Subject != fresh.Subject {
			continue
		}
		rule, err := Find(old.Profile)
		if err != nil {
			return err
		}
		clashes := 0
		for _, a := range old.Counts {
			for _, b := range fresh.Counts {
				if pinned(rule, a, p, b) {
					clashes++
				}
			}
		}
		if clashes > 0 {
			return &ClashError{old.ID, clashes}
		}
	}
	return nil
}

// pinned says whether two shown counts give away the hidden count of the units in which they differ.
func pinned(pa Profile, a Count, pb Profile, b Count) bool {
	small, large, ps, pl := a, b, pa, pb
	if len(a.Units) > len(b.Units) {
		small, large, ps, pl = b, a, pb, pa
	}
	if len(small.Units) == len(large.Units) || !within(small.Units, large.Units) {
		return false
	}
	rest := large.N - small.N
	if !pl.Show(rest).Hidden || rest < 0 {
		return false
	}
	s, l := ps.possible(ps.Show(small.N), false), pl.possible(pl.Show(large.N), false)
	lo, hi := max(pl.From, l.lo-s.hi), min(pl.To, l.hi-s.lo)
	return hi-lo+1 < leastOpen
}

// within says whether every word of the first list is in the second.
func within(small, large []string) bool {
	in := make(map[string]bool, len(large))
	for _, u := range large {
		in[u] = true
	}
	return !slices.ContainsFunc(small, func(u string) bool { return !in[u] })
}
