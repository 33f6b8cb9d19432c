// Package capacity reads extracts of the capacity tracker: beds, vacancies by type, staff, and whether a service takes new people.
//
// A service that does not answer keeps its old entry in the extract. What it said and when it said so therefore belong together;
// whether it missed its monthly update is worked out by the models from the dates.
package capacity

import (
	"strconv"
	"strings"

	"bellwether/ingest"
	"bellwether/ingest/tabular"
)

// Sources lists the feeds of this family.
func Sources() []ingest.Source {
	return []ingest.Source{{
		Name: "capacity", Title: "Capacity", Tables: []string{"capacity"},
		Decoder:    tabular.Spec{Table: "capacity", Needed: []string{"updated_at"}, Finish: finish},
		Extensions: []string{".csv", ".xlsx", ".ods", ".gz", ".zip"}, DefaultIntervalDays: 31, Steady: true, Family: "capacity",
	}}
}

// finish writes ids as the register does, reads the status word where the yes-or-no column is missing, and works out the one of
// capacity, beds in use and vacancies that was left out. It never corrects one that was given.
func finish(cells []string, field func(string) int) {
	if i := field("location_id"); i >= 0 {
		cells[i] = strings.ToUpper(cells[i])
	}
	if open, status := field("accepting_admissions"), field("admission_status"); open >= 0 && status >= 0 && cells[open] == "" {
		cells[open] = admissions(cells[status])
	}
	beds, used, free := field("beds"), field("occupied"), field("vacancies")
	if beds < 0 || used < 0 || free < 0 {
		return
	}
	b, noBeds := strconv.Atoi(cells[beds])
	u, noUsed := strconv.Atoi(cells[used])
	v, noFree := strconv.Atoi(cells[free])
	switch {
	case noUsed != nil && noBeds == nil && noFree == nil && b >= v && cells[used] == "":
		cells[used] = strconv.Itoa(b - v)
	case noFree != nil && noBeds == nil && noUsed == nil && b >= u && cells[free] == "":
		cells[free] = strconv.Itoa(b - u)
	}
}

// admissions reads the words by which a service says whether it takes new people. Other words stay unknown.
func admissions(status string) string {
	switch s := strings.ToLower(strings.TrimSpace(status)); {
	case s == "":
		return ""
	case strings.HasPrefix(s, "closed"), strings.HasPrefix(s, "not accepting"), strings.HasPrefix(s, "suspended"):
		return "false"
	case strings.HasPrefix(s, "open"), strings.HasPrefix(s, "accepting"):
		return "true"
	}
	return ""
}
