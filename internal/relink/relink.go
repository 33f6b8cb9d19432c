// Package relink finds the way back from pseudonyms, for the two purposes for which it may be gone: to reach the people whom a provider
// supports, and to ask whether a named individual was alleged to have caused harm before, at whichever provider. It keeps nothing and
// logs nothing; who may ask, the second person and the audit are the caller's.
package relink

import (
	"bufio"
	"context"
	"database/sql"
	_ "embed"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"
	"unicode/utf8"

	"bellwether/ingest/pseudonym"
)

var (
	//go:embed sql/people.sql
	peopleSQL string
	//go:embed sql/allegations.sql
	allegationsSQL string
)

// Person is one person whom a provider supports. Reference is the council's own, empty where it was not found.
type Person struct {
	Pseudonym, Reference string
	Basis                string // placement, concern or enquiry
	LocationID, Location string
	PlacingAuthority     string
	Need                 string
	Since                time.Time
}

// People lists whom a provider supports, by pseudonym.
func People(ctx context.Context, db *sql.DB, provider string) ([]Person, error) {
	rows, err := db.QueryContext(ctx, peopleSQL, provider, provider, provider)
	if err != nil {
		return nil, fmt.Errorf("read whom the provider supports: %w", err)
	}
	defer rows.Close()
	var out []Person
	for rows.Next() {
		var p Person
		var since sql.NullTime
		if err := rows.Scan(&p.Pseudonym, &p.Basis, &p.LocationID, &p.Location, &p.PlacingAuthority, &p.Need, &since); err != nil {
			return nil, fmt.Errorf("read whom the provider supports: %w", err)
		}
		p.Since = since.Time
		out = append(out, p)
	}
	return out, rows.Err()
}

// Wanted gives the pseudonyms of people that still lack a reference.
func Wanted(people []Person) map[string]bool {
	wanted := map[string]bool{}
	for _, p := range people {
		if p.Reference == "" {
			wanted[p.Pseudonym] = true
		}
	}
	return wanted
}

// Fill gives people the references that were found for their pseudonyms and says how many have one now.
func Fill(people []Person, found map[string]string) (known int) {
	for i := range people {
		if ref := found[people[i].Pseudonym]; ref != "" {
			people[i].Reference = ref
		}
		if people[i].Reference != "" {
			known++
		}
	}
	return known
}

// maxReference is the longest line of a list of references that is read; longer ones are no references.
const maxReference = 4096

// FromList finds wanted pseudonyms in a list of the council's references, one a line or the first column of a CSV, as its case system
// exports it.
func FromList(r io.Reader, keys *pseudonym.Keyring, wanted map[string]bool) (map[string]string, error) {
	hasher, err := keys.Hasher(pseudonym.Person)
	if err != nil {
		return nil, err
	}
	found := map[string]string{}
	lines := bufio.NewScanner(r)
	lines.Buffer(make([]byte, 0, maxReference), maxReference)
	for n := 1; lines.Scan(); n++ {
		line := lines.Text()
		if !utf8.ValidString(line) {
			return nil, fmt.Errorf("line %d of the list of references is not text in UTF-8: save it as CSV UTF-8", n)
		}
		ref, _, _ := strings.Cut(strings.TrimPrefix(line, "\ufeff"), ",")
		ref = strings.TrimSpace(strings.Trim(strings.TrimSpace(ref), `"`))
		if p := hasher.Pseudonym(ref); wanted[p] {
			found[p] = ref
		}
	}
	if err := lines.Err(); errors.Is(err, bufio.ErrTooLong) {
		return nil, fmt.Errorf("the list of references has a line of more than %d letters: give one reference a line", maxReference)
	} else if err != nil {
		return nil, fmt.Errorf("read the list of references: %w", err)
	}
	return found, nil
}

// Allegation is one concern or enquiry in which somebody is alleged to have caused harm.
type Allegation struct {
	Kind, ID             string
	ProviderID, Provider string
	Location             string
	On                   time.Time
	Theme, Outcome       string
	Exact                bool
	Variant              string // how the entry was spelled otherwise, for one that is only possible
	pseudonym            string
}

// Check finds the allegations that name an individual. What has the individual's own spelling is exact; what another spelling finds
// is only possible, and says which.
func Check(ctx context.Context, db *sql.DB, keys *pseudonym.Keyring, entry string) (found []Allegation, err error) {
	hasher, err := keys.Hasher(pseudonym.Staff)
	if err != nil {
		return nil, err
	}
	exact := hasher.Pseudonym(entry)
	if exact == "" {
		return nil, errors.New("nothing was entered to look for: give a name or a reference")
	}
	possible := map[string]string{}
	for _, v := range Variants(entry) {
		if p := hasher.Pseudonym(v.Text); p != exact && possible[p] == "" {
			possible[p] = v.How
		}
	}
	rows, err := db.QueryContext(ctx, allegationsSQL)
	if err != nil {
		return nil, fmt.Errorf("read earlier allegations: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var a Allegation
		var on sql.NullTime
		if err := rows.Scan(&a.pseudonym, &a.Kind, &a.ID, &a.ProviderID, &a.Provider, &a.Location, &on, &a.Theme, &a.Outcome); err != nil {
			return nil, fmt.Errorf("read earlier allegations: %w", err)
		}
		a.On, a.Exact, a.Variant = on.Time, a.pseudonym == exact, possible[a.pseudonym]
		if a.Exact || a.Variant != "" {
			found = append(found, a)
		}
	}
	return found, rows.Err()
}
