// Package cqc reads what the Care Quality Commission publishes: the bodies of its syndication API, its latest ratings file, and its lists
// of active locations, of deactivated ones, and of all that can be looked up.
//
// An absent key of a body is missing, not empty. Numbers may come as text. The names of registered managers, nominated
// individuals and other contacts are dropped while a body is decoded: what remains of a manager is how many there are.
package cqc

import "bellwether/ingest"

// Sources lists the feeds of this family.
func Sources() []ingest.Source {
	return []ingest.Source{
		{
			Name: "cqc_api", Title: "CQC register (API bodies)", Tables: []string{"cqc_location", "cqc_provider", "cqc_rating", "cqc_relationship"},
			Decoder:    api{},
			Extensions: []string{".json", ".jsonl", ".ndjson", ".gz", ".tgz", ".tar", ".zip"}, DefaultIntervalDays: 7, Family: "cqc",
		},
		{
			Name: "cqc_ratings", Title: "CQC latest ratings file", Tables: []string{"cqc_ratings_file"},
			Decoder:    ratings,
			Extensions: []string{".csv", ".xlsx", ".ods"}, DefaultIntervalDays: 35, Family: "cqc",
		},
		{
			Name: "cqc_register_files", Title: "CQC lists of locations", Tables: []string{"cqc_register_file"},
			Decoder:    register,
			Extensions: []string{".csv", ".xlsx", ".ods", ".zip"}, DefaultIntervalDays: 35, Family: "cqc",
		},
	}
}
