package gen

import (
	"fmt"
	"sort"
)

// complaint is one entry of the council's complaints log.
type complaint struct {
	seq                                    int
	ref                                    string
	at                                     *location
	received, logged                       Day
	closed                                 Day
	stage, subject, method, complainant    string
	named, locID, postcode, outcome, lgsco string
}

const rateComplaints = 0.008

// makeComplaints draws the complaints log up to the day on which it stops arriving.
func (c *county) makeComplaints() {
	for _, l := range c.locations {
		if l.people > 0 {
			c.complaintsOf(l)
		}
	}
	sort.SliceStable(c.complains, func(i, j int) bool {
		a, b := c.complains[i], c.complains[j]
		if a.logged != b.logged {
			return a.logged < b.logged
		}
		return a.seq < b.seq
	})
	counts := map[int]int{}
	for _, k := range c.complains {
		y := k.logged.year()
		counts[y]++
		k.ref = fmt.Sprintf("CO-%d-%04d", y, counts[y])
	}
}

func (c *county) complaintsOf(l *location) {
	r := stream(c.seed, "complaints", l.id)
	scale := l.people / weeksInMonth * rateComplaints * l.complaints
	if !l.careHome() {
		scale *= 0.6
	}
	carry := r.float()
	for monday := start.monday(); monday <= complaintsStop; monday += 7 {
		mean := scale * market(monday+3) * l.factor(monday+3, true)
		n := 0
		if l.steady {
			carry += mean
			n = int(carry)
			carry -= float64(n)
		} else {
			n = r.negbin(mean, dispersion)
		}
		for range n {
			c.complain(r, l, monday+Day(r.intn(7)))
		}
	}
}

func (c *county) complain(r *rng, l *location, on Day) {
	if on < start || on > complaintsStop || !l.open(on) {
		return
	}
	k := &complaint{seq: len(c.complains), at: l, received: on, logged: on + Day(r.between(0, 6))}
	if k.logged > complaintsStop {
		return
	}
	k.closed = k.logged + Day(r.between(14, 60))
	k.stage = r.pick([]choice{{86, "Stage 1"}, {11, "Stage 2"}, {3, "Ombudsman"}})
	if k.stage == "Ombudsman" {
		k.lgsco = fmt.Sprintf("%02d 9%02d %03d", on.year()%100, r.intn(100), r.intn(1000))
	}
	k.subject = r.pick([]choice{{24, "Quality of care"}, {14, "Communication"}, {12, "Staff conduct"}, {9, "Charging"}, {9, "Medication"},
		{8, "Dignity and respect"}, {7, "Food and nutrition"}, {7, "Environment and cleanliness"}, {6, "Safety"}, {4, "Other"}})
	if !l.careHome() && r.chance(0.45) {
		k.subject = "Missed or late visits"
	}
	if l.factor(on, true) > 1.5 {
		k.subject = r.pick([]choice{{40, "Quality of care"}, {24, "Safety"}, {20, "Medication"}, {16, "Staff conduct"}})
	}
	k.method = r.pick([]choice{{46, "Email"}, {26, "Telephone"}, {12, "Letter"}, {13, "Web form"}, {3, "In person"}})
	k.complainant = r.pick([]choice{{70, "Relative or friend"}, {13, "Person receiving care"}, {7, "Advocate"}, {7, "Professional"}, {3, "Anonymous"}})
	k.outcome = r.pick([]choice{{28, "Upheld"}, {27, "Partially upheld"}, {39, "Not upheld"}, {6, "Withdrawn"}})
	k.named = typed(r, l)
	if r.chance(0.82) {
		k.locID = l.id
	}
	if r.chance(0.6) {
		k.postcode = l.at.postcode
	}
	c.complains = append(c.complains, k)
}

func service(l *location) string {
	return map[string]string{nursing: "Nursing care", residential: "Residential care", homeCare: "Home care",
		livingKind: "Supported living", extraCare: "Extra care"}[l.kind]
}
