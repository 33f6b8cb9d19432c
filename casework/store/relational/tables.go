package relational

// Kind is the Go form in which a column's values are moved between engines.
type Kind int

// The kinds of columns.
const (
	Text Kind = iota
	Whole
	Truth
	Bytes
)

// Column is one column of a table.
type Column struct {
	Name string
	Kind Kind
}

// Table is one table of the store, with all its columns.
type Table struct {
	Name    string
	Columns []Column
}

// Tables lists every table beside that of the migrations, those that others
// refer to first. A test holds it against the tables that each engine makes.
var Tables = []Table{
	{"event", []Column{{"position", Whole}, {"stream", Text}, {"version", Whole}, {"type", Text}, {"at", Text}, {"actor", Text}, {"data", Text}}},
	{"account", []Column{{"id", Text}, {"username", Text}, {"username_key", Text}, {"name", Text}, {"organisation", Text}, {"roles", Text},
		{"local_authorities", Text}, {"providers", Text}, {"status", Text}, {"password_hash", Text}, {"password_set_at", Text}, {"must_change", Truth},
		{"created_at", Text}, {"created_by", Text}, {"last_sign_in_at", Text}}},
	{"account_token", []Column{{"token_hash", Bytes}, {"account_id", Text}, {"purpose", Text}, {"created_at", Text}, {"created_by", Text}, {"expires_at", Text}, {"used_at", Text}}},
	{"account_device", []Column{{"device_hash", Bytes}, {"account_id", Text}, {"created_at", Text}, {"last_used_at", Text}}},
	{"account_identity", []Column{{"issuer", Text}, {"subject", Text}, {"account_id", Text}, {"created_at", Text}}},
	{"account_second", []Column{{"account_id", Text}, {"secret", Bytes}, {"created_at", Text}, {"confirmed_at", Text}, {"last_step", Whole}}},
	{"account_recovery", []Column{{"code_hash", Bytes}, {"account_id", Text}, {"used_at", Text}}},
	{"sign_in_failure", []Column{{"key", Bytes}, {"failures", Whole}, {"last_failed", Text}, {"blocked_to", Text}}},
	{"session", []Column{{"token_hash", Bytes}, {"public_id", Text}, {"account_id", Text}, {"created_at", Text}, {"last_seen_at", Text}, {"ended_at", Text}, {"data", Bytes}}},
	{"lease", []Column{{"name", Text}, {"holder", Text}, {"who", Text}, {"token", Whole}, {"since", Text}, {"expires_at", Text}}},
}
