package backtest

import (
	"fmt"
	"html/template"
	"io"
	"strconv"

	measure "bellwether/analytics/backtest"
	"bellwether/analytics/rules"
)

// Report is everything a back-test found.
type Report struct {
	Snapshot    string          `json:"snapshot"`
	AsOf        string          `json:"as_of"`
	RuleSet     string          `json:"rule_set"`
	RuleSetHash string          `json:"rule_set_hash"`
	Since       string          `json:"since,omitempty"`
	Until       string          `json:"until,omitempty"`
	HorizonDays int             `json:"horizon_days"`
	Providers   int             `json:"providers"`
	Draws       int             `json:"resampling_draws"`
	Seed        uint64          `json:"resampling_seed"`
	Silence     string          `json:"silence,omitempty"` // why nothing could be replayed
	Outcomes    []OutcomeReport `json:"outcomes"`
	Public      []PublicReport  `json:"public_history"`
}

// OutcomeReport is how well one outcome was foretold.
type OutcomeReport struct {
	Name     string         `json:"outcome"`
	Title    string         `json:"title"`
	Outcomes int            `json:"outcomes"`
	Silence  string         `json:"silence,omitempty"` // why nothing can be said
	Methods  []MethodReport `json:"methods,omitempty"`
	Areas    []AreaReport   `json:"areas,omitempty"`
	Planted  []Planting     `json:"planted,omitempty"`
	// Missed are outcomes that no alert of any level came before; Unfounded are alerts at provider concern or above that none followed.
	Missed    []Case `json:"missed,omitempty"`
	Unfounded []Case `json:"unfounded,omitempty"`
}

// MethodReport is one method's alerts against one outcome.
type MethodReport struct {
	Name  string  `json:"method"`
	Title string  `json:"title"`
	Limit float64 `json:"limit,omitempty"`
	measure.Result
}

// AreaReport is how well one method ranks.
type AreaReport struct {
	Name       string           `json:"method"`
	Title      string           `json:"title"`
	Rows       int              `json:"rows"`
	Events     int              `json:"events"`
	AUC        measure.Estimate `json:"auc"`
	RulesAbove measure.Estimate `json:"rules_above_it"`
}

// Planting is how planted stories were found.
type Planting struct {
	Title   string           `json:"title"`
	Stories int              `json:"providers_with_a_story"`
	Found   measure.Share    `json:"found"`
	Belong  measure.Share    `json:"alerts_that_belong_to_a_story"`
	Delay   measure.Estimate `json:"median_delay_days"`
}

// PublicReport is what public history says of predictors.
type PublicReport struct {
	Name      string          `json:"history"`
	Title     string          `json:"title"`
	Note      string          `json:"note"`
	Locations int             `json:"locations"`
	Outcomes  []PublicOutcome `json:"outcomes"`
}

// PublicOutcome is one outcome with every predictor's area.
type PublicOutcome struct {
	Name     string            `json:"outcome"`
	Title    string            `json:"title"`
	Findings []measure.Finding `json:"predictors"`
}

var page = template.Must(template.New("report").Funcs(template.FuncMap{"share": ShareText, "estimate": EstimateText, "days": daysText, "percent": percent, "bars": bars, "one": one}).Parse(reportTemplate))

// HTML writes the report as one page that needs nothing else.
func (r *Report) HTML(w io.Writer) error { return page.Execute(w, r) }

// ShareText writes a share with its interval: "3 of 12, 25 % (9 to 53)".
func ShareText(s measure.Share) string {
	if !s.Known {
		return "none to judge"
	}
	return fmt.Sprintf("%d of %d, %s (%s to %s)", s.N, s.Of, percent(s.Value), whole(100*s.Low), whole(100*s.High))
}

// EstimateText writes an estimate with its interval: "0.71 (0.60 to 0.81)".
func EstimateText(e measure.Estimate) string {
	if !e.Known {
		return "cannot be told"
	}
	return fmt.Sprintf("%.2f (%.2f to %.2f)", e.Value, e.Low, e.High)
}

func daysText(e measure.Estimate) string {
	if !e.Known {
		return "none"
	}
	return fmt.Sprintf("%s (%s to %s)", whole(e.Value), whole(e.Low), whole(e.High))
}

func percent(x float64) string { return rules.Figures(float64(int(1000*x+0.5))/10) + " %" }

func whole(x float64) string { return strconv.Itoa(int(x + 0.5)) }

func one(x float64) string { return strconv.FormatFloat(x, 'f', 1, 64) }

// bar is one class of lead times.
type bar struct {
	Label string
	N     int
}

// bars counts lead times by class.
func bars(days []float64) []bar {
	out := []bar{{"1 to 30 days", 0}, {"31 to 90 days", 0}, {"91 to 182 days", 0}, {"183 to 365 days", 0}, {"over a year", 0}}
	for _, d := range days {
		switch {
		case d <= 30:
			out[0].N++
		case d <= 90:
			out[1].N++
		case d <= 182:
			out[2].N++
		case d <= 365:
			out[3].N++
		default:
			out[4].N++
		}
	}
	return out
}
