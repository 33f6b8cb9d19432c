package datapages

import (
	"strings"
	"testing"

	"bellwether/dashboard/read"
)

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
