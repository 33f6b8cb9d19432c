// Package schemas holds the data contracts that every feed is read by: one
// Frictionless Table Schema for each raw table, and the column and value maps
// of councils whose extracts are known.
//
// The files are embedded so that a binary carries the contracts it was built
// with; validation, the data dictionary, the header mapper and the sample
// generator all read these same files.
package schemas

import "embed"

// Feeds holds feeds/<table>.json, one Table Schema for each raw table.
//
//go:embed feeds/*.json
var Feeds embed.FS

// Mappings holds mappings/<name>.yml, the column and value maps that ship with
// the program. A council adds its own beside its configuration.
//
//go:embed mappings/*.yml
var Mappings embed.FS
