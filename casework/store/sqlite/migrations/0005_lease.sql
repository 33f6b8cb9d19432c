-- Who runs the pipeline, where several machines could. The token grows with
-- every new holder, so that what an earlier one does late can be told.
CREATE TABLE lease (
    name       TEXT PRIMARY KEY,
    holder     TEXT    NOT NULL, -- a machine's own random id
    who        TEXT    NOT NULL, -- the machine, in words for a person
    token      INTEGER NOT NULL CHECK (token >= 1),
    since      TEXT    NOT NULL,
    expires_at TEXT    NOT NULL
) STRICT;
