package identity

import (
	"context"
	"slices"
	"time"
)

// Book is the decisions of one instance: the one place in which the command line, the pages and a run look for them.
type Book struct {
	Dir      string           // the landing folder
	Now      func() time.Time // the wall clock, which says when somebody decided
	Calendar func() time.Time // the instance's own calendar, which says from which day a decision counts
}

// All gives every decision in order.
func (b Book) All(context.Context) ([]Decision, error) { return Read(b.Dir) }

// InForce gives the decisions that hold today.
func (b Book) InForce(ctx context.Context) ([]Decision, error) {
	all, err := b.All(ctx)
	return InForce(all, b.Calendar()), err
}

// Decide stamps a decision with the time and keeps it.
func (b Book) Decide(_ context.Context, d Decision) (Decision, error) {
	d.At, d.On = b.Now().UTC(), b.Calendar().Format(time.DateOnly)
	return d, Append(b.Dir, d)
}

// About gives the decisions about the name with an id, oldest first.
func About(all []Decision, id string) []Decision {
	return slices.DeleteFunc(slices.Clone(all), func(d Decision) bool { return d.ID() != id })
}
