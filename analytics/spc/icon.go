package spc

import "bellwether/analytics/surveillance/xmr"

// Good says which way a measure improves.
type Good = xmr.Better

// The directions of improvement.
const (
	LowIsGood    = xmr.BetterLow
	NeitherIsBad = xmr.BetterNone
	HighIsGood   = xmr.BetterHigh
)

// Variation is what the latest point of a chart says.
type Variation string

// The variation icons. High and Low say on which side of the usual the latest
// point lies; for gaps between events a long gap is High.
const (
	Common         Variation = "variation-common"
	ImprovingHigh  Variation = "variation-improving-high"
	ImprovingLow   Variation = "variation-improving-low"
	ConcerningHigh Variation = "variation-concerning-high"
	ConcerningLow  Variation = "variation-concerning-low"
	SpecialHigh    Variation = "variation-special-high"
	SpecialLow     Variation = "variation-special-low"
	// TooFew says that there are too few points to tell.
	TooFew Variation = "variation-none"
)

// Assurance says whether the process as it is will meet its target.
type Assurance string

// The assurance icons.
const (
	NoTarget   Assurance = "assurance-none"
	HitAndMiss Assurance = "assurance-hit-and-miss"
	WillPass   Assurance = "assurance-pass"
	WillFail   Assurance = "assurance-fail"
)

// Tone is how an icon is coloured; the words and the letter say the same.
type Tone string

// The tones.
const (
	Plain   Tone = "plain"
	Better  Tone = "better"
	Worse   Tone = "worse"
	Special Tone = "special"
)

// Icon is what a page needs to show a finding.
type Icon struct {
	// ID is fixed, for styles and tests; Letter is drawn in the icon.
	ID, Letter string
	Tone       Tone
	// Says is the finding in a few words, Means the same in a sentence.
	Says, Means string
}

var variationIcons = map[Variation]Icon{
	Common:         {"", "", Plain, "usual variation", "The latest value is what this series usually shows."},
	ImprovingHigh:  {"", "H", Better, "improving, higher than usual", "The latest values are unusual, on the better side: higher than before."},
	ImprovingLow:   {"", "L", Better, "improving, lower than usual", "The latest values are unusual, on the better side: lower than before."},
	ConcerningHigh: {"", "H", Worse, "concerning, higher than usual", "The latest values are unusual, on the worse side: higher than before."},
	ConcerningLow:  {"", "L", Worse, "concerning, lower than usual", "The latest values are unusual, on the worse side: lower than before."},
	SpecialHigh:    {"", "H", Special, "unusual, higher", "The latest values are unusual: higher than before. Neither way is better."},
	SpecialLow:     {"", "L", Special, "unusual, lower", "The latest values are unusual: lower than before. Neither way is better."},
	TooFew:         {"", "–", Plain, "too few to tell", "There are too few values to tell what is usual."},
}

var assuranceIcons = map[Assurance]Icon{
	NoTarget:   {"", "–", Plain, "no target", "No target is set for this measure."},
	HitAndMiss: {"", "?", Plain, "hit and miss", "The target lies within the usual range: it will be met some times and missed at others."},
	WillPass:   {"", "P", Better, "will be met", "The target lies outside the usual range, on the good side: it will be met as things are."},
	WillFail:   {"", "F", Worse, "will be missed", "The target lies outside the usual range, on the bad side: it will be missed until something changes."},
}

// Icon gives the variation's icon; an unknown one is shown as too few to tell.
func (v Variation) Icon() Icon {
	i, ok := variationIcons[v]
	if !ok {
		v = TooFew
		i = variationIcons[v]
	}
	i.ID = string(v)
	return i
}

// Icon gives the assurance's icon; an unknown one is shown as no target.
func (a Assurance) Icon() Icon {
	i, ok := assuranceIcons[a]
	if !ok {
		a = NoTarget
		i = assuranceIcons[a]
	}
	i.ID = string(a)
	return i
}

// variation names the finding from the side on which the latest point is
// unusual and the way in which the measure improves.
func variation(side xmr.Side, good Good) Variation {
	switch {
	case side == xmr.Neither:
		return Common
	case good == NeitherIsBad && side == xmr.High:
		return SpecialHigh
	case good == NeitherIsBad:
		return SpecialLow
	case side == xmr.High && good == HighIsGood:
		return ImprovingHigh
	case side == xmr.High:
		return ConcerningHigh
	case good == LowIsGood:
		return ImprovingLow
	}
	return ConcerningLow
}

func assurance(c xmr.Chart, o Options) Assurance {
	if o.Target == nil || !c.HasLimits {
		return NoTarget
	}
	switch c.Assurance(*o.Target, o.Better) {
	case xmr.HitAndMiss:
		return HitAndMiss
	case xmr.WillPass:
		return WillPass
	case xmr.WillFail:
		return WillFail
	}
	return NoTarget
}
