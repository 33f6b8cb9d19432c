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
