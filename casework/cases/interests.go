package cases

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"bellwether/casework/store"
)

// interestPrefix opens the name of the stream of the interests that are declared in one provider, whether or not there is a case about it:
// the reviewing group looks at flags before anybody opens one.
const interestPrefix = "interest/"

const (
	declared = "interest.declared"
	cleared  = "interest.cleared"
)

// Declaration is one person's declared interest in a provider.
type Declaration struct {
	ProviderID, Person, Interest string
	By                           string
	At                           time.Time
	// Cleared says why it stands in the way no longer, empty while it does.
	Cleared, ClearedBy string
	ClearedAt          time.Time
}

type interestPayload struct {
	Person string `json:"person"`
	Text   string `json:"text"`
}

// foldInterest adds one event to the declarations of a provider, oldest first, and returns the result; what was given is not changed.
func foldInterest(held []Declaration, e store.Event) ([]Declaration, error) {
	var p interestPayload
	strict := json.NewDecoder(bytes.NewReader(e.Data))
	strict.DisallowUnknownFields()
	if err := strict.Decode(&p); err != nil {
		return held, fmt.Errorf("cases: event %d cannot be read: %w", e.Position, err)
	}
	held = slices.Clone(held)
	switch e.Type {
	case declared:
		return append(held, Declaration{ProviderID: strings.TrimPrefix(e.Stream, interestPrefix), Person: p.Person, Interest: p.Text, By: e.Actor, At: e.At}), nil
	case cleared:
		for n := range held {
			if held[n].Person == p.Person && held[n].Cleared == "" {
				held[n].Cleared, held[n].ClearedBy, held[n].ClearedAt = p.Text, e.Actor, e.At
			}
		}
		return held, nil
	}
	return held, fmt.Errorf("cases: event %d is of the unknown type %s: it was written by a newer version", e.Position, e.Type)
}

// stands says whether one of the declarations is a person's and has not been cleared.
func stands(held []Declaration, person string) bool {
	return slices.ContainsFunc(held, func(d Declaration) bool { return d.Person == person && d.Cleared == "" })
}

// Declarations are the interests declared in providers apart from their cases, the newest first.
func (d *Desk) Declarations(ctx context.Context) ([]Declaration, error) {
	if err := d.Refresh(ctx); err != nil {
		return nil, err
	}
	d.mu.RLock()
	defer d.mu.RUnlock()
	var out []Declaration
	for _, held := range d.declared {
		out = append(out, held...)
	}
	slices.SortFunc(out, func(a, b Declaration) int {
		if n := b.At.Compare(a.At); n != 0 {
			return n
		}
		return strings.Compare(a.ProviderID+a.Person, b.ProviderID+b.Person)
	})
	return out, nil
}

// Declare records a person's interest in a provider. From then on they see neither it nor its cases, until a chair clears it.
func (d *Desk) Declare(ctx context.Context, by, provider, person, interest string) error {
	interest = strings.TrimSpace(interest)
	switch n := utf8.RuneCountInString(interest); {
	case provider == "" || person == "":
		return wrong("interest", "say whose interest it is and in which provider")
	case n < 3 || n > MaxText:
		return wrong("interest", "say what the interest is")
	}
	return d.toInterests(ctx, by, provider, declared, interestPayload{person, interest}, false)
}

// ClearInterest records that a declared interest stands in the way no longer.
func (d *Desk) ClearInterest(ctx context.Context, by, provider, person, why string) error {
	why = strings.TrimSpace(why)
	switch {
	case utf8.RuneCountInString(why) < 3 || utf8.RuneCountInString(why) > MaxText:
		return wrong("cleared", "say why the interest stands in the way no longer")
	case by == person:
		return wrong("cleared", "nobody clears their own interest")
	}
	return d.toInterests(ctx, by, provider, cleared, interestPayload{person, why}, true)
}

func (d *Desk) toInterests(ctx context.Context, by, provider, kind string, p interestPayload, standing bool) error {
	stream := interestPrefix + provider
	events, err := d.store.Load(ctx, stream)
	if err != nil {
		return err
	}
	var held []Declaration
	for _, e := range events {
		if held, err = foldInterest(held, e); err != nil {
			return err
		}
	}
	switch stands(held, p.Person) {
	case standing:
	case true:
		return wrong("interest", "this interest is declared already")
	default:
		return wrong("interest", "no such interest is declared any more")
	}
	data, err := json.Marshal(p)
	if err != nil {
		return fmt.Errorf("cases: cannot record the interest: %w", err)
	}
	_, err = d.store.Append(ctx, stream, int64(len(events)), store.NewEvent{Type: kind, At: d.now(), Actor: by, Data: data})
	return err
}
