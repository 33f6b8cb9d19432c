package dashboard

import (
	"testing"
)

func TestTheWayFromAFigureToItsFiles(t *testing.T) {
	st := newSite(t, county(t))
	st.play(t, []scenario{
		{"chair", "/data", 200, []string{"From a figure to its files, drawn", "Data dictionary", "Intelligence typed by people", "22 Sep 2026", "Longest since", "read by contract safeguarding_concern 1"}, nil},
		{"chair", "/data/lineage", 200, []string{"rests on", "Made from", "<svg", "The same as a table"}, []string{"<no value>", "%!", " style="}},
		{"chair", "/data/lineage?figure_id=rate", 200, []string{"The figure “rate” rests on", "figure rate", "mart.market_week"}, nil},
		{"admin", "/data/lineage?table=none", 200, []string{"rests on"}, nil},
		{"chair", "/data/lineage?table=secrets", 200, []string{"table “secrets” isn&#39;t known here"}, []string{"secrets rests"}},
		{"chair", "/data/lineage?figure_id=%3Cscript%3E", 200, []string{"isn&#39;t known here"}, []string{"<script>“"}},
		{"chair", "/data/dictionary", 200, []string{"Data dictionary", "safeguarding_concern", "pseudonym (person)", "dropped"}, []string{"<no value>"}},
		{"chair", "/data/dictionary?q=complaint", 200, []string{"complaint"}, []string{"t-spend_line"}},
		{"chair", "/data/dictionary?q=zzzzz", 200, []string{"No field fits"}, nil},
	})
}
