-- Rows in quarantine, grouped by what is wrong with them.
SELECT source, table_name, column_name, reason_code, CAST(count(*) AS BIGINT) AS rows, CAST(count(DISTINCT load_id) AS BIGINT) AS files,
       CAST(count(*) FILTER (WHERE resolved_at IS NOT NULL) AS BIGINT) AS resolved, max(quarantined_at) AS last_at,
       min(quarantined_at) FILTER (WHERE resolved_at IS NULL) AS since,
       CAST(nullif(greatest(0, date_diff('day', CAST(min(quarantined_at) FILTER (WHERE resolved_at IS NULL) AS DATE), CAST($as_of AS DATE))), 0) AS BIGINT) AS days
FROM ops.quarantine
GROUP BY ALL
ORDER BY count(*) FILTER (WHERE resolved_at IS NULL) DESC, source, table_name, column_name, reason_code
LIMIT 200
