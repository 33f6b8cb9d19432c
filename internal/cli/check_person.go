package cli

import (
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"time"

	casework "bellwether/casework/relink"
	"bellwether/ingest/pseudonym"
	"bellwether/internal/access"
	"bellwether/internal/instance"
	"bellwether/internal/relink"
)

type checkPersonCmd struct {
	Case   string `required:"" help:"The case in which you have a part, and for which you ask."`
	As     string `required:"" help:"Your user name; your password is asked for."`
	Reason string `help:"Why: protect_people, provider_stops, welfare_checks or court_or_police." default:"protect_people"`
	From   string `help:"Read the name from the first line of this file instead of asking for it." type:"existingfile" placeholder:"FILE"`
}

// Help gives an example and the exit codes.
func (checkPersonCmd) Help() string {
	return "Asks whether one named individual was alleged to have caused harm before, at any provider. The name or reference is asked for, or read as a line of standard input or of a file: never an argument, never kept, never logged. It is compared by its keyed pseudonym. The same entry is an exact match; another spelling of a name is only possible, and is marked so: somebody must look at the record itself. A finding is not proof of anything.\n\nExit codes: 0 done, 1 failed, 2 a wrong entry, 3 refused.\n\nExample:\n  bellwether check-person --case 0f3a9c1b22d4e5f6 --as sal"
}

type checkLine struct {
	Match    string `json:"match"`
	How      string `json:"how,omitempty"`
	Kind     string `json:"kind"`
	ID       string `json:"id"`
	On       string `json:"on"`
	Provider string `json:"provider"`
	Location string `json:"location"`
	Theme    string `json:"theme"`
	Outcome  string `json:"outcome"`
}

// Run compares one name with earlier allegations.
func (c checkPersonCmd) Run(s *session) error {
	return withOffice(s, func(o *office) error {
		sub, err := o.prove(c.As)
		if err != nil {
			return err
		}
		if casework.Reasons[c.Reason] == "" {
			return usage{fmt.Errorf("--reason is one of %s", strings.Join(slices.Sorted(maps.Keys(casework.Reasons)), ", "))}
		}
		// The answer is asked for and recorded before the name is even read.
		if _, err := o.may(sub, access.AllegedSource, c.Case, c.Reason); err != nil {
			return err
		}
		entry, err := c.entry(o)
		if err != nil {
			return err
		}
		keys, err := pseudonym.Open(o.cfg.Path(instance.Secrets, instance.PseudonymKey))
		if err != nil {
			return err
		}
		var found []relink.Allegation
		if err := s.onNewest(o.cfg, func(db *sql.DB) error {
			found, err = relink.Check(s.ctx, db, keys, entry)
			return err
		}); err != nil {
			return err
		}
		return printAllegations(s, found)
	})
}

func (c checkPersonCmd) entry(o *office) (string, error) {
	if c.From == "" {
		return o.ask("the name or reference")
	}
	raw, err := os.ReadFile(c.From)
	if err != nil {
		return "", errors.New("the file with the name can't be read: check its path and its rights")
	}
	line, _, _ := strings.Cut(string(raw), "\n")
	return strings.TrimSpace(line), nil
}

func printAllegations(s *session, found []relink.Allegation) error {
	lines, rows := []checkLine{}, [][]string{}
	providers, exact := map[string]bool{}, 0
	for _, a := range found {
		l := checkLine{Match: "possible", How: a.Variant, Kind: a.Kind, ID: a.ID, On: a.On.Format(time.DateOnly), Provider: a.Provider, Location: a.Location, Theme: a.Theme, Outcome: a.Outcome}
		if a.Exact {
			l.Match, l.How = "exact", ""
			exact++
			providers[a.ProviderID] = true
		}
		lines = append(lines, l)
		rows = append(rows, []string{l.Match, l.Kind, l.ID, day(a.On), l.Provider, l.Location, l.Outcome, l.How})
	}
	if s.JSON {
		return printJSON(s.Stdout, map[string]any{"exact": exact, "possible": len(found) - exact, "providers_exact": slices.Sorted(maps.Keys(providers)), "allegations": lines})
	}
	if len(found) == 0 {
		_, err := fmt.Fprintln(s.Stdout, "No earlier allegation names this entry, as far as the loaded concerns and enquiries say who is alleged. That is not proof that there was none.")
		return err
	}
	fmt.Fprintf(s.Stdout, "%d exact at %d providers; %d only possible, by another spelling: look at the record before anything is concluded.\n\n", exact, len(providers), len(found)-exact)
	return printTable(s.Stdout, []string{"MATCH", "KIND", "RECORD", "DAY", "PROVIDER", "LOCATION", "OUTCOME", "HOW"}, rows)
}
