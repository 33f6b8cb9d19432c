// Package pipeline owns a run: ingest what is due, make the tables, analyse them, check them and publish a snapshot.
//
// A run is a function of the landing zone's manifest, the configuration, the rule set, the pseudonym key and the code. It works in
// files of its own and publishes at the very end, so that a run that fails or is killed leaves the previous snapshot in force.
package pipeline
