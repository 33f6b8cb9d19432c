package flagpages

import (
	"bellwether/casework/review"
	"bellwether/dashboard/page"
	"bellwether/dashboard/queue"
	"bellwether/dashboard/read"
	"bellwether/dashboard/words"
	"bellwether/internal/access"
)

// flagsBefore is what became of a rule's other flags: what the panel said of them and what followed.
type flagsBefore struct {
	Sentence string
	Recent   []flagOutcome
}

// flagOutcome is one earlier flag with what became of it.
type flagOutcome struct {
	read.FlagBefore
	Panel string
	After string
}

// mostBefore is how many earlier flags a flag's page lists; the list of flags has them all.
const mostBefore = 6

// before gathers what became of flags by the same rule, among the providers that the reader may see.
func before(q *page.Request, f read.Flag) (flagsBefore, error) {
	ctx := q.R.Context()
	scope, err := q.Scope(access.Flag)
	if err != nil {
		return flagsBefore{}, err
	}
	all, err := q.Snapshot.Before(ctx, q.Frame, scope, f)
	if err != nil {
		return flagsBefore{}, err
	}
	said := map[string]review.Confirmation{}
	reviews, err := q.Config.Reviews.Reviews(ctx)
	if err != nil {
		return flagsBefore{}, err
	}
	for _, c := range review.Confirmations(reviews) {
		said[c.FlagID] = c
	}
	return tellBefore(all, said), nil
}

func tellBefore(all []read.FlagBefore, said map[string]review.Confirmation) flagsBefore {
	var out flagsBefore
	agreed, against, open, lowered, recent, cleared := 0, 0, 0, 0, 0, 0
	for _, b := range all {
		o := flagOutcome{FlagBefore: b}
		switch c, ok := said[b.ID]; {
		case !ok:
			open++
			o.Panel = "no decision recorded"
		case c.Confirmed:
			agreed++
			o.Panel = "decided: " + chosenText(queue.OutcomeWords, string(c.Outcome))
		case c.Doubt != "":
			against++
			o.Panel = "disagreed with: " + chosenText(queue.DoubtWords, string(c.Doubt))
		default:
			against++
			o.Panel = "decided: no action"
		}
		switch {
		case b.LoweredOn != nil:
			lowered++
			o.After = "rating lowered, known " + words.DateOf(b.LoweredOn)
		case b.Recent:
			recent++
			o.After = "too recent to tell"
		default:
			o.After = "no lower rating within half a year"
		}
		if b.ClearedOn != nil {
			cleared++
		}
		if len(out.Recent) < mostBefore {
			out.Recent = append(out.Recent, o)
		}
	}
	if len(all) == 0 {
		return out
	}
	out.Sentence = "Flags like this before: " + words.Int(int64(len(all))) + ". The panel agreed with " + words.NoneOr(agreed)
	if against > 0 {
		out.Sentence += " and not with " + words.SpellNumber(against)
	}
	if open > 0 {
		out.Sentence += "; " + words.SpellNumber(open) + " " + have(open) + " no decision"
	}
	out.Sentence += ". " + words.Capital(words.NoneOr(lowered)) + " " + map[bool]string{true: "was", false: "were"}[lowered == 1] + " followed by a lower rating within six months"
	if recent > 0 {
		out.Sentence += "; " + words.SpellNumber(recent) + " " + map[bool]string{true: "is", false: "are"}[recent == 1] + " too recent to tell"
	}
	out.Sentence += ". " + words.Capital(words.NoneOr(cleared)) + " " + have(cleared) + " cleared."
	return out
}

func have(n int) string {
	if n == 1 {
		return "has"
	}
	return "have"
}

// chosenText gives a choice's words.
func chosenText(options []page.Option, value string) string {
	for _, o := range options {
		if o.Value == value {
			return o.Text
		}
	}
	return words.Label(value)
}
