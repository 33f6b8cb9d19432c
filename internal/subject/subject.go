// Package subject answers a person's request for what is held about them. The entry by which a council knows them is turned into its
// pseudonyms, and every row that carries one is laid out as a paper. Who else stands in a row is left out. Nothing is kept: who may ask,
// the second person and the audit are the caller's.
package subject

import (
	"context"
	"database/sql"
	_ "embed"
	"errors"
	"fmt"
	"time"

	"bellwether/casework/papers"
	"bellwether/ingest/pseudonym"
)

//go:embed sql/held.sql
var heldSQL string

// Row is one record about the person.
type Row struct {
	Kind, Part         string // what it is, and as whom the person stands in it
	On, KnownFrom      time.Time
	Provider, Location string
	Says               string
}

// ErrNothingEntered says that there is nobody to look for.
var ErrNothingEntered = errors.New("nothing was entered to look for: give the reference by which the council's systems know the person")

// Pseudonyms are those by which one person stands in the records: as a person who is supported, and as one who works there.
type Pseudonyms struct{ person, staff string }

// Of turns an entry into the pseudonyms it stands for; ErrNothingEntered if it stands for nobody.
func Of(keys *pseudonym.Keyring, entry string) (p Pseudonyms, err error) {
	for domain, to := range map[string]*string{pseudonym.Person: &p.person, pseudonym.Staff: &p.staff} {
		hasher, err := keys.Hasher(domain)
		if err != nil {
			return p, err
		}
		if *to = hasher.Pseudonym(entry); *to == "" {
			return p, ErrNothingEntered
		}
	}
	return p, nil
}

// Held finds everything about the person in a snapshot.
func Held(ctx context.Context, db *sql.DB, who Pseudonyms) ([]Row, error) {
	rows, err := db.QueryContext(ctx, heldSQL, who.person, who.staff)
	if err != nil {
		return nil, fmt.Errorf("read what is held about a person: %w", err)
	}
	defer rows.Close()
	var out []Row
	for rows.Next() {
		var r Row
		var on, known sql.NullTime
		var load, row any
		if err := rows.Scan(&r.Kind, &r.Part, &on, &r.Provider, &r.Location, &r.Says, &known, &load, &row); err != nil {
			return nil, fmt.Errorf("read what is held about a person: %w", err)
		}
		r.On, r.KnownFrom = on.Time, known.Time
		out = append(out, r)
	}
	return out, rows.Err()
}

// Made is what a paper is made from.
type Made struct {
	Reference, Authority, Marking, Snapshot string
	AsOf, At                                time.Time
}

// Paper lays the rows out, with what the person should know about them. It names neither the person nor the entry: the covering letter does.
func Paper(m Made, rows []Row) papers.Paper {
	p := papers.Paper{Title: "What is held about you", Subtitle: fmt.Sprintf("%s, request %s, as known on %s", m.Authority, m.Reference, m.AsOf.Format("2 January 2006")),
		Marking: m.Marking, Foot: "snapshot " + m.Snapshot, Made: m.At}
	about := papers.Section{Heading: "About these records", Text: []string{
		"Bellwether watches care providers. It keeps no names, addresses, dates of birth or notes about people: each person stands in it under a code that only the council can make from its own reference. These are all records that carry your code.",
		"Other people in the same records are left out, because what is held about them is theirs. A record says what was reported; it is not proof that it happened.",
		"The records come from the council's own case systems, from providers and from lists of placements, which may hold more about you: this answer is about Bellwether alone. Notes of meetings and cases are looked through by a person before this is sent.",
		"You may ask for what is wrong to be put right. It is put right in the system it came from, and follows here with the next delivery.",
	}}
	if len(rows) == 0 {
		about.Text = append([]string{"No record carries your code."}, about.Text...)
	}
	p.Sections = []papers.Section{about}
	for from := 0; from < len(rows); {
		to := from + 1
		for to < len(rows) && rows[to].Kind == rows[from].Kind {
			to++
		}
		s := papers.Section{Heading: fmt.Sprintf("%s (%d)", rows[from].Kind, to-from), Head: []string{"Day", "You are", "Provider and place", "What it says", "Held since"}, Widths: []float64{.12, .16, .24, .36, .12}}
		for _, r := range rows[from:to] {
			place := r.Provider
			if r.Location != "" && r.Location != r.Provider {
				place += ", " + r.Location
			}
			s.Rows = append(s.Rows, []string{day(r.On), r.Part, place, r.Says, day(r.KnownFrom)})
		}
		p.Sections = append(p.Sections, s)
		from = to
	}
	return p
}

func day(t time.Time) string {
	if t.IsZero() {
		return "not known"
	}
	return t.Format("2 Jan 2006")
}
