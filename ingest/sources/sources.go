// Package sources gathers the feeds of every family.
package sources

import (
	"slices"

	"bellwether/ingest"
	"bellwether/ingest/capacity"
	"bellwether/ingest/complaints"
	"bellwether/ingest/contracts"
	"bellwether/ingest/cqc"
	"bellwether/ingest/finance"
	"bellwether/ingest/incidents"
	"bellwether/ingest/localregister"
	"bellwether/ingest/placements"
	"bellwether/ingest/quality"
	"bellwether/ingest/safeguarding"
	"bellwether/ingest/spend"
)

// All lists every feed, in the order in which they are loaded: the register first, so that what follows can be matched to it.
func All() []ingest.Source {
	return slices.Concat(cqc.Sources(), localregister.Sources(), safeguarding.Sources(), complaints.Sources(), contracts.Sources(), finance.Sources(),
		placements.Sources(), capacity.Sources(), incidents.Sources(), quality.Sources(), spend.Sources())
}
