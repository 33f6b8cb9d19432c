// Package dashboard serves Bellwether's pages and its API from the newest published snapshot.
//
// Pages are rendered on the server and readable without JavaScript; charts are options drawn by one static script. Every request goes
// the same way: security headers, session, subject, snapshot, one authorise function, audit, and only then a handler. The marking at
// the top of a page is computed from the classes of the fields that it shows.
package dashboard

import (
	"html/template"

	"bellwether/dashboard/datapages"
	"bellwether/dashboard/page"
	"bellwether/dashboard/queue"
)

// New builds the dashboard: every room behind the one way in. It fails on a configuration that would serve less safely than asked.
func New(cfg page.Config) (*page.Server, error) {
	return page.New(cfg, routes(), template.FuncMap{
		"reviewstate": queue.StateWord,
		"traced":      datapages.Traced,
	})
}
