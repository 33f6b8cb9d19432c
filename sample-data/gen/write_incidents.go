package gen

import "fmt"

var incidentHeader = []string{"Incident Ref", "Date of Incident", "Date Reported", "Provider", "CQC Location ID", "Incident Type", "Level of Harm", "Statutory Notification", "Person ID", "Details"}

// rateIncidents is what a place reports per person and month. The planted homes that decline report more falls and medicine errors.
const rateIncidents = 0.006

// writeIncidents makes the workbook in which the care homes' own reports of the last two months are gathered.
func (c *county) writeIncidents(out *Output) error {
	rows := [][]cell{{{text: "Larkshire County Council: incidents and notifications reported by providers"}}, words(incidentHeader)}
	n := 0
	for _, l := range c.locations {
		if !l.careHome() || l.people == 0 {
			continue
		}
		r := stream(c.seed, "incidents", l.id)
		for _, first := range []Day{day("2026-08-01"), day("2026-09-01")} {
			mean := l.people * rateIncidents
			if l == c.cast.decline || l == c.cast.cluster {
				mean *= 4
			}
			if l == c.cast.insolvent.locations[0] {
				mean = 0 // a company in trouble that stops reporting
			}
			for range r.poisson(mean) {
				on := first + Day(r.intn(29))
				reported := on + Day(r.oneOfInt(0, 1, 1, 2, 3, 6))
				if !l.open(on) || reported > end {
					continue
				}
				n++
				rows = append(rows, c.incidentRow(r, l, n, on, reported))
			}
		}
	}
	data, err := workbook([]sheet{{"Notes", [][]cell{{{text: "Fictional data."}}}}, {"Incidents", rows}})
	if err != nil {
		return err
	}
	out.add("incidents", AsOf, "incidents_2026_09.xlsx", data)
	return nil
}

func (c *county) incidentRow(r *rng, l *location, n int, on, reported Day) []cell {
	kind := r.pick([]choice{{40, "Fall - unwitnessed"}, {22, "Medication error"}, {9, "Pressure ulcer"}, {7, "Serious injury"}, {5, "Police involvement"}, {8, "Death of a person"}, {5, "DoLS"}, {4, "Allegation of abuse"}})
	if l == c.cast.decline {
		kind = r.pick([]choice{{50, "Medication error"}, {35, "Fall - unwitnessed"}, {15, "Pressure ulcer"}})
	}
	harm := r.pick([]choice{{46, "No harm"}, {36, "Low"}, {15, "Moderate"}, {3, "Severe"}})
	statutory := "No"
	switch kind {
	case "Serious injury":
		harm, statutory = "Severe", "Yes"
	case "Death of a person":
		harm, statutory = "", "Yes"
	case "Police involvement", "DoLS", "Allegation of abuse":
		statutory = "Yes"
	}
	residents := c.residentsOf(l, on)
	person := ""
	if len(residents) > 0 {
		person = residents[r.intn(len(residents))].number
	}
	return []cell{{text: fmt.Sprintf("IN%04d", n)}, {on: on}, {on: reported}, {text: l.name}, {text: l.id}, {text: kind}, {text: harm}, {text: statutory}, {text: person}, {text: "See the provider's form."}}
}
