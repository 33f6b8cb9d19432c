// Package sampledata holds the fictional county of Larkshire: files in the real formats of a
// council and of the Care Quality Commission, about providers, homes and people that do not
// exist, with the truth about what was planted in them. Package gen makes it.
package sampledata

import (
	"embed"
	"encoding/json"
	"fmt"

	"bellwether/sample-data/gen"
)

// Larkshire is the committed county: larkshire/county.yml, larkshire/truth.json and
// larkshire/inbox/<source>/received=<date>/<file>.
//
//go:embed larkshire
var Larkshire embed.FS

// Truth reads the committed truth file.
func Truth() (gen.Truth, error) {
	var t gen.Truth
	data, err := Larkshire.ReadFile("larkshire/truth.json")
	if err != nil {
		return t, fmt.Errorf("reading the truth about Larkshire: %w", err)
	}
	if err := json.Unmarshal(data, &t); err != nil {
		return t, fmt.Errorf("larkshire/truth.json: %w", err)
	}
	return t, nil
}
