// Package casestest fills a store with cases for measurements: many cases, each with a history as long as years of work leave it.
package casestest

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"bellwether/casework/store"
)

// Fill adds cases with a number of events each. The cases differ in stage, age, what is due and what is overdue; every hundredth has a
// high risk open. Provider ids repeat every thousand cases.
func Fill(ctx context.Context, s store.Store, cases, events int, today time.Time) error {
	for n := range cases {
		batch := history(n, events, today)
		for from := 0; from < len(batch); from += store.MaxBatch {
			if _, err := s.Append(ctx, "case/"+ID(n), int64(from), batch[from:min(from+store.MaxBatch, len(batch))]...); err != nil {
				return fmt.Errorf("casestest: case %d: %w", n, err)
			}
		}
	}
	return nil
}

// ID is the id of the case with a number.
func ID(n int) string { return fmt.Sprintf("%024x", n+1) }

// stages are those in which the cases stand, by turns.
var stages = []string{"market_management", "pre_provider_concern", "decision_to_initiate", "initial_meeting", "findings_meeting", "quality_assurance", "watch", "closed"}

func history(n, events int, today time.Time) []store.NewEvent {
	opened := today.AddDate(0, 0, -(30 + n%700))
	day := func(after int) string { return opened.AddDate(0, 0, after).Format(time.DateOnly) }
	var out []store.NewEvent
	add := func(kind string, data map[string]any) {
		body, err := json.Marshal(data)
		if err != nil {
			panic(err) // maps of strings and numbers
		}
		out = append(out, store.NewEvent{Type: kind, At: opened.Add(time.Duration(len(out)) * time.Hour), Actor: fmt.Sprintf("u-%d", n%40), Data: body})
	}
	record := func(register string, number int, values map[string]string) {
		add("case.recorded", map[string]any{"register": register, "number": number, "values": values})
	}
	add("case.opened", map[string]any{"provider_id": fmt.Sprintf("1-7%06d", n%1000), "provider_name": fmt.Sprintf("Larkshire Care %d", n), "stage": stages[n%len(stages)], "text": "Concerns continue."})
	for i, role := range []string{"lead_agency", "chair", "lead_enquiry_officer"} {
		record("roles", i+1, map[string]string{"role": role, "organisation": "Larkshire Council", "name": fmt.Sprintf("Post %d", n%90), "since": day(0), "person": fmt.Sprintf("u-%d", (n+i)%40)})
	}
	if n%100 == 0 {
		record("developments", 1, map[string]string{"kind": "high_risk", "on": day(1), "what": "Nothing has changed."})
	}
	actions, meetings, risks := 0, 0, 0
	for len(out) < events {
		turn := len(out) % 10
		if actions == 0 {
			turn = 0 // nothing can be amended yet
		}
		switch turn {
		case 0, 1, 2, 3:
			actions++
			values := map[string]string{"number": fmt.Sprint(actions), "detail": "Visit on a weekend and look at the medicines charts", "owner": fmt.Sprintf("Officer %d", n%60), "organisation": "Larkshire Council",
				"meeting_date": day(actions), "due_on": day(14 + actions*9), "duty": "safeguarding"}
			if actions%6 != 0 {
				values["completed_on"], values["filed"] = day(10+actions*9), "yes"
			}
			record("actions", actions, values)
		case 4:
			meetings++
			record("meetings", meetings, map[string]string{"type": "update", "on": day(meetings * 5), "chair": "Ada Chair", "agenda": "Actions.", "minutes": "We met.", "drafted_on": day(meetings*5 + 1), "agreed_on": day(meetings*5 + 2), "circulated_on": day(meetings*5 + 4)})
		case 5:
			risks++
			record("risks", risks, map[string]string{"theme": "Medicines", "description": "Doses are missed", "likelihood": "3", "impact": "4", "controls": "Visits", "owner": "Officer", "trigger": "A harm", "review_on": day(700 + risks)})
		case 6, 7:
			add("case.ticked", map[string]any{"point": fmt.Sprintf("%s/point%d", stages[n%len(stages)], len(out)), "text": "Seen."})
		default:
			add("case.amended", map[string]any{"register": "actions", "number": actions, "values": map[string]string{"number": fmt.Sprint(actions), "detail": "Visit on a weekend and look at the medicines charts",
				"owner": fmt.Sprintf("Officer %d", n%60), "organisation": "Larkshire Council", "due_on": day(14 + actions*9), "duty": "safeguarding", "update": "Two rounds were seen.", "completed_on": day(12 + actions*9), "filed": "yes"}})
		}
	}
	return out
}
