-- The event log. Position orders all events, version orders a stream.
CREATE TABLE event (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    stream   TEXT    NOT NULL,
    version  INTEGER NOT NULL CHECK (version >= 1),
    type     TEXT    NOT NULL,
    at       TEXT    NOT NULL,
    actor    TEXT    NOT NULL,
    data     TEXT    NOT NULL,
    UNIQUE (stream, version)
) STRICT;

-- What was recorded stays recorded, whoever holds the file open.
CREATE TRIGGER event_is_never_edited BEFORE UPDATE ON event
BEGIN
    SELECT RAISE(ABORT, 'events are appended, never edited');
END;

CREATE TRIGGER event_is_never_deleted BEFORE DELETE ON event
BEGIN
    SELECT RAISE(ABORT, 'events are appended, never deleted');
END;

-- REPLACE would delete without firing the trigger above, and a gap would make
-- a stream's version a lie.
CREATE TRIGGER event_is_never_replaced BEFORE INSERT ON event
WHEN EXISTS (SELECT 1 FROM event WHERE position = NEW.position)
  OR NEW.version <> (SELECT coalesce(max(version), 0) + 1 FROM event WHERE stream = NEW.stream)
BEGIN
    SELECT RAISE(ABORT, 'events are appended in order, never replaced');
END;
