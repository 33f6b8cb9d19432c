-- Complaints, newest first, with the file and row of each.
-- The total is counted over a materialized list, never by a window: the engine's parallel windows can fail and take the handle with them.
WITH hit AS MATERIALIZED (
    SELECT c.complaint_id AS id, c.received_on AS on_date, c.known_from, c.provider_id, p.name AS provider_name, c.location_id, l.name AS location_name,
           concat_ws(' · ', nullif(c.theme, ''), c.outcome, nullif(c.stage, '')) AS what, '' AS person, d.file_name, c.row_no
    FROM core.complaint c LEFT JOIN core.provider p USING (provider_id) LEFT JOIN core.location l ON l.location_id = c.location_id LEFT JOIN ops.load d USING (load_id)
    WHERE ($provider = '' OR c.provider_id = $provider) AND ($location = '' OR c.location_id = $location)
      AND ($from = '' OR c.week >= TRY_CAST($from AS DATE)) AND ($to = '' OR c.week <= TRY_CAST($to AS DATE))
)
SELECT hit.*, CAST((SELECT count(*) FROM hit) AS BIGINT) AS total
FROM hit
ORDER BY on_date DESC NULLS LAST, id
LIMIT $limit OFFSET $offset
