// Package flags turns weekly rule outcomes into flags, and flags into one level
// a provider.
//
// Each rule's looks at a unit are folded into episodes: an episode opens at the
// first look that meets the rule, or on the day a standing fact began, stays
// open while the rule is met, and closes after the policy's number of clear
// looks in a row. An unknown look neither opens nor clears. A flag's id is a
// hash of provider, location, rule and the start of its episode, so later weeks
// never change it.
//
// A hard rule's flag is open at once. A soft rule's flag waits until a different
// source speaks about the same home within the corroboration window. The level
// of a provider is the highest level among its open flags. Flags are signals
// that warrant review; a named person decides.
//
// The package is pure: the same looks give the same result in any order.
package flags
