package read

import (
	"context"
	"regexp"
	"slices"
)

var tableName = regexp.MustCompile(`(?i)\b(?:FROM|JOIN)\s+((?:core|mart|analytics|ops)\.[a-z_]+)`)

// TablesOf lists the snapshot's tables that questions read, each once, in the order of their names.
func TablesOf(questions ...string) ([]string, error) {
	var out []string
	for _, name := range questions {
		q, err := load(name)
		if err != nil {
			return nil, err
		}
		for _, m := range tableName.FindAllStringSubmatch(commentLine.ReplaceAllString(q.text, ""), -1) {
			if !slices.Contains(out, m[1]) {
				out = append(out, m[1])
			}
		}
	}
	slices.Sort(out)
	return out, nil
}

// Lineage reads which table is made from which.
func (s *Snapshot) Lineage(ctx context.Context) ([]Lineage, error) {
	return ask[Lineage](ctx, s, "lineage", nil)
}

// SourceFile is a file that a source delivered, by name and day.
type SourceFile struct {
	_      struct{} `class:"A"`
	Source string   `col:"source"`
	File   string   `col:"file_name"`
	Day    string   `col:"received"`
	Rows   int64    `col:"rows"`
	Total  int64    `col:"total"`
}

// SourceFiles lists the newest files of each source, with how many it has delivered in all.
func (s *Snapshot) SourceFiles(ctx context.Context) ([]SourceFile, error) {
	return ask[SourceFile](ctx, s, "source_files", nil)
}
