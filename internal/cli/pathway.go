package cli

import (
	"fmt"
	"os"
	"strings"

	"bellwether/casework/pathway"
)

type pathwayCmd struct {
	Draw  pathwayDrawCmd  `cmd:"" help:"Draw a pathway for Graphviz, Mermaid or as a text."`
	Check pathwayCheckCmd `cmd:"" help:"Check a pathway of your own: no stage unreachable, no way without an end, every point cited."`
}

type pathwayDrawCmd struct {
	Pathway string `arg:"" optional:"" help:"A form that ships (four-steps, joined) or a file." default:"joined"`
	As      string `help:"dot, mermaid or text." enum:"dot,mermaid,text" default:"text"`
}

// Help gives an example.
func (pathwayDrawCmd) Help() string {
	return "Exit codes: 0 drawn, 2 no such pathway or not a sound one.\n\nExample:\n  bellwether pathway draw joined --as dot | dot -Tsvg > pathway.svg"
}

// Run draws.
func (c pathwayDrawCmd) Run(s *session) error {
	p, err := loadPathway(c.Pathway)
	if err != nil {
		return err
	}
	if s.JSON {
		return printJSON(s.Stdout, p)
	}
	switch c.As {
	case "dot":
		_, err = fmt.Fprint(s.Stdout, p.Dot())
	case "mermaid":
		_, err = fmt.Fprint(s.Stdout, p.Mermaid())
	default:
		_, err = fmt.Fprint(s.Stdout, textOf(p))
	}
	return err
}

// textOf writes the stages in order, each with its points and the moves that leave it.
func textOf(p *pathway.Pathway) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n", p.Title)
	for _, st := range p.Stages {
		limit := ""
		if st.Days > 0 {
			limit = fmt.Sprintf(", at most %d days", st.Days)
		}
		fmt.Fprintf(&b, "\n%s (level %d%s)\n", st.Title, st.Level, limit)
		for _, i := range st.Checklist {
			fmt.Fprintf(&b, "  [ ] %s (%s)\n", i.Text, i.From)
		}
		for _, m := range p.MovesFrom(st.ID) {
			to, _ := p.Stage(m.To)
			fmt.Fprintf(&b, "   -> %s: %s, needs %s\n", m.Title, to.Title, strings.Join(m.Needs, ", "))
		}
	}
	for _, t := range p.Tracks {
		fmt.Fprintf(&b, "\nBeside the stages: %s\n", t.Title)
		for _, i := range t.Checklist {
			fmt.Fprintf(&b, "  [ ] %s (%s)\n", i.Text, i.From)
		}
	}
	return b.String()
}

type pathwayCheckCmd struct {
	Pathway string `arg:"" help:"A form that ships (four-steps, joined) or a file."`
}

// Help gives an example.
func (pathwayCheckCmd) Help() string {
	return "Exit codes: 0 sound, 2 not found or not sound; the message names what is wrong and where.\n\nExample:\n  bellwether pathway check our-pathway.yml"
}

// Run checks.
func (c pathwayCheckCmd) Run(s *session) error {
	p, err := loadPathway(c.Pathway)
	if err != nil {
		return err
	}
	result := struct {
		Name   string `json:"name"`
		Stages int    `json:"stages"`
		Moves  int    `json:"moves"`
		Tracks int    `json:"tracks"`
		Points int    `json:"points"`
	}{p.Name, len(p.Stages), len(p.Moves), len(p.Tracks), 0}
	for _, st := range p.Stages {
		result.Points += len(st.Checklist)
	}
	for _, t := range p.Tracks {
		result.Points += len(t.Checklist)
	}
	if s.JSON {
		return printJSON(s.Stdout, result)
	}
	_, err = fmt.Fprintf(s.Stdout, "%s is sound: %d stages, %d moves, %d processes beside them, %d points, each with the clause it comes from.\n",
		result.Name, result.Stages, result.Moves, result.Tracks, result.Points)
	return err
}

// loadPathway loads a form that ships, or a file.
func loadPathway(name string) (*pathway.Pathway, error) {
	p, err := pathway.Shipped(name)
	if err == nil {
		return p, nil
	}
	src, ferr := os.ReadFile(name)
	if ferr != nil {
		return nil, usage{err}
	}
	if p, err = pathway.Load(src); err != nil {
		return nil, usage{fmt.Errorf("%s: %w", name, err)}
	}
	return p, nil
}
