-- Signed-in sessions: only the hash of the cookie's token is kept.
CREATE TABLE session (
    token_hash   BLOB PRIMARY KEY,
    public_id    TEXT NOT NULL UNIQUE, -- names a session on screen without giving it away
    account_id   TEXT REFERENCES account (id),
    created_at   TEXT NOT NULL,
    last_seen_at TEXT NOT NULL,
    data         BLOB NOT NULL
) STRICT;
CREATE INDEX session_by_account ON session (account_id);
CREATE INDEX session_by_last_seen ON session (last_seen_at);
