-- The rows of one group in quarantine, with where to find each.
-- The total is counted over a materialized list, never by a window: the engine's parallel windows can fail and take the handle with them.
WITH hit AS MATERIALIZED (
    SELECT q.load_id, q.source, q.table_name, q.file_name, q.row_no, q.column_name, q.reason_code, q.reason, q.value_class, q.quarantined_at, q.resolved_at,
           q.resolution
    FROM ops.quarantine q
    WHERE ($source = '' OR q.source = $source) AND ($reason = '' OR q.reason_code = $reason) AND ($column = '' OR q.column_name = $column)
)
SELECT hit.*, CAST((SELECT count(*) FROM hit) AS BIGINT) AS total
FROM hit
ORDER BY quarantined_at DESC NULLS LAST, file_name, row_no, column_name
LIMIT $limit OFFSET $offset
