// Package backtest measures how well alerts foretold what then happened.
//
// It compares stretches of alert with dated outcomes of the same units, and
// scores with labels, and says how sure that is: Wilson intervals for shares,
// and intervals for medians and for the area under the ROC curve from
// resampling whole units with a fixed seed. Plain accuracy is never worked out:
// where one unit in a hundred comes to harm, a rule that never speaks is right
// ninety-nine times.
//
// The package is pure: no files, no clock, no database. Days are counted from
// any fixed day; the caller chooses it. docs/methods.md says how to read the figures.
package backtest
