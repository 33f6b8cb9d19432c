package cli

import (
	"cmp"
	"context"
	"errors"
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

// sourceAndFile takes apart what was given: a file, or a source and a file.
func sourceAndFile(args []string) (source, file string, err error) {
	switch len(args) {
	case 1:
		return "", args[0], nil
	case 2:
		return args[0], args[1], nil
	}
	return "", "", usage{fmt.Errorf("give a file, or a source and a file; these are %d words", len(args))}
}

// likeliest finds the source whose table explains most of the file.
func likeliest(s *session, file string) (string, error) {
	tables, err := contract.Load(schemas.Feeds)
	if err != nil {
		return "", err
	}
	best, source, second := 0, "", ""
	var refused error
	err = withFile(s, file, func(ctx context.Context, f ingest.File) error {
		for _, src := range sources.All() {
			if len(src.Tables) != 1 {
				continue
			}
			score, err := tabular.Weigh(ctx, f, tables[src.Tables[0]])
			if err != nil {
				refused = cmp.Or(refused, err)
				continue
			}
			if score > best {
				best, source, second = score, src.Name, source
			}
		}
		return ctx.Err()
	})
	if err != nil {
		return "", err
	}
	if source == "" {
		return "", refusal{refused}
	}
	fmt.Fprintf(s.Stderr, "the file looks most like %s%s; name another source before the file if it is not\n", source, after(", then ", second))
	return source, nil
}

func after(lead, word string) string {
	if word == "" {
		return ""
	}
	return lead + word
}

type mapSuggestCmd struct {
	What []string `arg:"" name:"file" help:"One of your extracts, and before it the source, such as safeguarding_concerns, if the file should not be guessed at."`
}

// Help gives an example.
func (mapSuggestCmd) Help() string {
	return "The mapping goes to standard output, with the reason beside each guess; what needs a person goes to standard error. Nothing is used until you have read it and saved it. " +
		"Exit code 3: the file cannot be read.\n\nExample:\n  bellwether map suggest extract.csv > our-concerns.yml\n  bellwether map suggest safeguarding_enquiries extract.xlsx > our-enquiries.yml"
}

// Run proposes a mapping.
func (c mapSuggestCmd) Run(s *session) error {
	source, file, err := sourceAndFile(c.What)
	if err != nil {
		return err
	}
	if source == "" {
		if source, err = likeliest(s, file); err != nil {
			return err
		}
	}
	t, _, err := tabularTable(source)
	if err != nil {
		return err
	}
	return withFile(s, file, func(ctx context.Context, f ingest.File) error {
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
		for _, h := range got.Twice {
			fmt.Fprintf(s.Stderr, "the heading %q stands over more than one column, so neither can be named: have the export give each a heading of its own\n", oneLine(h))
		}
		for _, h := range got.Personal {
			fmt.Fprintf(s.Stderr, "the column %q seems to name people or hold their words: it is not read\n", oneLine(h))
		}
		for _, a := range got.Absent {
			fmt.Fprintf(s.Stderr, "every row needs %s, and no column was found for it\n", a)
		}
		_, err = fmt.Fprint(s.Stdout, got.YAML())
		return err
	})
}

type mapCheckCmd struct {
	What    []string `arg:"" name:"file" help:"One of your extracts, and before it the source, such as safeguarding_concerns; a mapping names its own."`
	Mapping string   `help:"The mapping file; without one the usual headings are read." type:"path"`
}

// Help gives an example.
func (mapCheckCmd) Help() string {
	return "Nothing is loaded, and identifiers of people are masked. Exit code 3: the file cannot be read with this mapping.\n\nExample:\n  bellwether map check extract.csv --mapping our-concerns.yml\n  bellwether map check complaints log.xlsx"
}

// Run previews a mapping.
func (c mapCheckCmd) Run(s *session) error {
	source, file, err := sourceAndFile(c.What)
	if err != nil {
		return err
	}
	tables, err := contract.Load(schemas.Feeds)
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
		if source == "" {
			source = env.Mapping.Source
		}
	}
	if source == "" {
		return usage{errors.New("say which source the file is for, before the file, or name a mapping")}
	}
	t, _, err := tabularTable(source)
	if err != nil {
		return err
	}
	return withFile(s, file, func(ctx context.Context, f ingest.File) error {
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
		for _, l := range got.Summary {
			fmt.Fprintf(s.Stdout, "%s\n", oneLine(l))
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
