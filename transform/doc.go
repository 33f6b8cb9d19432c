// Package transform turns loaded rows into the tables people read.
//
// Each file under models/ is one table: models/core/concern.sql holds the query of core.concern. The tables a model reads are found
// in its text, and models run in that order. Staging tables live in memory and are never published. Each file under checks/ is a
// query that returns the rows that break a promise; a failing check of severity "fail" ends the run, and the snapshot before it
// stays in force.
package transform

import "embed"

//go:embed models checks
var files embed.FS
