// Package replay reads back, from a published snapshot, everything that rules looked at, and runs rules over it again.
//
// A snapshot keeps every weekly look with its indicators and signals, the incidents, the decisions and the text of the rule set, all
// as the run used them. So any flag can be recomputed to the last digit, another rule set can be tried on the same history, and a
// back-test sees at each week what was known in that week and no more. The engine is the pipeline's own: the flag builder.
package replay
