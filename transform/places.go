package transform

import (
	"context"
	_ "embed"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"bellwether/internal/warehouse"
)

// A country has millions of weekly looks, and a query that joins them all needs more memory than a council's machine has. Those models whose
// rows are each of one place are therefore made some places at a time. Such a model has, after its comment, a line that names the tables of which
// it needs the rows of its places alone, each with the column that tells the place:
//
//	-- by place: staging.scope(location_id), staging.concern_placed(placed_location_id)

// placesAtOnce is how many places are looked at in one go: half a million looks, where every week of five years is looked at.
const placesAtOnce = 2000

// placesTable has a row for each place that is looked at.
const placesTable = "staging.scope"

//go:embed sql/first_of_spans.sql
var firstOfSpansSQL string

var (
	byPlaceLine = regexp.MustCompile(`(?m)^-- by place:(.*)\n`)
	byPlaceItem = regexp.MustCompile(`^((?:staging|core|mart)\.[a-z_0-9]+)\(([a-z_]+)\)$`)
)

// byPlace reads the line of a model that says how it is made place by place; nil if there is none.
func byPlace(text string) (map[string]string, error) {
	line := byPlaceLine.FindStringSubmatch(text)
	if line == nil {
		return nil, nil
	}
	out := map[string]string{}
	for item := range strings.SplitSeq(line[1], ",") {
		m := byPlaceItem.FindStringSubmatch(strings.TrimSpace(item))
		if m == nil {
			return nil, fmt.Errorf("by place: %q must read schema.table(column)", strings.TrimSpace(item))
		}
		out[m[1]] = m[2]
	}
	return out, nil
}

// span is some places that are looked at together: those whose ids lie from one to before another. An empty end is open, so that every id
// lies in one span.
type span struct{ from, to string }

// spans parts the places in scope into spans of about n.
func spans(ctx context.Context, b *warehouse.Build, n int) ([]span, error) {
	rows, err := b.DB().QueryContext(ctx, firstOfSpansSQL, n)
	if err != nil {
		return nil, fmt.Errorf("part the places: %w", err)
	}
	defer rows.Close()
	out := []span{{}}
	for first := true; rows.Next(); first = false {
		var id string
		if err := rows.Scan(&id); err != nil {
			return nil, fmt.Errorf("part the places: %w", err)
		}
		if first {
			continue // the first span begins with the first id there is
		}
		out[len(out)-1].to = id
		out = append(out, span{from: id})
	}
	return out, rows.Err()
}

// where is the condition for a column's ids to lie in the span; "" if all do.
func (s span) where(column string) string {
	var parts []string
	if s.from != "" {
		parts = append(parts, column+" >= "+warehouse.Literal(s.from))
	}
	if s.to != "" {
		parts = append(parts, column+" < "+warehouse.Literal(s.to))
	}
	return strings.Join(parts, " AND ")
}

// reading gives a model's query with what it reads put in the place of tables: as says what for a table, "" to leave it.
func reading(query string, as func(table string) string) string {
	for _, pattern := range []*regexp.Regexp{tableRef, commaRef} {
		query = pattern.ReplaceAllStringFunc(query, func(found string) string {
			table := pattern.FindStringSubmatch(found)[1]
			if by := as(strings.ToLower(table)); by != "" {
				return strings.TrimSuffix(found, table) + by
			}
			return found
		})
	}
	return query
}

// passing are the tables that are made place by place and read place by place alone: each span has its own, which is let go with the span.
func passing(models []Model, after []string) map[string]bool {
	out := map[string]bool{}
	for _, m := range models {
		if m.ByPlace != nil && strings.HasPrefix(m.Table, "staging.") && !slices.Contains(after, m.Table) && len(after) > 0 {
			out[m.Table] = true
		}
	}
	for _, m := range models {
		if m.ByPlace == nil {
			for _, t := range m.DependsOn {
				delete(out, t)
			}
		}
	}
	return out
}
