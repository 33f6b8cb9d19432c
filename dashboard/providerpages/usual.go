package providerpages

import (
	"fmt"
	"html/template"
	"slices"
	"strings"
	"time"

	"bellwether/analytics/spc"
	"bellwether/dashboard/chart"
	"bellwether/dashboard/page"
	"bellwether/dashboard/read"
	"bellwether/dashboard/words"
)

// The parts of a provider's page that the analytics fill: its reasons in order, and what is usual for it. Their templates are in analytics.html.

// reasonsNote is why a provider is on the work list, in order.
type reasonsNote struct {
	Reasons []read.Reason
	Says    string
}

func reasons(q *page.Request, provider string) (reasonsNote, error) {
	rows, err := q.Snapshot.Reasons(q.R.Context(), provider)
	if err != nil || len(rows) == 0 {
		return reasonsNote{}, err
	}
	n := reasonsNote{Reasons: rows, Says: fmt.Sprintf("Place %s of %s on the work list", words.Int(rows[0].Rank), words.Int(rows[0].Listed))}
	switch {
	case rows[0].Always:
		n.Says += ", above the line whatever the agreed share, since a hard rule, a named event or a person's decision puts it there."
	case rows[0].Within:
		n.Says += ", within the agreed share."
	default:
		n.Says += ", below the line of the agreed share and listed all the same."
	}
	return n, nil
}

// usualView is what is usual for a provider, stream by stream.
type usualView struct {
	Figures []chart.Figure
	Icons   []usualIcon
}

// usualIcon goes with the figure of its place; Chose says why that chart was chosen.
type usualIcon struct {
	Image       template.URL
	Says, Chose string
}

// usualDays is how far back the charts of a provider's own variation go: thirty-two periods of four weeks.
const usualDays = 32 * spc.PeriodDays

// usual draws each stream of a provider against its own past. Only a reader who may see the provider's dated records comes here.
func usual(q *page.Request, provider string) (usualView, error) {
	if q.Frame.Empty {
		return usualView{}, nil
	}
	days, err := q.Snapshot.StreamDays(q.R.Context(), q.Frame, provider, usualDays)
	if err != nil {
		return usualView{}, err
	}
	streams, err := q.Snapshot.Streams(q.R.Context())
	if err != nil {
		return usualView{}, err
	}
	at := map[string][]int{}
	for _, d := range days {
		at[d.Stream] = append(at[d.Stream], -words.DaysBetween(d.On, q.Frame.Run.AsOf))
	}
	var v usualView
	for _, s := range append(slices.Clone(chart.Streams), chart.Told) {
		from, better := 1-usualDays, spc.LowIsGood
		if s.ID == chart.Told.ID {
			// What nobody told yet is not nought, and more told is not worse.
			first, ok := began(streams, s.ID)
			if !ok {
				continue
			}
			from, better = max(from, -words.DaysBetween(first, q.Frame.Run.AsOf)), spc.NeitherIsBad
		}
		c, err := spc.Events(slices.DeleteFunc(at[s.ID], func(day int) bool { return day < from }), from, 0, spc.Options{Better: better})
		if err != nil {
			return usualView{}, err
		}
		icon := c.Variation.Icon()
		f := chart.Variation(c, s, asDay(q.Frame.Run.AsOf))
		if s.ID == chart.Told.ID {
			f.Caveat = strings.TrimSpace(s.Caveat + " " + f.Caveat)
		}
		v.Figures = append(v.Figures, f)
		v.Icons = append(v.Icons, usualIcon{Image: chart.Icon(icon), Says: icon.Says, Chose: c.Because})
	}
	return v, nil
}

// began is the day on which a stream began, if it has.
func began(streams []read.Stream, name string) (time.Time, bool) {
	for _, s := range streams {
		if s.Name == name && s.First != nil {
			return *s.First, true
		}
	}
	return time.Time{}, false
}

func asDay(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC)
}
