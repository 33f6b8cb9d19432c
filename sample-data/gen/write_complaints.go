package gen

import "fmt"

var complaintHeader = []string{"Reference", "Date received", "Date logged", "Stage", "Service", "Provider", "CQC Location ID", "Provider postcode",
	"Subject / Category", "Method", "Complainant type", "Complainant name", "Acknowledged date", "Due date", "Response date", "Outcome",
	"LGSCO reference", "Complaint details"}

// complaintCuts are the days up to which each complaints log runs: quarterly at first, then
// monthly, and none after the log stopped arriving.
func complaintCuts() []Day {
	var out []Day
	for _, m := range monthEnds() {
		cut := m.firstOfNext() - 1
		cut = day(cut.format("2006-01") + "-24")
		if cut > complaintsStop {
			break
		}
		month := int(cut.time().Month())
		if cut >= day("2025-01-01") || month%3 == 0 {
			out = append(out, cut)
		}
	}
	return out
}

// writeComplaints makes the complaints logs: what was logged or answered since the last one.
func (c *county) writeComplaints(out *Output) error {
	prev := start - 1
	for _, cut := range complaintCuts() {
		received := cut + 3
		rows := [][]cell{
			{{text: "Larkshire County Council: adult social care complaints log"}},
			{{text: "Extract date: " + received.uk()}},
			{},
			words(complaintHeader),
		}
		for _, k := range c.complains {
			in := func(d Day) bool { return d > prev && d <= cut }
			if k.logged <= cut && (in(k.logged) || in(k.closed)) {
				rows = append(rows, c.complaintRow(k, cut))
			}
		}
		data, err := workbook([]sheet{
			{"README", [][]cell{{{text: "Complaints about adult social care providers. Fictional data."}},
				{{text: "New and answered complaints since the last log; see the sheet Complaints."}}}},
			{"Complaints", rows},
		})
		if err != nil {
			return fmt.Errorf("complaints log of %s: %w", cut.ISO(), err)
		}
		out.add("complaints", received, fmt.Sprintf("complaints_%s.xlsx", cut.compact()), data)
		prev = cut
	}
	return nil
}

func words(from []string) []cell {
	out := make([]cell, len(from))
	for i, s := range from {
		out[i].text = s
	}
	return out
}

func (c *county) complaintRow(k *complaint, on Day) []cell {
	given, family := person(c.seed, k.ref)
	closed, outcome := k.closed, k.outcome
	if closed > on {
		closed, outcome = 0, ""
	}
	return []cell{{text: k.ref}, {on: k.received}, {on: k.logged}, {text: k.stage}, {text: service(k.at)}, {text: k.named}, {text: k.locID},
		{text: k.postcode}, {text: k.subject}, {text: k.method}, {text: k.complainant}, {text: given + " " + family}, {on: k.logged + 2},
		{on: k.logged + 28}, {on: closed}, {text: outcome}, {text: k.lgsco}, {text: "Held in the complaints system."}}
}
