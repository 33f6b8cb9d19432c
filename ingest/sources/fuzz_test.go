package sources_test

import (
	"testing"

	"bellwether/ingest/capacity"
	"bellwether/ingest/complaints"
	"bellwether/ingest/contracts"
	"bellwether/ingest/cqc"
	"bellwether/ingest/finance"
	"bellwether/ingest/incidents"
	"bellwether/ingest/internal/rowtest"
	"bellwether/ingest/localregister"
	"bellwether/ingest/placements"
	"bellwether/ingest/quality"
	"bellwether/ingest/safeguarding"
	"bellwether/ingest/spend"
)

// The fuzz targets of all families' decoders stand here and not beside them: they make one test binary, which is built and linked once, and
// so every one of them can run in each build (scripts/fuzz.sh). The corpora are under testdata/fuzz.

func FuzzCapacity(f *testing.F)      { rowtest.Fuzz(f, capacity.Sources()) }
func FuzzComplaints(f *testing.F)    { rowtest.Fuzz(f, complaints.Sources()) }
func FuzzContracts(f *testing.F)     { rowtest.Fuzz(f, contracts.Sources()) }
func FuzzCQC(f *testing.F)           { rowtest.Fuzz(f, cqc.Sources()) }
func FuzzFinance(f *testing.F)       { rowtest.Fuzz(f, finance.Sources()) }
func FuzzIncidents(f *testing.F)     { rowtest.Fuzz(f, incidents.Sources()) }
func FuzzLocalRegister(f *testing.F) { rowtest.Fuzz(f, localregister.Sources()) }
func FuzzPlacements(f *testing.F)    { rowtest.Fuzz(f, placements.Sources()) }
func FuzzQuality(f *testing.F)       { rowtest.Fuzz(f, quality.Sources()) }
func FuzzSafeguarding(f *testing.F)  { rowtest.Fuzz(f, safeguarding.Sources()) }
func FuzzSpend(f *testing.F)         { rowtest.Fuzz(f, spend.Sources()) }
