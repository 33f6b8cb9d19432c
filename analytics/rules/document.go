package rules

import (
	"errors"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/parser"
)

// The shape of a rule-set file. Every key is listed here: any other is refused.
type document struct {
	Set       string         `yaml:"set"`
	Version   string         `yaml:"version"`
	Title     string         `yaml:"title"`
	About     string         `yaml:"about"`
	Policy    policyDoc      `yaml:"policy"`
	Constants map[string]any `yaml:"constants"`
	Rules     []ruleDoc      `yaml:"rules"`
}

type policyDoc struct {
	ClearWeeks         *int `yaml:"clear_weeks"`
	EventWindowDays    *int `yaml:"event_window_days"`
	CorroborationWeeks *int `yaml:"corroboration_weeks"`
	StepDownReviews    *int `yaml:"step_down_reviews"`
	WatchWeeks         *int `yaml:"watch_weeks"`
	AlertLoad          *struct {
		ConcernShare *float64 `yaml:"concern_share"`
		AnyShare     *float64 `yaml:"any_share"`
	} `yaml:"alert_load"`
}

type ruleDoc struct {
	ID          string       `yaml:"id"`
	Title       string       `yaml:"title"`
	Level       string       `yaml:"level"`
	FailureKind string       `yaml:"failure_kind"`
	Strength    string       `yaml:"strength"`
	Basis       string       `yaml:"basis"`
	Citation    *citationDoc `yaml:"citation"`
	Unit        string       `yaml:"unit"`
	Evidence    string       `yaml:"evidence"`
	Needs       []string     `yaml:"needs"`
	When        string       `yaml:"when"`
	Starts      []string     `yaml:"starts"`
	AfterDays   any          `yaml:"after_days"`
	LastsDays   *int         `yaml:"lasts_days"`
	Measure     string       `yaml:"measure"`
	Observed    string       `yaml:"observed"`
	Threshold   any          `yaml:"threshold"`
	Signal      string       `yaml:"signal"`
	WindowWeeks int          `yaml:"window_weeks"`
	Says        string       `yaml:"says"`
	ClearsWhen  string       `yaml:"clears_when"`
	Asks        string       `yaml:"asks"`
	Covers      []string     `yaml:"covers"`
	Second      string       `yaml:"second_source"`
	Supports    *bool        `yaml:"supports"`
}

type citationDoc struct {
	Document string `yaml:"document"`
	Clause   string `yaml:"clause"`
	URL      string `yaml:"url"`
	Sets     string `yaml:"sets"`
	Reading  string `yaml:"reading"`
}

// maxBytes bounds a rule file: the shipped ones are under 40 kB.
const maxBytes = 1 << 20

// decode reads YAML strictly into doc and keeps what is needed to find places.
func decode(name string, src []byte, doc any) (_ *place, bad *Error) {
	// The YAML library panics on a few broken files; to the reader that is one
	// more mistake in the file.
	defer func() {
		if recover() != nil {
			bad = &Error{File: name, Msg: "the YAML cannot be read", Next: "look for a stray !, & or * or a bracket that is not closed"}
		}
	}()
	text := strings.ReplaceAll(strings.TrimPrefix(string(src), "\ufeff"), "\r\n", "\n")
	p := &place{file: name, source: text, lines: strings.Split(text, "\n")}
	if len(src) > maxBytes {
		return nil, &Error{File: name, Msg: "the file is larger than 1 MiB", Next: "check that it is a rule file"}
	}
	if strings.TrimSpace(text) == "" {
		return nil, &Error{File: name, Msg: "the file is empty", Next: "start from a copy of the default rule set"}
	}
	tree, err := parser.ParseBytes([]byte(text), 0)
	if err != nil {
		return nil, p.fromYAML(err)
	}
	p.tree = tree
	if len(tree.Docs) != 1 {
		return nil, &Error{File: name, Msg: "the file holds more than one YAML document", Next: "keep one set a file"}
	}
	if err := yaml.UnmarshalWithOptions([]byte(text), doc, yaml.Strict()); err != nil {
		return nil, p.fromYAML(err)
	}
	return p, nil
}

// fromYAML turns the YAML library's error into ours, with the same excerpt as
// every other mistake.
func (p *place) fromYAML(err error) *Error {
	e := &Error{File: p.file, Msg: err.Error(), source: p.source}
	var y yaml.Error
	if errors.As(err, &y) {
		e.Msg = y.GetMessage()
		if t := y.GetToken(); t != nil && t.Position != nil {
			e.Line, e.Column = t.Position.Line, t.Position.Column
		}
	}
	var unknown *yaml.UnknownFieldError
	if errors.As(err, &unknown) {
		e.Msg = "no key of this name belongs here: " + strings.TrimPrefix(e.Msg, "unknown field ")
		e.Next = "correct the key or take it out"
	}
	return e
}
