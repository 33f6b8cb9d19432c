// Package link makes the addresses of the dashboard's pages, with every outside value escaped in its place.
package link

import "net/url"

// Provider is a provider's page.
func Provider(id string) string { return "/providers/" + url.PathEscape(id) }

// Location is a location's page.
func Location(id string) string { return "/locations/" + url.PathEscape(id) }

// Flag is a flag's evidence page.
func Flag(id string) string { return "/flags/" + url.PathEscape(id) }

// Review is a flag's item in the review queue.
func Review(id string) string { return "/review/" + url.PathEscape(id) }

// Case is a case's page.
func Case(id string) string { return "/cases/" + url.PathEscape(id) }

// With adds a query to a path from pairs of names and values; pairs with an empty value are left out.
func With(path string, pairs ...string) string {
	q := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			q.Add(pairs[i], pairs[i+1])
		}
	}
	if len(q) == 0 {
		return path
	}
	return path + "?" + q.Encode()
}

// Records is the list of a feed's rows.
func Records(feed string, pairs ...string) string { return With("/records/"+feed, pairs...) }
