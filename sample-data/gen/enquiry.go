package gen

import (
	"fmt"
	"sort"
)

// enquiry is a section 42 enquiry that follows a concern.
type enquiry struct {
	ref       string
	of        *concern
	started   Day
	recorded  Day
	concluded Day
	outcome   string
	risk      string
	asked     string
	achieved  string
	capacity  string
}

func (c *county) openEnquiry(r *rng, k *concern) {
	e := &enquiry{of: k, started: k.decided + Day(r.between(0, 2))}
	e.recorded = e.started + Day(r.between(0, 1))
	if e.recorded > end {
		return
	}
	e.concluded = e.started + Day(r.between(18, 75)) + Day(int(20*r.gamma(1.5)))
	e.outcome = r.pick([]choice{{58, "Risk identified - action taken"}, {7, "Risk identified - no action"}, {13, "Inconclusive - action taken"},
		{7, "Inconclusive - no action"}, {5, "No risk identified - action taken"}, {8, "No risk identified - no action"}, {2, "Ceased at individual's request"}})
	if e.outcome[:4] == "Risk" {
		e.risk = r.pick([]choice{{10, "Remains"}, {62, "Reduced"}, {28, "Removed"}})
	}
	e.asked = r.pick([]choice{{68, "Yes - outcomes expressed"}, {14, "Yes - none expressed"}, {10, "No"}, {4, "Don't know"}, {4, "Not recorded"}})
	if e.asked == "Yes - outcomes expressed" {
		e.achieved = r.pick([]choice{{64, "Fully"}, {30, "Partially"}, {6, "Not achieved"}})
	}
	e.capacity = r.pick([]choice{{44, "Lacked capacity"}, {40, "Did not lack capacity"}, {6, "Don't know"}, {10, "Not recorded"}})
	k.enquiry = e
	c.enquiries = append(c.enquiries, e)
}

// numberEnquiries gives references in the order in which enquiries were entered.
func (c *county) numberEnquiries() {
	sort.SliceStable(c.enquiries, func(i, j int) bool {
		a, b := c.enquiries[i], c.enquiries[j]
		if a.recorded != b.recorded {
			return a.recorded < b.recorded
		}
		return a.of.ref < b.of.ref
	})
	counts := map[int]int{}
	for _, e := range c.enquiries {
		y := e.recorded.year()
		counts[y]++
		e.ref = fmt.Sprintf("SE-%d-%06d", y, counts[y])
	}
}

// delay makes a few concerns very late: found in a drawer, entered after three to five months.
func (c *county) delay() {
	for i, k := range c.concerns {
		if i%640 == 77 && !k.planted && k.at != nil && !k.at.steady && k.recorded < end-160 {
			k.recorded = k.received + 84 + Day(i%50)
			k.veryLate = true
		}
	}
}

// correct writes later corrections into a small share of concerns and makes a few very late.
// The corrected row comes again, whole, in the extract of the month of its correction.
func (c *county) correct() {
	for i, k := range c.concerns {
		r := stream(c.seed, "correction", k.ref)
		if k.planted || k.at == nil || !r.chance(0.014) {
			continue
		}
		on := k.recorded + Day(r.between(35, 110))
		if on > end-10 {
			continue
		}
		rev := revision{on: on, apply: correction(i%4, k)}
		k.revisions = append(k.revisions, rev)
		c.notes.corrected = append(c.notes.corrected, k.ref)
	}
}

// correction picks a change that does change something.
func correction(kind int, k *concern) func(*concern) {
	switch {
	case kind == 0 && k.locID == "":
		return func(k *concern) { k.locID, k.postcode, k.named = k.at.id, k.at.at.postcode, k.at.name }
	case kind == 1 && k.severity != "3 - Significant":
		return func(k *concern) { k.severity = "3 - Significant" }
	case kind == 2 && k.source != "Not known":
		return func(k *concern) { k.source, k.relation = "Not known", "Not known" }
	case k.types[0] != "Organisational":
		return func(k *concern) { k.types = []string{"Organisational"} }
	default:
		return func(k *concern) { k.types = []string{"Neglect and Omission"} }
	}
}
