package restricted

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"bellwether/casework/store"
	"bellwether/casework/workdays"
	"bellwether/internal/access"
)

// GlassLife is how long one use of emergency access lasts.
const GlassLife = 60 * time.Minute

// reviewDays is within how many working days somebody must look at a use.
const reviewDays = 2

// Causes are the reasons for which the glass may be broken.
var Causes = map[string]string{
	"immediate_harm":  "Somebody may come to immediate harm",
	"provider_stops":  "A provider stops and people must be reached",
	"out_of_hours":    "Out of hours, and nobody with access can be reached",
	"statutory_order": "A court or an inspector requires it now",
}

const glassPrefix = "glass/"

// Use is one use of emergency access: one person, one case, one hour.
type Use struct {
	ID, User, CaseID string
	Cause, Reason    string
	At, Until        time.Time
	EndedAt          time.Time
	ReviewedAt       time.Time
	ReviewedBy       string
	// Justified is what the review found, Finding its words.
	Justified bool
	Finding   string
	DueBy     time.Time
	version   int64
}

// Open says whether the use gives access at a moment.
func (u Use) Open(at time.Time) bool {
	return u.EndedAt.IsZero() && !at.Before(u.At) && at.Before(u.Until)
}

type glassPayload struct {
	Case      string    `json:"case,omitempty"`
	Cause     string    `json:"cause,omitempty"`
	Reason    string    `json:"reason,omitempty"`
	Until     time.Time `json:"until,omitzero"`
	Justified bool      `json:"justified,omitempty"`
}

const (
	broken       = "glass.broken"
	glassEnded   = "glass.ended"
	glassChecked = "glass.reviewed"
)

func foldUse(u Use, e store.Event) (Use, error) {
	var p glassPayload
	if err := e.Read("restricted", &p); err != nil {
		return u, err
	}
	u.ID, u.version = strings.TrimPrefix(e.Stream, glassPrefix), e.Version
	switch e.Type {
	case broken:
		u.User, u.CaseID, u.Cause, u.Reason, u.At, u.Until = e.Actor, p.Case, p.Cause, p.Reason, e.At, p.Until
	case glassEnded:
		u.EndedAt = e.At
	case glassChecked:
		u.ReviewedAt, u.ReviewedBy, u.Justified, u.Finding = e.At, e.Actor, p.Justified, p.Reason
	default:
		return u, e.Unknown("restricted")
	}
	return u, nil
}

// Break opens one case for one person for an hour. Whoever may not is the caller's to refuse; a case of the police is not opened, and
// the answer is the one for a case that does not exist.
func (b *Book) Break(ctx context.Context, user, caseID, cause, reason string) (Use, error) {
	reason, err := text("reason", reason)
	if err != nil {
		return Use{}, err
	}
	if Causes[cause] == "" {
		return Use{}, &InputError{"cause", "Choose what makes it an emergency."}
	}
	r, err := b.About(ctx, access.Resource{CaseID: caseID})
	if err != nil || caseID == "" || r.Restricted == access.PoliceRestriction {
		return Use{}, ErrUnknown
	}
	id := store.NewID()
	if err := b.add(ctx, glassPrefix+id, 0, broken, user, glassPayload{Case: caseID, Cause: cause, Reason: reason, Until: b.now().Add(GlassLife)}); err != nil {
		return Use{}, err
	}
	return b.use(id)
}

func (b *Book) use(id string) (Use, error) {
	b.mu.RLock()
	defer b.mu.RUnlock()
	u, ok := b.glass[id]
	if !ok {
		return Use{}, ErrUnknown
	}
	u.DueBy = b.days.Add(workdays.Day(u.At), reviewDays)
	return u, nil
}

// Broken lists the cases that a user has open in an emergency now.
func (b *Book) Broken(user string) []string {
	b.mu.RLock()
	defer b.mu.RUnlock()
	var cases []string
	for _, u := range b.glass {
		if u.User == user && u.Open(b.now()) {
			cases = append(cases, u.CaseID)
		}
	}
	slices.Sort(cases)
	return slices.Compact(cases)
}

// End ends all open uses of a user, at sign-out or when asked.
func (b *Book) End(ctx context.Context, user string) error {
	b.mu.RLock()
	var open []Use
	for _, u := range b.glass {
		if u.User == user && u.Open(b.now()) {
			open = append(open, u)
		}
	}
	b.mu.RUnlock()
	for _, u := range open {
		if err := b.add(ctx, glassPrefix+u.ID, u.version, glassEnded, user, glassPayload{}); err != nil {
			return err
		}
	}
	return nil
}

// Uses lists every use, those not reviewed first, then the newest.
func (b *Book) Uses() []Use {
	b.mu.RLock()
	defer b.mu.RUnlock()
	all := make([]Use, 0, len(b.glass))
	for _, u := range b.glass {
		u.DueBy = b.days.Add(workdays.Day(u.At), reviewDays)
		all = append(all, u)
	}
	slices.SortFunc(all, func(x, y Use) int {
		waits := func(u Use) int {
			if u.ReviewedAt.IsZero() {
				return 0
			}
			return 1
		}
		return cmp.Or(cmp.Compare(waits(x), waits(y)), y.At.Compare(x.At), cmp.Compare(x.ID, y.ID))
	})
	return all
}

// ReviewUse records whether a use was justified. Nobody reviews their own.
func (b *Book) ReviewUse(ctx context.Context, id, by string, justified bool, finding string) error {
	finding, err := text("finding", finding)
	if err != nil {
		return err
	}
	u, err := b.use(id)
	switch {
	case err != nil:
		return err
	case u.User == by:
		return &InputError{"finding", "Nobody reviews their own use."}
	case !u.ReviewedAt.IsZero():
		return &InputError{"finding", "This use has been reviewed already."}
	}
	return b.add(ctx, glassPrefix+id, u.version, glassChecked, by, glassPayload{Justified: justified, Reason: finding})
}

// UseCounts says how often the glass was broken and how many of those uses nobody has reviewed, and of them how many are late.
func (b *Book) UseCounts() (granted, unreviewed, late int) {
	for _, u := range b.Uses() {
		granted++
		if u.ReviewedAt.IsZero() {
			unreviewed++
			if b.now().After(u.DueBy.AddDate(0, 0, 1)) {
				late++
			}
		}
	}
	return granted, unreviewed, late
}
