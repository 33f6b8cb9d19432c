package england

import (
	"fmt"
	"math/rand/v2"
	"time"
)

// concern is a safeguarding concern whose decision a later extract may bring.
type concern struct {
	ref                        string
	at                         *place // nil where no provider is named
	received, recorded, decide time.Time
	decision, enquiry          string
	types, where               string
	source, relation, referrer string
	adult, staff               int
	council, severity          int
}

// enquiry is a section 42 enquiry that a later extract brings again when it is concluded.
type enquiry struct {
	of                 *concern
	started, concluded time.Time
}

// writePeriod makes the extracts of the days from first to last: what was entered, decided or concluded in them.
func (c *country) writePeriod(first, last time.Time, stamp string) error {
	r := c.rng(3, uint64(first.Unix()))
	days := int(last.Sub(first).Hours()/24) + 1
	if err := c.writeSafeguarding(r, first, last, days, stamp); err != nil {
		return err
	}
	return c.writeComplaints(c.rng(4, uint64(first.Unix())), first, last, days, stamp)
}

// share is how much of ten years' events falls into some days.
func (c *country) share(total, days int) int {
	return max(int(float64(total)*c.opt.Scale*float64(days)/(years*365.25)+0.5), 1)
}

func (c *country) writeSafeguarding(r *rand.Rand, first, last time.Time, days int, stamp string) error {
	out, more := newSheet(concernHeader), newSheet(enquiryHeader)
	still := c.open[:0]
	for _, e := range c.open {
		if e.concluded.After(last) {
			still = append(still, e)
			continue
		}
		c.enquiryRows(e, more, last)
	}
	c.open = still
	for _, k := range c.pending {
		k.decideOn(first.AddDate(0, 0, r.IntN(days)), r)
		c.enquire(k, more, last, r)
		out.row(k.row(last)...)
		c.counts.ConcernRows++
	}
	c.pending = c.pending[:0]
	for range c.share(Concerns, days) {
		k := c.concern(r, first, days, last)
		if k.received.AddDate(0, 0, r.IntN(10)).After(last) || r.Float64() < 0.05 {
			c.pending = append(c.pending, k)
		} else {
			k.decideOn(k.received.AddDate(0, 0, r.IntN(5)), r)
			if k.decide.After(last) {
				k.decide = last
			}
			c.enquire(k, more, last, r)
		}
		out.row(k.row(last)...)
		c.counts.Concerns++
		c.counts.ConcernRows++
	}
	if err := c.put("safeguarding_concerns", last.AddDate(0, 0, 1), "safeguarding_concerns_"+stamp+".csv", out.bytes()); err != nil {
		return err
	}
	return c.put("safeguarding_enquiries", last.AddDate(0, 0, 1), "safeguarding_enquiries_"+stamp+".csv", more.bytes())
}

// concern draws one concern. 55 in a hundred name a provider, and three in five of those say that it was the source of the risk: about
// what the national collection shows.
func (c *country) concern(r *rand.Rand, first time.Time, days int, last time.Time) *concern {
	c.next.concern++
	k := &concern{ref: fmt.Sprintf("SC-%08d", c.next.concern), received: first.AddDate(0, 0, r.IntN(days)), council: r.IntN(authorities), severity: 1 + min(int(r.ExpFloat64()), 3)}
	k.recorded = k.received.AddDate(0, 0, r.IntN(4))
	if k.recorded.After(last) {
		k.recorded = last
	}
	k.where, k.types, k.adult = "Own home", drawn(r, types), 40_000_000+r.IntN(5_000_000)
	if r.Float64() < 0.06 {
		if second := drawn(r, types); second != k.types {
			k.types += "; " + second
		}
	}
	k.source, k.relation, k.referrer = "Known to individual - family or friend", "Family or friend", drawn(r, referrers)
	if r.Float64() >= 0.55 {
		return k
	}
	if k.at = c.care.on(r, k.received); k.at == nil {
		return k
	}
	k.where = wheres[k.at.kind]
	k.adult = k.at.firstAdult + r.IntN(k.at.adults)
	switch x := r.Float64(); {
	case x < 0.60:
		k.source, k.relation = "Service provider - staff", "Paid worker - this provider"
		if r.Float64() < 0.4 {
			k.staff = k.at.firstAdult/3 + r.IntN(max(k.at.adults/6, 3)) + 1
		}
	case x < 0.78:
		k.source, k.relation = "Not known", "Not known"
	case x < 0.92:
		k.source, k.relation = "Known to individual - other service user", "Other resident or service user"
	}
	return k
}

func (k *concern) decideOn(on time.Time, r *rand.Rand) {
	k.decide = on
	switch x := r.Float64(); { // 1.9 of 6.4 million become enquiries
	case x < float64(Enquiries)/Concerns:
		k.decision, k.enquiry = "Section 42 enquiry", "SE-"+k.ref[3:]
	case x < 0.36:
		k.decision = "Other safeguarding enquiry (non-statutory)"
	default:
		k.decision = "No further safeguarding action"
	}
}

// enquire opens the enquiry that a decision asks for, and writes it as it is entered.
func (c *country) enquire(k *concern, more *sheet, last time.Time, r *rand.Rand) {
	if k.enquiry == "" {
		return
	}
	e := &enquiry{of: k, started: k.decide, concluded: k.decide.AddDate(0, 0, 20+r.IntN(120))}
	c.counts.Enquiries++
	c.enquiryRows(e, more, last)
	c.open = append(c.open, e)
}

func (c *country) enquiryRows(e *enquiry, more *sheet, last time.Time) {
	c.counts.EnquiryRows += e.write(more, last)
}

// choice is a word with its weight in a hundred.
type choice struct {
	weight float64
	word   string
}

func drawn(r *rand.Rand, from []choice) string {
	x := r.Float64() * 100
	for _, c := range from {
		if x -= c.weight; x < 0 {
			return c.word
		}
	}
	return from[0].word
}

var (
	types = []choice{{32, "Neglect and Omission"}, {20, "Physical"}, {15, "Emotional or Psychological"}, {13, "Financial"}, {6, "Organisational"}, {5, "Sexual"},
		{4, "Domestic abuse"}, {4, "Self-neglect"}, {1, "Discriminatory"}}
	referrers = []choice{{34, "Care provider - manager or staff"}, {16, "Health - hospital"}, {14, "Health - GP or community"}, {13, "Social care staff"}, {10, "Family or friend"},
		{6, "Ambulance service"}, {4, "Police"}, {2, "CQC"}, {1, "Anonymous"}}
	wheres = map[int]string{nursing: "Care Home - nursing", residential: "Care Home - residential", living: "Supported living", homeCare: "Own home"}
)
