package flags

import (
	"slices"

	"bellwether/analytics/rules"
)

// summarise says where a provider stands on the last day looked at.
func summarise(provider string, ends []day, past []standing, flags []Flag, asOf day) ProviderLevel {
	p := ProviderLevel{ProviderID: provider}
	for _, f := range flags {
		switch f.State {
		case Open:
			p.FlagsOpen++
		case Waiting:
			p.FlagsWaiting++
		}
	}
	if len(past) == 0 {
		p.Headline = "No week has been looked at yet."
		return p
	}
	now := past[len(past)-1]
	p.Level, p.FailureKind, p.PreviousLevel = now.level, now.kind, now.level
	i := len(past) - 1
	for i > 0 && past[i-1].level == now.level {
		i--
	}
	p.Since = min(ends[i], asOf).date()
	if i > 0 {
		p.PreviousLevel, p.MovedOn = past[i-1].level, p.Since
	}
	p.Headline = headline(p, now, flags)
	return p
}

// headline is the sentence of the strongest open flag; where only a decision
// holds the level, that decision; where nothing stands, what there is to say.
func headline(p ProviderLevel, now standing, flags []Flag) string {
	switch {
	case now.held != nil && !now.flags:
		s := "Decided on " + dayOf(now.held.On).long() + ": " + now.held.Level.Title() + "."
		if now.held.Reason != "" {
			s = now.held.Reason + " Decided on " + dayOf(now.held.On).long() + "."
		}
		if now.level < now.held.Level {
			s += " Stepped down since, after clear reviews and a watch."
		}
		return s
	case p.FlagsOpen > 0:
		return flags[0].Sentence
	case p.FlagsWaiting == 1:
		return "One signal waits for a second source; nothing warrants review yet."
	case p.FlagsWaiting > 1:
		return rules.Figures(float64(p.FlagsWaiting)) + " signals wait for a second source; nothing warrants review yet."
	}
	return "No signal warrants review in what has been received."
}

// item makes a provider's entry on the work list.
func item(p ProviderLevel, now standing, flags []Flag) Item {
	it := Item{ProviderID: p.ProviderID, Level: p.Level, FailureKind: p.FailureKind, Always: now.held != nil || p.FailureKind == rules.FailureEvent}
	var sources []rules.Family
	for _, f := range flags {
		switch f.State {
		case Open:
			if f.CoveredBy == "" {
				it.Reasons = append(it.Reasons, f.FlagID)
			}
			it.Always = it.Always || f.Strength == rules.Hard
			if !slices.Contains(sources, f.EvidenceSource) {
				sources = append(sources, f.EvidenceSource)
			}
		case Waiting:
			it.Waiting = append(it.Waiting, f.FlagID)
		}
	}
	it.Sources = len(sources)
	return it
}
