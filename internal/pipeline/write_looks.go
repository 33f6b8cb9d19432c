package pipeline

import (
	"strings"

	"bellwether/analytics/flags"
	"bellwether/analytics/rules"
	"bellwether/internal/replay"
	"bellwether/internal/warehouse"
)

// lookTable keeps everything that rules looked at, week by week, in one column an indicator, with the sources that had spoken: what explanations, simulations and
// back-tests read again.
func lookTable() *table {
	columns := []warehouse.Column{col("unit_kind", "VARCHAR"), col("unit_id", "VARCHAR"), col("provider_ids", "VARCHAR"), col("brand_id", "VARCHAR"), col("week", "DATE"), col("ends_on", "DATE"),
		col("coverage", "VARCHAR")}
	for _, ind := range rules.Catalogue() {
		columns = append(columns, col(ind.Name, "DECIMAL(18,6)"))
	}
	return newTable("mart.look", columns...)
}

// lookHeads is how many columns of mart.look stand before the indicators, which are in the order of the catalogue.
const lookHeads = 7

// addLooks adds a unit's looks; row is reused.
func addLooks(t *table, u flags.Unit, row []any) []any {
	providers := strings.Join(u.ProviderIDs, ",")
	for _, l := range u.Looks {
		row = append(row[:0], string(u.Kind), u.ID, providers, u.BrandID, l.Week, l.EndsOn, spoke(l.Values))
		for i := range len(t.def.Columns) - lookHeads {
			if x, ok := l.Values.At(i); ok {
				row = append(row, x)
			} else {
				row = append(row, nil)
			}
		}
		t.add(row...)
	}
	return row
}

// spoke names the kinds of source that had something to say of a unit by a look.
func spoke(v *rules.Values) string {
	families := v.Speaking()
	names := make([]string, len(families))
	for i, f := range families {
		names[i] = string(f)
	}
	return strings.Join(names, ",")
}

func number(v *rules.Values, name string) any {
	if x, ok := v.Get(name); ok {
		return x
	}
	return nil
}

// indicatorTable keeps the newest look's indicators one a row, unknown ones as NULL.
func indicatorTable() *table {
	return newTable("mart.indicator", col("unit_kind", "VARCHAR"), col("unit_id", "VARCHAR"), col("week", "DATE"), col("name", "VARCHAR"), col("value", "DECIMAL(18,6)"))
}

func addIndicators(t *table, u flags.Unit) {
	if len(u.Looks) == 0 {
		return
	}
	l := u.Looks[len(u.Looks)-1]
	for _, ind := range rules.Catalogue() {
		if ind.For(u.Kind) {
			t.add(string(u.Kind), u.ID, l.Week, ind.Name, number(l.Values, ind.Name))
		}
	}
}

// reasonTable lists, for every provider on the work list, its reasons in the order in which they should be read.
func reasonTable(r flags.Result) *table {
	t := newTable("analytics.work_reason", col("provider_id", "VARCHAR"), col("place", "INTEGER"), col("flag_id", "VARCHAR"), col("waiting", "INTEGER"))
	for _, i := range r.Items {
		for n, id := range i.Reasons {
			t.add(i.ProviderID, n+1, id, 0)
		}
		for n, id := range i.Waiting {
			t.add(i.ProviderID, len(i.Reasons)+n+1, id, 1)
		}
	}
	return t
}

// loadTable says how much work the flags make against the agreed share.
func loadTable(r flags.Result) *table {
	share := "DECIMAL(9,4)"
	t := newTable("analytics.alert_load", col("providers", "INTEGER"), col("at_concern", "INTEGER"), col("at_any", "INTEGER"), col("concern_share", share), col("any_share", share),
		col("concern_capacity", "INTEGER"), col("any_capacity", "INTEGER"), col("concern_binds", "INTEGER"), col("any_binds", "INTEGER"), col("below_line", "INTEGER"), col("says", "VARCHAR"))
	l := r.Load
	t.add(l.Providers, l.AtConcern, l.AtAny, l.ConcernShare, l.AnyShare, l.ConcernCapacity, l.AnyCapacity, truth(l.ConcernBinds), truth(l.AnyBinds), l.BelowLine, l.Text)
	return t
}

// silenceTable counts the units about which a rule cannot speak, and what is missing: silence is shown, never read as reassurance.
func silenceTable(r flags.Result) *table {
	t := newTable("analytics.silence", col("rule_id", "VARCHAR"), col("units", "INTEGER"), col("unknown", "INTEGER"), col("missing", "VARCHAR"))
	for _, s := range r.Silent {
		t.add(s.RuleID, s.Units, s.Unknown, strings.Join(s.Missing, ", "))
	}
	return t
}

// decisionTable keeps the decisions that bore on levels, as they were given to the run.
func decisionTable(m *replay.Market) *table {
	t := newTable("analytics.decision", col("provider_id", "VARCHAR"), col("on_date", "DATE"), col("kind", "VARCHAR"), col("level", "INTEGER"), col("failure_kind", "VARCHAR"), col("reason", "VARCHAR"))
	for _, d := range m.Decisions {
		t.add(d.ProviderID, d.On, string(d.Kind), int(d.Level), string(d.FailureKind), d.Reason)
	}
	return t
}

// ruleSetTable keeps the text of the rule set in force.
func ruleSetTable(m *replay.Market) *table {
	t := newTable("ops.rule_set", col("id", "VARCHAR"), col("version", "VARCHAR"), col("title", "VARCHAR"), col("hash", "VARCHAR"), col("source", "VARCHAR"))
	t.add(m.Set.ID, m.Set.Version, m.Set.Title, m.Set.Hash, m.Set.Source)
	return t
}
