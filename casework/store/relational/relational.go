// Package relational holds what the databases of the casework store have in
// common: the event log, the form in which times are kept, the numbered steps
// by which tables are made, and the list of tables. An engine opens its
// database and says what a transaction is there; package sqlite and package
// postgres are the two engines.
//
// Statements are written once, for every engine: arguments are named $1, $2
// and so on in the order in which they are given, times are text, lists are
// JSON text, and nothing of one engine's own is used.
package relational

import (
	"context"
	"database/sql"

	"bellwether/casework/store"
)

// Transactions is how work reaches a database.
type Transactions interface {
	// Update runs work in a transaction that is durable when Update returns
	// without an error, and that left nothing when work fails. Nobody else
	// writes meanwhile, on this machine or another: what work reads stays so
	// until it ends.
	Update(ctx context.Context, work func(*sql.Tx) error) error
	// UpdateRelaxed is Update without waiting for the disk: a power cut may
	// undo it, whole transactions at a time. It is for facts that nobody
	// decides on.
	UpdateRelaxed(ctx context.Context, work func(*sql.Tx) error) error
	// View runs work in a transaction that sees one state throughout and can
	// not write.
	View(ctx context.Context, work func(*sql.Tx) error) error
}

// DB is an open casework database: the events, and the accounts and sessions
// that stand beside them. It is safe for use by several goroutines, and
// several processes may have one database open.
type DB interface {
	store.Store
	Transactions
	// Check reads everything and reports damage: references to rows that are
	// gone, gaps in the order of events, and what the engine itself can find.
	Check(ctx context.Context) error
	// Where names the database for a person, without a secret.
	Where() string
}
