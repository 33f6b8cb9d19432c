package contingencypages

import (
	"fmt"
	"slices"
	"strings"

	"bellwether/analytics/contingency"
	"bellwether/dashboard/chart"
	"bellwether/dashboard/page"
	"bellwether/dashboard/words"
)

const personNoun = "person|people"

// contingencySentences says the answer: how many people, how many of them could go somewhere, and what nobody knows.
func contingencySentences(o outlook, v *contingencyView) (lead string, rest []string) {
	who := chosenNames(o)
	if len(o.Services) == 0 {
		return "No service of that choice is in your view.", []string{"It has left the register, or it lies outside the areas and providers in your portfolio."}
	}
	if o.Result.People == 0 {
		lead = fmt.Sprintf("If %s stopped, nobody is known to need another place.", who)
	} else {
		short := o.Result.People - o.Result.Placed
		lead = fmt.Sprintf("If %s stopped, %s would need another place.", who, words.Plural(o.Result.People, personNoun))
		switch {
		case short == 0:
			lead += " Each of them could have one" + within(v.Ask) + "."
		case o.Result.Placed == 0:
			lead += " No place for any of them is known" + within(v.Ask) + "."
		default:
			lead += fmt.Sprintf(" %s could have one%s; %s could not.", words.Int(int64(o.Result.Placed)), within(v.Ask), words.Int(int64(short)))
		}
	}
	var listed, unlisted, silent int64
	for _, p := range o.People {
		if p.Listed() {
			listed += p.People
		} else {
			unlisted += p.People
		}
	}
	for _, s := range o.Services {
		if s.Occupied == nil {
			silent++
		}
	}
	if unlisted > 0 {
		rest = append(rest, fmt.Sprintf("The council's own list names %s of them. The other %s live there by what the homes report, and nobody here knows who pays for them: ask the homes for their lists. The duty to keep care going does not depend on who pays.",
			words.Int(listed), words.Int(unlisted)))
	}
	if silent > 0 {
		rest = append(rest, fmt.Sprintf("%s not said how many people %s: there may be more.", hasHave(int(silent), "service"), map[bool]string{true: "it looks after", false: "they look after"}[silent == 1]))
	}
	if v.Hours > 0 {
		rest = append(rest, fmt.Sprintf("Home care: %s hours a week are needed; services that don't stop say they could take on %s.", words.Int(v.Hours), words.Int(v.HoursSpare)))
	}
	return lead, rest
}

func hasHave(n int, noun string) string {
	if n == 1 {
		return words.Capital(words.Spell(n, noun)) + " has"
	}
	return words.Capital(words.Spell(n, noun)) + " have"
}

func within(w whatIf) string {
	if w.Miles == "any" {
		return ""
	}
	return " within " + w.Miles + " miles"
}

// chosenNames names the choice: up to three providers by name, more by number.
func chosenNames(o outlook) string {
	if o.Ask.Area != "" && len(o.Ask.Providers) == 0 && o.Ask.Brand == "" {
		return "every service in " + o.Ask.Area
	}
	var names []string
	for _, s := range o.Services {
		if !slices.Contains(names, s.ProviderName) {
			names = append(names, s.ProviderName)
		}
	}
	for i := range names {
		names[i] = words.Clip(names[i], 60)
	}
	if len(names) > 3 {
		return fmt.Sprintf("these %d providers", len(names))
	}
	return words.List(names)
}

// whyShort puts a reason into words that say what would change it.
func whyShort(w contingency.Why, ask whatIf) string {
	switch w {
	case contingency.NoSuchPlace:
		return "no service reports a spare place of this kind"
	case contingency.NoneSuitable:
		return "there are such places, but none in a service that takes admissions and meets the rating and the level of concern asked for"
	case contingency.TooFar:
		return "there are suitable places, but none" + within(ask)
	case contingency.HoursUnknown:
		return "their weekly hours are not recorded"
	default:
		return "suitable places are taken by others of this list"
	}
}

func flowTitle(o outlook) string {
	short := o.Result.People - o.Result.Placed
	switch {
	case o.Result.People == 0:
		return "No flow to draw"
	case short == 0:
		return "Places of the right kind are known for everybody"
	default:
		return fmt.Sprintf("Places are missing for %s of %s", words.Int(int64(short)), words.Plural(o.Result.People, personNoun))
	}
}

func flowsOf(o outlook) []chart.Flow {
	type key struct{ kind, home string }
	at := map[key]int{}
	var out []chart.Flow
	add := func(kind, home, name string, n int64) {
		k := key{kind, home}
		i, had := at[k]
		if !had {
			i = len(out)
			at[k] = i
			out = append(out, chart.Flow{Kind: kind, Home: home, Name: name})
		}
		out[i].People += n
	}
	for _, m := range o.Result.Moves {
		add(o.Groups[m.Group].Kind.Name(), o.Spare[m.Place].LocationID, o.Spare[m.Place].Name, int64(m.People))
	}
	for _, s := range o.Result.Short {
		add(o.Groups[s.Group].Kind.Name(), "", "", int64(s.People))
	}
	slices.SortStableFunc(out, func(a, b chart.Flow) int {
		if (a.Home == "") != (b.Home == "") {
			return map[bool]int{true: -1, false: 1}[a.Home == ""]
		}
		return int(b.People - a.People)
	})
	return out
}

func contingencyTiles(o outlook, homes int) []page.Tile {
	if o.Result.People == 0 {
		return nil
	}
	var cost float64
	var costUnknown, payers int64
	authorities := map[string]bool{}
	for _, p := range o.People {
		if p.WeeklyCost != nil {
			cost += *p.WeeklyCost
		}
		costUnknown += p.CostUnknown
		if p.Authority != "" {
			authorities[strings.ToLower(p.Authority)] = true
		}
	}
	payers = int64(len(authorities))
	return []page.Tile{
		{Name: "People affected", Value: words.Int(int64(o.Result.People)), Change: "at " + words.Plural(len(o.Services), "service"), Link: "#people"},
		{Name: "Could have a place", Value: words.Int(int64(o.Result.Placed)), Change: "at " + words.Plural(homes, "place|places") + " that others report", Link: "#destinations"},
		{Name: "Without a place", Value: words.Int(int64(o.Result.People - o.Result.Placed)), Change: "each with the reason", Link: "#shortfall"},
		{Name: "Authorities to tell", Value: words.Int(payers), Change: "named on the council's list", Link: "#people"},
		{Name: "Paid a week now", Value: words.Money(cost), Change: costWords(costUnknown), Link: "#people"},
	}
}

func costWords(unknown int64) string {
	if unknown == 0 {
		return "for the packages on the council's list"
	}
	return "without " + words.Plural(int(unknown), "package") + " of unknown cost"
}
