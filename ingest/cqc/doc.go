// Package cqc reads what the Care Quality Commission publishes: the bodies of its syndication API, and its latest ratings file.
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
	}
}
