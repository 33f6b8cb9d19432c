// Package rules reads a rule set, the versioned YAML file that says which
// patterns in the indicators warrant review, and evaluates it.
//
// A rule names a level, whether it fires alone (hard) or needs a second source
// (soft), the text it rests on, and a CEL expression over the indicators
// declared in [Catalogue]. Loading type-checks every expression and reports
// the line and column of a mistake. A missing indicator is a CEL unknown,
// never null and never zero, so a rule has three outcomes: met, clear and
// unknown.
//
// The package is pure: no files, no clock, no database. Shipped sets live in
// the sub-package sets.
package rules
