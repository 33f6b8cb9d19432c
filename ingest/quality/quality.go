// Package quality reads the outcomes of monitoring visits and audits, and the action plans that came of them.
//
// Visits and actions often stand on two sheets of one workbook: deliver it to both sources, and each reads its own sheet. What an
// officer wrote is never read; outcomes, domains and dates are.
package quality

import (
	"bellwether/ingest"
	"bellwether/ingest/tabular"
)

var extensions = []string{".xlsx", ".csv", ".ods", ".gz", ".zip"}

// Sources lists the feeds of this family.
func Sources() []ingest.Source {
	return []ingest.Source{
		{Name: "quality_visits", Title: "Quality visits", Tables: []string{"quality_visit"}, Decoder: tabular.Spec{Table: "quality_visit", Needed: []string{"overall"}},
			Extensions: extensions, DefaultIntervalDays: 92, Family: "quality"},
		{Name: "quality_actions", Title: "Action plans", Tables: []string{"quality_action"}, Decoder: tabular.Spec{Table: "quality_action", Needed: []string{"due_on"}, Finish: finishAction},
			Extensions: extensions, DefaultIntervalDays: 92, Family: "quality"},
	}
}

// finishAction reads an action with a day of completion as completed, and one without either as open.
func finishAction(cells []string, field func(string) int) {
	done, status := field("completed_on"), field("status")
	if done < 0 || status < 0 || cells[status] != "" {
		return
	}
	if cells[status] = "open"; cells[done] != "" {
		cells[status] = "completed"
	}
}
