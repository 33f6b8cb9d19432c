// Package retention proposes what has come to the end of its time, keeps what a named person decided about it, and destroys it so that a
// search finds nothing afterwards. Nothing is ever destroyed without appraisal, and nothing under a legal hold.
package retention

import (
	_ "embed"
	"errors"
	"fmt"
	"os"
	"slices"
	"time"

	"github.com/goccy/go-yaml"

	"bellwether/ingest/ledger"
)

//go:embed schedules.yml
var shipped []byte

// File is the name of a council's own schedules in its instance folder; it replaces the ones that ship.
const File = "retention.yml"

// Schedule says how long the files of one source are kept.
type Schedule struct {
	Source string `yaml:"source"`
	Years  int    `yaml:"years"`
	Basis  string `yaml:"basis"`
}

// Read reads schedules: the council's own file if it has one, otherwise those that ship.
func Read(path string) ([]Schedule, error) {
	body, err := os.ReadFile(path)
	if errors.Is(err, os.ErrNotExist) {
		return parse("the shipped schedules", shipped)
	}
	if err != nil {
		return nil, fmt.Errorf("read the retention schedules: %w", err)
	}
	return parse(path, body)
}

func parse(name string, body []byte) ([]Schedule, error) {
	var doc struct {
		Version   int        `yaml:"version"`
		Schedules []Schedule `yaml:"schedules"`
	}
	if err := yaml.UnmarshalWithOptions(body, &doc, yaml.Strict(), yaml.DisallowUnknownField()); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if doc.Version != 1 {
		return nil, fmt.Errorf("%s: version is %d; this program reads version 1", name, doc.Version)
	}
	for i, s := range doc.Schedules {
		switch {
		case s.Source == "" || s.Basis == "":
			return nil, fmt.Errorf("%s: schedule %d needs a source and a basis that says where its years come from", name, i+1)
		case s.Years < 1 || s.Years > 100:
			return nil, fmt.Errorf("%s: %s is kept %d years; give 1 to 100", name, s.Source, s.Years)
		case slices.ContainsFunc(doc.Schedules[:i], func(o Schedule) bool { return o.Source == s.Source }):
			return nil, fmt.Errorf("%s: %s has two schedules", name, s.Source)
		}
	}
	return doc.Schedules, nil
}

// Load is one delivered file and the newest day that its rows tell of.
type Load struct {
	Record ledger.Record
	Newest time.Time
}

// Candidate is a load whose time has ended.
type Candidate struct {
	Load
	Schedule Schedule
	Due      time.Time
}

// Due lists the loads whose schedule has ended by a day, the longest overdue first. A load without a date of its own counts from the day
// it was received; a source without a schedule is never proposed.
func Due(loads []Load, schedules []Schedule, today time.Time) []Candidate {
	var out []Candidate
	for _, l := range loads {
		i := slices.IndexFunc(schedules, func(s Schedule) bool { return s.Source == l.Record.Source })
		if i < 0 || l.Record.State == ledger.Destroyed {
			continue
		}
		from := l.Newest
		if from.IsZero() || from.Before(l.Record.Received.AddDate(-50, 0, 0)) {
			from = l.Record.Received
		}
		if due := from.AddDate(schedules[i].Years, 0, 0); !due.After(today) {
			out = append(out, Candidate{l, schedules[i], due})
		}
	}
	slices.SortFunc(out, func(a, b Candidate) int { return a.Due.Compare(b.Due) })
	return out
}
