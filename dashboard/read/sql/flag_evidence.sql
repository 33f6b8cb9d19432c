-- The rows a flag stands on, each with the file it came from.
SELECT e.feed, e.record_id, e.location_id, l.name AS location_name, e.occurred_on, e.known_from, e.what, d.file_name, e.row_no,
       CAST(count(*) OVER () AS BIGINT) AS total
FROM analytics.flag_evidence e
LEFT JOIN core.location l USING (location_id)
LEFT JOIN ops.load d USING (load_id)
WHERE e.flag_id = $flag
ORDER BY e.occurred_on DESC NULLS LAST, e.feed, e.record_id, e.row_no
LIMIT 500
