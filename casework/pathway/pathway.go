// Package pathway holds the way of a case from a first sign to its end as a
// state machine that is read from a file: stages with their checklists, the
// moves between them and what each move needs, processes that run beside the
// stages, and what a situation forces. Two forms are shipped; a council may
// bring its own.
package pathway

import (
	"embed"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"
)

//go:embed forms/*.yml
var forms embed.FS

// Pathway is a checked pathway. It does not change after loading.
type Pathway struct {
	Version int      `yaml:"version"`
	Name    string   `yaml:"name"`
	Title   string   `yaml:"title"`
	Start   string   `yaml:"start"`
	End     []string `yaml:"end"`
	Stages  []Stage  `yaml:"stages"`
	Moves   []Move   `yaml:"moves"`
	Tracks  []Track  `yaml:"tracks"`
	Forces  []Force  `yaml:"forces"`
}

// Stage is where a case can stand.
type Stage struct {
	ID    string `yaml:"id"`
	Title string `yaml:"title"`
	// Level is the step the stage belongs to: 0 market management, 1
	// pre-provider concern, 2 provider concern, 3 provider failure.
	Level int `yaml:"level"`
	// Days is the local limit on how long a case stays, 0 for none.
	Days int `yaml:"days"`
	// Optional stages need not be passed.
	Optional  bool   `yaml:"optional"`
	Checklist []Item `yaml:"checklist"`
}

// Item is one point of a checklist.
type Item struct {
	ID   string `yaml:"id"`
	Text string `yaml:"text"`
	// From names the clause that the point comes from.
	From string `yaml:"from"`
	// Gives is the fact that ticking the point establishes, empty for none.
	Gives string `yaml:"gives"`
}

// Kind says what a move means.
type Kind string

// The kinds of moves.
const (
	Forward  Kind = "forward"
	Skip     Kind = "skip" // upward past a step
	StepDown Kind = "step_down"
	Continue Kind = "continue" // stays where it is, by decision
	CloseOff Kind = "close"
	Return   Kind = "return"
)

var kinds = []Kind{Forward, Skip, StepDown, Continue, CloseOff, Return}

// Move is a way from one stage to another.
type Move struct {
	ID    string   `yaml:"id"`
	Title string   `yaml:"title"`
	Kind  Kind     `yaml:"kind"`
	From  []string `yaml:"from"`
	To    string   `yaml:"to"`
	// Needs are the facts without which the move is not allowed.
	Needs []string `yaml:"needs"`
}

// Track is a process beside the stages, such as the strategic group.
type Track struct {
	ID        string   `yaml:"id"`
	Title     string   `yaml:"title"`
	From      []string `yaml:"from"`
	Needs     []string `yaml:"needs"`
	Checklist []Item   `yaml:"checklist"`
}

// Force says what must happen when a fact holds in certain stages.
type Force struct {
	When string   `yaml:"when"`
	In   []string `yaml:"in"`
	// Move or Track is what must be taken or begun, both empty when the
	// sentence is all.
	Move  string `yaml:"move"`
	Track string `yaml:"track"`
	Says  string `yaml:"says"`
	From  string `yaml:"from"`
	// Until are the facts that end it, all of them; without any it stands as
	// long as When does.
	Until []string `yaml:"until"`
	// Holds are the moves that are refused while it stands.
	Holds []string `yaml:"holds"`
}

// Names lists the shipped forms.
func Names() []string {
	files, err := fs.Glob(forms, "forms/*.yml")
	if err != nil {
		return nil // cannot happen: the pattern is constant
	}
	for i, f := range files {
		files[i] = strings.TrimSuffix(path.Base(f), ".yml")
	}
	return files
}

// Shipped returns a form that comes with the program.
func Shipped(name string) (*Pathway, error) {
	if !slices.Contains(Names(), name) {
		return nil, fmt.Errorf("pathway: there is no form %q: choose from %s, or name a file", name, strings.Join(Names(), ", "))
	}
	body, err := forms.ReadFile("forms/" + name + ".yml")
	if err != nil {
		return nil, fmt.Errorf("pathway: %w", err)
	}
	return Load(body)
}

// Load reads a pathway strictly and checks it: see Check.
func Load(body []byte) (*Pathway, error) {
	var p Pathway
	if err := yaml.UnmarshalWithOptions(body, &p, yaml.Strict(), yaml.DisallowUnknownField()); err != nil {
		return nil, fmt.Errorf("pathway: %w", err)
	}
	if err := p.check(); err != nil {
		return nil, fmt.Errorf("pathway: %w", err)
	}
	return &p, nil
}

// Stage returns a stage by its id.
func (p *Pathway) Stage(id string) (Stage, bool) {
	i := slices.IndexFunc(p.Stages, func(s Stage) bool { return s.ID == id })
	if i < 0 {
		return Stage{}, false
	}
	return p.Stages[i], true
}

// Track returns a track by its id.
func (p *Pathway) Track(id string) (Track, bool) {
	i := slices.IndexFunc(p.Tracks, func(t Track) bool { return t.ID == id })
	if i < 0 {
		return Track{}, false
	}
	return p.Tracks[i], true
}

// MovesFrom lists the moves that leave a stage, in the order of the file.
func (p *Pathway) MovesFrom(stage string) []Move {
	var moves []Move
	for _, m := range p.Moves {
		if slices.Contains(m.From, stage) {
			moves = append(moves, m)
		}
	}
	return moves
}

// Ended says whether a case in this stage is at its end.
func (p *Pathway) Ended(stage string) bool { return slices.Contains(p.End, stage) }
