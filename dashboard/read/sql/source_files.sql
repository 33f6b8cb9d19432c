-- The three newest files of each source that were loaded, and how many it has delivered.
WITH numbered AS (
    SELECT source, file_name, received_on, rows_loaded, loaded_at, load_id,
           (SELECT count(*) FROM ops.load b WHERE b.source = a.source AND b.status = 'loaded'
            AND (b.received_on, b.load_id) > (a.received_on, a.load_id)) AS newer,
           (SELECT count(*) FROM ops.load b WHERE b.source = a.source AND b.status = 'loaded') AS total
    FROM ops.load a
    WHERE status = 'loaded'
)
SELECT source, coalesce(file_name, '') AS file_name, coalesce(strftime(received_on, '%Y-%m-%d'), '') AS received, CAST(coalesce(rows_loaded, 0) AS BIGINT) AS rows, CAST(total AS BIGINT) AS total
FROM numbered
WHERE newer < 3
ORDER BY source, received DESC, file_name
