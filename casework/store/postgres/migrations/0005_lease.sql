-- Who runs the pipeline, where several machines could. The token grows with
-- every new holder, so that what an earlier one does late can be told.
CREATE TABLE lease (
    name       text COLLATE "C" PRIMARY KEY,
    holder     text COLLATE "C" NOT NULL, -- a machine's own random id
    who        text COLLATE "C" NOT NULL, -- the machine, in words for a person
    token      bigint NOT NULL CHECK (token >= 1),
    since      text COLLATE "C" NOT NULL,
    expires_at text COLLATE "C" NOT NULL
);
