// Package localregister reads the council's own list of services that CQC does not register: day services, accommodation-based
// support, advice and information, and services elsewhere in which the council's people live.
//
// Such a service has an id of the council's own. It takes the place of a CQC location id in every other feed.
package localregister

import (
	"strings"

	"bellwether/ingest"
	"bellwether/ingest/tabular"
)

// Prefix stands before the council's reference of a service, so that no local id can be taken for one of CQC's.
const Prefix = "LOCAL-"

// Sources lists the feeds of this family.
func Sources() []ingest.Source {
	return []ingest.Source{{
		Name: "local_register", Title: "Local register", Tables: []string{"local_service"},
		Decoder:    tabular.Spec{Table: "local_service", Finish: finish},
		Extensions: []string{".csv", ".xlsx", ".ods", ".gz", ".zip"}, DefaultIntervalDays: 92, Family: "register",
	}}
}

// finish gives the service its id, and reads one with a day of closing as closed.
func finish(cells []string, field func(string) int) {
	ref, closed, status := field("service_ref"), field("closed_on"), field("status")
	if ref >= 0 && cells[ref] != "" {
		cells[ref] = Prefix + strings.TrimPrefix(strings.ToUpper(cells[ref]), Prefix)
	}
	if closed >= 0 && status >= 0 && cells[status] == "" {
		if cells[status] = "open"; cells[closed] != "" {
			cells[status] = "closed"
		}
	}
}
