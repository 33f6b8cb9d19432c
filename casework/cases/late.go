package cases

import (
	"slices"
	"time"

	"bellwether/casework/decisions"
	"bellwether/casework/pathway"
	"bellwether/casework/workdays"
)

// lateActions are the days on which an action of the improvement plan passed its date without being verified, while the case stood above
// market management. Each is a review that was not clear: the provider is not stepped down on clear reviews from before it. What was known
// on the day counts, so that a run as of a day stays the same whatever is recorded later.
func lateActions(c Case, p *pathway.Pathway) []decisions.Line {
	versions := map[int][]Entry{}
	for _, e := range c.History {
		if e.Register == "improvements" && e.Values != nil {
			versions[e.Number] = append(versions[e.Number], e)
		}
	}
	days := map[string]bool{}
	for _, all := range versions {
		for n, v := range all {
			due, err := time.Parse(time.DateOnly, v.Values["due_on"])
			if err != nil || v.Values["verified_on"] != "" {
				continue
			}
			on := due.AddDate(0, 0, 1)
			if recorded := workdays.Day(v.At); on.Before(recorded) {
				on = recorded
			}
			if n+1 < len(all) && !workdays.Day(all[n+1].At).After(on) {
				continue // it was verified, or given another date, before that
			}
			if s, ok := p.Stage(c.stageOn(on)); ok && s.Level > 0 {
				days[on.Format(time.DateOnly)] = true
			}
		}
	}
	var out []decisions.Line
	for on := range days {
		out = append(out, decisions.Line{Kind: decisions.Review, ProviderID: c.ProviderID, On: on})
	}
	slices.SortFunc(out, func(a, b decisions.Line) int { return a.Day().Compare(b.Day()) })
	return out
}

// stageOn is the stage in which the case stood at the end of a day.
func (c *Case) stageOn(day time.Time) string {
	stage := c.Stage
	if len(c.Moves) > 0 {
		stage = c.Moves[0].From
	}
	for _, m := range c.Moves {
		if !workdays.Day(m.At).After(day) {
			stage = m.To
		}
	}
	return stage
}
