// Package rulepages is the room of the rules: the set in words, how it would have done over the past, and what another number would change.
package rulepages

import (
	"strings"

	"bellwether/dashboard/page"
	"bellwether/dashboard/read"
	"bellwether/dashboard/words"
	"bellwether/internal/access"
	"bellwether/internal/backtest"
)

// rulesView is the rule set in words with what each rule caught lately.
type rulesView struct {
	Set     page.RuleSet
	Groups  []ruleGroup
	Caught  map[string]read.Catch
	Signals bool
	Silent  silenceNote
	// Report is the last back-test, nil for none; Done says its first outcome in a sentence.
	Report *backtest.Report
	Done   string
}

// ruleGroup is the rules of one level.
type ruleGroup struct {
	Level int64
	Rules []page.Rule
}

// Page is the rule set in words.
func Page(q *page.Request) error {
	v := rulesView{}
	if q.Config.Rules != nil {
		v.Set = q.Config.Rules()
	}
	for level := int64(3); level >= 0; level-- {
		g := ruleGroup{Level: level}
		for _, r := range v.Set.Rules {
			if int64(r.Level) == level {
				g.Rules = append(g.Rules, r)
			}
		}
		if len(g.Rules) > 0 {
			v.Groups = append(v.Groups, g)
		}
	}
	scope, err := q.Scope(access.Flag)
	if err != nil {
		return err
	}
	if !scope.None() && !q.Frame.Empty {
		v.Signals = true
		if v.Caught, err = q.Snapshot.Catches(q.R.Context(), q.Frame, scope); err != nil {
			return err
		}
	}
	if v.Silent, err = silences(q, v.Set); err != nil {
		return err
	}
	if v.Report = keptReport(q); v.Report != nil {
		for _, o := range v.Report.Outcomes {
			if o.Name == "downgrade" && len(o.Methods) > 0 {
				v.Done = foretold(o)
			}
		}
	}
	return q.Page("rules", "Rules", v)
}

// silenceNote is the rules that can't speak about every service.
type silenceNote struct {
	N    int64
	Rows []silenceRow
}

type silenceRow struct {
	read.Silence
	Title, Wants string
}

func silences(q *page.Request, set page.RuleSet) (silenceNote, error) {
	if q.Frame.Empty {
		return silenceNote{}, nil
	}
	rows, err := q.Snapshot.Silences(q.R.Context())
	if err != nil {
		return silenceNote{}, err
	}
	titles := map[string]string{}
	for _, r := range set.Rules {
		titles[r.ID] = r.Title
	}
	var n silenceNote
	for _, s := range rows {
		row := silenceRow{Silence: s, Title: titles[s.RuleID]}
		if row.Title == "" {
			row.Title = words.Label(s.RuleID)
		}
		var wants []string
		for _, m := range strings.Split(s.Missing, ", ") {
			if m != "" {
				wants = append(wants, words.Label(m))
			}
		}
		row.Wants = words.List(wants)
		n.Rows = append(n.Rows, row)
	}
	n.N = int64(len(n.Rows))
	return n, nil
}
