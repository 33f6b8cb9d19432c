package flags

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"bellwether/analytics/rules"
)

// workList ranks the items and draws the line of the agreed share. The share
// orders and reports: an item below the line is still listed, and a hard rule,
// a named event or a person's decision is never below it.
func workList(items []Item, providers int, share rules.AlertLoad, score func(Item) float64) ([]Item, Load) {
	slices.SortFunc(items, func(a, b Item) int {
		return cmp.Or(
			cmp.Compare(b.Level, a.Level),
			cmp.Compare(order(b.FailureKind), order(a.FailureKind)),
			bools(b.Always, a.Always),
			cmp.Compare(b.Sources, a.Sources),
			cmp.Compare(score(b), score(a)),
			cmp.Compare(a.ProviderID, b.ProviderID))
	})
	l := Load{Providers: providers, ConcernCapacity: capacity(share.ConcernShare, providers), AnyCapacity: capacity(share.AnyShare, providers)}
	for i := range items {
		it := &items[i]
		it.Rank = i + 1
		l.AtAny++
		inside := l.AtAny <= l.AnyCapacity
		if it.Level >= rules.ProviderConcern {
			l.AtConcern++
			inside = inside && l.AtConcern <= l.ConcernCapacity
		}
		it.WithinShare = it.Always || inside
		if !it.WithinShare {
			l.BelowLine++
		}
	}
	if providers > 0 {
		l.ConcernShare = round4(rules.Known(float64(l.AtConcern) / float64(providers))).Value
		l.AnyShare = round4(rules.Known(float64(l.AtAny) / float64(providers))).Value
	}
	l.ConcernBinds, l.AnyBinds = l.AtConcern > l.ConcernCapacity, l.AtAny > l.AnyCapacity
	l.Text = l.text(share)
	return items, l
}

func (l Load) text(share rules.AlertLoad) string {
	s := fmt.Sprintf("%d of %d providers stand at provider concern or above (agreed share %s, which is %d) and %d at any level (agreed share %s, which is %d).",
		l.AtConcern, l.Providers, percent(share.ConcernShare), l.ConcernCapacity, l.AtAny, percent(share.AnyShare), l.AnyCapacity)
	switch {
	case !l.ConcernBinds && !l.AnyBinds:
		return s + " There is room for all of them."
	case l.BelowLine == 0:
		return s + " That is more than the share, and every one rests on a published text, a named event or a decision, so none is put below the line."
	}
	return s + fmt.Sprintf(" Capacity binds: %s below the line and still listed.", count(l.BelowLine, "item is", "items are"))
}

// capacity is what a share of the providers amounts to, and at least one.
func capacity(share float64, providers int) int {
	return max(1, int(math.Floor(share*float64(providers)+1e-9)))
}

func percent(x float64) string { return rules.Figures(100*x) + " %" }

func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

// order puts a named event before a risk, and a risk before neither.
func order(k rules.FailureKind) int {
	return slices.Index([]rules.FailureKind{rules.NoFailure, rules.FailureRisk, rules.FailureEvent}, k)
}

func bools(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return 1
	}
	return -1
}
