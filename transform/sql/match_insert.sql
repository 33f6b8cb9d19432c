INSERT INTO staging.match_decision
VALUES (?, nullif(?, ''), nullif(?, ''), nullif(?, ''), nullif(?, ''), ?, CAST(? AS DATE), ?, ?, ?)
