-- Local accounts. Lists (roles and scopes) are JSON arrays of strings.
CREATE TABLE account (
    id                TEXT PRIMARY KEY,
    username          TEXT NOT NULL,
    username_key      TEXT NOT NULL UNIQUE, -- folded, so that names cannot differ by case alone
    name              TEXT NOT NULL,
    organisation      TEXT NOT NULL DEFAULT '',
    roles             TEXT NOT NULL,
    local_authorities TEXT NOT NULL DEFAULT '[]',
    providers         TEXT NOT NULL DEFAULT '[]',
    status            TEXT NOT NULL CHECK (status IN ('invited', 'active', 'disabled')),
    password_hash     TEXT NOT NULL DEFAULT '', -- argon2id, empty until a password is set
    password_set_at   TEXT NOT NULL DEFAULT '',
    must_change       INTEGER NOT NULL DEFAULT 0 CHECK (must_change IN (0, 1)),
    created_at        TEXT NOT NULL,
    created_by        TEXT NOT NULL,
    last_sign_in_at   TEXT NOT NULL DEFAULT ''
) STRICT;

-- Invitations and resets: only the hash of the token is kept.
CREATE TABLE account_token (
    token_hash BLOB PRIMARY KEY,
    account_id TEXT NOT NULL REFERENCES account (id),
    purpose    TEXT NOT NULL CHECK (purpose IN ('invite', 'reset')),
    created_at TEXT NOT NULL,
    created_by TEXT NOT NULL,
    expires_at TEXT NOT NULL,
    used_at    TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX account_token_by_account ON account_token (account_id);

-- Browsers that have signed in to an account before. Guesses made elsewhere
-- do not slow them down.
CREATE TABLE account_device (
    device_hash  BLOB PRIMARY KEY,
    account_id   TEXT NOT NULL REFERENCES account (id),
    created_at   TEXT NOT NULL,
    last_used_at TEXT NOT NULL
) STRICT;
CREATE INDEX account_device_by_account ON account_device (account_id);

-- Failed sign-ins. The key is a hash of a name and, for a known browser, of
-- its token, so that names typed in error are not kept.
CREATE TABLE sign_in_failure (
    key         BLOB PRIMARY KEY,
    failures    INTEGER NOT NULL,
    last_failed TEXT NOT NULL,
    blocked_to  TEXT NOT NULL
) STRICT;
CREATE INDEX sign_in_failure_by_time ON sign_in_failure (last_failed);
