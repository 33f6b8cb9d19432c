INSERT INTO staging.note
VALUES (?, ?, ?, nullif(?, ''), CAST(? AS DATE), CAST(nullif(?, '') AS DATE), nullif(?, ''), nullif(?, ''), nullif(?, ''), nullif(?, ''), nullif(?, ''), nullif(?, ''), ?)
