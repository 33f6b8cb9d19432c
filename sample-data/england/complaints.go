package england

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"time"
)

// complaint is an entry of a complaints log, which comes again when it is answered.
type complaint struct {
	ref              string
	at               *place
	received, closed time.Time
	theme, outcome   string
	n                int
}

var (
	themes = []choice{{34, "Quality of care"}, {16, "Staff conduct"}, {12, "Communication"}, {10, "Missed or late visits"}, {9, "Charging"}, {7, "Medication"}, {6, "Safety"},
		{4, "Environment and cleanliness"}, {2, "Food and nutrition"}}
	outcomes = []choice{{28, "Upheld"}, {30, "Partially upheld"}, {36, "Not upheld"}, {6, "Withdrawn"}}
)

func (c *country) writeComplaints(r *rand.Rand, first, last time.Time, days int, stamp string) error {
	out := newSheet(complaintHeader)
	still := c.unanswered[:0]
	for _, k := range c.unanswered {
		if k.closed.After(last) {
			still = append(still, k)
			continue
		}
		k.outcome = drawn(r, outcomes)
		c.complaintRow(out, k, true)
	}
	c.unanswered = still
	for range c.share(Complaints, days) {
		k := &complaint{received: first.AddDate(0, 0, r.IntN(days)), theme: drawn(r, themes)}
		if k.at = c.care.on(r, k.received); k.at == nil {
			continue
		}
		c.next.complaint++
		k.n, k.ref = c.next.complaint, fmt.Sprintf("CO-%08d", c.next.complaint)
		k.closed = k.received.AddDate(0, 0, 5+r.IntN(40))
		c.counts.Complaints++
		if k.closed.After(last) {
			c.unanswered = append(c.unanswered, k)
			c.complaintRow(out, k, false)
			continue
		}
		k.outcome = drawn(r, outcomes)
		c.complaintRow(out, k, true)
	}
	return c.put("complaints", last.AddDate(0, 0, 1), "complaints_"+stamp+".csv", out.bytes())
}

func (c *country) complaintRow(out *sheet, k *complaint, answered bool) {
	name, id, postcode := named(k.at, k.n)
	closed := ""
	if answered {
		closed = uk(k.closed)
	}
	out.row(k.ref, uk(k.received), uk(k.received), "Stage 1", "Care", name, id, postcode, k.theme, "E-mail", "Family", person(k.n), "", "", closed, k.outcome, "", "Held in the complaints system.")
	c.counts.ComplaintRows++
}

// writePlacements makes the yearly lists of care packages: each names what runs on its day and what ended in the year before. A package
// lasts some two and a half years, so that it stands on two or three lists.
func (c *country) writePlacements() error {
	r := c.rng(5, 0)
	type care struct {
		ref, person int
		at          *place
		from, to    time.Time
		cost        int
	}
	span := int(Last.Sub(First).Hours()/24) + 700
	var all []care
	for i := range c.scaled(Placements) {
		from := First.AddDate(0, 0, r.IntN(span)-700)
		p := c.care.on(r, from)
		if p == nil {
			continue
		}
		all = append(all, care{ref: i, person: p.firstAdult + r.IntN(p.adults), at: p, from: from, to: from.AddDate(0, 0, 60+int(r.ExpFloat64()*800)), cost: 400 + r.IntN(1400)})
	}
	c.counts.Placements = len(all)
	needs := []string{"Physical Support - Personal Care Support", "Support with Memory and Cognition", "Learning Disability Support", "Mental Health Support"}
	kinds := map[int]string{nursing: "Nursing care", residential: "Residential care", homeCare: "Home care", living: "Supported living"}
	for on := Last.AddDate(-9, 0, 0); !on.After(Last); on = on.AddDate(1, 0, 0) {
		out := newSheet(placementHeader)
		for _, v := range all {
			if v.from.After(on) || v.to.Before(on.AddDate(-1, 0, 0)) {
				continue
			}
			name, id, postcode := named(v.at, v.ref)
			ended, why := "", ""
			if v.to.Before(on) {
				ended, why = uk(v.to), "Deceased"
			}
			hours := ""
			if v.at.kind == homeCare {
				hours = "14"
			}
			out.row("CP"+strconv.Itoa(v.ref), "P"+strconv.Itoa(v.person), "", v.at.at.authority+" Council", name, id, postcode, kinds[v.at.kind], needs[v.ref%len(needs)], "Moderate", "Council",
				pounds(v.cost), hours, uk(v.from), ended, why)
			c.counts.PlacementRows++
		}
		if err := c.put("placements", on.AddDate(0, 0, 1), "placements_"+on.Format("2006")+".csv", out.bytes()); err != nil {
			return err
		}
	}
	return nil
}
