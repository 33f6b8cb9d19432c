package dashboard

import (
	"bellwether/internal/access"
)

// route says what a page or an answer is, before any handler runs: the action and the class and kind of resource that the reader must
// be allowed. No pattern reaches a handler any other way.
type route struct {
	pattern string
	action  access.Action
	class   access.Class
	kind    access.Kind
	// each says that rows are decided one by one: the reader enters if any could be theirs, and sees those that are.
	each bool
	// cases says that the rows are cases.
	cases bool
	// public is served to anybody: signing in and out, and files without content.
	public bool
	// bare needs no snapshot; early is served before there is one too.
	bare   bool
	early  bool
	handle func(*request) error
}
