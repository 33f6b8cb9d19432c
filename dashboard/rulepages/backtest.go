package rulepages

import (
	"bellwether/dashboard/chart"
	"bellwether/dashboard/page"
	"bellwether/dashboard/read"
	"bellwether/dashboard/words"
	"bellwether/internal/access"
	"bellwether/internal/backtest"
)

// backtestView is the last back-test, as kept: how the rules would have done on the history as it was known.
type backtestView struct {
	Report   *backtest.Report
	Outcomes []outcomeView
	// Figures are the outcomes' charts, in the same order.
	Figures []chart.Figure
	Silent  []backtest.OutcomeReport
	// Stale says that the report is of other rules or of an earlier snapshot than the page.
	Stale  string
	Levels bool
}

// outcomeView is one outcome with its chart and its cases.
type outcomeView struct {
	Title, ID, Sentence string
	Methods             []backtest.MethodReport
	Areas               []backtest.AreaReport
	Missed              []testedLine
	Unfounded           []testedLine
	Hidden              int
}

// testedLine is one outcome that was missed, or one alert that nothing followed.
type testedLine struct {
	_        struct{} `class:"B"`
	Provider string
	Name     string
	On       string
	Until    string
}

// Methods' estimates in words, for the template.
func (backtestView) Share(s backtest.MethodReport, which string) string {
	if which == "recall" {
		return backtest.ShareText(s.Recall)
	}
	return backtest.ShareText(s.Precision)
}

// Area is an area under the curve with its interval.
func (backtestView) Area(a backtest.AreaReport) string { return backtest.EstimateText(a.AUC) }

// keptReport is the kept back-test, or nil.
func keptReport(q *page.Request) *backtest.Report {
	if q.Config.BackTest == nil {
		return nil
	}
	r, err := q.Config.BackTest()
	if err != nil {
		q.Config.Log.Warn("the kept back-test can't be shown", "reference", q.Reference, "error", err)
		return nil
	}
	return r
}

// BackTest is how the rules would have done over the past.
func BackTest(q *page.Request) error {
	v := backtestView{Report: keptReport(q)}
	if v.Report == nil {
		return q.Page("rules_backtest", "How the rules would have done", v, page.To("Rules", "/rules"))
	}
	if v.Report.RuleSetHash != q.Frame.Run.RuleSetHash {
		v.Stale = "This report is of an earlier version of the rules; the next one is made within a day."
	}
	scope, err := q.Scope(access.Flag)
	if err != nil {
		return err
	}
	v.Levels = !scope.None()
	names, err := q.Snapshot.Names(q.R.Context())
	if err != nil {
		return err
	}
	for _, o := range v.Report.Outcomes {
		if o.Silence != "" || len(o.Methods) == 0 {
			v.Silent = append(v.Silent, o)
			continue
		}
		out := outcomeView{Title: o.Title, ID: o.Name, Methods: o.Methods, Areas: o.Areas, Sentence: foretold(o)}
		out.Missed = testedLines(o.Missed, scope, names)
		out.Unfounded = testedLines(o.Unfounded, scope, names)
		v.Outcomes = append(v.Outcomes, out)
		v.Figures = append(v.Figures, chart.BackTest(o))
	}
	return q.Page("rules_backtest", "How the rules would have done", v, page.To("Rules", "/rules"))
}

func testedLines(cases []backtest.Case, scope read.Scope, names map[string]string) []testedLine {
	var out []testedLine
	for _, c := range cases {
		if scope.Has(c.ProviderID) {
			out = append(out, testedLine{Provider: c.ProviderID, Name: names[c.ProviderID], On: c.On, Until: c.Until})
		}
	}
	return out
}

// foretold says an outcome's result in a sentence, the misses first.
func foretold(o backtest.OutcomeReport) string {
	m := o.Methods[0]
	for _, x := range o.Methods {
		if x.Name == "rules_pre_provider_concern" {
			m = x
		}
	}
	if !m.Recall.Known {
		return o.Title + ": nothing to judge by."
	}
	missed := m.Recall.Of - m.Recall.N
	out := "Of " + words.Spell(m.Recall.Of, "such event") + ", " + words.SpellNumber(missed) + " came without any flag before; " + words.SpellNumber(m.Recall.N) + " came after one"
	if m.Lead.N > 0 && m.Lead.Median.Known {
		before := words.Age(int(m.Lead.Median.Value+0.5)) + " before"
		if m.Lead.N == 1 {
			out += ", " + before
		} else {
			out += ", the middle one of them " + before
		}
	}
	return out + "."
}
