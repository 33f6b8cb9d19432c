package flagpages

import (
	"fmt"

	"bellwether/dashboard/page"
	"bellwether/dashboard/read"
	"bellwether/dashboard/words"
)

// loadNote is the alert load in words.
type loadNote struct {
	Load  read.AlertLoad
	Says  string
	Binds bool
}

// alertLoad says how much work the flags make, to readers of the whole market only: the counts are of every area.
func alertLoad(q *page.Request, scope read.Scope) (*loadNote, error) {
	if !scope.All() || q.Frame.Empty {
		return nil, nil
	}
	l, ok, err := q.Snapshot.AlertLoad(q.R.Context())
	if err != nil || !ok {
		return nil, err
	}
	n := &loadNote{Load: l, Binds: l.Binds}
	n.Says = fmt.Sprintf("%s of %s at provider concern or above, where %s were agreed; %s at any level, where %s were agreed.", words.Capital(words.SpellNumber(int(l.AtConcern))),
		words.Plural(int(l.Providers), "provider"), words.Int(l.ConcernCapacity), words.SpellNumber(int(l.AtAny)), words.Int(l.AnyCapacity))
	return n, nil
}

// Line says what binding capacity does and does not do.
func (n loadNote) Line() string {
	if !n.Binds {
		return "There is room for all of them."
	}
	return fmt.Sprintf("Capacity binds: %s below the line and still listed. The line orders the work. It hides no hard rule and no named event.", isAre(n.Load.BelowLine, "item"))
}

func isAre(n int64, noun string) string {
	if n == 1 {
		return "one " + noun + " is"
	}
	return words.SpellNumber(int(n)) + " " + noun + "s are"
}
