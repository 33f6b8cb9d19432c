package restricted

import (
	"context"
	"slices"
	"time"

	"bellwether/casework/store"
)

// Opening is what Open needs.
type Opening struct {
	// By hides it and is its owner. With is a second person who knows from the start, so that somebody can confirm.
	By, With, Kind, CaseID, Ground string
}

// Open hides a case from everybody but its owner and a second person.
func (b *Book) Open(ctx context.Context, o Opening) (Restriction, error) {
	ground, err := text("ground", o.Ground)
	switch {
	case err != nil:
		return Restriction{}, err
	case !slices.Contains(Kinds, o.Kind):
		return Restriction{}, &InputError{"kind", "Choose why it is restricted."}
	case o.CaseID == "":
		return Restriction{}, &InputError{"case", "Name the case to hide."}
	case o.With == "" || o.With == o.By:
		return Restriction{}, &InputError{"with", "Name a second person who knows of it: letting others in, and lifting it, take two."}
	}
	id := store.NewID()
	data := payload{Kind: o.Kind, Case: o.CaseID, Reason: ground, Named: []Person{{User: o.By}, {User: o.With}}}
	if err := b.add(ctx, streamPrefix+id, 0, opened, o.By, data); err != nil {
		return Restriction{}, err
	}
	return b.find(id, o.By)
}

// Propose asks to let somebody in, or to lift the restriction if user is empty. A second named person confirms.
func (b *Book) Propose(ctx context.Context, id, by, user string, until time.Time, reason string) error {
	x, err := b.find(id, by)
	if err != nil {
		return err
	}
	if reason, err = text("reason", reason); err != nil {
		return err
	}
	data := payload{Reason: reason}
	switch {
	case x.Proposal != nil:
		return &InputError{"proposal", "Something waits to be confirmed already. Confirm it or take it back first."}
	case user != "" && x.Knows(user, b.now()):
		return &InputError{"user", "This person is named already."}
	case !until.IsZero() && !until.After(b.now()):
		return &InputError{"until", "The last day must lie ahead."}
	case user != "":
		data.Add = &Person{User: user, Until: until}
	}
	return b.add(ctx, streamPrefix+id, x.version, proposed, by, data)
}

// Confirm carries a proposal out. Whoever proposed it cannot confirm it.
func (b *Book) Confirm(ctx context.Context, id, by string) error {
	x, err := b.find(id, by)
	switch {
	case err != nil:
		return err
	case x.Proposal == nil:
		return &InputError{"proposal", "Nothing waits to be confirmed."}
	case x.Proposal.By == by:
		return &InputError{"proposal", "It takes a second person: somebody else who is named must confirm."}
	}
	return b.add(ctx, streamPrefix+id, x.version, confirmed, by, payload{})
}

// Withdraw takes a proposal back; any named person may.
func (b *Book) Withdraw(ctx context.Context, id, by string) error {
	x, err := b.find(id, by)
	if err != nil {
		return err
	}
	if x.Proposal == nil {
		return &InputError{"proposal", "Nothing waits to be confirmed."}
	}
	return b.add(ctx, streamPrefix+id, x.version, withdrawn, by, payload{})
}

// Remove takes a name off the list. Two must stay, and the owner with them: nobody else could let anybody in again.
func (b *Book) Remove(ctx context.Context, id, by, user string) error {
	x, err := b.find(id, by)
	switch {
	case err != nil:
		return err
	case !x.Knows(user, b.now()):
		return &InputError{"user", "This person is not named."}
	case user == x.Owner:
		return &InputError{"user", "The owner stays named."}
	case len(x.names(b.now())) <= 2:
		return &InputError{"user", "Two people must stay named: letting others in, and lifting it, take two."}
	}
	return b.add(ctx, streamPrefix+id, x.version, removed, by, payload{User: user})
}

// Review records that the restriction was looked at and is still needed.
func (b *Book) Review(ctx context.Context, id, by, reason string) error {
	x, err := b.find(id, by)
	if err != nil {
		return err
	}
	if reason, err = text("reason", reason); err != nil {
		return err
	}
	return b.add(ctx, streamPrefix+id, x.version, reviewed, by, payload{Reason: reason})
}
