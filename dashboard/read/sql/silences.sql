-- The services about which each rule cannot speak, and what is missing.
SELECT rule_id, CAST(units AS BIGINT) AS units, CAST(unknown AS BIGINT) AS unknown, coalesce(missing, '') AS missing
FROM analytics.silence
WHERE unknown > 0
ORDER BY unknown DESC, rule_id
