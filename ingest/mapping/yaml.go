package mapping

import (
	"errors"
	"fmt"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
)

// value is one piece of a YAML file, reduced to what a mapping may hold: a word, a list or named values, each with its line.
// Words keep the characters that were typed, so that 01 stays 01 and No stays No.
type value struct {
	line  int
	kind  kind
	word  string
	list  []value
	named []entry
}

type entry struct {
	key   string
	line  int
	value value
}

type kind uint8

const (
	isNothing kind = iota
	isWord
	isList
	isNamed
)

func (k kind) String() string {
	return [...]string{"nothing", "a word", "a list", "a list of names with values"}[k]
}

const (
	maxBytes = 1 << 20
	maxDepth = 6
)

// parse reads one YAML document. Errors begin with the line.
func parse(raw []byte) (value, error) {
	if len(raw) > maxBytes {
		return value{}, fmt.Errorf("the file is larger than %d bytes", maxBytes)
	}
	f, err := parser.ParseBytes(raw, 0)
	if err != nil {
		return value{}, located(err)
	}
	var body []ast.Node
	for _, d := range f.Docs {
		if d.Body != nil {
			body = append(body, d.Body)
		}
	}
	if len(body) != 1 {
		return value{}, fmt.Errorf("line 1: the file must hold one mapping, it holds %d documents", len(body))
	}
	return convert(body[0], 0)
}

// located turns the library's error, which quotes the source over several lines, into one line.
func located(err error) error {
	var y yaml.Error
	if errors.As(err, &y) && y.GetToken() != nil {
		return fmt.Errorf("line %d: %s", y.GetToken().Position.Line, y.GetMessage())
	}
	first, _, _ := strings.Cut(err.Error(), "\n")
	return errors.New(first)
}

func lineOf(n ast.Node) int {
	if t := n.GetToken(); t != nil && t.Position != nil {
		return t.Position.Line
	}
	return 0
}

func convert(n ast.Node, depth int) (value, error) {
	v := value{line: lineOf(n)}
	if depth > maxDepth {
		return v, fmt.Errorf("line %d: the values are nested too deeply", v.line)
	}
	switch n := n.(type) {
	case *ast.NullNode:
		return v, nil
	case *ast.StringNode:
		v.kind, v.word = isWord, n.Value
	case *ast.LiteralNode:
		v.kind, v.word = isWord, strings.TrimSpace(n.Value.Value)
	case *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode:
		v.kind, v.word = isWord, n.GetToken().Value
	case *ast.SequenceNode:
		v.kind = isList
		for _, item := range n.Values {
			x, err := convert(item, depth+1)
			if err != nil {
				return v, err
			}
			v.list = append(v.list, x)
		}
	case *ast.MappingNode:
		return convertNamed(v, n.Values, depth)
	case *ast.MappingValueNode:
		return convertNamed(v, []*ast.MappingValueNode{n}, depth)
	default:
		return v, fmt.Errorf("line %d: anchors, aliases, tags and merge keys are not used in a mapping", v.line)
	}
	return v, nil
}

func convertNamed(v value, pairs []*ast.MappingValueNode, depth int) (value, error) {
	v.kind = isNamed
	seen := map[string]int{}
	for _, p := range pairs {
		k, err := convert(p.Key, depth+1)
		if err != nil {
			return v, err
		}
		if k.kind != isWord {
			return v, fmt.Errorf("line %d: a name is expected before the colon", k.line)
		}
		if first, twice := seen[k.word]; twice {
			return v, fmt.Errorf("line %d: %q appears twice, first on line %d", k.line, k.word, first)
		}
		seen[k.word] = k.line
		x, err := convert(p.Value, depth+1)
		if err != nil {
			return v, err
		}
		v.named = append(v.named, entry{key: k.word, line: k.line, value: x})
	}
	return v, nil
}
