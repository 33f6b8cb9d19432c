package cli

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"bellwether/ingest"
	"bellwether/ingest/contract"
	"bellwether/ingest/mapping"
	"bellwether/ingest/sources"
	"bellwether/ingest/tabular"
	"bellwether/schemas"
)

type mapCmd struct {
	Suggest mapSuggestCmd `cmd:"" help:"Propose a mapping from a file's headings and values, with reasons."`
	Check   mapCheckCmd   `cmd:"" help:"Show what a mapping would do with a file, without loading it."`
}

// tabularTable is the one table of a source that is read from a table of rows, not from JSON.
func tabularTable(source string) (*contract.Table, map[string]*contract.Table, error) {
	tables, err := contract.Load(schemas.Feeds)
	if err != nil {
		return nil, nil, err
	}
	var names []string
	for _, src := range sources.All() {
		if len(src.Tables) != 1 {
			continue
		}
		if src.Name == source {
			return tables[src.Tables[0]], tables, nil
		}
		names = append(names, src.Name)
	}
	return nil, nil, usage{fmt.Errorf("%q is not a source that is mapped; those are %v", source, names)}
}

// withFile opens a file as a delivery of today.
func withFile(s *session, path string, fn func(context.Context, ingest.File) error) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	st, err := f.Stat()
	if err != nil {
		return err
	}
	return fn(s.ctx, ingest.File{Name: filepath.Base(path), Size: st.Size(), Received: s.Now().UTC().Truncate(24 * time.Hour), Body: f})
}

type mapSuggestCmd struct {
	Source string `arg:"" help:"The source, such as safeguarding_concerns."`
	File   string `arg:"" help:"One of your extracts." type:"path"`
}

// Help gives an example.
func (mapSuggestCmd) Help() string {
	return "The mapping goes to standard output, the reasons to standard error. Nothing is used until you have read it and saved it.\n\nExample:\n  bellwether map suggest safeguarding_concerns extract.csv > our-concerns.yml"
}

// Run proposes a mapping.
func (c mapSuggestCmd) Run(s *session) error {
	t, _, err := tabularTable(c.Source)
	if err != nil {
		return err
	}
	return withFile(s, c.File, func(ctx context.Context, f ingest.File) error {
		got, err := tabular.Suggest(ctx, f, t)
		if err != nil {
			return refusal{err}
		}
		if s.JSON {
			return printJSON(s.Stdout, got)
		}
		for _, h := range got.Unread {
			fmt.Fprintf(s.Stderr, "no field was found for the column %q\n", oneLine(h))
		}
		for _, a := range got.Absent {
			fmt.Fprintf(s.Stderr, "every row needs %s, and no column was found for it\n", a)
		}
		_, err = fmt.Fprint(s.Stdout, got.YAML())
		return err
	})
}

type mapCheckCmd struct {
	Source  string `arg:"" help:"The source, such as safeguarding_concerns."`
	File    string `arg:"" help:"One of your extracts." type:"path"`
	Mapping string `help:"The mapping file; without one the usual headings are read." type:"path"`
}

// Help gives an example.
func (mapCheckCmd) Help() string {
	return "Identifiers of people are masked.\n\nExample:\n  bellwether map check safeguarding_concerns extract.csv --mapping our-concerns.yml"
}

// Run previews a mapping.
func (c mapCheckCmd) Run(s *session) error {
	t, tables, err := tabularTable(c.Source)
	if err != nil {
		return err
	}
	env := ingest.Env{Tables: tables}
	if c.Mapping != "" {
		raw, err := os.ReadFile(c.Mapping)
		if err != nil {
			return usage{err}
		}
		if env.Mapping, err = mapping.Load(filepath.Base(c.Mapping), raw, tables); err != nil {
			return usage{err}
		}
	}
	return withFile(s, c.File, func(ctx context.Context, f ingest.File) error {
		got, err := (tabular.Spec{Table: t.Name}).Preview(ctx, f, env)
		if err != nil {
			return refusal{err}
		}
		if s.JSON {
			return printJSON(s.Stdout, got)
		}
		fmt.Fprintf(s.Stdout, "%s of %s rows would go on, %s would be held.\n", count(got.Read), count(got.Read+got.Held), count(got.Held))
		for i, row := range got.Rows {
			fmt.Fprintf(s.Stdout, "\nrow %d\n", i+1)
			for _, field := range t.Fields {
				if v := row[field.Name]; v != "" {
					fmt.Fprintf(s.Stdout, "  %-20s %s\n", field.Name, oneLine(v))
				}
			}
		}
		for _, w := range got.Words {
			fmt.Fprintf(s.Stdout, "no code for %q in %s (%s rows, first in row %d)\n", oneLine(w.Word), w.Field, count(w.Rows), w.First)
		}
		for _, p := range got.Problems {
			fmt.Fprintf(s.Stdout, "held: row %d, %s: %s\n", p.Row, orDash(p.Column), oneLine(p.Reason))
		}
		for _, n := range got.Notes {
			fmt.Fprintf(s.Stdout, "note: %s\n", oneLine(n))
		}
		return nil
	})
}
