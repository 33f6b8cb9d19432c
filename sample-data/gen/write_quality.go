package gen

import "fmt"

var (
	visitHeader = []string{"Visit Ref", "Visit Date", "Provider", "CQC Location ID", "Visit Type", "Overall Outcome", "Involvement and Information", "Personalised Care and Support",
		"Safeguarding and Safety", "Suitability of Staffing", "Quality of Management", "Actions", "Next Visit Due", "Officer"}
	actionHeader = []string{"Action Ref", "Visit Ref", "Provider", "CQC Location ID", "Theme", "Priority", "Date Raised", "Due Date", "Date Completed", "Status", "Action"}
)

// visit is one visit of the council's quality team.
type visit struct {
	ref     string
	at      *location
	on      Day
	grades  [6]int // overall, then the five domains: 4 excellent to 1 poor
	actions int
}

var gradeWords = [5]string{"", "Poor", "Requires Improvement", "Good", "Excellent"}

// visits are the quality team's visits of the last year: about one care home in five, and the homes whose decline is planted.
func (c *county) visits() []visit {
	var out []visit
	for _, l := range c.locations {
		r := stream(c.seed, "visit", l.id)
		if !l.careHome() || l.people == 0 || !l.open(end) || (!r.chance(0.2) && l != c.cast.decline) {
			continue
		}
		v := visit{at: l, on: end - Day(r.between(20, 360))}
		base := 3
		if t := l.current(v.on); t != nil && t.overall < 3 {
			base = 2
		}
		if l == c.cast.decline {
			v.on, base = day("2026-07-08"), 2
		}
		for i := range v.grades {
			v.grades[i] = clamp(base+r.oneOfInt(0, 0, 0, 0, 1, -1), 1, 4)
		}
		v.grades[0] = base
		if !l.open(v.on) {
			continue
		}
		for _, g := range v.grades[1:] {
			if g < 3 {
				v.actions++
			}
		}
		v.ref = fmt.Sprintf("QV%03d", len(out)+1)
		out = append(out, v)
	}
	return out
}

// writeQuality makes the quality team's workbook of visits and the list of what was agreed.
func (c *county) writeQuality(out *Output) error {
	rows := [][]cell{words(visitHeader)}
	var actions [][]string
	for _, v := range c.visits() {
		line := []cell{{text: v.ref}, {on: v.on}, {text: v.at.name}, {text: v.at.id}, {text: "Announced"}}
		for _, g := range v.grades {
			line = append(line, cell{text: gradeWords[g]})
		}
		rows = append(rows, append(line, cell{text: fmt.Sprint(v.actions)}, cell{on: v.on + 365}, cell{text: "Quality team"}))
		actions = append(actions, c.actionsOf(v, len(actions))...)
	}
	data, err := workbook([]sheet{{"Notes", [][]cell{{{text: "Fictional data."}}}}, {"Visits", rows}})
	if err != nil {
		return err
	}
	out.add("quality_visits", day("2026-09-25"), "quality_visits_2026_09.xlsx", data)
	if data, err = zippedCSV("quality_actions_2026_09.csv", actionHeader, actions); err != nil {
		return err
	}
	out.add("quality_actions", day("2026-09-25"), "quality_actions_2026_09.zip", data)
	return nil
}

// actionsOf lists what a visit led to. Most of it is done within its time; at the planted home nothing is.
func (c *county) actionsOf(v visit, sofar int) [][]string {
	r := stream(c.seed, "actions", v.at.id)
	themes := []string{"", "Care planning", "Care planning", "Safeguarding", "Staffing", "Governance"}
	var out [][]string
	for i, g := range v.grades {
		if i == 0 || g >= 3 {
			continue
		}
		due := v.on + Day(r.oneOfInt(28, 42, 56))
		done, status := (due - Day(r.between(0, 20))), "Completed"
		if v.at == c.cast.decline || done > end || r.chance(0.12) {
			done, status = 0, "In progress"
		}
		out = append(out, []string{fmt.Sprintf("QA%03d", sofar+len(out)+1), v.ref, v.at.name, v.at.id, themes[i], r.oneOf("High", "Medium"), v.on.uk(), due.uk(), done.uk(), status, "As agreed."})
	}
	return out
}
