-- Who an account is at an identity provider. The issuer and its subject name a
-- person for good; an e-mail address may be given to somebody else.
CREATE TABLE account_identity (
    issuer     TEXT NOT NULL,
    subject    TEXT NOT NULL,
    account_id TEXT NOT NULL UNIQUE REFERENCES account (id),
    created_at TEXT NOT NULL,
    PRIMARY KEY (issuer, subject)
) STRICT;

-- The second factor. The secret is sealed with a key that lies outside this
-- file; last_step is the newest code that was used, so that none serves twice.
CREATE TABLE account_second (
    account_id   TEXT PRIMARY KEY REFERENCES account (id),
    secret       BLOB NOT NULL,
    created_at   TEXT NOT NULL,
    confirmed_at TEXT NOT NULL DEFAULT '',
    last_step    INTEGER NOT NULL DEFAULT 0
) STRICT;

-- Codes for the day on which the telephone is lost: hashes, each used once.
CREATE TABLE account_recovery (
    code_hash  BLOB PRIMARY KEY,
    account_id TEXT NOT NULL REFERENCES account (id),
    used_at    TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX account_recovery_by_account ON account_recovery (account_id);
