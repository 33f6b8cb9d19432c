-- Signed-in sessions: only the hash of the cookie's token is kept. A session
-- that was ended stays until it would have expired, so that a request that was
-- under way cannot bring it back.
CREATE TABLE session (
    token_hash   bytea PRIMARY KEY,
    public_id    text COLLATE "C" NOT NULL UNIQUE, -- names a session on screen without giving it away
    account_id   text COLLATE "C" REFERENCES account (id),
    created_at   text COLLATE "C" NOT NULL,
    last_seen_at text COLLATE "C" NOT NULL,
    ended_at     text COLLATE "C" NOT NULL DEFAULT '',
    data         bytea NOT NULL
);
CREATE INDEX session_by_account ON session (account_id);
CREATE INDEX session_by_creation ON session (created_at);
