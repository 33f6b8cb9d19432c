package rules

import (
	"fmt"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
)

// place finds where things are in a YAML file, for messages.
type place struct {
	file   string
	source string
	lines  []string
	tree   *ast.File
}

// at returns the line and column of the value at a YAML path such as
// "$.rules[3].when"; when there is no such value, of its nearest ancestor.
func (p *place) at(path string) (line, column int) {
	for ; path != "" && path != "$"; path = parent(path) {
		if n := p.node(path); n != nil {
			return start(n)
		}
	}
	return 1, 1
}

func (p *place) node(path string) (found ast.Node) {
	defer func() {
		if recover() != nil { // the library's, on odd trees; the place is then the ancestor's
			found = nil
		}
	}()
	yp, err := yaml.PathString(path)
	if err != nil {
		return nil
	}
	n, err := yp.FilterFile(p.tree)
	if err != nil {
		return nil
	}
	if a, anchored := n.(*ast.AnchorNode); anchored {
		return a.Value
	}
	return n
}

// start returns where a node begins; a mapping begins at its first key.
func start(n ast.Node) (line, column int) {
	switch m := n.(type) {
	case *ast.MappingNode:
		if len(m.Values) > 0 {
			return start(m.Values[0].Key)
		}
	case *ast.MappingValueNode:
		return start(m.Key)
	}
	t := n.GetToken()
	if t == nil || t.Position == nil {
		return 1, 1
	}
	return t.Position.Line, t.Position.Column
}

func parent(path string) string {
	i := strings.LastIndexAny(path, ".[")
	if i < 0 {
		return ""
	}
	return path[:i]
}

// inside translates an offset, in characters, into a scalar's value to a line
// and column of the file. It understands plain, quoted and block scalars whose
// lines are folded or kept.
func (p *place) inside(path string, offset int) (line, column int) {
	n := p.node(path)
	if n == nil {
		return p.at(path)
	}
	line, column = start(n)
	indent := 1 << 16 // of a block: what stands deeper belongs to the value
	if lit, block := n.(*ast.LiteralNode); block {
		line, column = lit.Start.Position.Line+1, 1
		if line <= len(p.lines) {
			indent = len(p.lines[line-1]) - len(strings.TrimLeft(p.lines[line-1], " "))
		}
	} else if line <= len(p.lines) && column <= len(p.lines[line-1]) && strings.ContainsRune(`"'`, rune(p.lines[line-1][column-1])) {
		column++
	}
	for ; line <= len(p.lines); line, column = line+1, 1 {
		text := p.lines[line-1][min(column-1, len(p.lines[line-1])):]
		cut := min(indent, len(text)-len(strings.TrimLeft(text, " ")))
		column += cut
		kept := strings.TrimRight(text[cut:], " \r")
		if offset <= len(kept) {
			return line, column + offset
		}
		offset -= len(kept) + 1 // the line break, or the blank it was folded to
	}
	return start(n)
}

// err returns a mistake at a path.
func (p *place) err(path, rule, next, format string, args ...any) *Error {
	line, column := p.at(path)
	return &Error{File: p.file, Line: line, Column: column, Rule: rule,
		Msg: fmt.Sprintf(format, args...), Next: next, source: p.source}
}
