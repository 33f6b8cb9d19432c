-- A casework database as the first version of its tables held it: the steps that there were then, and a case that was opened and restricted.
CREATE TABLE migration (number bigint PRIMARY KEY, name text NOT NULL, checksum text NOT NULL, applied_at text NOT NULL);
COMMENT ON TABLE migration IS 'Bellwether casework';
-- The event log. Position orders all events, version orders a stream. Text is
-- compared by its bytes, as SQLite does, whatever the server's language.
CREATE TABLE event (
    position bigint PRIMARY KEY,
    stream   text COLLATE "C" NOT NULL,
    version  bigint NOT NULL CHECK (version >= 1),
    type     text COLLATE "C" NOT NULL,
    at       text COLLATE "C" NOT NULL,
    actor    text COLLATE "C" NOT NULL,
    data     text COLLATE "C" NOT NULL,
    UNIQUE (stream, version)
);

-- What was recorded stays recorded, whoever is connected.
CREATE FUNCTION event_is_never_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'events are appended, never edited or deleted';
END $$;

CREATE TRIGGER event_is_never_edited BEFORE UPDATE OR DELETE ON event
    FOR EACH ROW EXECUTE FUNCTION event_is_never_changed();
CREATE TRIGGER event_is_never_emptied BEFORE TRUNCATE ON event
    FOR EACH STATEMENT EXECUTE FUNCTION event_is_never_changed();

-- A gap would make a position or a stream's version a lie.
CREATE FUNCTION event_comes_next() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.position <> (SELECT coalesce(max(position), 0) + 1 FROM event)
       OR NEW.version <> (SELECT coalesce(max(version), 0) + 1 FROM event WHERE stream = NEW.stream) THEN
        RAISE EXCEPTION 'events are appended in order, never replaced';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER event_comes_next BEFORE INSERT ON event
    FOR EACH ROW EXECUTE FUNCTION event_comes_next();
INSERT INTO migration VALUES (1, 'events', 'e3e38b6366ae494daf6b397757444e1dca2e89040d1ef11073170a0864e0505c', '2026-11-22T10:00:00Z');
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
INSERT INTO migration VALUES (2, 'accounts', '283ab4e9a044d9ddab9dbbbfc3bb8075eb79668eda8eb559745d079b5243caf7', '2026-11-22T10:00:00Z');
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
INSERT INTO migration VALUES (3, 'sessions', '292659e0c55e754e1a217a98458e133d31b02e41cf85bc0c9983a0aad4e1eefb', '2026-11-22T10:00:00Z');
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
INSERT INTO migration VALUES (4, 'sign_in', '09e8829ab3227fbd3d88023e8bb1934408d0085db9424da703db35fbe4097d31', '2026-11-22T10:00:00Z');
INSERT INTO event VALUES (1, 'case/0f3a9c1b22d4e5f607182930', 1, 'case.opened', '2026-03-02T11:00:00.000000000Z', 'u-sal', '{"provider_id":"1-1","provider_name":"Saltmarsh Homes","stage":"pre_provider_concern","text":"Concerns continue."}');
INSERT INTO event VALUES (2, 'case/0f3a9c1b22d4e5f607182930', 2, 'case.restricted', '2026-03-02T12:00:00.000000000Z', 'u-sal', '{"text":"police","named":["u-sal","u-ben"]}');
INSERT INTO event VALUES (3, 'review/F1', 1, 'review.noted', '2026-03-02T13:00:00.000000000Z', 'u-sal', '{"text":"A visit is booked."}');
