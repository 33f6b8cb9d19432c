-- Who an account is at an identity provider. The issuer and its subject name a
-- person for good; an e-mail address may be given to somebody else.
CREATE TABLE account_identity (
    issuer     text COLLATE "C" NOT NULL,
    subject    text COLLATE "C" NOT NULL,
    account_id text COLLATE "C" NOT NULL UNIQUE REFERENCES account (id),
    created_at text COLLATE "C" NOT NULL,
    PRIMARY KEY (issuer, subject)
);

-- The second factor. The secret is sealed with a key that lies outside the
-- database; last_step is the newest code that was used, so that none serves twice.
CREATE TABLE account_second (
    account_id   text COLLATE "C" PRIMARY KEY REFERENCES account (id),
    secret       bytea NOT NULL,
    created_at   text COLLATE "C" NOT NULL,
    confirmed_at text COLLATE "C" NOT NULL DEFAULT '',
    last_step    bigint NOT NULL DEFAULT 0
);

-- Codes for the day on which the telephone is lost: hashes, each used once.
CREATE TABLE account_recovery (
    code_hash  bytea PRIMARY KEY,
    account_id text COLLATE "C" NOT NULL REFERENCES account (id),
    used_at    text COLLATE "C" NOT NULL DEFAULT ''
);
CREATE INDEX account_recovery_by_account ON account_recovery (account_id);
