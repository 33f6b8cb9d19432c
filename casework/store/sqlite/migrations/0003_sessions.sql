-- Signed-in sessions: only the hash of the cookie's token is kept. A session
-- that was ended stays until it would have expired, so that a request that was
-- under way cannot bring it back.
CREATE TABLE session (
    token_hash   BLOB PRIMARY KEY,
    public_id    TEXT NOT NULL UNIQUE, -- names a session on screen without giving it away
    account_id   TEXT REFERENCES account (id),
    created_at   TEXT NOT NULL,
    last_seen_at TEXT NOT NULL,
    ended_at     TEXT NOT NULL DEFAULT '',
    data         BLOB NOT NULL
) STRICT;
CREATE INDEX session_by_account ON session (account_id);
CREATE INDEX session_by_creation ON session (created_at);
