package rulepages

import (
	"context"
	"errors"
	"math"
	"net/http"
	"strconv"
	"sync"
	"time"

	"bellwether/analytics/flags"
	"bellwether/analytics/rules"
	"bellwether/dashboard/page"
	"bellwether/dashboard/read"
	"bellwether/dashboard/words"
	"bellwether/internal/access"
	"bellwether/internal/backtest"
)

// trialTime is how long a page waits for a trial.
const trialTime = 25 * time.Second

// Trials runs one trial at a time and keeps the last few: a snapshot never changes, so neither does what a limit would have done on it.
type Trials struct {
	busy  sync.Mutex
	mu    sync.Mutex
	kept  map[string]read.Trial
	order []string
}

// keptTrials is how many trials are kept for going back and forth between them.
const keptTrials = 12

func (t *Trials) known(key string) read.Trial {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.kept[key]
}

func (t *Trials) keep(key string, done read.Trial) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.kept == nil {
		t.kept = map[string]read.Trial{}
	}
	if _, had := t.kept[key]; !had {
		t.order = append(t.order, key)
	}
	t.kept[key] = done
	if len(t.order) > keptTrials {
		delete(t.kept, t.order[0])
		t.order = t.order[1:]
	}
}

// tryView is the simulator: one limit of one rule, moved.
type tryView struct {
	Rule    page.Rule
	Chosen  page.RuleLimit
	To      string
	Levels  bool
	Done    *tryDone
	Problem string
	Ignored []string
}

// tryDone is what a moved limit would have done.
type tryDone struct {
	Sentence string
	After    string
	Since    time.Time
	Same     int
	Appear   []triedFlag
	Vanish   []triedFlag
	More     [2]int
	Months   []flags.MonthLoad
	Moves    []triedMove
}

// triedFlag is a flag that would appear or vanish.
type triedFlag struct {
	_        struct{} `class:"B"`
	Provider string
	Name     string
	Rule     string
	From     time.Time
	Until    time.Time
	Sentence string
}

// triedMove is a provider that would stand elsewhere.
type triedMove struct {
	_        struct{} `class:"B"`
	Provider string
	Name     string
	From, To int64
}

// mostTried is how many flags of each kind the page lists.
const mostTried = 40

// Page is the simulator.
func (t *Trials) Page(q *page.Request) error {
	p := q.Params()
	v := tryView{To: p.Text("to", 20), Ignored: p.Ignored}
	var set page.RuleSet
	if q.Config.Rules != nil {
		set = q.Config.Rules()
	}
	id, indicator := p.Text("rule", 60), p.Text("limit", 60)
	found := false
	for _, r := range set.Rules {
		if r.ID == id && len(r.Limits) > 0 {
			v.Rule, found = r, true
		}
	}
	if !found {
		return &page.Problem{Status: http.StatusNotFound, Title: "No such rule to try", Says: "Choose a rule on the rules page; those that hold something against a number can be tried with another.", Next: []page.Step{page.To("Go to the rules", "/rules")}}
	}
	v.Chosen = v.Rule.Limits[0]
	for _, l := range v.Rule.Limits {
		if l.Indicator == indicator {
			v.Chosen = l
		}
	}
	scope, err := q.Scope(access.Flag)
	if err != nil {
		return err
	}
	v.Levels = !scope.None() && !q.Frame.Empty
	if v.To != "" && v.Levels {
		if err := t.try(q, &v, scope); err != nil {
			return err
		}
	}
	return q.Page("rules_try", "Try another number", v, page.To("Rules", "/rules"))
}

// try fills the view with what the moved limit would have done, or with why it can't be said.
func (t *Trials) try(q *page.Request, v *tryView, scope read.Scope) error {
	to, err := strconv.ParseFloat(v.To, 64)
	if err != nil || math.IsNaN(to) || math.Abs(to) > 1e6 {
		v.Problem = "Enter a number, such as 4 or 2.5"
		return nil
	}
	done, says, err := t.trial(q, v.Rule.ID, v.Chosen.Indicator, to)
	if err != nil || says != "" {
		v.Problem = says
		return err
	}
	since := q.Frame.Run.AsOf.AddDate(-1, 0, 0)
	sim := done.Compare(since, scope.Has)
	names, err := q.Snapshot.Names(q.R.Context())
	if err != nil {
		return err
	}
	d := &tryDone{Since: since, Same: sim.Same, Months: sim.Comparison.Months}
	d.Sentence, d.After = tryWords(sim, v.Chosen, to)
	d.Appear, d.More[0] = tried(sim.Comparison.Appear, names)
	d.Vanish, d.More[1] = tried(sim.Comparison.Vanish, names)
	for _, m := range sim.Moves {
		d.Moves = append(d.Moves, triedMove{Provider: m.ProviderID, Name: names[m.ProviderID], From: int64(m.From), To: int64(m.To)})
	}
	v.Done = d
	return nil
}

// trial gives a kept trial or runs one; says is why there is none, for the reader.
func (t *Trials) trial(q *page.Request, rule, indicator string, to float64) (done read.Trial, says string, err error) {
	key := q.Snapshot.ID + " " + rule + " " + indicator + " " + strconv.FormatFloat(to, 'g', -1, 64)
	if done = t.known(key); done != nil {
		return done, "", nil
	}
	if !t.busy.TryLock() {
		q.Status = http.StatusServiceUnavailable
		q.W.Header().Set("Retry-After", "10")
		return nil, "Another trial is running, and one runs at a time. Try again in a few seconds", nil
	}
	defer t.busy.Unlock()
	ctx, cancel := context.WithTimeout(q.R.Context(), trialTime)
	defer cancel()
	done, err = q.Config.Try(ctx, q.Snapshot, rule, indicator, to)
	var refused *rules.MoveError
	var large *backtest.TooLargeError
	switch {
	case errors.As(err, &refused):
		return nil, words.Capital(refused.Error()), nil
	case errors.As(err, &large):
		return nil, words.Capital(large.Error()), nil
	case errors.Is(err, context.DeadlineExceeded):
		return nil, "It took too long. The same can be asked with bellwether rules simulate, without a limit of time", nil
	case err != nil:
		return nil, "", err
	}
	t.keep(key, done)
	return done, "", nil
}

func tried(fs []flags.Flag, names map[string]string) (out []triedFlag, more int) {
	for i, f := range fs {
		if i == mostTried {
			return out, len(fs) - mostTried
		}
		out = append(out, triedFlag{Provider: f.ProviderID, Name: names[f.ProviderID], Rule: f.RuleTitle, From: f.CountsFrom, Until: f.ClearedOn, Sentence: f.Sentence})
	}
	return out, 0
}

// tryWords puts a simulation into the sentence that the page opens with, and what followed the flags into a second.
func tryWords(s backtest.Simulation, l page.RuleLimit, to float64) (lead, after string) {
	from, at := words.Decimal(l.Value, words.Decimals(l.Value)), words.Decimal(to, words.Decimals(to))
	a, b := s.Appear.Flags, s.Vanish.Flags
	if a == 0 && b == 0 {
		return "At " + at + " instead of " + from + ": nothing would have changed in the year.", ""
	}
	month := func(n int) string { return words.Decimal(float64(n)/max(s.Months, 1), 1) }
	lead = "At " + at + " instead of " + from + ": "
	switch {
	case b == 0:
		lead += "+" + month(a) + " flags a month, +" + month(s.Appear.Followed) + " true."
	case a == 0:
		lead += "−" + month(b) + " flags a month, −" + month(s.Vanish.Followed) + " true."
	default:
		lead += "+" + month(a) + " and −" + month(b) + " flags a month, +" + month(s.Appear.Followed) + " and −" + month(s.Vanish.Followed) + " true."
	}
	var parts []string
	for _, x := range []struct {
		what  string
		after backtest.Aftermath
	}{{"would appear", s.Appear}, {"would vanish", s.Vanish}} {
		if n := x.after.Flags; n > 0 {
			parts = append(parts, words.Capital(words.Spell(n, "flag"))+" "+x.what+": "+words.NoneOr(x.after.Followed)+" followed within half a year by a lower rating, a closure while rated Inadequate or a panel's confirmation, "+
				words.NoneOr(n-x.after.Followed-x.after.TooRecent)+" followed by none of these, "+words.NoneOr(x.after.TooRecent)+" too recent to tell.")
		}
	}
	for i, p := range parts {
		if i > 0 {
			after += " "
		}
		after += p
	}
	return lead, after
}
