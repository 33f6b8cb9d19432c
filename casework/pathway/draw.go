package pathway

import (
	"fmt"
	"slices"
	"strings"
)

// levelNames are what the four levels are called in a drawing.
var levelNames = [4]string{"Market management", "Pre-provider concern", "Provider concern", "Provider failure"}

// Dot draws the pathway in the language of Graphviz. The same pathway always
// gives the same text.
func (p *Pathway) Dot() string {
	var b strings.Builder
	fmt.Fprintf(&b, "digraph %s {\n  label=%s; rankdir=TB; node [shape=box, style=rounded];\n", quote(p.Name), quote(p.Title))
	for level, name := range levelNames {
		stages := p.atLevel(level)
		if len(stages) == 0 {
			continue
		}
		fmt.Fprintf(&b, "  subgraph cluster_%d {\n    label=%s; style=dashed;\n", level, quote(name))
		for _, s := range stages {
			fmt.Fprintf(&b, "    %s [label=%s%s];\n", s.ID, quote(label(s)), shape(p, s))
		}
		b.WriteString("  }\n")
	}
	for _, m := range p.Moves {
		for _, from := range m.From {
			fmt.Fprintf(&b, "  %s -> %s [label=%s%s];\n", from, m.To, quote(m.Title), line(m.Kind))
		}
	}
	for _, t := range p.Tracks {
		fmt.Fprintf(&b, "  %s [label=%s, shape=component];\n", t.ID, quote(t.Title))
		for _, from := range t.From {
			fmt.Fprintf(&b, "  %s -> %s [style=dotted, arrowhead=open];\n", from, t.ID)
		}
	}
	b.WriteString("}\n")
	return b.String()
}

// Mermaid draws the pathway in the language that many wikis show.
func (p *Pathway) Mermaid() string {
	var b strings.Builder
	b.WriteString("flowchart TB\n")
	for level, name := range levelNames {
		stages := p.atLevel(level)
		if len(stages) == 0 {
			continue
		}
		fmt.Fprintf(&b, "  subgraph level%d[\"%s\"]\n", level, plain(name))
		for _, s := range stages {
			open, shut := "[", "]"
			if p.Ended(s.ID) || s.ID == p.Start {
				open, shut = "([", "])"
			}
			fmt.Fprintf(&b, "    %s%s\"%s\"%s\n", s.ID, open, plain(label(s)), shut)
		}
		b.WriteString("  end\n")
	}
	for _, m := range p.Moves {
		arrow := "-->"
		if m.Kind == StepDown || m.Kind == Return {
			arrow = "-.->"
		} else if m.Kind == Skip {
			arrow = "==>"
		}
		for _, from := range m.From {
			fmt.Fprintf(&b, "  %s %s|\"%s\"| %s\n", from, arrow, plain(m.Title), m.To)
		}
	}
	for _, t := range p.Tracks {
		fmt.Fprintf(&b, "  %s[[\"%s\"]]\n", t.ID, plain(t.Title))
		for _, from := range t.From {
			fmt.Fprintf(&b, "  %s -.- %s\n", from, t.ID)
		}
	}
	return b.String()
}

func (p *Pathway) atLevel(level int) []Stage {
	return slices.DeleteFunc(slices.Clone(p.Stages), func(s Stage) bool { return s.Level != level })
}

// label is the title of a stage with what limits it.
func label(s Stage) string {
	text := s.Title
	if s.Optional {
		text += " (optional)"
	}
	if s.Days > 0 {
		text += fmt.Sprintf(", %d days", s.Days)
	}
	return text
}

func shape(p *Pathway, s Stage) string {
	if p.Ended(s.ID) || s.ID == p.Start {
		return ", penwidth=2"
	}
	return ""
}

func line(k Kind) string {
	switch k {
	case StepDown, Return:
		return ", style=dashed"
	case Skip:
		return ", style=bold"
	}
	return ""
}

// quote writes a string of Graphviz.
func quote(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", " ").Replace(s) + `"`
}

// plain takes out what would end a label of Mermaid or be read as markup.
func plain(s string) string {
	return strings.NewReplacer(`"`, "'", "<", "(", ">", ")", "|", "/", "\n", " ", "#", "").Replace(s)
}
