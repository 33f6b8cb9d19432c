package gen

import "fmt"

var placementHeader = []string{"Placement Ref", "Person ID", "Person Name", "Placing Authority", "Provider", "CQC Location ID", "Provider Postcode",
	"Service Type", "Primary Need", "Support Level", "Funding", "Weekly Cost", "Weekly Hours", "Start Date", "End Date", "End Reason"}

// writePlacements makes the council's list of care packages at the end of the county's time: what runs, and what ended in the
// quarter before.
func (c *county) writePlacements(out *Output) error {
	on := end
	var rows [][]string
	for n, l := range c.locations {
		if !l.open(on) || l.people == 0 {
			continue
		}
		for _, v := range c.residentsOf(l, on) {
			if listed(c, v) {
				rows = append(rows, c.placementRow(n, v, on))
			}
		}
		for _, v := range c.residentsOf(l, on-92) {
			if listed(c, v) && v.to <= on {
				rows = append(rows, c.placementRow(n, v, on))
			}
		}
	}
	data, err := zippedCSV(fmt.Sprintf("placements_%s.csv", on.compact()), placementHeader, rows)
	if err != nil {
		return err
	}
	out.add("placements", on+1, fmt.Sprintf("placements_%s.zip", on.compact()), data)
	return nil
}

// listed says whether the council knows of a package: its own always, other authorities' in part, because not all of them tell.
func listed(c *county, v resident) bool {
	switch v.payer {
	case "council", "joint":
		return true
	case "other":
		return stream(c.seed, "told", v.number).chance(0.4)
	}
	return false
}

func (c *county) placementRow(n int, v resident, on Day) []string {
	l := v.at
	r := stream(c.seed, "package", v.number)
	name := ""
	if r.chance(0.2) { // most exports leave the name out
		given, family := person(c.seed, v.number)
		name = given + " " + family
	}
	funding := map[string]string{"council": "Council", "joint": "Joint funded", "other": "Other local authority"}[v.payer]
	need := r.pick([]choice{{52, "Physical Support - Personal Care Support"}, {34, "Support with Memory and Cognition"}, {5, "Mental Health Support"}, {9, "Physical Support - Access and Mobility Only"}})
	if l.learning {
		need = r.pick([]choice{{84, "Learning Disability Support"}, {16, "Mental Health Support"}})
	}
	level := r.oneOfInt(0, 0, 0, 1, 1, 2)
	if l.learning && r.chance(0.12) {
		level = 3
	}
	cost, hours := c.fee(l, level)
	named, id := l.name, l.id
	if r.chance(0.05) {
		named = typed(r, l)
	}
	if r.chance(0.06) {
		id = ""
	}
	ended, why := "", ""
	if v.to <= on {
		ended, why = (v.to - 1).uk(), r.pick([]choice{{60, "Deceased"}, {25, "Moved to another service"}, {15, "Returned home"}})
	}
	return []string{fmt.Sprintf("CP%d-%d-%d", n, v.place, v.stay%10), v.number, name, v.authority, named, id, l.at.postcode,
		service(l), need, []string{"Low", "Moderate", "High", "1:1"}[level], funding, cost, hours, v.from.uk(), ended, why}
}

// fee is what the council pays a week: a home has its own rate, and three steps above it.
func (c *county) fee(l *location, level int) (cost, hours string) {
	r := stream(c.seed, "fee", l.residents)
	base := map[string]float64{nursing: 1010, residential: 790, livingKind: 1180, extraCare: 390}[l.kind]
	if l.learning && l.kind == residential {
		base = 1690
	}
	if l.kind == homeCare {
		n := []int{7, 14, 21, 28}[level]
		return pounds(float64(n) * (22.5 + float64(r.intn(8))/2)), fmt.Sprint(n)
	}
	return pounds((base + float64(r.intn(25))*8) * []float64{1, 1.08, 1.2, 1.6}[level]), ""
}

func pounds(x float64) string {
	pence := int(x*100 + 0.5)
	s := fmt.Sprintf("%d.%02d", pence/100, pence%100)
	if n := len(s); n > 6 {
		s = s[:n-6] + "," + s[n-6:]
	}
	return "£" + s
}

var returnHeader = []string{"Provider", "CQC Location ID", "List Date", "Due Date", "Date Returned", "Last Chased", "Placing Authority", "Payer", "People", "Completed By"}

// writePlacementReturns makes the yearly lists that care homes owe: how many people each authority placed with them. One home in
// eight has not answered, and some of those were chased.
func (c *county) writePlacementReturns(out *Output) error {
	on, due := day("2026-03-31"), day("2026-05-29")
	var rows [][]string
	for _, l := range c.locations {
		if !l.careHome() || !l.open(on) || !l.open(end) {
			continue
		}
		r := stream(c.seed, "placement list", l.residents)
		head := []string{l.name, l.id, on.uk(), due.uk()}
		if r.chance(0.12) || l.provider == c.cast.insolvent {
			chased := ""
			if r.chance(0.7) {
				chased = (due + 21).uk()
			}
			rows = append(rows, append(head, "", chased, "", "", "", ""))
			continue
		}
		given, family := person(c.seed, "home "+l.residents)
		returned := due - Day(r.between(0, 30)) + Day(r.oneOfInt(0, 0, 0, 0, 12, 40))
		add := func(authority, payer string, n int) {
			if n > 0 {
				rows = append(rows, append(append([]string{}, head...), returned.uk(), "", authority, payer, fmt.Sprint(n), given+" "+family))
			}
		}
		counts := map[string]int{}
		for _, v := range c.residentsOf(l, on) {
			counts[v.authority]++
		}
		add(council, "Council", counts[council])
		for _, o := range otherPlacers {
			add(o.value, "Council", counts[o.value])
		}
		add("NHS Larkshire Integrated Care Board", "NHS", counts["NHS Larkshire Integrated Care Board"])
		add("Self-funded", "Self-funded", counts[""])
	}
	data, err := zippedCSV("placement_lists_2026.csv", returnHeader, rows)
	if err != nil {
		return err
	}
	out.add("placement_returns", day("2026-09-18"), "placement_lists_2026.zip", data)
	return nil
}
