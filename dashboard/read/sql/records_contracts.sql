-- Care contracts by the day they end, soonest first.
-- The total is counted over a materialized list, never by a window: the engine's parallel windows can fail and take the handle with them.
WITH hit AS MATERIALIZED (
    SELECT c.contract_id AS id, c.ends_on AS on_date, c.known_from, c.provider_id, coalesce(p.name, c.supplier_name) AS provider_name, '' AS location_id, '' AS location_name,
           concat_ws(' · ', c.title, c.buyer, c.status) AS what, '' AS person, d.file_name, c.row_no, CAST(coalesce(c.annual_value, c.value) AS DOUBLE) AS value
    FROM core.contract c LEFT JOIN core.provider p USING (provider_id) LEFT JOIN ops.load d USING (load_id)
    WHERE c.is_care AND ($provider = '' OR c.provider_id = $provider)
      AND ($from = '' OR c.ends_on >= TRY_CAST($from AS DATE)) AND ($to = '' OR c.ends_on <= TRY_CAST($to AS DATE))
)
SELECT hit.*, CAST((SELECT count(*) FROM hit) AS BIGINT) AS total
FROM hit
ORDER BY on_date NULLS LAST, id
LIMIT $limit OFFSET $offset
