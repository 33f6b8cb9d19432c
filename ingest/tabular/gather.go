package tabular

import (
	"strings"

	"bellwether/ingest/contract"
	"bellwether/ingest/decode"
	"bellwether/ingest/mapping"
)

// gathered is one column of a family, found in a file.
type gathered struct {
	at, field int
	label     string
}

// gatheredFrom finds the families' columns among the headings. The label is what stands after the beginning, as it is written.
func gatheredFrom(families []Gather, t *contract.Table, header []string) (out []gathered) {
	for at, h := range header {
		for _, f := range families {
			rest, ok := strings.CutPrefix(decode.NormaliseHeader(h), f.Prefix+" ")
			if !ok || t.Index(f.Field) < 0 {
				continue
			}
			label := decode.Trim(h)
			if i := strings.IndexAny(label, "-–:"); i >= 0 && decode.NormaliseHeader(label[:i]) == f.Prefix {
				_, label, _ = strings.Cut(label[i:], " ")
			} else {
				label = rest
			}
			out = append(out, gathered{at: at, field: t.Index(f.Field), label: strings.ReplaceAll(decode.Trim(label), "|", "/")})
		}
	}
	return out
}

// add puts the label to the field's list where the cell marks it.
func (g *gathered) add(cells, row []string, m *mapping.Mapping) {
	if g.at >= len(row) || !m.Marked(row[g.at]) {
		return
	}
	if cells[g.field] != "" {
		cells[g.field] += "|"
	}
	cells[g.field] += g.label
}
