package cli

import (
	"database/sql"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"
	"time"

	casework "bellwether/casework/relink"
	"bellwether/ingest/pseudonym"
	"bellwether/internal/access"
	"bellwether/internal/instance"
	"bellwether/internal/pipeline"
	"bellwether/internal/relink"
)

type relinkCmd struct {
	Ask     relinkAskCmd     `cmd:"" help:"Ask to make the people of a case's provider known again."`
	Confirm relinkConfirmCmd `cmd:"" help:"Confirm somebody else's request."`
	List    relinkListCmd    `cmd:"" help:"List the requests and where they stand."`
	Show    relinkShowCmd    `cmd:"" help:"Print the list once, with the council's own references. Nothing of it is kept."`
}

type relinkAskCmd struct {
	Case   string `required:"" help:"The case in which you have a part."`
	As     string `required:"" help:"Your user name; your password is asked for."`
	Reason string `required:"" help:"Why: provider_stops, protect_people, welfare_checks or court_or_police."`
	Words  string `required:"" help:"Why, in a few words for the second person. Name nobody."`
}

// Help gives an example and the exit codes.
func (relinkAskCmd) Help() string {
	return "A pseudonym moves nobody to another home: this gives back the references by which the council's own system knows them. One person asks, a second confirms within a day, and the list is made once within the hour after. Each step is recorded.\n\nPasswords, and codes of a second factor, are asked for, or read as lines of standard input; never given as arguments.\n\nExit codes: 0 done, 1 failed, 2 a wrong entry, 3 refused.\n\nExample:\n  bellwether relink ask --case 0f3a9c1b22d4e5f6 --as sal --reason provider_stops --words \"the home closes on Friday\""
}

// Run opens a request.
func (c relinkAskCmd) Run(s *session) error {
	return withOffice(s, func(o *office) error {
		sub, err := o.prove(c.As)
		if err != nil {
			return err
		}
		if casework.Reasons[c.Reason] == "" {
			return usage{fmt.Errorf("--reason is one of %s", strings.Join(slices.Sorted(maps.Keys(casework.Reasons)), ", "))}
		}
		found, err := o.may(sub, access.Identity, c.Case, c.Reason)
		if err != nil {
			return err
		}
		r, err := o.relink.Ask(s.ctx, sub.UserID, found.ID, found.ProviderID, c.Reason, c.Words)
		if err != nil {
			return entered(err)
		}
		_, err = fmt.Fprintf(s.Stdout, "Asked: %s\nA second person with a part in the case confirms it until %s:\n  bellwether relink confirm %s --as THEIR-NAME\n", r.ID, r.At.Add(casework.ConfirmWithin).Format("2 Jan 2006 15:04"), r.ID)
		return err
	})
}

type relinkConfirmCmd struct {
	ID string `arg:"" help:"The request."`
	As string `required:"" help:"Your user name; your password is asked for."`
}

// Help gives an example.
func (relinkConfirmCmd) Help() string {
	return "Whoever asked cannot confirm. Look at the reason first: `bellwether relink list`.\n\nExit codes: 0 done, 1 failed, 2 a wrong entry, 3 refused.\n\nExample:\n  bellwether relink confirm 0123456789abcdef --as ben"
}

// Run confirms a request.
func (c relinkConfirmCmd) Run(s *session) error {
	return withOffice(s, func(o *office) error {
		sub, err := o.prove(c.As)
		if err != nil {
			return err
		}
		r, err := o.relink.Find(c.ID)
		if err != nil {
			return usage{err}
		}
		if _, err := o.may(sub, access.Identity, r.CaseID, r.Reason); err != nil {
			return err
		}
		if r, err = o.relink.Confirm(s.ctx, c.ID, sub.UserID); err != nil {
			return entered(err)
		}
		_, err = fmt.Fprintf(s.Stdout, "Confirmed. Either of you can print the list once, until %s:\n  bellwether relink show %s --as NAME\n", r.ConfirmedAt.Add(casework.UseWithin).Format("2 Jan 2006 15:04"), r.ID)
		return err
	})
}

type relinkListCmd struct{}

// Help gives an example.
func (relinkListCmd) Help() string {
	return "Requests about a case that is hidden are left out.\n\nExample:\n  bellwether relink list --json"
}

type relinkLine struct {
	ID     string    `json:"id"`
	Case   string    `json:"case"`
	State  string    `json:"state"`
	Reason string    `json:"reason"`
	Words  string    `json:"words"`
	By     string    `json:"asked_by"`
	At     time.Time `json:"asked_at"`
	Second string    `json:"confirmed_by,omitempty"`
	Used   string    `json:"used_by,omitempty"`
}

// Run lists the requests.
func (relinkListCmd) Run(s *session) error {
	return withOffice(s, func(o *office) error {
		if err := o.record(string(access.View), access.ClassB, access.Identity, "", operator(), "file_access", "", true); err != nil {
			return err
		}
		all, err := o.people.List(s.ctx)
		if err != nil {
			return err
		}
		names := map[string]string{}
		for _, a := range all {
			names[a.ID] = a.Username
		}
		lines, rows := []relinkLine{}, [][]string{}
		for _, r := range o.relink.List() {
			if o.hidden.Restricted(r.CaseID) {
				continue
			}
			l := relinkLine{r.ID, r.CaseID, r.State(s.Now()), r.Reason, r.Words, names[r.By], r.At, names[r.ConfirmedBy], names[r.UsedBy]}
			lines = append(lines, l)
			rows = append(rows, []string{l.ID, l.State, l.Case, l.Reason, l.By, l.Second, l.Words})
		}
		if s.JSON {
			return printJSON(s.Stdout, lines)
		}
		return printTable(s.Stdout, []string{"REQUEST", "STATE", "CASE", "REASON", "ASKED BY", "CONFIRMED BY", "WHY"}, rows)
	})
}

type relinkShowCmd struct {
	ID         string `arg:"" help:"The request, confirmed within the last hour."`
	As         string `required:"" help:"Your user name, one of the two; your password is asked for."`
	References string `help:"A list of the council's own references, one a line, from its case system: for people whose delivered files are no longer kept." type:"existingfile" placeholder:"FILE"`
}

// Help gives an example.
func (relinkShowCmd) Help() string {
	return "Prints CSV to standard output and keeps nothing. References come from the delivered files while those are kept, and from --references, whose lines are turned into pseudonyms and compared. The request is spent as soon as the list is begun.\n\nExit codes: 0 done, 1 failed, 2 a wrong entry, 3 refused, 4 a run holds the instance.\n\nExample:\n  bellwether relink show 0123456789abcdef --as sal"
}

// Run prints the list.
func (c relinkShowCmd) Run(s *session) error {
	return withOffice(s, func(o *office) error {
		sub, err := o.prove(c.As)
		if err != nil {
			return err
		}
		r, err := o.relink.Find(c.ID)
		if err != nil {
			return usage{err}
		}
		if _, err := o.may(sub, access.Identity, r.CaseID, r.Reason); err != nil {
			return err
		}
		if r, err = o.relink.Use(s.ctx, c.ID, sub.UserID); err != nil {
			return entered(err)
		}
		var people []relink.Person
		if err := s.onNewest(o.cfg, func(db *sql.DB) error {
			people, err = relink.People(s.ctx, db, r.ProviderID)
			return err
		}); err != nil {
			return err
		}
		known, missing, err := c.references(o, people)
		if err != nil {
			return err
		}
		if err := o.record("relinked", access.ClassD, access.Identity, r.ID, sub.UserID, fmt.Sprintf("references:%d", known), r.Reason, true); err != nil {
			return err
		}
		fmt.Fprintf(s.Stderr, "%d people; the reference of %d was found.\n", len(people), known)
		if missing > 0 {
			fmt.Fprintf(s.Stderr, "%d delivered files are no longer kept or can't be read: add --references FILE for the rest.\n", missing)
		}
		return writePeople(s.Stdout, people)
	})
}

// references finds what the pseudonyms stand for: in the list that was given, then in the delivered files.
func (c relinkShowCmd) references(o *office, people []relink.Person) (known, missing int, err error) {
	if c.References != "" {
		keys, err := pseudonym.Open(o.cfg.Path(instance.Secrets, instance.PseudonymKey))
		if err != nil {
			return 0, 0, err
		}
		f, err := os.Open(c.References)
		if err != nil {
			return 0, 0, err
		}
		found, err := relink.FromList(f, keys, relink.Wanted(people))
		if err := errors.Join(err, f.Close()); err != nil {
			return 0, 0, err
		}
		known = relink.Fill(people, found)
	}
	if known == len(people) {
		return known, 0, nil
	}
	p, err := pipeline.Open(o.s.ctx, pipeline.Options{Config: o.cfg, Doing: "relink", Now: o.s.Now})
	if err != nil {
		return known, 0, err
	}
	defer func() { err = errors.Join(err, p.Close()) }()
	found, missing, err := p.Loader().Originals(o.s.ctx, pseudonym.Person, relink.Wanted(people))
	if err != nil {
		return known, missing, err
	}
	return relink.Fill(people, found), missing, nil
}

func writePeople(to io.Writer, people []relink.Person) error {
	w := csv.NewWriter(to)
	err := w.Write([]string{"reference", "known_from", "location_id", "location", "placing_authority", "need", "since"})
	for _, p := range people {
		ref := p.Reference
		if ref == "" {
			ref = "not found"
		}
		err = errors.Join(err, w.Write([]string{ref, p.Basis, p.LocationID, p.Location, p.PlacingAuthority, p.Need, text(p.Since)}))
	}
	w.Flush()
	return errors.Join(err, w.Error())
}

// entered makes a wrong entry an error of usage.
func entered(err error) error {
	var input *casework.InputError
	if errors.As(err, &input) || errors.Is(err, casework.ErrUnknown) {
		return refusal{err}
	}
	return err
}
