// Package opstate remembers what the operator's verbs last did: when the instance was verified, backed up and restored for practice, how
// long its last deliveries took to load, and how often the engine failed. Each fact is one small file in the instance's state folder,
// written whole or not at all, so that the command line and a running server agree on it without talking to each other.
package opstate
