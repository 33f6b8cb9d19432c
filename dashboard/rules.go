package dashboard

import (
	"bellwether/dashboard/page"
	"bellwether/dashboard/read"
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

func rulesPage(q *page.Request) error {
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

// helpView is the help page.
type helpView struct {
	Levels [4]string
	Group  string
}
