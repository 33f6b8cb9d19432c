-- Local accounts. Lists (roles and scopes) are JSON arrays of strings.
CREATE TABLE account (
    id                text COLLATE "C" PRIMARY KEY,
    username          text COLLATE "C" NOT NULL,
    username_key      text COLLATE "C" NOT NULL UNIQUE, -- folded, so that names cannot differ by case alone
    name              text COLLATE "C" NOT NULL,
    organisation      text COLLATE "C" NOT NULL DEFAULT '',
    roles             text COLLATE "C" NOT NULL,
    local_authorities text COLLATE "C" NOT NULL DEFAULT '[]',
    providers         text COLLATE "C" NOT NULL DEFAULT '[]',
    status            text COLLATE "C" NOT NULL CHECK (status IN ('invited', 'active', 'disabled')),
    password_hash     text COLLATE "C" NOT NULL DEFAULT '', -- argon2id, empty until a password is set
    password_set_at   text COLLATE "C" NOT NULL DEFAULT '',
    must_change       boolean NOT NULL DEFAULT false,
    created_at        text COLLATE "C" NOT NULL,
    created_by        text COLLATE "C" NOT NULL,
    last_sign_in_at   text COLLATE "C" NOT NULL DEFAULT ''
);

-- Invitations and resets: only the hash of the token is kept.
CREATE TABLE account_token (
    token_hash bytea PRIMARY KEY,
    account_id text COLLATE "C" NOT NULL REFERENCES account (id),
    purpose    text COLLATE "C" NOT NULL CHECK (purpose IN ('invite', 'reset')),
    created_at text COLLATE "C" NOT NULL,
    created_by text COLLATE "C" NOT NULL,
    expires_at text COLLATE "C" NOT NULL,
    used_at    text COLLATE "C" NOT NULL DEFAULT ''
);
CREATE INDEX account_token_by_account ON account_token (account_id);

-- Browsers that have signed in to an account before. Guesses made elsewhere
-- do not slow them down.
CREATE TABLE account_device (
    device_hash  bytea PRIMARY KEY,
    account_id   text COLLATE "C" NOT NULL REFERENCES account (id),
    created_at   text COLLATE "C" NOT NULL,
    last_used_at text COLLATE "C" NOT NULL
);
CREATE INDEX account_device_by_account ON account_device (account_id);

-- Failed sign-ins. The key is a hash of a name and, for a known browser, of
-- its token, so that names typed in error are not kept.
CREATE TABLE sign_in_failure (
    key         bytea PRIMARY KEY,
    failures    bigint NOT NULL,
    last_failed text COLLATE "C" NOT NULL,
    blocked_to  text COLLATE "C" NOT NULL
);
CREATE INDEX sign_in_failure_by_time ON sign_in_failure (last_failed);
