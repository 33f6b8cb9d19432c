package page

import "bellwether/internal/access"

// Route says what a page or an answer is, before any handler runs: the action and the class and kind of resource that the reader must
// be allowed. No pattern reaches a handler any other way.
type Route struct {
	Pattern string
	Action  access.Action
	Class   access.Class
	Kind    access.Kind
	// Each says that rows are decided one by one: the reader enters if any could be theirs, and sees those that are.
	Each bool
	// Cases says that the rows are cases.
	Cases bool
	// Public is served to anybody: signing in and out, and files without content.
	Public bool
	// Bare needs no snapshot; Early is served before there is one too.
	Bare   bool
	Early  bool
	Handle func(*Request) error
}
