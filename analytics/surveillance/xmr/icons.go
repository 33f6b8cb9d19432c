package xmr

// Better says which way a measure improves.
type Better int

// The directions of improvement.
const (
	BetterLow  Better = -1
	BetterNone Better = 0
	BetterHigh Better = 1
)

// Variation is what the latest point says.
type Variation int

// The variation icons of Making Data Count.
const (
	CommonCause Variation = iota
	Improving
	Concerning
	// Notable is special cause in a measure without a better direction.
	Notable
)

// Assurance says whether the process, as it is, will meet a target.
type Assurance int

// The assurance icons of Making Data Count.
const (
	NoTarget Assurance = iota
	// HitAndMiss: the target lies within the limits.
	HitAndMiss
	// WillPass and WillFail: the target lies outside them.
	WillPass
	WillFail
)

// Variation returns the variation icon of the latest point, given which way
// the measure improves.
func (c Chart) Variation(b Better) Variation {
	if len(c.Points) == 0 {
		return CommonCause
	}
	p := c.Points[len(c.Points)-1]
	switch {
	case p.Rule == None:
		return CommonCause
	case b == BetterNone:
		return Notable
	case int(p.Side) == int(b):
		return Improving
	}
	return Concerning
}

// Assurance returns the assurance icon for a target. Without a better
// direction there is nothing to assure.
func (c Chart) Assurance(target float64, b Better) Assurance {
	switch {
	case b == BetterNone:
		return NoTarget
	case target >= c.Lower && target <= c.Upper:
		return HitAndMiss
	case (b == BetterHigh) == (c.Lower > target):
		return WillPass
	}
	return WillFail
}

// String is the label of the rule as charts print it.
func (p Point) String() string {
	up := p.Side == High
	pick := func(high, low string) string {
		if up {
			return high
		}
		return low
	}
	switch p.Rule {
	case Outside:
		return pick("Above UCL", "Below LCL")
	case Trend:
		return pick("7 Point Trend (Increasing)", "7 Point Trend (Decreasing)")
	case TwoInThree:
		return pick("2 in 3 Above CL", "2 in 3 Below CL")
	case Shift:
		return pick("7 Points Above CL", "7 Points Below CL")
	}
	return "Common Cause"
}
