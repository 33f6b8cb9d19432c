package replay

import (
	"strconv"
	"time"

	"bellwether/analytics/flags"
	"bellwether/analytics/rules"
	"bellwether/internal/warehouse"
)

// FlagColumns are the columns of analytics.flag, in the order of [FlagRow].
func FlagColumns() []warehouse.Column {
	text := func(n string) warehouse.Column { return warehouse.Column{Name: n, Type: "VARCHAR"} }
	date := func(n string) warehouse.Column { return warehouse.Column{Name: n, Type: "DATE"} }
	number := func(n string) warehouse.Column { return warehouse.Column{Name: n, Type: "DECIMAL(18,4)"} }
	return []warehouse.Column{text("flag_id"), text("provider_id"), text("location_id"), text("brand_id"), text("rule_id"), text("rule_title"),
		{Name: "level", Type: "INTEGER"}, text("level_name"), text("failure_kind"), text("strength"), text("basis"), text("citation"), text("evidence_source"),
		text("sentence"), number("observed"), number("expected"), number("usual_low"), number("usual_high"), number("threshold"), text("measure"),
		date("window_start"), date("window_end"), {Name: "one_in", Type: "BIGINT"}, date("opened_on"), date("last_met_on"), date("counts_from"), date("cleared_on"),
		text("state"), text("corroborated_by"), text("covered_by"), text("counterfactual"), text("asks"), text("coverage"), number("score"), date("as_of"),
		text("rule_set"), text("rule_set_hash"), date("last_met_week")}
}

// FlagRow gives a flag's values for those columns.
func FlagRow(f flags.Flag) []any {
	var oneIn any
	if f.OneIn > 0 {
		oneIn = f.OneIn
	}
	return []any{f.FlagID, f.ProviderID, f.LocationID, f.BrandID, f.RuleID, f.RuleTitle, int(f.Level), f.Level.String(), string(f.FailureKind),
		string(f.Strength), f.Basis, f.Citation, string(f.EvidenceSource), f.Sentence, f.Observed, f.Expected, f.UsualLow, f.UsualHigh, f.Threshold, f.Measure,
		f.WindowStart, f.WindowEnd, oneIn, f.OpenedOn, f.LastMetOn, f.CountsFrom, f.ClearedOn, string(f.State), f.CorroboratedBy, f.CoveredBy, f.Counterfactual,
		f.Asks, f.Coverage, f.Score, f.AsOf, f.RuleSet, f.RuleSetHash, f.LastMetWeek}
}

// written is a value as the snapshot gives it back when asked for text; "" is NULL.
func written(v any) string {
	switch x := v.(type) {
	case string:
		return x
	case int:
		return strconv.Itoa(x)
	case int64:
		return strconv.FormatInt(x, 10)
	case float64:
		return strconv.FormatFloat(x, 'f', 4, 64)
	case rules.Number:
		if x.OK {
			return strconv.FormatFloat(x.Value, 'f', 4, 64)
		}
	case time.Time:
		if !x.IsZero() {
			return x.Format(time.DateOnly)
		}
	}
	return ""
}
