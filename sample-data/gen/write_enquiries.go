package gen

import "fmt"

var enquiryHeader = []string{"Enquiry Ref", "Concern Ref", "Allegation No", "Date Enquiry Started", "Date Enquiry Concluded", "Date Recorded",
	"Type of Abuse", "Location of Abuse", "Source of Risk", "Relationship to Adult", "Referrer Type", "Provider Named", "CQC Location ID",
	"Provider Postcode", "Adult ID", "Alleged Person ID", "Placing Authority", "Enquiry Outcome", "Risk Outcome", "Desired Outcomes Asked",
	"Outcomes Achieved", "Mental Capacity", "Adult Name", "Enquiry Notes"}

// writeEnquiries makes the enquiry extracts, quarterly at first and monthly from 2025: those
// entered in the period, and those concluded in it once more. One row per allegation, in the Windows encoding that this report uses.
func (c *county) writeEnquiries(out *Output) error {
	prev := start - 1
	for _, m := range monthEnds() {
		if m < day("2025-01-01") && int(m.time().Month())%3 != 0 {
			continue
		}
		var first, second [][]string
		for _, e := range c.enquiries {
			in := func(d Day) bool { return d > prev && d <= m }
			if e.recorded > m || !(in(e.recorded) || in(e.concluded)) {
				continue
			}
			rows := c.enquiryRows(e, m)
			first = append(first, rows[0])
			second = append(second, rows[1:]...)
		}
		// Second allegations come after all first ones: the rows of one enquiry need not be neighbours.
		data, err := csvBytes(enquiryHeader, append(first, second...), true)
		if err != nil {
			return err
		}
		out.add("safeguarding_enquiries", m+1, fmt.Sprintf("safeguarding_enquiries_%s.csv", m.compact()), windows1252(data))
		prev = m
	}
	return nil
}

func (c *county) enquiryRows(e *enquiry, on Day) [][]string {
	k := e.of.asOf(on)
	given, family := person(c.seed, k.adult)
	shown := *e
	notes := ""
	if e.concluded > on {
		shown.concluded, shown.outcome, shown.risk, shown.asked, shown.achieved = 0, "", "", "", ""
	} else if stream(c.seed, "notes", e.ref).chance(0.06) {
		notes = "Closed – provider’s plan agreed; cost £0."
	}
	var rows [][]string
	for i, t := range k.types {
		rows = append(rows, []string{e.ref, k.ref, fmt.Sprint(i + 1), e.started.dashed(), shown.concluded.dashed(), e.recorded.dashed(), t, k.where,
			k.source, k.relation, k.referrer, k.named, k.locID, k.postcode, k.adult, k.alleged, k.placing, shown.outcome, shown.risk,
			shown.asked, shown.achieved, e.capacity, given + " " + family, notes})
	}
	return rows
}

// windows1252 encodes the few characters beyond ASCII that this package writes.
func windows1252(utf8 []byte) []byte {
	out := make([]byte, 0, len(utf8))
	for _, r := range string(utf8) {
		switch {
		case r == '–':
			out = append(out, 0x96)
		case r == '’':
			out = append(out, 0x92)
		case r < 0x80 || (r >= 0xa0 && r <= 0xff):
			out = append(out, byte(r))
		default:
			out = append(out, '?')
		}
	}
	return out
}
