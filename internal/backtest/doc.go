// Package backtest replays a snapshot's history under a rule set and reports how
// well its alerts foretold what then happened, beside two plain baselines on the
// same weeks of the same providers. The arithmetic is in analytics/backtest; this
// package reads, asks and writes the report.
package backtest
