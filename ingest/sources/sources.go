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
	"bellwether/ingest/placements"
	"bellwether/ingest/safeguarding"
)

// All lists every feed, in the order in which they are loaded: the register first, so that what follows can be matched to it.
func All() []ingest.Source {
	return slices.Concat(cqc.Sources(), safeguarding.Sources(), complaints.Sources(), contracts.Sources(), finance.Sources(),
		placements.Sources(), capacity.Sources())
}
