package dashboard

import "html/template"

// tile is one figure with its change and its line.
type tile struct {
	Name, Value, Change, Link string
	Spark                     template.URL
	// Icon is a variation icon, and Says its words.
	Icon template.URL
	Says string
}

// pager leads through a long list.
type pager struct {
	Page, Pages  int
	From, To     int
	Total        int64
	Prev, Next   string
	Noun, Filter string
}

// chip is a filter that is set, with the address without it.
type chip struct{ Text, Remove string }

// sortChoice is an order in which a list can be read.
type sortChoice struct {
	Value, Text string
	Current     bool
}
