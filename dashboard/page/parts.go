package page

import "html/template"

// What views of several rooms hold for the shared parts of the templates.

// Tile is one figure with its change and its line.
type Tile struct {
	Name, Value, Change, Link string
	Spark                     template.URL
	// Icon is a variation icon, and Says its words.
	Icon template.URL
	Says string
}

// Pager leads through a long list.
type Pager struct {
	Page, Pages  int
	From, To     int
	Total        int64
	Prev, Next   string
	Noun, Filter string
}

// Chip is a filter that is set, with the address without it.
type Chip struct{ Text, Remove string }

// SortChoice is an order in which a list can be read.
type SortChoice struct {
	Value, Text string
	Current     bool
}
