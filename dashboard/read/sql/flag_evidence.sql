-- The rows a flag stands on, each with the file it came from.
-- The total is counted over a materialized list, never by a window: the engine's parallel windows can fail and take the handle with them.
WITH hit AS MATERIALIZED (
    SELECT e.feed, e.record_id, e.location_id, l.name AS location_name, e.occurred_on, e.known_from, e.what, d.file_name, e.row_no
    FROM analytics.flag_evidence e
    LEFT JOIN core.location l USING (location_id)
    LEFT JOIN ops.load d USING (load_id)
    WHERE e.flag_id = $flag
)
SELECT hit.*, CAST((SELECT count(*) FROM hit) AS BIGINT) AS total
FROM hit
ORDER BY occurred_on DESC NULLS LAST, feed, record_id, row_no
LIMIT 500
