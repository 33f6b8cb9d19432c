package dashboard

import (
	"strings"
	"testing"

	"bellwether/dashboard/read"
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

// Every figure that leads to its files has questions that read real tables.
func TestEveryTracedFigureReadsTables(t *testing.T) {
	for id, questions := range figureQuestions {
		tables, err := read.TablesOf(questions...)
		if err != nil || len(tables) == 0 {
			t.Errorf("%s: %v, %v", id, tables, err)
		}
	}
	if _, err := read.TablesOf("no_such_question"); err == nil {
		t.Error("a question that isn't there reads something")
	}
}

// The drawing keeps each table in its layer's column, from the figure on the left to the source on the right, and lines end at boxes.
func TestTheDrawing(t *testing.T) {
	p := draw([]string{"core.a", "core.b", "figure.x", "mart.m", "raw.r", "source.cqc_api"}, map[string][]string{"figure.x": {"mart.m"}, "mart.m": {"core.a", "core.b"}, "core.b": {"core.a"}, "core.a": {"raw.r"}, "raw.r": {"source.cqc_api"}})
	x := map[string]int{}
	for _, b := range p.Boxes {
		x[b.Kind] = b.X
		if b.X+b.W > p.Width || b.Y+boxHeight > p.Height {
			t.Errorf("the box %s lies outside", b.Text)
		}
	}
	for _, pair := range [][2]string{{"figure", "mart"}, {"mart", "core"}, {"core", "raw"}, {"raw", "source"}} {
		if x[pair[0]] >= x[pair[1]] {
			t.Errorf("%s stands right of %s", pair[0], pair[1])
		}
	}
	if len(p.Lines) != 6 || len(p.Heads) != 5 {
		t.Errorf("%d lines, %d heads", len(p.Lines), len(p.Heads))
	}
	for _, l := range p.Lines {
		ends := 0
		for _, b := range p.Boxes {
			if (l.X1 == b.X || l.X1 == b.X+b.W) && l.Y1 == b.Y+boxHeight/2 || (l.X2 == b.X || l.X2 == b.X+b.W) && l.Y2 == b.Y+boxHeight/2 {
				ends++
			}
		}
		if ends < 2 {
			t.Errorf("a line hangs in the air: %+v", l)
		}
	}
	var heads []string
	for _, h := range p.Heads {
		heads = append(heads, h.Text)
	}
	if got := strings.Join(heads, " "); got != "Figure Marts Core As delivered Source" {
		t.Error(got)
	}
}
