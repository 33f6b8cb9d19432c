// Package surveillance holds Bellwether's statistics for sparse event counts
// with exposure: expected counts, change detection, level against peers,
// reporting delay and multiplicity.
//
// Every subpackage is a set of pure functions over slices: no file, no clock,
// no database, no global state. A bad argument gives an error that says which
// argument and why; an argument that is merely empty (no exposure, no history,
// no events) gives a defined answer. No function returns NaN or an infinity.
//
// README.md in this folder says what each method answers, what it was compared
// with and what it cannot see.
package surveillance
