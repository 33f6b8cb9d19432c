-- The rows of one group in quarantine, with where to find each.
SELECT q.load_id, q.source, q.table_name, q.file_name, q.row_no, q.column_name, q.reason_code, q.reason, q.value_class, q.quarantined_at, q.resolved_at,
       q.resolution, CAST(count(*) OVER () AS BIGINT) AS total
FROM ops.quarantine q
WHERE ($source = '' OR q.source = $source) AND ($reason = '' OR q.reason_code = $reason) AND ($column = '' OR q.column_name = $column)
ORDER BY q.quarantined_at DESC NULLS LAST, q.file_name, q.row_no, q.column_name
LIMIT $limit OFFSET $offset
