package ingest

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"bellwether/ingest/contract"
)

// Registry holds the sources that the program knows, in a fixed order.
type Registry struct {
	sources []Source
	index   map[string]int
}

var sourceName = regexp.MustCompile(`^[a-z][a-z0-9_]{0,40}$`)

// NewRegistry checks and keeps the sources.
func NewRegistry(sources ...Source) (*Registry, error) {
	r := &Registry{index: map[string]int{}}
	owner := map[string]string{}
	var faults []error
	fault := func(format string, args ...any) { faults = append(faults, fmt.Errorf(format, args...)) }
	for _, s := range sources {
		if !sourceName.MatchString(s.Name) {
			fault("the source name %q must be small letters, digits and underscores", s.Name)
		}
		if _, twice := r.index[s.Name]; twice {
			fault("two sources are called %s", s.Name)
		}
		if s.Decoder == nil {
			fault("source %s has no decoder", s.Name)
		}
		if len(s.Tables) == 0 {
			fault("source %s fills no table", s.Name)
		}
		for _, t := range s.Tables {
			if other, taken := owner[t]; taken {
				fault("the table %s belongs to both %s and %s", t, other, s.Name)
			}
			owner[t] = s.Name
		}
		for _, e := range s.Extensions {
			if !strings.HasPrefix(e, ".") || e != strings.ToLower(e) {
				fault("source %s: the extension %q must begin with a dot and be in small letters", s.Name, e)
			}
		}
		r.index[s.Name] = len(r.sources)
		r.sources = append(r.sources, s)
	}
	if err := errors.Join(faults...); err != nil {
		return nil, fmt.Errorf("register the sources: %w", err)
	}
	return r, nil
}

// Get finds a source by its name.
func (r *Registry) Get(name string) (*Source, error) {
	i, ok := r.index[name]
	if !ok {
		return nil, fmt.Errorf("there is no source %q: the sources are %s", name, strings.Join(r.Names(), ", "))
	}
	return &r.sources[i], nil
}

// All gives the sources in order.
func (r *Registry) All() []Source { return slices.Clone(r.sources) }

// Names gives the sources' names in order.
func (r *Registry) Names() []string {
	out := make([]string, len(r.sources))
	for i, s := range r.sources {
		out[i] = s.Name
	}
	return out
}

// checkContracts makes sure that every table of every source has a contract that names the source.
func (r *Registry) checkContracts(tables map[string]*contract.Table) error {
	var faults []error
	for _, s := range r.sources {
		for _, name := range s.Tables {
			t, ok := tables[name]
			switch {
			case !ok:
				faults = append(faults, fmt.Errorf("source %s fills the table %s, which has no contract", s.Name, name))
			case t.Source != s.Name:
				faults = append(faults, fmt.Errorf("the contract of %s names the source %s, but %s fills it", name, t.Source, s.Name))
			}
		}
	}
	return errors.Join(faults...)
}

// takes says whether the source reads files of this name.
func (s *Source) takes(file string) bool {
	if len(s.Extensions) == 0 {
		return true
	}
	file = strings.ToLower(file)
	// Excel names its "Unicode text" .txt, and some systems their tables with tabs .tsv: both are what .csv is.
	for _, same := range []string{".txt", ".tsv"} {
		if name, is := strings.CutSuffix(file, same); is {
			file = name + ".csv"
		}
	}
	return slices.ContainsFunc(s.Extensions, func(e string) bool { return strings.HasSuffix(file, e) })
}
