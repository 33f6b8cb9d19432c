package read

import (
	"context"
	"slices"
	"strings"
	"time"

	"bellwether/casework/review"
)

// QueueFlag is a flag as the review queue needs it.
type QueueFlag struct {
	_            struct{}   `class:"B"`
	ID           string     `col:"flag_id"`
	ProviderID   string     `col:"provider_id"`
	ProviderName string     `col:"provider_name"`
	LocationID   string     `col:"location_id"`
	LocationName string     `col:"location_name"`
	BrandID      string     `col:"brand_id"`
	BrandName    string     `col:"brand_name"`
	Area         string     `col:"area"`
	RuleID       string     `col:"rule_id"`
	RuleTitle    string     `col:"rule_title"`
	Level        int64      `col:"level"`
	FailureKind  string     `col:"failure_kind"`
	Strength     string     `col:"strength"`
	Source       string     `col:"evidence_source"`
	Sentence     string     `col:"sentence"`
	Evidence     int64      `col:"evidence_rows"`
	OpenedOn     *time.Time `col:"opened_on"`
	LastMetOn    *time.Time `col:"last_met_on"`
	ClearedOn    *time.Time `col:"cleared_on"`
	// CoveredBy is a stronger flag on the same place that already says this.
	CoveredBy string `col:"covered_by"`
}

// QueueFlags reads the flags in the scope that may be reviewed, in the order of their ids: those that are open, those that cleared on the
// day since or after it, and those of the touched ids whenever they cleared. Years of flags that came and went before anybody reviewed are
// many times the queue.
func (s *Snapshot) QueueFlags(ctx context.Context, scope Scope, since time.Time, touched []string) ([]QueueFlag, error) {
	return ask[QueueFlag](ctx, s, "queue", args{"scope": scope.list(), "since": since, "touched": strings.Join(touched, ",")})
}

// queueFlags reads what the desk's queue of a scope is made of, and what was recorded on any flag.
func (s *Snapshot) queueFlags(ctx context.Context, desk *review.Desk, scope Scope) ([]QueueFlag, map[string]review.Review, error) {
	reviews, err := desk.Reviews(ctx)
	if err != nil {
		return nil, nil, err
	}
	since, err := desk.Since(ctx)
	if err != nil {
		return nil, nil, err
	}
	if since.IsZero() {
		since = never
	}
	var touched []string
	for id, r := range reviews {
		if scope.all || slices.Contains(scope.ids, r.Seen.Provider) {
			touched = append(touched, id)
		}
	}
	slices.Sort(touched)
	all, err := s.QueueFlags(ctx, scope, since, touched)
	return all, reviews, err
}

// never is after every day on which a flag can have cleared.
var never = time.Date(9999, 12, 31, 0, 0, 0, 0, time.UTC)

// familySources names the sources that each family of evidence comes from. A family that is not here has a source of its own name.
var familySources = map[string][]string{
	"safeguarding": {"safeguarding_concerns", "safeguarding_enquiries"},
	"cqc":          {"cqc_api", "cqc_ratings"},
	"contracts":    {"contracts_ocds", "contracts_register"},
	"finance":      {"company_events", "companies_house"},
	"quality":      {"quality_visits", "quality_actions"},
	"placements":   {"placements", "spend"},
}

// HeldBack says why a flag must not be acted on: it opened after the last day for which any source of its evidence has data, so that
// only silence can have raised it. It is empty for a flag that records raised.
func HeldBack(f QueueFlag, sources []Source) string {
	names, known := familySources[f.Source]
	if !known {
		names = []string{f.Source}
	}
	if f.OpenedOn == nil {
		return ""
	}
	dead := ""
	for _, s := range sources {
		if !slices.Contains(names, s.Name) {
			continue
		}
		if s.State == "fresh" || s.DataTo != nil && !f.OpenedOn.After(*s.DataTo) {
			return ""
		}
		if dead == "" {
			dead = s.Title
			if dead == "" {
				dead = s.Name
			}
		}
	}
	if dead == "" {
		return ""
	}
	return dead + " had stopped before this was raised: it shows that the source is silent, not that anything happened."
}

// ReviewFlags puts flags into the queue's own terms. Flags that a stronger one covers stay out, unless somebody has acted on them.
func ReviewFlags(all []QueueFlag, sources []Source, touched map[string]review.Review) []review.Flag {
	out := make([]review.Flag, 0, len(all))
	for _, f := range all {
		if f.CoveredBy != "" && touched[f.ID].Version == 0 {
			continue
		}
		out = append(out, review.Flag{ID: f.ID, ProviderID: f.ProviderID, LocationID: f.LocationID, BrandID: f.BrandID, RuleID: f.RuleID, RuleTitle: f.RuleTitle,
			Sentence: f.Sentence, Level: int(f.Level), Strength: f.Strength, Evidence: int(f.Evidence),
			OpenedOn: dayOf(f.OpenedOn), LastMetOn: dayOf(f.LastMetOn), ClearedOn: dayOf(f.ClearedOn), HeldBack: HeldBack(f, sources)})
	}
	return out
}

func dayOf(t *time.Time) time.Time {
	if t == nil {
		return time.Time{}
	}
	return *t
}

// Review reads the flags in a scope and asks the desk for their queue; the flags come back by id. In a scope without limits the queue
// also holds what was decided on flags that the snapshot no longer has.
func (s *Snapshot) Review(ctx context.Context, desk *review.Desk, scope Scope, sources []Source) (map[string]QueueFlag, []review.Item, error) {
	all, touched, err := s.queueFlags(ctx, desk, scope)
	if err != nil {
		return nil, nil, err
	}
	items, err := desk.Queue(ctx, ReviewFlags(all, sources, touched), scope.All())
	if err != nil {
		return nil, nil, err
	}
	if scope.ids != nil {
		// What was decided about a provider that is hidden from this reader looks like a flag that went away, and must not be told of either.
		inside := make(map[string]bool, len(scope.ids))
		for _, id := range scope.ids {
			inside[id] = true
		}
		items = slices.DeleteFunc(items, func(i review.Item) bool { return i.Missing && !inside[i.Flag.ProviderID] })
	}
	byID := make(map[string]QueueFlag, len(all))
	for _, f := range all {
		byID[f.ID] = f
	}
	for _, i := range items {
		if _, known := byID[i.Flag.ID]; known {
			continue
		}
		opened, met := i.Flag.OpenedOn, i.Flag.LastMetOn
		byID[i.Flag.ID] = QueueFlag{ID: i.Flag.ID, ProviderID: i.Flag.ProviderID, ProviderName: i.Flag.ProviderID, LocationID: i.Flag.LocationID, RuleID: i.Flag.RuleID,
			RuleTitle: i.Flag.RuleID, Level: int64(i.Flag.Level), Sentence: "The present rules raise this flag no more; what was decided on it stays.", OpenedOn: &opened, LastMetOn: &met}
	}
	return byID, items, nil
}
